//! /admin/people/new: somebody new with a first role; the password is made here and shown once.

use askama::Template;
use events::{PersonEvent, PersonTold};
use identity::NewPerson;
use kernel::{Error, ErrorKind, FieldError, Result};
use serde_json::json;
use web::components::{Crumbs, ErrorSummary, Field};
use web::{Fields, PageResult, PostedTextBy, Shell, SignedIn, describe_fields, html, shown_again};

use super::access::PEOPLE;
use super::person::{facts_fields, role_fields};
use super::places::Units;
use super::{begin, crumbs, done, fault, permit, person_acts, person_roles, reach};
use crate::install::one_time_password;

#[derive(Template)]
#[template(path = "admin/person_new.html")]
pub(super) struct Form {
    pub shell: Shell,
    pub crumbs: Crumbs,
    pub summary: ErrorSummary,
    pub fields: Vec<Field>,
    pub role: Vec<Field>,
    /// What the role in the form would show.
    pub foretold: String,
}

async fn form(by: &SignedIn, typed: Option<&Fields>, wrong: &[(String, String)], foretold: String) -> Result<Form> {
    let w = &by.words;
    let units = Units::load(&mut by.state.db.read().await?).await?;
    let login = typed.map(|typed| typed.get("login").to_owned()).unwrap_or_default();
    let mut fields = facts_fields(w, typed, None, wrong);
    let login = Field::text("login", w.t("admin-field-login"))
        .value(login)
        .hint(w.t("admin-login-hint"))
        .error(fault(wrong, "login"))
        .required()
        .maxlength(40);
    fields.insert(1, login);
    let role = role_fields(w, typed, &units, wrong);
    Ok(Form {
        shell: by.shell(),
        crumbs: crumbs(by, &[("/admin/people", "admin-people")], &w.t("admin-person-new")),
        summary: ErrorSummary::of(w, fields.iter().chain(&role)),
        fields,
        role,
        foretold,
    })
}

pub(super) async fn blank(by: SignedIn) -> PageResult {
    permit(&by, &PEOPLE)?;
    html(&form(&by, None, &[], String::new()).await?)
}

pub(super) async fn add(PostedTextBy { by, fields }: PostedTextBy) -> PageResult {
    permit(&by, &PEOPLE)?;
    if fields.get("look") == "yes" {
        return look(&by, &fields).await;
    }
    let random = by.state.random.as_ref();
    let password = one_time_password(random);
    // Hashed before the write turn is taken: it takes a while on purpose.
    let hash = identity::hash_password(&password, random).await?;
    match added(&by, &fields, hash).await {
        Ok((name, login)) => person_acts::shown(&by, name, login, password),
        Err(error) if error.kind == ErrorKind::Invalid => {
            let wrong = describe_fields(&by.words, &error);
            Ok(shown_again(html(&form(&by, Some(&fields), &wrong, String::new()).await?)?))
        }
        Err(error) => Err(error.into()),
    }
}

/// The form again with what the role in it would show; nobody is added.
async fn look(by: &SignedIn, fields: &Fields) -> PageResult {
    let mut conn = by.state.db.read().await?;
    let (wrong, foretold) = match person_roles::asked(&mut conn, &by.actor, fields).await {
        Ok((grant, _)) => (Vec::new(), reach::foretold(&mut conn, &by.words, grant, None, by.now).await?),
        Err(error) if error.kind == ErrorKind::Invalid => (describe_fields(&by.words, &error), String::new()),
        Err(error) => return Err(error.into()),
    };
    drop(conn);
    let form = html(&form(by, Some(fields), &wrong, foretold).await?)?;
    Ok(if wrong.is_empty() { form } else { shown_again(form) })
}

async fn added(by: &SignedIn, fields: &Fields, hash: String) -> Result<(String, String)> {
    fields.fresh()?;
    let (clock, random) = (by.state.clock.as_ref(), by.state.random.as_ref());
    let mut change = begin(by, &PEOPLE).await?;
    // All faults of both halves at once, so that nobody has to send the form twice.
    let asked = person_roles::asked(&mut change, &by.actor, fields).await;
    let new = NewPerson {
        login: fields.get("login").to_owned(),
        name: fields.get("name").to_owned(),
        phone: fields.get("phone").to_owned(),
        title: fields.get("title").to_owned(),
        password_hash: Some(hash),
        one_time: true,
    };
    // The address of this very form; nobody can be found under it.
    let made = match fields.get("login").to_lowercase().as_str() {
        "new" => Error::check(vec![FieldError::new("login", "taken")]).map(|()| None),
        _ => identity::create_person(&mut change, clock, random, new).await.map(Some),
    };
    let (id, (grant, place)) = match (made, asked) {
        (Ok(Some(id)), Ok(asked)) => (id, asked),
        (Ok(_), Err(error)) => return Err(error),
        (Err(mut error), Err(other)) if other.kind == ErrorKind::Invalid => {
            error.fields.extend(other.fields);
            return Err(error);
        }
        (Err(error), _) => return Err(error),
        (Ok(None), Ok(_)) => return Err(Error::internal("a login was neither taken nor made")),
    };
    identity::grant_role(&mut change, clock, random, id, grant).await?;
    let person = identity::find_person(&mut change, id).await?.ok_or_else(|| Error::not_found("person"))?;
    let detail = json!({"login": person.login, "role": grant.role.as_str(), "for": place});
    let told = PersonTold {
        role: Some(grant.role.as_str().to_owned()),
        unit: grant.unit,
        ..PersonTold::of(PersonEvent::Added, id, person.version)
    };
    change.done(done("add-person", "person", id, detail), &told).await?;
    Ok((person.name, person.login))
}
