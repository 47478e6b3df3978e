//! /admin/people/{login}/leave: before somebody is made inactive, what would be left without them, and who takes it over.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Path;
use casework::access::READ;
use casework::ask::NeedFilter;
use db::{Conn, Tx};
use events::{PersonEvent, PersonTold};
use identity::{Actor, PeopleFilter, Person, PersonChange, Role, reached};
use kernel::{EnterpriseId, Error, ErrorKind, FieldError, PersonId, Result, UnitId};
use registry::{Brief, HelperKind};
use serde_json::json;
use web::components::{Choice, Crumbs, ErrorSummary, Field, Suggestions, chosen};
use web::{
    Fields, PageResult, PostedTextBy, Shell, SignedIn, Words, describe, describe_fields, html, redirect_saying,
    shown_again,
};

use super::access::PEOPLE;
use super::person::{found, helped};
use super::person_roles::taken;
use super::places::{self, Units};
use super::{begin, crumbs, done, fault, listed, permit, store};

/// More helpers than any county or city names.
const MOST_HELPERS: u32 = 5_000;
/// The id of the list of successors, which all fields share.
const SUCCESSORS: &str = "successors";
/// What stands in the field of an enterprise that nobody takes over.
const NOBODY: &str = "-";

/// A unit the person works for.
pub(super) struct Left {
    pub unit: String,
    pub open: i64,
    /// The open matters, for those who may see them.
    pub href: Option<String>,
    /// Who else handles matters there.
    pub others: String,
}

/// An enterprise the person helps.
pub(super) struct Bond {
    pub code: String,
    pub kind: String,
    /// Who takes over this one.
    pub field: Field,
}

#[derive(Template)]
#[template(path = "admin/leave.html")]
pub(super) struct Page {
    pub shell: Shell,
    pub crumbs: Crumbs,
    pub login: String,
    pub name: String,
    pub version: i64,
    pub problem: String,
    pub summary: ErrorSummary,
    pub own: bool,
    pub active: bool,
    pub left: Vec<Left>,
    pub bonds: Vec<Bond>,
    /// Who takes over all that is not said one by one, and whether nobody does.
    pub successor: Field,
    pub nobody: Field,
    pub suggestions: Suggestions,
}

/// A form as it came back, with what is wrong in it.
#[derive(Default)]
struct Refused {
    typed: Option<Fields>,
    wrong: Vec<(String, String)>,
    problem: String,
}

async fn page(by: &SignedIn, login: &str, refused: Refused) -> Result<Page> {
    let w = &by.words;
    let mut conn = by.state.db.read().await?;
    let person = found(&mut conn, login).await?;
    let left = left(&mut conn, by, &person).await?;
    let helped = helped(&mut conn, &by.actor, person.id).await?;
    let helpers = if helped.is_empty() { Vec::new() } else { helpers(&mut conn, person.id).await? };
    drop(conn);
    let typed = |name: &str| refused.typed.as_ref().map(|typed| typed.get(name).to_owned()).unwrap_or_default();
    let input = |name: &str, label: String| {
        Field::text(name, label)
            .value(typed(name))
            .error(fault(&refused.wrong, name))
            .placeholder(w.t("choose-typing"))
            .autocomplete("off")
            .suggested_by(SUCCESSORS)
    };
    let bond = |(firm, kind): &(Brief, HelperKind)| Bond {
        code: firm.credit_code.clone(),
        // words: ent-helper-lead ent-helper-deputy
        kind: w.t(&format!("ent-helper-{}", kind.as_str())).into_owned(),
        field: input(&own_field(firm), w.f("admin-leave-one", &[("name", &firm.name)])).placeholder(""),
    };
    let bonds: Vec<Bond> = helped.iter().map(bond).collect();
    let mut choices = vec![Choice::new(NOBODY, w.t("admin-leave-none"), false)];
    choices.extend(helpers.iter().map(|helper| Choice::new(&helper.login, helper_line(w, helper), false)));
    let successor = input("successor", w.t("admin-leave-successor").into_owned());
    Ok(Page {
        shell: by.shell(),
        crumbs: crumbs(by, &[("/admin/people", "admin-people")], &w.f("admin-leave-title", &[("name", &person.name)])),
        problem: refused.problem,
        summary: ErrorSummary::of(w, [&successor].into_iter().chain(bonds.iter().map(|bond| &bond.field))),
        own: by.actor.person == Some(person.id),
        active: person.active,
        left,
        bonds,
        successor,
        nobody: Field::check("nobody", w.t("admin-leave-nobody-else"), typed("nobody") == "yes"),
        suggestions: Suggestions::new(SUCCESSORS, choices),
        version: person.version,
        login: person.login,
        name: person.name,
    })
}

