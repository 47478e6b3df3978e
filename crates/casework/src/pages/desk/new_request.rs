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
use crate::store::enterprise_side::{Township, townships};
use registry::unchecked::Unregistered;

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
    /// To the form for an enterprise that the register does not have, under the name looked for.
    unregistered: Option<Link>,
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
    /// The name as it was given, if the register does not have it.
    named: String,
}

impl Found {
    fn new(w: &Words, glance: &Glance) -> Found {
        Found {
            link: Link::new(Href::parse("/requests/new").with("enterprise", &glance.credit_code), glance.name.as_str()),
            code: glance.credit_code.clone(),
            place: place(w, kernel::shown_code(&glance.credit_code), glance.township.as_ref()),
            named: String::new(),
        }
    }

    /// One that the register does not have.
    fn named(w: &Words, name: &str) -> Found {
        Found {
            link: Link::new(named_href(name), name),
            code: String::new(),
            place: w.t("desk-unregistered").into_owned(),
            named: name.to_owned(),
        }
    }
}

/// The form for an enterprise of which only this name is known.
fn named_href(name: &str) -> Href {
    Href::parse("/requests/new").with("name", name)
}

/// For whom something is taken down.
#[derive(Default)]
struct For {
    code: String,
    /// The name of one that the register does not have.
    name: String,
}

impl For {
    fn new(code: &str, name: &str) -> For {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        For { code: code.to_owned(), name: if code.is_empty() { name } else { String::new() } }
    }
}

/// First the enterprise, then what it says.
pub async fn show(by: SignedIn, Extension(casework): Extension<Casework>) -> PageResult {
    let here = Href::parse(&by.here);
    let of = For::new(here.get("enterprise").unwrap_or(""), here.get("name").unwrap_or(""));
    page(&by, &casework, &of, here.get("find").unwrap_or(""), &Fields::default(), &[], String::new()).await
}

pub async fn submit(Extension(casework): Extension<Casework>, ArrivingBy { by, form }: ArrivingBy) -> PageResult {
    identity::reach(&by.actor, &access::CREATE)?;
    let fields = form.whole().await?;
    let of = For::new(fields.get("enterprise"), fields.get("named"));
    let done = raise(&by, &casework, &fields, &of).await;
    match done {
        Ok(number) => Ok(redirect_saying(&format!("/requests/{number}"), "desk-done-raise")),
        Err(e) if matches!(e.kind, ErrorKind::Invalid | ErrorKind::Conflict) => {
            let problem = if e.fields.is_empty() { describe(&by.words, &e) } else { String::new() };
            let wrong = describe_fields(&by.words, &e);
            Ok(shown_again(page(&by, &casework, &of, "", &fields, &wrong, problem).await?))
        }
        Err(e) => Err(e.into()),
    }
}

async fn raise(by: &SignedIn, casework: &Casework, fields: &Fields, of: &For) -> Result<String> {
    fields.fresh()?;
    let mut wrong = Vec::new();
    let mut conn = by.state.db.read().await?;
    let glance = enterprise_by_code(&mut conn, &of.code).await?;
    let townships = townships(&mut conn, None).await?;
    let township = web::components::chosen(fields.get("township"));
    let township_id = townships.iter().find(|own| own.code == township).map(|own| own.id);
    if township_id.is_none() && !township.is_empty() {
        wrong.push(FieldError::new("township", "choose"));
    }
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
    if glance.is_none() && !registry::unchecked::can_be_name(&of.name) {
        return Err(Error::invalid("invalid-fields").field("find", "choose"));
    }
    Error::check(wrong)?;
    let contact_phone = number.unwrap_or_default();
    let (enterprise, unregistered) = match glance {
        Some(glance) => (glance.id, None),
        None => {
            let named = Unregistered {
                name: of.name.clone(),
                township: township_id,
                contact_name: contact_name.clone(),
                contact_phone: contact_phone.clone(),
            };
            let (clock, random) = (casework.clock.as_ref(), casework.random.as_ref());
            registry::unchecked::raising(&mut conn, clock, random, named).await?
        }
    };
    drop(conn);
    let raise = Raise {
        enterprise,
        unregistered,
        source: source.unwrap_or(Source::Visit),
        handed_down,
        origin_level,
        title,
        body,
        category: Some(fields.get("category").to_owned()).filter(|code| !code.is_empty()),
        contact_name,
        contact_phone,
        once_key: OnceKey::of_form(by.actor.person, &by.csrf, fields.get("once")),
    };
    Ok(casework.raise(&by.actor, raise, files(fields)).await?.number)
}

