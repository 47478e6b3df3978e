//! /admin/units/{code}: one unit: its names, what it is, where it stands; and a new one.

use askama::Template;
use axum::extract::Path;
use casework::access::READ;
use casework::ask::NeedFilter;
use events::{UnitEvent, UnitTold};
use identity::{NewUnit, Unit, UnitChange, UnitKind, reached};
use kernel::{Error, ErrorKind, FieldError, Result, english_given};
use serde_json::json;
use web::components::{Choice, Crumbs, ErrorSummary, Field, Link};
use web::{
    Fields, PageResult, PostedTextBy, Shell, SignedIn, Words, describe, describe_fields, html, redirect_saying,
    shown_again,
};

use super::access::UNITS;
use super::places::{self, Units};
use super::{begin, crumbs, done, fault, permit, store};

#[derive(Template)]
#[template(path = "admin/unit.html")]
pub(super) struct Page {
    pub shell: Shell,
    pub crumbs: Crumbs,
    pub title: String,
    pub action: String,
    /// Empty for a new unit.
    pub code: String,
    pub version: i64,
    pub problem: String,
    pub summary: ErrorSummary,
    pub fields: Vec<Field>,
    /// Where the unit may be moved to; nothing for the root.
    pub place: Option<Field>,
    pub active: bool,
    pub members: i64,
    pub open: i64,
    /// The open matters, for those who may see them.
    pub open_href: Option<String>,
    pub children: Vec<Link>,
}

// words: unit-kind-*
fn fields(w: &Words, typed: Option<&Fields>, unit: Option<&Unit>, wrong: &[(String, String)]) -> Vec<Field> {
    let value = |name: &str, stored: Option<String>| match typed {
        Some(typed) => typed.get(name).to_owned(),
        None => stored.unwrap_or_default(),
    };
    let kind = value("kind", unit.map(|unit| unit.kind.to_string()));
    let kinds = UnitKind::ALL.map(|k| Choice::new(k, w.t(&format!("unit-kind-{k}")), kind == k.as_str()));
    vec![
        Field::text("name", w.t("admin-field-name"))
            .value(value("name", unit.map(|unit| unit.name.clone())))
            .error(fault(wrong, "name"))
            .required()
            .maxlength(100),
        Field::text("name_en", w.t("admin-field-name-en"))
            .value(value("name_en", unit.map(|unit| english_given(&unit.name_en, &unit.name).to_owned())))
            .error(fault(wrong, "name_en"))
            .english(w)
            .maxlength(100),
        Field::select("kind", w.t("admin-field-kind"), kinds.into()).empty(w).error(fault(wrong, "kind")).required(),
        Field::input("number", "sort", w.t("admin-field-sort"))
            .value(value("sort", Some(unit.map_or(100, |unit| unit.sort).to_string())))
            .hint(w.t("admin-sort-hint"))
            .error(fault(wrong, "sort"))
            .bounds(0, 9999, 1),
    ]
}

