//! /my/NUMBER and /follow/NUMBER: one problem as the enterprise sees it, with what it may do now.

use std::collections::HashMap;

use askama::Template;
use axum::Extension;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::{DateTime, Utc};
use identity::allowed;
use kernel::{FieldError, UnitId, local_date};
use web::components::{ErrorSummary, Field, Light as Pill, Link, Phone, Progress, Sight, Timeline};
use web::href::Href;
use web::{Refused, Shell, Visitor, html};

use super::door::{Door, Entered, enter};
use super::history::{Telling, concerns};
use super::pending::Pending;
use super::promise::{Promised, promised};
use super::raise_form::ACCEPT;
use crate::access;
use crate::case::Need;
use crate::engine::Casework;
use crate::event::{ClosedOn, Event, Role};
use crate::pages::shared::{category, name};
use crate::pages::standing::Standing;
use crate::projection::project;
use crate::settings::Settings;
use crate::state::State;
use crate::store::enterprise_side::{self, Brief, Names, unit_names};
use crate::store::list::{Light, Moment};

/// What a person typed into one of the forms of the page when it is shown again.
#[derive(Default)]
pub(super) struct Refill {
    /// Name of the form: `remark`, `rate`, `withdraw`, `object`, `resubmit`.
    pub form: String,
    pub title: String,
    pub text: String,
    pub wrong: Vec<FieldError>,
    pub pending: Option<Pending>,
    /// Why it was not done.
    pub problem: String,
    /// The version the person looked at; what came after it is told.
    pub looked_at: Option<u32>,
}

/// A unit's part, as the enterprise sees it.
struct Part {
    unit: String,
    lead: bool,
    answered: bool,
}

/// An answer of this round.
struct Said {
    unit: String,
    outcome: String,
    text: String,
}

#[derive(Template)]
#[template(path = "enterprise/problem.html")]
pub(super) struct Page {
    shell: Shell,
    /// Address of this page; forms go below it.
    href: String,
    back: Link,
    number: String,
    title: String,
    light: Pill,
    sentence: String,
    bar: Option<Progress>,
    /// Where it is late, the number to call: empty without one.
    call: String,
    seq: u32,
    problem: String,
    /// What happened since the person looked.
    since: Option<Timeline>,
    siblings: Vec<Link>,
    waiting: String,
    returned: Option<String>,
    answers: Vec<Said>,
    promise: Option<Promised>,
    parts: Vec<Part>,
    timeline: Timeline,
    category: String,
    body: String,
    contact: (String, Phone),
    files: Vec<Link>,
    /// Two buttons: solved, not solved.
    ask: bool,
    /// The next step after one of them.
    more: &'static str,
    /// Until when 解决了 can be taken back.
    take_back: String,
    may_remark: bool,
    may_withdraw: bool,
    object_until: String,
    may_resubmit: bool,
    pending: String,
    kept: Vec<(String, String)>,
    summary: ErrorSummary,
    remark: Field,
    attachment: Field,
    withdraw: Field,
    object: Field,
    resubmit_title: Field,
    resubmit_text: Field,
    rate_text: Field,
    open_form: String,
}

