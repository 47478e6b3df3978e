//! /admin/people/{login}: one person, what is known of them, the roles held, and what can be done.

use askama::Template;
use axum::extract::Path;
use db::Conn;
use events::{PersonEvent, PersonTold};
use identity::{Actor, AuditFilter, Person, PersonChange, Role, reached};
use kernel::{Error, ErrorKind, FieldError, PersonId, Result, mask_phone, unmask_phone};
use registry::{Brief, HelperKind};
use serde_json::json;
use web::components::{Choice, Crumbs, ErrorSummary, Field, Link, Phone, Sight};
use web::{
    Fields, PageResult, PostedTextBy, Shell, SignedIn, Words, describe, describe_fields, html, redirect_saying,
    shown_again,
};

use super::access::PEOPLE;
use super::places::{self, Units};
use super::{begin, crumbs, done, fault, people, permit, reach, store};

/// More enterprises than this are counted, not named.
const MOST_NAMED: usize = 12;

/// A role held, with the enterprise it is held for.
pub(super) struct HeldRow {
    pub id: String,
    pub text: String,
    pub firm: Option<Link>,
    /// What it shows, in numbers.
    pub sees: String,
}

/// One of the two forms as it came back, with what is wrong in it.
#[derive(Default)]
pub(super) struct Refused {
    pub typed: Option<Fields>,
    pub wrong: Vec<(String, String)>,
    /// What concerns the whole form.
    pub problem: String,
    /// The refused form is the one that gives a role.
    pub roles: bool,
    /// What the role in the form would show: it was not sent to be given, only to be looked at.
    pub foretold: String,
}

#[derive(Template)]
#[template(path = "admin/person.html")]
pub(super) struct Page {
    pub shell: Shell,
    pub crumbs: Crumbs,
    pub login: String,
    pub name: String,
    pub version: i64,
    pub active: bool,
    pub own: bool,
    pub tags: Vec<String>,
    pub problem: String,
    /// Requests that no desk sees.
    pub unreached: String,
    pub foretold: String,
    /// What somebody else changed while the form was open.
    pub meanwhile: Vec<String>,
    pub summary: ErrorSummary,
    pub fields: Vec<Field>,
    pub phone: Phone,
    pub held: Vec<HeldRow>,
    pub give: Vec<Field>,
    pub helped: Vec<Link>,
    pub helped_more: usize,
    pub no_password: bool,
}

/// The person with a login, or none such.
pub(super) async fn found(conn: &mut Conn, login: &str) -> Result<Person> {
    identity::find_person_by_login(conn, login).await?.ok_or_else(|| Error::not_found("person"))
}

/// The enterprises somebody helps, each with how.
pub(super) async fn helped(conn: &mut Conn, actor: &Actor, person: PersonId) -> Result<Vec<(Brief, HelperKind)>> {
    registry::ask::helped_by(conn, &reached(actor, &registry::access::READ), person).await
}

pub(super) async fn show(by: SignedIn, Path(login): Path<String>) -> PageResult {
    permit(&by, &PEOPLE)?;
    html(&page(&by, &login, Refused::default()).await?)
}

/// The page with a form that was refused, or one that was only to be looked at.
pub(super) async fn again(by: &SignedIn, login: &str, refused: Refused) -> PageResult {
    let looked = !refused.foretold.is_empty();
    let page = html(&page(by, login, refused).await?)?;
    Ok(if looked { page } else { shown_again(page) })
}

