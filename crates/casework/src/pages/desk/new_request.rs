//! /requests/new: a problem taken down for an enterprise, from a visit, a group chat, the hotline or a higher level.

use askama::Template;
use axum::Extension;
use kernel::{ChinaPhone, Error, ErrorKind, FieldError, Result, mask_phone, unmask_phone, uuid_v7};
use web::components::{Choice, ErrorSummary, Field, Link};
use web::href::Href;
use web::posted::{ATTACHMENT, FILE_LIMIT};
use web::{
    ArrivingBy, Fields, PageResult, Shell, SignedIn, Words, describe, describe_fields, html, redirect_saying,
    shown_again,
};

use super::action::files;
use super::parts::place;
use crate::access;
use crate::engine::Casework;
use crate::event::{Level, Source};
use crate::files::MOST_FILES;
use crate::once::OnceKey;
use crate::pages::shared;
use crate::raise::Raise;
use crate::settings::Settings;
use crate::store::case::{read_word, word};
use crate::store::desk::{Glance, enterprise_by_code, enterprises};

const SOURCES: [Source; 5] =
    [Source::Visit, Source::WechatGroup, Source::Hotline, Source::Platform, Source::HandedDown];
/// So many enterprises are offered; more means the part of the name is too short.
const OFFERED: usize = 12;

#[derive(Template)]
#[template(path = "desk/new_request.html")]
struct Page {
    shell: Shell,
    find: Field,
    found: Option<Vec<Found>>,
    chosen: Option<Found>,
    problem: String,
    summary: ErrorSummary,
    fields: Vec<Field>,
    once: String,
}

struct Found {
    link: Link,
    code: String,
    place: String,
}

impl Found {
    fn new(w: &Words, glance: &Glance) -> Found {
        Found {
            link: Link::new(Href::parse("/requests/new").with("enterprise", &glance.credit_code), glance.name.as_str()),
            code: glance.credit_code.clone(),
            place: place(w, &glance.credit_code, glance.township.as_ref()),
        }
    }
}

/// For which enterprises somebody may raise problems.
///
/// # Errors
/// `not-allowed` for none.
fn permit(by: &SignedIn) -> Result<identity::Reached> {
    let reached = identity::reached(&by.actor, &access::CREATE);
    if reached.is_nothing() {
        identity::require(&by.actor, &access::CREATE, &identity::Subject::default())?;
    }
    Ok(reached)
}

/// First the enterprise, then what it says.
pub async fn show(by: SignedIn, Extension(casework): Extension<Casework>) -> PageResult {
    let here = Href::parse(&by.here);
    let code = here.get("enterprise").unwrap_or("").to_owned();
    page(&by, &casework, &code, here.get("find").unwrap_or(""), &Fields::default(), &[], String::new()).await
}

pub async fn submit(Extension(casework): Extension<Casework>, ArrivingBy { by, form }: ArrivingBy) -> PageResult {
    permit(&by)?;
    let fields = form.whole().await?;
    let code = fields.get("enterprise").to_owned();
    let done = raise(&by, &casework, &fields, &code).await;
    match done {
        Ok(number) => Ok(redirect_saying(&format!("/requests/{number}"), "desk-done-raise")),
        Err(e) if matches!(e.kind, ErrorKind::Invalid | ErrorKind::Conflict) => {
            let problem = if e.fields.is_empty() { describe(&by.words, &e) } else { String::new() };
            let wrong = describe_fields(&by.words, &e);
            Ok(shown_again(page(&by, &casework, &code, "", &fields, &wrong, problem).await?))
        }
        Err(e) => Err(e.into()),
    }
}

async fn raise(by: &SignedIn, casework: &Casework, fields: &Fields, code: &str) -> Result<String> {
    fields.fresh()?;
    let mut wrong = Vec::new();
    let mut conn = by.state.db.read().await?;
    let glance = enterprise_by_code(&mut conn, code).await?;
    drop(conn);
    let source = read_word::<Source>(fields.get("source")).ok().filter(|source| SOURCES.contains(source));
    if source.is_none() {
        wrong.push(FieldError::new("source", "choose"));
    }
    let handed_down = source == Some(Source::HandedDown);
    let origin_level = read_word::<Level>(fields.get("origin_level")).ok().filter(|_| handed_down);
    if handed_down && origin_level.is_none() {
        wrong.push(FieldError::new("origin_level", "choose"));
    }
    // The mask of the enterprise's number left in the form is that number.
    let kept = glance.as_ref().map_or("", |glance| glance.contact_phone.as_str());
    let phone = unmask_phone(fields.get("contact_phone"), kept);
    let number = ChinaPhone::parse(&phone).map(|number| number.as_str().to_owned());
    if number.is_err() {
        wrong.push(FieldError::new("contact_phone", if phone.is_empty() { "required" } else { "phone-form" }));
    }
    if fields.files.len() > MOST_FILES {
        wrong.push(FieldError::new(ATTACHMENT, "too-many-files").arg("most", MOST_FILES));
    }
    if !fields.oversized.is_empty() {
        wrong.push(FieldError::new(ATTACHMENT, "too-large").arg("limit", format!("{} MB", FILE_LIMIT / 1024 / 1024)));
    }
    let text = |name, most, wrong: &mut Vec<FieldError>| fields.text(name, true, most, wrong);
    let (title, body) = (text("title", 100, &mut wrong), text("body", 4000, &mut wrong));
    let contact_name = text("contact_name", 40, &mut wrong);
    let Some(glance) = glance else {
        return Err(Error::invalid("invalid-fields").field("find", "choose"));
    };
    Error::check(wrong)?;
    let raise = Raise {
        enterprise: glance.id,
        source: source.unwrap_or(Source::Visit),
        handed_down,
        origin_level,
        title,
        body,
        category: Some(fields.get("category").to_owned()).filter(|code| !code.is_empty()),
        contact_name,
        contact_phone: number.unwrap_or_default(),
        once_key: OnceKey::of_form(by.actor.person, &by.csrf, fields.get("once")),
    };
    Ok(casework.raise(&by.actor, raise, files(fields)).await?.number)
}

