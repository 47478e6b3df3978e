//! /admin/categories: the kinds of problems, what an enterprise should say of each, and who usually leads.

use askama::Template;
use axum::Extension;
use axum::extract::Path;
use kernel::{Error, ErrorKind, FieldError, english_given, english_name};
use web::components::{Choice, Crumbs, ErrorSummary, Field, LOOKED_THROUGH, by_reading};
use web::{
    Fields, Lang, PageResult, PostedTextBy, Shell, SignedIn, describe, describe_fields, html, redirect_saying,
    shown_again,
};

use super::{crumbs, permit};
use crate::engine::Casework;
use crate::settings::Category;
use crate::store;

#[derive(Template)]
#[template(path = "settings/categories.html")]
struct List {
    shell: Shell,
    crumbs: Crumbs,
    rows: Vec<(Category, String)>,
}

#[derive(Template)]
#[template(path = "settings/category.html")]
struct Form {
    shell: Shell,
    crumbs: Crumbs,
    title: String,
    action: String,
    version: i64,
    problem: String,
    summary: ErrorSummary,
    fields: Vec<Field>,
}

pub(super) async fn list(by: SignedIn, Extension(casework): Extension<Casework>) -> PageResult {
    permit(&by)?;
    let mut conn = by.state.db.read().await?;
    let settings = casework.settings(&mut conn).await?;
    let units = identity::list_units(&mut conn).await?;
    let name = |category: &Category| {
        let unit = category.lead.and_then(|id| units.iter().find(|unit| unit.id == id));
        unit.map(|u| if by.lang == Lang::En { u.name_en.clone() } else { u.name.clone() }).unwrap_or_default()
    };
    let rows = settings.categories.iter().map(|c| (c.clone(), name(c))).collect();
    html(&List { shell: by.shell(), crumbs: crumbs(&by, &by.words.t("settings-categories")), rows })
}

async fn form(
    by: &SignedIn,
    category: &Category,
    new: bool,
    problem: String,
    wrong: &[(String, String)],
    (sort, lead): (&str, &str),
) -> kernel::Result<Form> {
    let w = &by.words;
    let mut conn = by.state.db.read().await?;
    let mut units = identity::list_units(&mut conn).await?;
    units.sort_by_key(|unit| (unit.kind, unit.sort));
    let choice = |u: &identity::Unit| {
        let label = if by.lang == Lang::En { &u.name_en } else { &u.name };
        Choice::new(&u.code, label.clone(), category.lead == Some(u.id))
    };
    let mut units: Vec<Choice> = units.iter().filter(|u| u.active).map(choice).collect();
    if units.len() > LOOKED_THROUGH {
        by_reading(&mut units);
    }
    let error = |name: &str| wrong.iter().find(|(field, _)| field == name).map(|(_, text)| text.clone());
    let code = Field::text("code", w.t("settings-code"))
        .value(&category.code)
        .hint(w.t("settings-code-hint"))
        .error(error("code"))
        .required()
        .maxlength(20);
    let mut fields = if new { vec![code] } else { Vec::new() };
    fields.extend([
        Field::text("name", w.t("settings-name")).value(&category.name).error(error("name")).required().maxlength(40),
        Field::text("name_en", w.t("settings-name-en"))
            .value(&category.name_en)
            .error(error("name_en"))
            .english(w)
            .maxlength(60),
        Field::area("guidance", w.t("settings-guidance"), 3)
            .value(&category.guidance)
            .hint(w.t("settings-guidance-hint"))
            .error(error("guidance")),
        Field::area("guidance_en", w.t("settings-guidance-en"), 3)
            .value(&category.guidance_en)
            .error(error("guidance_en")),
        Field::pick("lead", w.t("settings-lead"), units).value(lead).optional(w).empty(w).error(error("lead")),
        Field::input("number", "sort", w.t("settings-sort")).value(sort).error(error("sort")).bounds(0, 999, 1),
        Field::check("active", w.t("settings-active"), category.active),
    ]);
    let title = if new {
        w.t("settings-category-new").into_owned()
    } else if by.lang == Lang::En {
        english_name(&category.name_en, &category.name)
    } else {
        category.name.clone()
    };
    Ok(Form {
        shell: by.shell(),
        crumbs: crumbs(by, &w.t("settings-categories")),
        action: format!("/admin/categories/{}", if new { "new" } else { &category.code }),
        title,
        version: category.version,
        problem,
        summary: ErrorSummary::of(w, &fields),
        fields,
    })
}