async fn page(by: &SignedIn, login: &str, refused: Refused) -> Result<Page> {
    let w = &by.words;
    let mut conn = by.state.db.read().await?;
    let person = found(&mut conn, login).await?;
    let units = Units::load(&mut conn).await?;
    let firms = store::enterprises(&mut conn, person.grants.iter().filter_map(|held| held.grant.enterprise)).await?;
    let helped = helped(&mut conn, &by.actor, person.id).await?;
    let no_password = identity::password_of(&mut conn, person.id).await?.is_none();
    let facts = refused.typed.as_ref().filter(|_| !refused.roles);
    let version = facts.and_then(|typed| typed.get("version").parse().ok()).unwrap_or(person.version);
    let meanwhile = match facts {
        Some(typed) if version != person.version => meanwhile(&mut conn, by, &person, typed).await?,
        _ => Vec::new(),
    };
    let mut sees = Vec::with_capacity(person.grants.len());
    for held in &person.grants {
        sees.push(reach::said(&mut conn, w, &held.grant, Some(person.id), by.now).await?);
    }
    let unreached = reach::warning(&mut conn, w, by.now).await?;
    drop(conn);
    let fields = facts_fields(w, facts, Some(&person), &refused.wrong);
    let give = role_fields(w, refused.typed.as_ref().filter(|_| refused.roles), &units, &refused.wrong);
    let held = person.grants.iter().zip(sees).map(|(held, sees)| {
        let firm = held.grant.enterprise.and_then(|id| firms.get(&id.uuid()));
        HeldRow {
            id: held.id.to_string(),
            text: places::held(w, &held.grant, &firms),
            firm: firm.map(|(code, _)| Link::new(format!("/enterprises/{code}"), code)),
            sees,
        }
    });
    Ok(Page {
        shell: by.shell(),
        crumbs: crumbs(by, &[("/admin/people", "admin-people")], &person.name),
        phone: Phone::new(
            w,
            Sight::Button,
            &person.phone,
            &person.name,
            &format!("/admin/people/{}/contact", person.login),
        ),
        held: held.collect(),
        own: by.actor.person == Some(person.id),
        tags: people::tags(by, &person),
        problem: refused.problem,
        unreached,
        foretold: refused.foretold,
        meanwhile,
        summary: ErrorSummary::of(w, fields.iter().chain(&give)),
        fields,
        give,
        helped_more: helped.len().saturating_sub(MOST_NAMED),
        helped: helped
            .iter()
            .take(MOST_NAMED)
            .map(|(firm, _)| Link::new(format!("/enterprises/{}", firm.credit_code), &firm.name))
            .collect(),
        no_password,
        active: person.active,
        // Sending the same form again after looking at what changed is a decision; it goes from the new version on.
        version: person.version,
        login: person.login,
        name: person.name,
    })
}

/// Who changed the person last and in what the stored facts differ from the typed ones.
async fn meanwhile(conn: &mut Conn, by: &SignedIn, person: &Person, typed: &Fields) -> Result<Vec<String>> {
    let w = &by.words;
    let filter = AuditFilter {
        resource: Some("person".into()),
        resource_id: Some(person.id.to_string()),
        ..AuditFilter::default()
    };
    let last = identity::audit_list(conn, &filter, None, 1).await?.pop();
    let mut lines: Vec<String> = last
        .map(|entry| w.f("admin-changed-by", &[("who", &entry.actor), ("at", &w.full_datetime(entry.at))]))
        .into_iter()
        .collect();
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let now = [
        ("name", person.name.clone()),
        ("phone", mask_phone(&person.phone)),
        ("title", person.title.clone()),
        ("away_from", day(person.away_from)),
        ("away_until", day(person.away_until)),
    ];
    for (field, value) in now.into_iter().filter(|(field, value)| typed.get(field) != value) {
        lines.push(w.f("admin-now", &[("field", &label(w, field)), ("value", &value)]));
    }
    Ok(lines)
}

// words: admin-field-*
fn label(w: &Words, field: &str) -> String {
    // A unit has a name, too, and in Chinese it is another word.
    if field == "name" {
        return w.t("admin-col-name").into_owned();
    }
    w.t(&format!("admin-field-{}", field.replace('_', "-"))).into_owned()
}

/// Name, telephone, post and absence; what was typed comes before what is stored.
pub(super) fn facts_fields(
    w: &Words,
    typed: Option<&Fields>,
    person: Option<&Person>,
    wrong: &[(String, String)],
) -> Vec<Field> {
    let value = |name: &str, stored: Option<String>| match typed {
        Some(typed) => typed.get(name).to_owned(),
        None => stored.unwrap_or_default(),
    };
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string());
    let mut fields = vec![
        Field::text("name", label(w, "name"))
            .value(value("name", person.map(|p| p.name.clone())))
            .error(fault(wrong, "name"))
            .required()
            .maxlength(100),
        Field::input("tel", "phone", label(w, "phone"))
            .value(value("phone", person.map(|p| mask_phone(&p.phone))))
            .hint(if person.is_some_and(|p| !p.phone.is_empty()) { w.t("contact-mask-hint") } else { "".into() })
            .error(fault(wrong, "phone"))
            .optional(w)
            .maxlength(40),
        Field::text("title", label(w, "title"))
            .value(value("title", person.map(|p| p.title.clone())))
            .error(fault(wrong, "title"))
            .optional(w)
            .maxlength(100),
    ];
    if let Some(person) = person {
        fields.extend([
            Field::input("date", "away_from", label(w, "away_from"))
                .value(value("away_from", day(person.away_from)))
                .error(fault(wrong, "away_from"))
                .optional(w),
            Field::input("date", "away_until", label(w, "away_until"))
                .value(value("away_until", day(person.away_until)))
                .hint(w.t("admin-away-hint"))
                .error(fault(wrong, "away_until"))
                .optional(w),
        ]);
    }
    fields
}