async fn page(
    by: &SignedIn,
    casework: &Casework,
    code: &str,
    find: &str,
    sent: &Fields,
    wrong: &[(String, String)],
    problem: String,
) -> PageResult {
    let w = &by.words;
    let reached = permit(by)?;
    let mut conn = by.state.db.read().await?;
    let settings = casework.settings(&mut conn).await?;
    let mut chosen = None;
    if !code.is_empty()
        && let Some(glance) = enterprise_by_code(&mut conn, code).await?
    {
        let (subject, _) = crate::store::case::subject_of_enterprise(&mut conn, glance.id, &by.actor).await?;
        identity::authorize(&by.actor, &access::CREATE, &subject)?;
        chosen = Some(glance);
    }
    let found = match find {
        "" => None,
        find => Some(enterprises(&mut conn, &reached, find, OFFERED).await?),
    };
    drop(conn);
    let error = |name: &str| wrong.iter().find(|(field, _)| field == name).map(|(_, text)| text.clone());
    let fields = chosen.as_ref().map(|glance| fields(w, &settings, glance, sent, &error)).unwrap_or_default();
    let once = match sent.get("once") {
        "" => uuid_v7(by.now, casework.random.as_ref()).to_string(),
        once => once.to_owned(),
    };
    let mut shell = by.shell();
    if chosen.is_some() {
        shell.path = Href::parse("/requests/new").with("enterprise", code).to_string();
    }
    html(&Page {
        find: Field::input("search", "find", w.t("desk-find"))
            .value(find)
            .hint(w.t("desk-find-hint"))
            .error(error("find"))
            .required(),
        found: found.map(|all| all.iter().map(|glance| Found::new(w, glance)).collect()),
        chosen: chosen.as_ref().map(|glance| Found::new(w, glance)),
        summary: ErrorSummary::of(w, &fields),
        problem,
        fields,
        once,
        shell,
    })
}

fn fields(
    w: &Words,
    settings: &Settings,
    glance: &Glance,
    sent: &Fields,
    error: &dyn Fn(&str) -> Option<String>,
) -> Vec<Field> {
    let now = |name: &str| sent.get(name).to_owned();
    let preset = |name: &str, preset: &str| if now(name).is_empty() { preset.to_owned() } else { now(name) };
    let source = now("source");
    let sources = SOURCES.map(|s| Choice::new(word(&s), shared::source(w, &word(&s)), word(&s) == source));
    let level = now("origin_level");
    let mut levels = vec![Choice::new("", w.t("desk-level-none"), level.is_empty())];
    levels.extend(["county", "city", "province"].map(|l| Choice::new(l, shared::level(w, l), l == level)));
    let category = now("category");
    let mut categories = vec![Choice::new("", w.t("desk-category-later"), category.is_empty())];
    categories.extend(
        settings
            .categories
            .iter()
            .filter(|c| c.active)
            .map(|c| Choice::new(&c.code, shared::category(w, settings, &c.code), c.code == category)),
    );
    vec![
        Field::radios("source", w.t("desk-field-source"), sources.into()).required().error(error("source")),
        Field::select("origin_level", w.t("desk-field-origin"), levels)
            .hint(w.t("desk-hint-origin"))
            .error(error("origin_level")),
        Field::text("title", w.t("desk-field-matter"))
            .value(now("title"))
            .hint(w.t("desk-hint-matter"))
            .required()
            .maxlength(100)
            .error(error("title")),
        Field::area("body", w.t("desk-field-body"), 5)
            .value(now("body"))
            .required()
            .maxlength(4000)
            .error(error("body")),
        Field::select("category", w.t("desk-field-category"), categories).error(error("category")),
        Field::text("contact_name", w.t("desk-field-contact"))
            .value(preset("contact_name", &glance.contact_name))
            .required()
            .maxlength(40)
            .error(error("contact_name")),
        Field::input("tel", "contact_phone", w.t("desk-field-phone"))
            .value(preset("contact_phone", &mask_phone(&glance.contact_phone)))
            .hint(w.t("contact-mask-hint"))
            .required()
            .inputmode("tel")
            .error(error("contact_phone")),
        Field::file(ATTACHMENT, w.t("desk-field-files"), ".pdf,.docx,.xlsx,.doc,.xls,.wps,.et,image/*", true)
            .optional(w)
            .error(error(ATTACHMENT)),
    ]
}