fn empty() -> Category {
    Category {
        code: String::new(),
        name: String::new(),
        name_en: String::new(),
        guidance: String::new(),
        guidance_en: String::new(),
        lead: None,
        sort: 100,
        active: true,
        version: 0,
    }
}

pub(super) async fn blank(by: SignedIn) -> PageResult {
    permit(&by)?;
    html(&form(&by, &empty(), true, String::new(), &[], ("100", "")).await?)
}

pub(super) async fn show(by: SignedIn, Path(code): Path<String>) -> PageResult {
    permit(&by)?;
    let mut conn = by.state.db.read().await?;
    let found = store::settings::categories(&mut conn).await?.into_iter().find(|c| c.code == code);
    drop(conn);
    let mut category = found.ok_or_else(|| Error::not_found("category"))?;
    // Where the Chinese text stands for the English one, the field is empty, so that it follows the next change.
    category.name_en = english_given(&category.name_en, &category.name).to_owned();
    category.guidance_en = english_given(&category.guidance_en, &category.guidance).to_owned();
    html(&form(&by, &category, false, String::new(), &[], (&category.sort.to_string(), "")).await?)
}

pub(super) async fn create(casework: Extension<Casework>, posted: PostedTextBy) -> PageResult {
    save(casework, Path("new".to_owned()), posted).await
}

pub(super) async fn save(
    Extension(casework): Extension<Casework>,
    Path(code): Path<String>,
    PostedTextBy { by, fields }: PostedTextBy,
) -> PageResult {
    permit(&by)?;
    let new = code == "new";
    let typed = (fields.get("sort"), fields.get("lead"));
    let mut wrong = Vec::new();
    let category = read(&by, &fields, if new { fields.get("code") } else { &code }, &mut wrong).await?;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if category.code.is_empty()
        || category.code == "new"
        || category.code.len() > 20
        || !category.code.chars().all(plain)
    {
        wrong.push(FieldError::new("code", "unit-code-form"));
    }
    if let Err(error) = fields.fresh().and_then(|()| Error::check(wrong)) {
        let wrong = describe_fields(&by.words, &error);
        return Ok(shown_again(html(&form(&by, &category, new, String::new(), &wrong, typed).await?)?));
    }
    match casework.put_category(&by.actor, &category).await {
        Ok(()) => Ok(redirect_saying("/admin/categories", "settings-saved")),
        Err(error) if error.kind == ErrorKind::Conflict => {
            let problem = describe(&by.words, &error);
            Ok(shown_again(html(&form(&by, &category, new, problem, &[], typed).await?)?))
        }
        Err(error) => Err(error.into()),
    }
}

async fn read(by: &SignedIn, fields: &Fields, code: &str, wrong: &mut Vec<FieldError>) -> kernel::Result<Category> {
    let mut conn = by.state.db.read().await?;
    let lead = match fields.chosen("lead") {
        "" => None,
        code => {
            let unit = identity::find_unit_meant(&mut conn, code).await?.map(|unit| unit.id);
            if unit.is_none() {
                wrong.push(FieldError::new("lead", "choose"));
            }
            unit
        }
    };
    let sort = fields.get("sort").parse().ok().filter(|sort| (0..=999).contains(sort));
    if sort.is_none() {
        wrong.push(FieldError::new("sort", "number-form"));
    }
    Ok(Category {
        code: code.to_owned(),
        name: fields.text("name", true, 40, wrong),
        name_en: fields.text("name_en", false, 60, wrong),
        guidance: fields.text("guidance", false, 1000, wrong),
        guidance_en: fields.text("guidance_en", false, 1000, wrong),
        lead,
        sort: sort.unwrap_or(100),
        active: fields.get("active") == "yes",
        version: fields.get("version").parse().unwrap_or(0),
    })
}