async fn page(
    by: &SignedIn,
    casework: &Casework,
    of: &For,
    find: &str,
    sent: &Fields,
    wrong: &[(String, String)],
    problem: String,
) -> PageResult {
    let w = &by.words;
    let reached = identity::reach(&by.actor, &access::CREATE)?;
    let mut conn = by.state.db.read().await?;
    let settings = casework.settings(&mut conn).await?;
    let mut chosen = None;
    if !of.code.is_empty()
        && let Some(glance) = enterprise_by_code(&mut conn, &of.code).await?
    {
        let (subject, _) = crate::store::case::subject_of_enterprise(&mut conn, glance.id, &by.actor).await?;
        identity::authorize(&by.actor, &access::CREATE, &subject)?;
        chosen = Some(glance);
    }
    let found = match find {
        "" => None,
        find => Some(offered(&mut conn, &reached, find).await?),
    };
    let named = chosen.is_none() && registry::unchecked::can_be_name(&of.name);
    let places = if named { townships(&mut conn, None).await? } else { Vec::new() };
    drop(conn);
    let error = |name: &str| wrong.iter().find(|(field, _)| field == name).map(|(_, text)| text.clone());
    let contact = match &chosen {
        Some(glance) => Some((glance.contact_name.as_str(), glance.contact_phone.as_str())),
        None => named.then_some(("", "")),
    };
    let mut fields = contact.map(|contact| fields(w, &settings, contact, sent, &error)).unwrap_or_default();
    if named && !places.is_empty() {
        fields.insert(0, township_field(w, &places, sent, &error));
    }
    let once = match sent.get("once") {
        "" => uuid_v7(by.now, casework.random.as_ref()).to_string(),
        once => once.to_owned(),
    };
    let mut shell = by.shell();
    if chosen.is_some() {
        shell.path = Href::parse("/requests/new").with("enterprise", &of.code).to_string();
    } else if named {
        shell.path = named_href(&of.name).to_string();
    }
    let unregistered = registry::unchecked::can_be_name(find)
        .then(|| Link::new(named_href(find), w.f("desk-unregistered-go", &[("name", &find)])));
    html(&Page {
        find: Field::input("search", "find", w.t("desk-find"))
            .value(find)
            .hint(w.t("desk-find-hint"))
            .error(error("find"))
            .required(),
        found: found.map(|all| all.iter().map(|glance| Found::new(w, glance)).collect()),
        unregistered,
        chosen: match &chosen {
            Some(glance) => Some(Found::new(w, glance)),
            None => named.then(|| Found::named(w, &of.name)),
        },
        summary: ErrorSummary::of(w, &fields),
        problem,
        fields,
        once,
        shell,
    })
}

/// Enterprises that are found by what was typed, or else those that may be meant by it.
async fn offered(conn: &mut db::Conn, reached: &identity::Reached, find: &str) -> Result<Vec<Glance>> {
    let found = enterprises(conn, reached, find, OFFERED).await?;
    if !found.is_empty() {
        return Ok(found);
    }
    let mut like = Vec::new();
    for row in registry::unchecked::similar(conn, reached, find).await? {
        like.extend(enterprise_by_code(conn, &row.credit_code).await?);
    }
    Ok(like)
}

fn township_field(w: &Words, places: &[Township], sent: &Fields, error: &dyn Fn(&str) -> Option<String>) -> Field {
    let now = web::components::chosen(sent.get("township"));
    let choices = places.iter().map(|own| Choice::new(&own.code, shared::name(w, &own.names), own.code == now));
    Field::pick("township", w.t("desk-field-township"), choices.collect()).empty(w).optional(w).error(error("township"))
}

fn fields(
    w: &Words,
    settings: &Settings,
    (contact_name, contact_phone): (&str, &str),
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
            .value(preset("contact_name", contact_name))
            .required()
            .maxlength(40)
            .error(error("contact_name")),
        Field::input("tel", "contact_phone", w.t("desk-field-phone"))
            .value(preset("contact_phone", &mask_phone(contact_phone)))
            .hint(if contact_phone.is_empty() { "".into() } else { w.t("contact-mask-hint") })
            .required()
            .inputmode("tel")
            .error(error("contact_phone")),
        Field::file(ATTACHMENT, w.t("desk-field-files"), ".pdf,.docx,.xlsx,.doc,.xls,.wps,.et,image/*", true)
            .optional(w)
            .error(error(ATTACHMENT)),
    ]
}
