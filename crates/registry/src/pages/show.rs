//! GET /enterprises/{credit_code}: what is known of one enterprise, who helps it, where its requests are.

use askama::Template;
use axum::extract::Path;
use chrono::NaiveDate;
use identity::{Actor, Subject, allowed, authorize};
use kernel::{Error, FieldError, Result, local_date};
use web::components::{Choice, Crumbs, Empty, ErrorSummary, Field, Link, Phone, Sight, chosen};
use web::extract::redirect;
use web::{PageResult, Shell, SignedIn, Words, describe_fields, html};

use super::said;
use crate::access;
use crate::enterprise::{Chain, Enterprise, HelperKind, Scale};
use crate::facts::{self, Reported, dictionary};
use crate::store::{self, Alias, HelperRow};

#[derive(Template)]
#[template(path = "enterprises/show.html")]
pub(super) struct Page {
    pub shell: Shell,
    pub crumbs: Crumbs,
    pub code: String,
    pub name: String,
    pub closed: String,
    /// What the line of the credit code says if its last character does not fit.
    pub code_doubt: String,
    /// Title and value.
    pub facts: Vec<(String, String)>,
    pub phone: Phone,
    /// What departments reported, in the order of the dictionary: what is asked for most, and the rest.
    pub reported: Vec<Fact>,
    pub reported_more: Vec<Fact>,
    /// Where nothing was reported: what to do.
    pub none_reported: Option<Empty>,
    pub may_import_facts: bool,
    pub helpers: Vec<Helper>,
    pub aliases: Vec<(String, String, String)>,
    pub changed: String,
    pub may_change: bool,
    pub may_assign: bool,
    pub fields: Vec<Field>,
    pub summary: ErrorSummary,
    pub inside: bool,
    pub tries_rules: bool,
    /// May open posters and requests, which casework has.
    pub prints_posters: bool,
    pub reads_requests: bool,
}

/// So many facts are shown without folding any away.
const UNFOLDED: usize = 16;

/// A reported fact as the page shows it.
pub(super) struct Fact {
    pub name: String,
    pub value: String,
    pub period: String,
    pub source: String,
    pub as_of: String,
}

pub(super) struct Helper {
    pub login: String,
    pub name: String,
    pub title: String,
    pub unit: String,
    pub phone: Phone,
    pub kind: String,
    pub since: String,
}

/// More helpers than any county or city names.
const MOST_CANDIDATES: u32 = 5_000;

/// Who may be chosen as a helper, in the order in which names are read: login and what stands in the list.
pub(super) type Candidates = Vec<(String, String)>;

pub(super) async fn show(by: SignedIn, Path(code): Path<String>) -> PageResult {
    let mut conn = by.state.db.read().await?;
    let (found, subject) = one(&mut conn, &by.actor, &code).await?;
    let now = found.facts.credit_code.as_str();
    if now != code {
        return Ok(redirect(&format!("/enterprises/{now}")));
    }
    html(&whole(&mut conn, &by, &found, &subject, Assign::on(local_date(by.now))).await?)
}

/// The page with everything on it and, for those who may name helpers, that form as it is to be filled.
pub(super) async fn whole(
    conn: &mut db::Conn,
    by: &SignedIn,
    found: &Enterprise,
    subject: &Subject,
    assign: Assign,
) -> Result<Page> {
    let chains = store::list_chains(conn).await?;
    let mut page = page(&by.shell(), &by.actor, found, subject, &chains);
    let helpers = store::helpers_of(conn, found.id).await?;
    let aliases = store::aliases(conn, found.id).await?;
    page.aliases(&aliases);
    page.reported(&store::facts_of(conn, found.id).await?);
    if page.may_assign {
        let people = candidates(conn, &page.shell.w).await?;
        page.assign_form(&people, &assign);
    }
    page.helpers(&helpers, said::sight(&by.actor, subject));
    // A page that answers a form: switching the language leads to the enterprise, not to the address of the form.
    page.shell.path = format!("/enterprises/{}", page.code);
    Ok(page)
}

/// What stands in the form that names a helper.
#[derive(Default)]
pub(super) struct Assign {
    /// Login of the person.
    pub person: String,
    pub kind: String,
    /// A day as `2026-11-22`, or what was typed instead.
    pub from: String,
    pub wrong: Vec<FieldError>,
}