pub(super) async fn show(
    Extension(casework): Extension<Casework>,
    headers: HeaderMap,
    Path(number): Path<String>,
    visitor: Visitor,
) -> Result<Response, Refused> {
    let entered = match enter(&visitor, &headers, &number, Door::of(&visitor)).await? {
        Ok(entered) => entered,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let page = page(&casework, &visitor, &entered, Refill::default()).await?;
    html(&page).map_err(Refused::Failed)
}

/// The page, with what was typed before where it is shown again.
pub(super) async fn page(
    casework: &Casework,
    visitor: &Visitor,
    entered: &Entered,
    refill: Refill,
) -> kernel::Result<Page> {
    let mut conn = visitor.state.db.read().await?;
    let settings = casework.settings(&mut conn).await?;
    let case = &entered.kept.case;
    let assigned = case.needs.iter().flat_map(|need| &need.assignments).map(|own| own.unit);
    let mut units: Vec<UnitId> = assigned.chain(entered.kept.events.iter().filter_map(|own| own.by.unit)).collect();
    units.sort_unstable();
    units.dedup();
    let units: HashMap<UnitId, Names> = unit_names(&mut conn, &units).await?.into_iter().collect();
    let firm = enterprise_side::briefs(&mut conn, &[entered.kept.request.enterprise]).await?.pop();
    drop(conn);
    if allowed(&entered.actor, &access::HANDLE, &entered.kept.subject) {
        web::contact::note(visitor, &entered.actor, ("request", entered.kept.request.id.to_string()));
    }
    let mut page = build(visitor.shell(), visitor.now, &settings, entered, &units, refill);
    page.back = back(&visitor.words, entered, firm.as_ref());
    Ok(page)
}

/// Where the person came from: the own problems, the enterprise that is helped, the county's view of the same problem.
fn back(w: &web::Words, entered: &Entered, firm: Option<&Brief>) -> Link {
    let code = firm.map_or("", |own| own.code.as_str());
    let of_helper = |own: kernel::PersonId| entered.kept.subject.helpers.contains(&own);
    match entered.door {
        Door::Follow => Link::new("/follow", w.t("enterprise-follow")),
        Door::My if allowed(&entered.actor, &access::SPEAK, &entered.kept.subject) => {
            Link::new(format!("/my?e={code}"), w.t("enterprise-my"))
        }
        Door::My if entered.actor.person.is_some_and(of_helper) => {
            Link::new(format!("/helped/{code}"), firm.map_or("", Brief::called))
        }
        Door::My => Link::new(format!("/requests/{}", entered.number()), entered.number()),
    }
}

/// Address of the link that calls the service desk; empty where it has no number.
fn call(w: &web::Words, settings: &Settings) -> String {
    let desk = settings.desk_line.call(w);
    if desk.is_set() { desk.href() } else { String::new() }
}

/// Puts the page together; pure.
pub(super) fn build(
    shell: Shell,
    now: DateTime<Utc>,
    settings: &Settings,
    entered: &Entered,
    units: &HashMap<UnitId, Names>,
    refill: Refill,
) -> Page {
    let w = shell.w.clone();
    let (kept, index) = (&entered.kept, entered.index);
    let href = entered.href();
    let telling = Telling { w: &w, settings, units, href: &href };
    let row = project(&kept.case, index, settings);
    let state = row.as_ref().map_or(State::Draft, |own| own.state);
    let at = Moment { now };
    let need = kept.case.need(index);
    let may = |action| allowed(&entered.actor, action, &kept.subject);
    let speaks = may(&access::SPEAK);
    let standing =
        row.as_ref().map(|own| Standing { theirs: !speaks, ..Standing::of_case(own, |id| units.get(&id).cloned()) });
    let over = matches!(state, State::Closed | State::Withdrawn);
    let open_form = refill.form.clone();
    let fields = Forms::new(&w, &refill, need);
    let asked = Href::parse(&shell.path);
    let more = match (state, asked.get("rate")) {
        (State::Answered | State::Closed, Some("solved")) if speaks => "solved",
        (State::Answered, Some("not_solved")) if speaks => "not_solved",
        _ => "",
    };
    let since = refill.looked_at.map(|seq| Timeline {
        items: kept
            .events
            .iter()
            .rev()
            .filter(|own| own.seq > seq && own.event.visible_to_enterprise() && concerns(own, index))
            .filter_map(|own| telling.item(own))
            .collect(),
    });
    let last = |pick: &dyn Fn(&Event) -> Option<String>| {
        kept.events.iter().rev().filter(|own| concerns(own, index)).find_map(|own| pick(&own.event))
    };
    let waiting = last(&|event| match event {
        Event::WaitStarted { reason } => Some(reason.clone()),
        _ => None,
    });
    let returned = last(&|event| match event {
        Event::Returned { explanation, .. } => Some(explanation.clone()),
        _ => None,
    });
    let siblings = kept.case.needs.iter().filter(|own| kept.case.needs.len() > 1 && own.index != index).map(|own| {
        let number = kept.case.need_number(own.index);
        Link::new(format!("{}/{number}", entered.door.base()), format!("{number} {}", own.title))
    });
    let hint = row.as_ref().and_then(|own| own.category.clone()).or_else(|| kept.category_hint.clone());
    let files = kept.events.iter().filter(|own| concerns(own, index)).filter_map(|own| match &own.event {
        Event::Attached { file, name } => Some(Link::new(format!("{href}/files/{file}"), name.clone())),
        _ => None,
    });
    Page {
        back: back(&w, entered, None),
        number: entered.number(),
        title: need.map_or_else(|| kept.request.title.clone(), |own| own.title.clone()),
        light: standing
            .as_ref()
            .map_or_else(|| Pill::word(&w, web::components::LightState::Waiting), |own| own.pill(&w, settings, at)),
        sentence: standing.as_ref().map_or_else(String::new, |own| own.sentence(&w, settings, at)),
        bar: standing.as_ref().and_then(|own| own.bar(&w, at)),
        call: if speaks && standing.as_ref().is_some_and(|own| own.light(at) == Light::Late) {
            call(&w, settings)
        } else {
            String::new()
        },
        seq: kept.case.seq,
        problem: refill.problem,
        since: since.filter(|own| !own.items.is_empty()),
        siblings: siblings.collect(),
        waiting: waiting.filter(|_| state == State::Waiting).unwrap_or_default(),
        returned: returned.filter(|_| state == State::Returned),
        answers: answers(&telling, entered),
        promise: promised(&w, &kept.case, index, settings, now),
        parts: need.map_or_else(Vec::new, |own| parts(&w, own, units)),
        timeline: Timeline { items: telling.items(&kept.events, index) },
        category: hint.map_or_else(String::new, |code| category(&w, settings, &code)),
        body: kept.request.body.clone(),
        contact: contact(&w, entered),
        files: files.collect(),
        ask: state == State::Answered && speaks && more.is_empty() && need.is_some_and(|own| own.verdict.is_none()),
        more,
        take_back: need
            .filter(|own| speaks && own.closed.as_ref().is_none_or(|closing| closing.on == ClosedOn::Rating))
            .and_then(Need::rating_open_until)
            .filter(|until| now <= *until)
            .map_or_else(String::new, |until| w.datetime(until)),
        may_remark: may(&access::REMARK) && !over,
        may_withdraw: speaks && !over && !matches!(state, State::Answered | State::Returned | State::Draft),
        object_until: need
            .filter(|_| speaks && state == State::Closed)
            .and_then(|own| object_until(own, settings, now))
            .map_or_else(String::new, |until| w.weekday_date(local_date(until))),
        may_resubmit: speaks && state == State::Returned,
        pending: refill.pending.as_ref().map_or_else(String::new, |own| own.token.clone()),
        kept: refill.pending.as_ref().map_or_else(Vec::new, Pending::names),
        summary: fields.summary,
        remark: fields.remark,
        attachment: fields.attachment,
        withdraw: fields.withdraw,
        object: fields.object,
        resubmit_title: fields.resubmit_title,
        resubmit_text: fields.resubmit_text,
        rate_text: fields.rate_text,
        open_form,
        href,
        shell,
    }
}

/// The fields of all forms of the page; what was typed stands in the form it was typed into.
struct Forms {
    summary: ErrorSummary,
    remark: Field,
    attachment: Field,
    withdraw: Field,
    object: Field,
    resubmit_title: Field,
    resubmit_text: Field,
    rate_text: Field,
}

impl Forms {
    fn new(w: &web::Words, refill: &Refill, need: Option<&Need>) -> Forms {
        let error = kernel::Error { fields: refill.wrong.clone(), ..kernel::Error::invalid("invalid-fields") };
        let texts = web::describe_fields(w, &error);
        let wrong = |form: &str, field: &str| {
            let own = texts.iter().filter(|(name, _)| refill.form == form && name == field);
            Some(own.map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(" "))
        };
        let typed = |form: &str| if refill.form == form { refill.text.as_str() } else { "" };
        let area = |form: &'static str, key: &str| {
            let field = Field::area("text", w.t(key), 4).maxlength(5000).value(typed(form));
            field.scope(form).error(wrong(form, "text"))
        };
        let remark = area("remark", "enterprise-remark-text");
        let attachment = Field::file(web::posted::ATTACHMENT, w.t("enterprise-files"), ACCEPT, true);
        let attachment = attachment
            .hint(w.t("enterprise-files-hint"))
            .optional(w)
            .scope("remark")
            .error(wrong("remark", "attachment"));
        let withdraw = area("withdraw", "enterprise-withdraw-text").optional(w);
        let object = area("object", "enterprise-object-text").required();
        let title = if refill.form == "resubmit" {
            refill.title.clone()
        } else {
            need.map_or_else(String::new, |own| own.title.clone())
        };
        let resubmit_title = Field::text("title", w.t("enterprise-raise-title")).value(title).maxlength(100).required();
        let resubmit_title = resubmit_title.scope("resubmit").error(wrong("resubmit", "title"));
        let resubmit_text = area("resubmit", "enterprise-resubmit-text").required();
        let rate_text = area("rate", "enterprise-rate-text").optional(w);
        let all = [&remark, &attachment, &withdraw, &object, &resubmit_title, &resubmit_text, &rate_text];
        let summary = ErrorSummary::of(w, all);
        Forms { summary, remark, attachment, withdraw, object, resubmit_title, resubmit_text, rate_text }
    }
}