/// The page of a unit that is there, with a form that was refused, if any.
pub(super) async fn page(
    by: &SignedIn,
    code: &str,
    typed: Option<&Fields>,
    wrong: &[(String, String)],
    problem: String,
) -> Result<Page> {
    let w = &by.words;
    let mut conn = by.state.db.read().await?;
    let units = Units::load(&mut conn).await?;
    let unit = units.by_code(code).ok_or_else(|| Error::not_found("unit"))?;
    let open = store::open_work(&mut conn).await?.get(&unit.id).copied().unwrap_or(0);
    let members = store::members(&mut conn).await?.get(&unit.id).copied().unwrap_or(0);
    drop(conn);
    // Two forms on one page: only the one that moves the unit names a parent.
    let (moved, typed) = match typed {
        Some(typed) if !typed.get("parent").is_empty() => (typed.get("parent"), None),
        typed => ("", typed),
    };
    let fields = fields(w, typed, Some(unit), wrong);
    let parent = unit.parent.and_then(|id| units.find(id));
    let place = parent.map(|parent| {
        let now = if moved.is_empty() { &parent.code } else { moved };
        let choices = units.choices(w, now, |other| !other.path.starts_with(&unit.path));
        Field::pick("parent", w.t("admin-field-parent"), choices)
            .value(moved)
            .hint(w.t("admin-move-hint"))
            .error(fault(wrong, "parent"))
    });
    let below = units.all().iter().filter(|other| other.parent == Some(unit.id));
    let matters = NeedFilter { unit: Some(unit.code.clone()), ..NeedFilter::default() };
    let sees = open > 0 && !reached(&by.actor, &READ).is_nothing();
    Ok(Page {
        shell: by.shell(),
        crumbs: crumbs(by, &[("/admin/units", "admin-units")], places::name(w, unit)),
        title: places::name(w, unit).to_owned(),
        action: format!("/admin/units/{}", unit.code),
        code: unit.code.clone(),
        version: unit.version,
        problem,
        summary: ErrorSummary::of(w, fields.iter().chain(&place)),
        fields,
        place,
        active: unit.active,
        members,
        open,
        open_href: sees.then(|| casework::href(matters)),
        children: below
            .map(|child| Link::new(format!("/admin/units/{}", child.code), places::name(w, child)))
            .collect(),
    })
}

pub(super) async fn show(by: SignedIn, Path(code): Path<String>) -> PageResult {
    permit(&by, &UNITS)?;
    html(&page(&by, &code, None, &[], String::new()).await?)
}

/// The page again after a refusal; other errors go on.
pub(super) async fn refused(by: &SignedIn, code: &str, typed: Option<&Fields>, error: Error) -> PageResult {
    if !matches!(error.kind, ErrorKind::Invalid | ErrorKind::Conflict) {
        return Err(error.into());
    }
    let wrong = describe_fields(&by.words, &error);
    let problem = if wrong.is_empty() { describe(&by.words, &error) } else { String::new() };
    Ok(shown_again(html(&page(by, code, typed, &wrong, problem).await?)?))
}

/// Kind and order of a filled form.
fn read(fields: &Fields, wrong: &mut Vec<FieldError>) -> (Option<UnitKind>, i64) {
    let kind = fields.parsed::<UnitKind>("kind", wrong);
    let sort = match fields.get("sort") {
        "" => Some(100),
        text => text.parse().ok().filter(|sort| (0..=9999).contains(sort)),
    };
    if sort.is_none() {
        wrong.push(FieldError::new("sort", "number-out-of-range"));
    }
    (kind, sort.unwrap_or(100))
}

pub(super) async fn save(Path(code): Path<String>, PostedTextBy { by, fields }: PostedTextBy) -> PageResult {
    permit(&by, &UNITS)?;
    match change(&by, &code, &fields).await {
        Ok(()) => Ok(redirect_saying("/admin/units", "admin-saved")),
        Err(error) => refused(&by, &code, Some(&fields), error).await,
    }
}

async fn change(by: &SignedIn, code: &str, fields: &Fields) -> Result<()> {
    fields.fresh()?;
    let mut wrong = Vec::new();
    let (kind, sort) = read(fields, &mut wrong);
    Error::check(wrong)?;
    let mut change = begin(by, &UNITS).await?;
    let old = identity::find_unit_by_code(&mut change, code).await?.ok_or_else(|| Error::not_found("unit"))?;
    let new = UnitChange {
        kind: kind.unwrap_or(old.kind),
        name: fields.get("name").to_owned(),
        name_en: fields.get("name_en").to_owned(),
        sort,
        active: old.active,
    };
    let version = fields.get("version").parse().unwrap_or(0);
    identity::change_unit(&mut change, by.state.clock.as_ref(), old.id, version, &new).await?;
    let detail = json!({"code": old.code, "was": old.name, "name": new.name});
    let told = told(UnitEvent::Changed, &old, version + 1);
    change.done(done("change-unit", "unit", old.id, detail), &told).await
}