impl Assign {
    /// The form as it is first seen.
    pub(super) fn on(today: NaiveDate) -> Assign {
        Assign { kind: HelperKind::Lead.as_str().to_owned(), from: today.to_string(), ..Assign::default() }
    }
}

/// The enterprise with this code, if the actor may see it.
pub(super) async fn one(conn: &mut db::Conn, actor: &Actor, code: &str) -> Result<(Enterprise, Subject)> {
    let found = store::find_by_code(conn, code).await?.ok_or_else(|| Error::not_found("enterprise"))?;
    let subject = store::subject(conn, found.id).await?;
    authorize(actor, &access::READ, &subject)?;
    Ok((found, subject))
}

async fn candidates(conn: &mut db::Conn, w: &Words) -> Result<Candidates> {
    let filter = identity::PeopleFilter { role: Some(identity::Role::Helper), active_only: true, ..Default::default() };
    let people = identity::list_people(conn, &filter, None, MOST_CANDIDATES).await?;
    let unit = |p: &identity::Person| {
        let mut names = p.grants.iter().map(|g| said::one_of(w, &g.grant.unit_name, &g.grant.unit_name_en));
        names.find(|name| !name.is_empty()).map(str::to_owned)
    };
    let line = |p: &identity::Person| {
        [Some(p.name.clone()), unit(p), Some(p.title.clone())]
            .into_iter()
            .flatten()
            .filter(|s| !s.is_empty())
            .collect::<Vec<_>>()
            .join(" · ")
    };
    Ok(people.iter().map(|p| (p.login.clone(), line(p))).collect())
}

pub(super) fn page(shell: &Shell, actor: &Actor, e: &Enterprise, subject: &Subject, chains: &[Chain]) -> Page {
    let w = &shell.w;
    let f = &e.facts;
    // Of one that waits to be looked at only its name is known: it is registered or linked before anything else.
    let registered = f.status != crate::Status::Unchecked;
    let inside = actor.grants.iter().any(|g| g.role != identity::Role::Enterprise);
    let is_any = |roles: &[identity::Role]| actor.grants.iter().any(|g| roles.contains(&g.role));
    let facts = [
        ("credit_code", f.credit_code.known().map_or_else(|| w.t("ent-code-unknown").into_owned(), str::to_owned)),
        ("short_name", f.short_name.clone()),
        ("township", said::township(w, e.township.as_ref()).to_owned()),
        (
            "division",
            f.division
                .map(|d| d.name().map_or_else(|| d.to_string(), |name| format!("{d} {name}")))
                .unwrap_or_default(),
        ),
        ("industry", f.industry.map(|i| said::industry(i.as_str())).unwrap_or_default()),
        ("chain", said::chain(w, chains.iter().find(|c| Some(&c.code) == f.chain.as_ref())).to_owned()),
        ("scale", if f.scale == Scale::Unknown { String::new() } else { said::scale(w, f.scale) }),
        ("staff", f.staff.map(web::format::number).unwrap_or_default()),
        ("address", f.address.clone()),
        ("contact_name", f.contact_name.clone()),
    ];
    Page {
        // An enterprise's own people have no list to go back to.
        crumbs: Crumbs::new(
            w,
            inside.then(|| Link::new("/enterprises", w.t("nav-enterprises"))).into_iter().collect(),
            f.short(),
        ),
        code: f.credit_code.as_str().to_owned(),
        name: f.name.clone(),
        closed: said::status_apart(w, f.status),
        code_doubt: code_doubt(w, e),
        facts: facts
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(key, value)| (said::column(w, key), value))
            .collect(),
        phone: Phone::new(
            w,
            said::sight(actor, subject),
            &f.contact_phone,
            &f.contact_name,
            &format!("/enterprises/{}/contact", f.credit_code.as_str()),
        ),
        reported: Vec::new(),
        reported_more: Vec::new(),
        none_reported: None,
        may_import_facts: allowed(actor, &access::IMPORT_FACTS, subject),
        helpers: Vec::new(),
        aliases: Vec::new(),
        changed: w.full_datetime(e.updated_at),
        may_change: allowed(actor, &access::CHANGE, subject),
        may_assign: registered && allowed(actor, &access::ASSIGN_HELPER, subject),
        fields: Vec::new(),
        summary: ErrorSummary::default(),
        inside,
        tries_rules: registered,
        prints_posters: registered && is_any(&[identity::Role::Desk, identity::Role::Helper]),
        reads_requests: is_any(&[
            identity::Role::Desk,
            identity::Role::Leader,
            identity::Role::Handler,
            identity::Role::Helper,
        ]),
        shell: shell.clone(),
    }
}