/// Role and what it is held for.
pub(super) fn role_fields(w: &Words, typed: Option<&Fields>, units: &Units, wrong: &[(String, String)]) -> Vec<Field> {
    let value = |name: &str| typed.map(|typed| typed.get(name).to_owned()).unwrap_or_default();
    let roles = Role::ALL.into_iter().filter(|role| *role != Role::System);
    let roles = roles.map(|role| Choice::new(role, places::role(w, role), value("role") == role.as_str()));
    vec![
        Field::select("role", w.t("admin-role"), roles.collect()).empty(w).error(fault(wrong, "role")).required(),
        Field::pick("unit", w.t("admin-unit"), units.choices(w, &value("unit"), |_| true))
            .value(value("unit"))
            .empty(w)
            .hint(w.t("admin-unit-hint"))
            .error(fault(wrong, "unit")),
        Field::text("enterprise", w.t("admin-enterprise"))
            .value(value("enterprise"))
            .hint(w.t("admin-enterprise-hint"))
            .error(fault(wrong, "enterprise"))
            .maxlength(30),
    ]
}

/// A day that was typed; nonsense is told.
fn day(fields: &Fields, name: &'static str, wrong: &mut Vec<FieldError>) -> Option<chrono::NaiveDate> {
    let text = fields.get(name);
    let day = text.parse().ok();
    if day.is_none() && !text.is_empty() {
        wrong.push(FieldError::new(name, "choose"));
    }
    day
}

pub(super) async fn save(Path(login): Path<String>, PostedTextBy { by, fields }: PostedTextBy) -> PageResult {
    permit(&by, &PEOPLE)?;
    match change(&by, &login, &fields).await {
        Ok(()) => Ok(redirect_saying(&format!("/admin/people/{login}"), "admin-saved")),
        Err(error) if matches!(error.kind, ErrorKind::Invalid | ErrorKind::Conflict) => {
            let wrong = describe_fields(&by.words, &error);
            let problem = if wrong.is_empty() { describe(&by.words, &error) } else { String::new() };
            again(&by, &login, Refused { typed: Some(fields), wrong, problem, ..Refused::default() }).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn change(by: &SignedIn, login: &str, fields: &Fields) -> Result<()> {
    fields.fresh()?;
    let mut wrong = Vec::new();
    let (away_from, away_until) = (day(fields, "away_from", &mut wrong), day(fields, "away_until", &mut wrong));
    Error::check(wrong)?;
    let version = fields.get("version").parse().unwrap_or(0);
    let mut change = begin(by, &PEOPLE).await?;
    let old = found(&mut change, login).await?;
    let new = PersonChange {
        name: fields.get("name").to_owned(),
        phone: unmask_phone(fields.get("phone"), &old.phone),
        title: fields.get("title").to_owned(),
        active: old.active,
        away_from,
        away_until,
    };
    identity::change_person(&mut change, by.state.clock.as_ref(), old.id, version, &new).await?;
    // Names of what changed; the values are nobody's business in the audit.
    let changed = [
        ("name", old.name != new.name),
        ("phone", old.phone != new.phone),
        ("title", old.title != new.title),
        ("away", (old.away_from, old.away_until) != (away_from, away_until)),
    ];
    let changed: Vec<_> = changed.into_iter().filter_map(|(name, is)| is.then_some(name)).collect();
    let detail = json!({"login": old.login, "changed": changed});
    let told = PersonTold::of(PersonEvent::Changed, old.id, version + 1);
    change.done(done("change-person", "person", old.id, detail), &told).await
}