async fn new_page(by: &SignedIn, typed: Option<&Fields>, wrong: &[(String, String)]) -> Result<Page> {
    let w = &by.words;
    let units = Units::load(&mut by.state.db.read().await?).await?;
    let value = |name: &str| typed.map(|typed| typed.get(name).to_owned()).unwrap_or_default();
    let root = units.all().first().map(|unit| unit.code.clone()).unwrap_or_default();
    let above = Some(value("parent")).filter(|code| !code.is_empty()).unwrap_or(root);
    let mut all = vec![
        Field::pick("parent", w.t("admin-field-parent"), units.choices(w, &above, |_| true))
            .value(&above)
            .error(fault(wrong, "parent"))
            .required(),
        Field::text("code", w.t("admin-field-code"))
            .value(value("code"))
            .hint(w.t("admin-code-hint"))
            .error(fault(wrong, "code"))
            .required()
            .maxlength(40),
    ];
    all.extend(fields(w, typed, None, wrong));
    Ok(Page {
        shell: by.shell(),
        crumbs: crumbs(by, &[("/admin/units", "admin-units")], &w.t("admin-unit-new")),
        title: w.t("admin-unit-new").into_owned(),
        action: "/admin/units/new".to_owned(),
        code: String::new(),
        version: 0,
        problem: String::new(),
        summary: ErrorSummary::of(w, &all),
        fields: all,
        place: None,
        active: true,
        members: 0,
        open: 0,
        open_href: None,
        children: Vec::new(),
    })
}

pub(super) async fn blank(by: SignedIn) -> PageResult {
    permit(&by, &UNITS)?;
    html(&new_page(&by, None, &[]).await?)
}

pub(super) async fn add(PostedTextBy { by, fields }: PostedTextBy) -> PageResult {
    permit(&by, &UNITS)?;
    match added(&by, &fields).await {
        Ok(()) => Ok(redirect_saying("/admin/units", "admin-unit-added")),
        Err(error) if error.kind == ErrorKind::Invalid => {
            let wrong = describe_fields(&by.words, &error);
            Ok(shown_again(html(&new_page(&by, Some(&fields), &wrong).await?)?))
        }
        Err(error) => Err(error.into()),
    }
}

async fn added(by: &SignedIn, fields: &Fields) -> Result<()> {
    fields.fresh()?;
    let mut wrong = Vec::new();
    let (kind, sort) = read(fields, &mut wrong);
    let mut change = begin(by, &UNITS).await?;
    let above = identity::find_unit_meant(&mut change, fields.chosen("parent")).await?;
    if above.is_none() {
        wrong.push(FieldError::new("parent", "choose"));
    }
    // The address of this very form; no unit can be found under it.
    if fields.get("code") == "new" {
        wrong.push(FieldError::new("code", "taken"));
    }
    let new = NewUnit {
        parent: above.map(|unit| unit.id),
        kind: kind.unwrap_or(UnitKind::Department),
        code: fields.get("code").to_owned(),
        name: fields.get("name").to_owned(),
        name_en: fields.get("name_en").to_owned(),
        sort,
    };
    let made = identity::create_unit(&mut change, by.state.clock.as_ref(), by.state.random.as_ref(), new).await;
    if let Err(error) = &made {
        wrong.extend(error.fields.iter().cloned());
    }
    Error::check(wrong)?;
    let unit = made?;
    let detail = json!({"code": unit.code, "name": unit.name, "path": unit.path});
    let told = told(UnitEvent::Added, &unit, unit.version);
    change.done(done("add-unit", "unit", unit.id, detail), &told).await
}

/// What others hear of a unit that has this version now.
pub(super) fn told(event: UnitEvent, unit: &Unit, version: i64) -> UnitTold {
    let open = match event {
        UnitEvent::Closed => false,
        UnitEvent::Opened => true,
        _ => unit.active,
    };
    let state = if open { "open" } else { "closed" }.to_owned();
    UnitTold { event, unit: unit.id, code: unit.code.clone(), state, version }
}