fn code_doubt(w: &Words, e: &Enterprise) -> String {
    match e.facts.credit_code.check() {
        _ if e.facts.credit_code.is_stand_in() => w.t("ent-unchecked-text").into_owned(),
        kernel::Check::BadCheck { expected } => w.f("ent-code-doubt", &[("expected", &expected.to_string())]),
        _ => String::new(),
    }
}

impl Page {
    pub(super) fn helpers(&mut self, helpers: &[HelperRow], sight: Sight) {
        let w = &self.shell.w;
        let row = |h: &HelperRow| Helper {
            login: h.login.clone(),
            name: h.name.clone(),
            title: h.title.clone(),
            unit: said::one_of(w, &h.unit_name, &h.unit_name_en).to_owned(),
            phone: Phone::new(
                w,
                sight,
                &h.phone,
                &h.name,
                &format!("/enterprises/{}/helpers/{}/contact", self.code, web::href::encode(&h.login)),
            ),
            kind: said::helper_kind(w, h.kind),
            since: w.date(h.from),
        };
        self.helpers = helpers.iter().map(row).collect();
    }

    /// Facts the dictionary no longer has are left out: nobody could say in what they are measured.
    pub(super) fn reported(&mut self, reported: &[Reported]) {
        let w = &self.shell.w;
        let lang = said::lang(w);
        let row = |fact: &rulepack::dictionary::Fact| {
            let kept = reported.iter().find(|kept| kept.code == fact.code)?;
            let usual = facts::USUAL.contains(&fact.code.as_str());
            let row = Fact {
                name: facts::name(fact, lang).to_owned(),
                value: facts::shown(fact, &kept.value, lang),
                period: kept.period.clone(),
                source: facts::source(fact, &kept.source, lang).to_owned(),
                as_of: w.date(kept.as_of),
            };
            Some((usual, row))
        };
        let all: Vec<(bool, Fact)> = dictionary().facts().iter().filter_map(row).collect();
        let folded = all.len() > UNFOLDED && all.iter().any(|(usual, _)| *usual);
        let (first, more): (Vec<_>, Vec<_>) = all.into_iter().partition(|(usual, _)| *usual || !folded);
        self.reported = first.into_iter().map(|(_, row)| row).collect();
        self.reported_more = more.into_iter().map(|(_, row)| row).collect();
        if self.reported.is_empty() {
            let text = match (self.may_import_facts, self.inside) {
                (true, _) => w.t("ent-reported-none-import"),
                (false, true) => w.t("ent-reported-none-inside"),
                (false, false) => w.t("ent-reported-none-own"),
            };
            let import = || Link::new("/enterprises/facts/import", w.t("ent-facts-import"));
            self.none_reported = Some(Empty::new(w.t("ent-reported-none"), text, self.may_import_facts.then(import)));
        }
    }

    pub(super) fn aliases(&mut self, aliases: &[Alias]) {
        let w = &self.shell.w;
        let row = |a: &Alias| (said::alias_kind(w, a.kind), a.value.clone(), w.date(local_date(a.created_at)));
        self.aliases = aliases.iter().map(row).collect();
    }

    pub(super) fn assign_form(&mut self, people: &Candidates, typed: &Assign) {
        let w = &self.shell.w;
        let error = Error { fields: typed.wrong.clone(), ..Error::invalid("invalid-fields") };
        let texts = describe_fields(w, &error);
        let wrong = |field: &str| texts.iter().find(|(name, _)| name == field).map(|(_, text)| text.clone());
        let people = people
            .iter()
            .map(|(login, line)| Choice::new(login, line.as_str(), login == chosen(&typed.person)))
            .collect();
        let kinds = HelperKind::ALL
            .into_iter()
            .map(|k| Choice::new(k.as_str(), said::helper_kind(w, k), k.as_str() == typed.kind))
            .collect();
        self.fields = vec![
            Field::pick("person", w.t("ent-assign-person"), people)
                .value(&typed.person)
                .empty(w)
                .required()
                .error(wrong("person")),
            Field::select("kind", w.t("ent-assign-kind"), kinds).error(wrong("kind")),
            Field::input("date", "from", w.t("ent-assign-from")).value(&typed.from).required().error(wrong("from")),
        ];
        self.summary = ErrorSummary::of(w, &self.fields);
    }
}