/// The name of an enterprise's own field.
fn own_field(firm: &Brief) -> String {
    format!("to-{}", firm.credit_code)
}

/// Who may take over: active helpers, as their names are read.
async fn helpers(conn: &mut Conn, leaves: PersonId) -> Result<Vec<Person>> {
    let filter = PeopleFilter { role: Some(Role::Helper), active_only: true, ..PeopleFilter::default() };
    let mut helpers = identity::list_people(conn, &filter, None, MOST_HELPERS).await?;
    helpers.retain(|helper| helper.id != leaves);
    Ok(helpers)
}

/// `王芳 · 工信局 · 科长`.
fn helper_line(w: &Words, helper: &Person) -> String {
    let unit = helper.grants.iter().map(|held| places::unit_of(w, &held.grant)).find(|unit| !unit.is_empty());
    let parts = [helper.name.as_str(), unit.unwrap_or_default(), helper.title.as_str()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// The units whose matters the person handles.
async fn left(conn: &mut Conn, by: &SignedIn, person: &Person) -> Result<Vec<Left>> {
    let units = Units::load(conn).await?;
    let open = store::open_work(conn).await?;
    let mut works: Vec<UnitId> =
        person.grants.iter().filter(|h| h.grant.role == Role::Handler).filter_map(|h| h.grant.unit).collect();
    works.dedup();
    let sees = !reached(&by.actor, &READ).is_nothing();
    let mut left = Vec::new();
    for unit in works.iter().filter_map(|id| units.find(*id)) {
        let filter = PeopleFilter {
            role: Some(Role::Handler),
            unit: Some(unit.id),
            active_only: true,
            ..PeopleFilter::default()
        };
        // One query a unit; nobody handles for more than a few.
        let others = identity::list_people(conn, &filter, None, 10).await?;
        let matters = NeedFilter { unit: Some(unit.code.clone()), ..NeedFilter::default() };
        left.push(Left {
            unit: places::name(&by.words, unit).to_owned(),
            open: open.get(&unit.id).copied().unwrap_or(0),
            href: sees.then(|| casework::href(matters)),
            others: listed(&by.words, others.into_iter().filter(|other| other.id != person.id).map(|other| other.name)),
        });
    }
    Ok(left)
}

pub(super) async fn ask(by: SignedIn, Path(login): Path<String>) -> PageResult {
    permit(&by, &PEOPLE)?;
    html(&page(&by, &login, Refused::default()).await?)
}

pub(super) async fn leave(Path(login): Path<String>, PostedTextBy { by, fields }: PostedTextBy) -> PageResult {
    permit(&by, &PEOPLE)?;
    let stays = fields.get("stays") == "yes";
    match left_now(&by, &login, &fields, stays).await {
        Ok(()) => {
            let said = if stays { "admin-handed-over" } else { "admin-left" };
            Ok(redirect_saying(&format!("/admin/people/{login}"), said))
        }
        Err(error) if matches!(error.kind, ErrorKind::Invalid | ErrorKind::Conflict) => {
            let wrong = describe_fields(&by.words, &error);
            let problem = if wrong.is_empty() { describe(&by.words, &error) } else { String::new() };
            let refused = Refused { typed: Some(fields), wrong, problem };
            Ok(shown_again(html(&page(&by, &login, refused).await?)?))
        }
        Err(error) => Err(error.into()),
    }
}

/// Hands over what the person does for enterprises and, unless the person stays, ends roles, telephone and account: all of it
/// or nothing.
async fn left_now(by: &SignedIn, login: &str, fields: &Fields, stays: bool) -> Result<()> {
    fields.fresh()?;
    let mut change = begin(by, &PEOPLE).await?;
    let person = found(&mut change, login).await?;
    if !stays && by.actor.person == Some(person.id) {
        return Err(Error::conflict("own-access"));
    }
    let decided = decided(&mut change, &by.actor, &person, fields).await?;
    let n = registry::keep::hand_over(&mut change, person.id, &decided).await?;
    let detail = json!({"login": person.login, "enterprises": n});
    if stays {
        let told = PersonTold::of(PersonEvent::HandedOver, person.id, person.version);
        return change.done(done("hand-over", "person", person.id, detail), &told).await;
    }
    for held in &person.grants {
        identity::remove_grant(&mut change, person.id, held.id).await?;
        let grant = &held.grant;
        let detail = json!({"login": person.login, "role": grant.role.as_str(), "for": grant.unit_name});
        change.tell(done("take-role", "person", person.id, detail), &taken(&person, grant)).await?;
    }
    let new = PersonChange {
        name: person.name.clone(),
        // Nobody is to call who has left.
        phone: String::new(),
        title: person.title.clone(),
        active: false,
        away_from: None,
        away_until: None,
    };
    let version = fields.get("version").parse().unwrap_or(0);
    identity::change_person(&mut change, by.state.clock.as_ref(), person.id, version, &new).await?;
    identity::end_all(&mut change, person.id).await?;
    let told = PersonTold::of(PersonEvent::Left, person.id, version + 1);
    change.done(done("deactivate", "person", person.id, detail), &told).await
}

/// Who takes over each enterprise, as the form says: its own field goes before the one for all.
///
/// # Errors
/// `invalid-fields` for a successor who is no active helper, and if neither a successor nor “nobody” was said.
async fn decided(
    tx: &mut Tx,
    actor: &Actor,
    person: &Person,
    fields: &Fields,
) -> Result<HashMap<EnterpriseId, Option<PersonId>>> {
    let helped = helped(tx, actor, person.id).await?;
    let mut wrong = Vec::new();
    let all = taker(tx, person.id, "successor", fields.chosen("successor"), &mut wrong).await?;
    let all = all.or((fields.get("nobody") == "yes").then_some(None));
    let mut decided = HashMap::new();
    let mut undecided = false;
    for (firm, _) in &helped {
        let name = own_field(firm);
        match taker(tx, person.id, &name, chosen(fields.get(&name)), &mut wrong).await?.or(all) {
            Some(to) => {
                decided.insert(firm.id, to);
            }
            None => undecided = true,
        }
    }
    if undecided && wrong.is_empty() {
        wrong.push(FieldError::new("successor", "successor-needed"));
    }
    Error::check(wrong)?;
    Ok(decided)
}

/// Who is meant: `None` if nothing was typed, `Some(None)` for nobody.
async fn taker(
    tx: &mut Tx,
    leaves: PersonId,
    field: &str,
    text: &str,
    wrong: &mut Vec<FieldError>,
) -> Result<Option<Option<PersonId>>> {
    if text.is_empty() || text == NOBODY {
        return Ok((!text.is_empty()).then_some(None));
    }
    let meant = identity::find_person_meant(tx, text).await?;
    let helps = |person: &Person| {
        person.active && person.id != leaves && person.grants.iter().any(|held| held.grant.role == Role::Helper)
    };
    let meant = meant.filter(helps).map(|person| Some(person.id));
    if meant.is_none() {
        wrong.push(FieldError::new(field.to_owned(), "successor-unknown"));
    }
    Ok(meant)
}