/// The answers of the current round.
fn answers(telling: &Telling<'_>, entered: &Entered) -> Vec<Said> {
    let own = entered.kept.events.iter().filter(|own| concerns(own, entered.index));
    let mut said = Vec::new();
    for event in own {
        match &event.event {
            Event::Answered { outcome, text, .. } => {
                said.push(Said { unit: telling.who(event), outcome: telling.outcome(*outcome), text: text.clone() })
            }
            Event::Reopened { .. } => said.clear(),
            _ => {}
        }
    }
    said
}

fn parts(w: &web::Words, need: &Need, units: &HashMap<UnitId, Names>) -> Vec<Part> {
    let part = |own: &crate::case::Assignment| Part {
        unit: units.get(&own.unit).map_or_else(String::new, |names| name(w, names).to_owned()),
        lead: own.role == Role::Lead,
        answered: own.answer.is_some(),
    };
    need.active().map(part).collect()
}

/// Whom the unit calls: the enterprise sees its own number and the desk the one it needs, helpers behind a button.
fn contact(w: &web::Words, entered: &Entered) -> (String, Phone) {
    let may = |action| allowed(&entered.actor, action, &entered.kept.subject);
    let request = &entered.kept.request;
    let sight = match may(&access::CREATE) {
        true if may(&access::SPEAK) || may(&access::HANDLE) => Sight::Whole,
        true => Sight::Button,
        false => Sight::Masked,
    };
    let address = format!("/requests/{}/contact", entered.number());
    (request.contact_name.clone(), Phone::new(w, sight, &request.contact_phone, &request.contact_name, &address))
}

/// Until when the enterprise may object; nothing once that is over.
fn object_until(need: &Need, settings: &Settings, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let closed = need.closed.as_ref()?;
    let until = settings.today()?.due(closed.at, (&closed.object).into(), &[], now).ok()?.at;
    (now <= until).then_some(until)
}

impl Page {
    /// A page that answers a form: switching the language leads to the problem itself, not to the address of the form.
    pub(super) fn at_home(&mut self) {
        self.shell.path.clone_from(&self.href);
    }
}
