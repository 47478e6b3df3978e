//! /raise: raise a problem in two minutes on a phone.

use axum::Extension;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use identity::reached;
use kernel::{Error, ErrorKind, FieldError, RequestId, Result};
use registry::unchecked::Unregistered;
use serde::Deserialize;
use web::{Arriving, Refused, Visitor, describe, html, redirect, redirect_saying, shown_again};

use super::asker::{Asker, Firm, Meant};
use super::door::{count_try, forgive_try, give_pass, guest, spend_files};
use super::pending::Pending;
use super::raise_form::{Page, Shown, Similar, Typed, contact, page};
use super::similar::alike;
use crate::access;
use crate::command::{Command, Order};
use crate::engine::Casework;
use crate::event::Event;
use crate::once::OnceKey;
use crate::pages::standing::Standing;
use crate::raise::Raise;
use crate::settings::Settings;
use crate::store::case::{by_number, by_once, load};
use crate::store::enterprise_side::{self, Brief, Township};
use crate::store::list::{self, Moment, NeedFilter, Order as Sort};

/// So many refused forms may come from one address within an hour without an account; a whole park may share an address.
const TRIES: u32 = 30;
/// So many problems may one address raise for one enterprise within an hour without an account.
const FOR_ONE: u32 = 30;
/// So often may one address be told within an hour that an enterprise has raised the like.
const ALIKE_TOLD: u32 = 10;
/// Open problems of one enterprise that a new one is compared with.
const COMPARED: usize = 200;

#[derive(Deserialize)]
pub(super) struct Asked {
    /// Credit code of the enterprise.
    #[serde(default)]
    e: String,
    /// Code of the township.
    #[serde(default)]
    t: String,
    #[serde(default)]
    title: String,
}

pub(super) async fn show(
    Extension(casework): Extension<Casework>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> std::result::Result<Response, Refused> {
    let mut conn = visitor.state.db.read().await.map_err(Refused::from)?;
    let settings = casework.settings(&mut conn).await?;
    let asker = Asker::of(&mut conn, &visitor).await?;
    let mut typed = Typed { who: asked.e, town: asked.t, title: asked.title, ..Typed::default() };
    let mut fixed = None;
    if asker.choices.len() == 1 && typed.who.is_empty() {
        fixed = asker.choices.first().cloned();
    } else if !typed.who.is_empty() {
        let of_choices = asker.choices.iter().find(|brief| brief.code == typed.who).cloned();
        fixed = match of_choices {
            Some(brief) => Some(brief),
            None if asker.choices.is_empty() => enterprise_side::brief_by_code(&mut conn, &typed.who).await?,
            None => None,
        };
    }
    if asker.actor.is_none() && (fixed.is_some() || !typed.town.is_empty()) {
        typed.from = "qr".to_owned();
    }
    (typed.name, typed.phone) = contact(&asker, fixed.as_ref());
    let township = township(&mut conn, &typed.town).await?;
    drop(conn);
    let shown = Shown {
        visitor: &visitor,
        settings: &settings,
        asker: &asker,
        typed: &typed,
        pending: None,
        wrong: Vec::new(),
        township,
        fixed,
        meant: Vec::new(),
        similar: Vec::new(),
        alike: false,
        problem: String::new(),
    };
    html(&page(shown)).map_err(Refused::Failed)
}

async fn township(conn: &mut db::Conn, code: &str) -> Result<Option<Township>> {
    if code.is_empty() {
        return Ok(None);
    }
    Ok(enterprise_side::townships(conn, Some(code)).await?.into_iter().next())
}

pub(super) async fn submit(
    Extension(casework): Extension<Casework>,
    Arriving { visitor, form }: Arriving,
) -> std::result::Result<Response, Refused> {
    let mut conn = visitor.state.db.read().await.map_err(Refused::from)?;
    let asker = Asker::of(&mut conn, &visitor).await?;
    drop(conn);
    let throttled = match asker.actor {
        None => count_try(&visitor, "raise", TRIES).await.err(),
        Some(_) => None,
    };
    // Of an address that tries too often no file is kept, and no key is looked for.
    let mut fields = if throttled.is_some() { form.texts().await? } else { form.whole().await? };
    let mut conn = visitor.state.db.read().await.map_err(Refused::from)?;
    let settings = casework.settings(&mut conn).await?;
    let mut wrong = Vec::new();
    let typed = Typed::read(&fields, &settings, &mut wrong);
    if throttled.is_none() && fields.fresh().is_err() {
        let fixed = asker.enterprise(&mut conn, &typed, &mut Vec::new()).await?.known().cloned();
        let township = township(&mut conn, &typed.town).await?;
        let again = Again { township, fixed, ..Again::default() };
        let mut pending = Pending::take(&visitor, &mut fields, &mut Vec::new()).await?;
        return Ok(shown_again(again.show(&visitor, &settings, &asker, &typed, &mut pending).await?));
    }
    let once = OnceKey::of_form(asker.actor.as_ref().and_then(|a| a.person), &visitor.csrf, &typed.once);
    if throttled.is_none()
        && let Some((request, number)) = made_before(&mut conn, once.as_ref()).await?
    {
        return sent(&visitor, &asker, request, &number).await;
    }
    let mut pending = Pending::take(&visitor, &mut fields, &mut wrong).await?;
    let township = township(&mut conn, &typed.town).await?;
    let meant = match &throttled {
        None => asker.enterprise(&mut conn, &typed, &mut wrong).await?,
        Some(_) => Meant::Unclear(Vec::new()),
    };
    let phone = typed.number(&asker, meant.known(), &mut wrong);
    let place = township.as_ref().map(|township| township.id);
    let mut again = Again { township, fixed: meant.known().cloned(), wrong, ..Again::default() };
    if let Some(error) = throttled {
        if error.kind != ErrorKind::TooMany {
            return Err(error.into());
        }
        again.problem = describe(&visitor.words, &error);
        let mut response = again.show(&visitor, &settings, &asker, &typed, &mut pending).await?;
        *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
        return Ok(response);
    }
    let (firm, phone) = match (meant, phone) {
        (Meant::Unclear(some), _) if !some.is_empty() => {
            again.meant = some;
            return again.show(&visitor, &settings, &asker, &typed, &mut pending).await;
        }
        (Meant::Known(brief), Some(phone)) if again.wrong.is_empty() => (Firm::Known(brief), phone),
        (Meant::Unregistered, Some(phone)) if again.wrong.is_empty() => {
            let named = Unregistered {
                name: typed.who.clone(),
                township: place,
                contact_name: typed.name.clone(),
                contact_phone: phone.clone(),
            };
            let (clock, random) = (casework.clock.as_ref(), casework.random.as_ref());
            let (id, named) = registry::unchecked::raising(&mut conn, clock, random, named).await?;
            (Firm::Noted(id, named), phone)
        }
        _ => return Ok(shown_again(again.show(&visitor, &settings, &asker, &typed, &mut pending).await?)),
    };
    if !fields.get("add_to").is_empty() {
        return add_to(&casework, &visitor, &asker, fields.get("add_to"), &typed, pending).await;
    }
    if fields.get("anyway") != "yes"
        && let Firm::Known(brief) = &firm
    {
        let found = similar(&mut conn, &visitor, &settings, &asker, brief, &typed.title).await?;
        let told = found.is_empty() || asker.actor.is_some() || may_be_told(&visitor).await?;
        if !found.is_empty() && told && made_before(&mut conn, once.as_ref()).await?.is_none() {
            again.alike = asker.actor.is_none();
            if again.alike {
                forgive_try(&visitor, "raise").await?;
            }
            again.similar = if again.alike { Vec::new() } else { found };
            return again.show(&visitor, &settings, &asker, &typed, &mut pending).await;
        }
    }
    drop(conn);
    if asker.actor.is_none()
        && let Err(error) = spend(&visitor, &firm, &pending).await
    {
        if error.kind != ErrorKind::TooMany {
            return Err(error.into());
        }
        pending.drop_new();
        again.problem = describe(&visitor.words, &error);
        let mut response = again.show(&visitor, &settings, &asker, &typed, &mut pending).await?;
        *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
        return Ok(response);
    }
    let actor = asker.actor.clone().unwrap_or_else(|| guest(firm.id(), &typed.name));
    let raise = Raise {
        enterprise: firm.id(),
        source: asker.source(firm.id(), &typed.from),
        unregistered: firm.noted(),
        handed_down: false,
        origin_level: None,
        title: typed.title.clone(),
        body: typed.body.clone(),
        category: Some(typed.category.clone()),
        contact_name: typed.name.clone(),
        contact_phone: phone,
        once_key: once,
    };
    match casework.raise(&actor, raise, pending.files()).await {
        Ok(raised) => {
            pending.done().await;
            if asker.actor.is_none() {
                forgive_try(&visitor, "raise").await?;
            }
            sent(&visitor, &asker, raised.request, &raised.number).await
        }
        Err(error) if error.kind == ErrorKind::Invalid => {
            again.problem = describe(&visitor.words, &error);
            again.wrong = error.fields;
            Ok(shown_again(again.show(&visitor, &settings, &asker, &typed, &mut pending).await?))
        }
        Err(error) => Err(error.into()),
    }
}

/// What a visitor's problem takes of what one address may raise and leave with us.
async fn spend(visitor: &Visitor, firm: &Firm, pending: &Pending) -> Result<()> {
    count_try(visitor, &format!("raise-for:{}", firm.key()), FOR_ONE).await?;
    spend_files(visitor, pending.bytes()).await
}

/// The form shown another time with all that was typed and attached.
#[derive(Default)]
struct Again {
    township: Option<Township>,
    fixed: Option<Brief>,
    wrong: Vec<FieldError>,
    meant: Vec<Brief>,
    similar: Vec<Similar>,
    alike: bool,
    problem: String,
}

impl Again {
    async fn show(
        mut self,
        visitor: &Visitor,
        settings: &Settings,
        asker: &Asker,
        typed: &Typed,
        pending: &mut Pending,
    ) -> std::result::Result<Response, Refused> {
        pending.keep(visitor, &mut self.wrong).await?;
        let shown: Page = page(Shown {
            visitor,
            settings,
            asker,
            typed,
            pending: Some(pending),
            wrong: self.wrong,
            township: self.township,
            fixed: self.fixed.filter(|_| asker.choices.len() < 2),
            meant: self.meant,
            similar: self.similar,
            alike: self.alike,
            problem: self.problem,
        });
        html(&shown).map_err(Refused::Failed)
    }
}

/// Whether a visitor is told that the enterprise has raised the like: not often, or strangers would learn by guessing titles
/// what an enterprise complains of.
async fn may_be_told(visitor: &Visitor) -> Result<bool> {
    match count_try(visitor, "alike", ALIKE_TOLD).await {
        Ok(()) => Ok(true),
        Err(error) if error.kind == ErrorKind::TooMany => Ok(false),
        Err(error) => Err(error),
    }
}

/// What the same form made when it was sent before.
async fn made_before(conn: &mut db::Conn, once: Option<&OnceKey>) -> Result<Option<(RequestId, String)>> {
    match once {
        Some(key) => by_once(conn, key).await,
        None => Ok(None),
    }
}

/// Open problems of the enterprise that say nearly the same.
async fn similar(
    conn: &mut db::Conn,
    visitor: &Visitor,
    settings: &Settings,
    asker: &Asker,
    brief: &Brief,
    title: &str,
) -> Result<Vec<Similar>> {
    let at = Moment { now: visitor.now };
    let actor = asker.actor.clone().unwrap_or_else(|| guest(brief.id, ""));
    let filter = NeedFilter { open: Some(true), enterprise: Some(brief.code.clone()), ..NeedFilter::default() };
    let reach = reached(&actor, &access::READ);
    let rows = list::list(conn, &reach, &filter, at, Sort::Newest, None, COMPARED).await?;
    let w = &visitor.words;
    let found = alike(title, rows, |row| &row.title).into_iter().map(|row| {
        let standing = Standing { theirs: !asker.speaks_for(row.enterprise), ..Standing::of_row(&row) };
        Similar {
            value: format!("{}@{}", row.number, row.version),
            light: standing.pill(w, settings, at),
            line: standing.sentence(w, settings, at),
            number: row.line.number,
            title: row.line.title,
        }
    });
    Ok(found.collect())
}

/// “It is one of these”: what was typed and attached becomes a remark to the problem that is already there.
async fn add_to(
    casework: &Casework,
    visitor: &Visitor,
    asker: &Asker,
    value: &str,
    typed: &Typed,
    pending: Pending,
) -> std::result::Result<Response, Refused> {
    let number = value.split(['@', '\0']).next().unwrap_or("");
    let actor = asker.actor.as_ref().ok_or_else(|| Error::not_found("request"))?;
    let mut conn = visitor.state.db.read().await.map_err(Refused::from)?;
    let (id, index) = by_number(&mut conn, number).await?.ok_or_else(|| Error::not_found("request"))?;
    let kept = load(&mut conn, id).await?.ok_or_else(|| Error::not_found("request"))?;
    identity::authorize(actor, &access::READ, &kept.subject)?;
    drop(conn);
    let text = format!("{}\n{}", typed.title, typed.body);
    // A double click finds its own words already there.
    let said =
        kept.events.iter().any(|own| matches!(&own.event, Event::Commented { text: there, .. } if *there == text));
    if !said {
        let order = Order { need: Some(index), command: Command::Comment { text, visible_to_enterprise: true } };
        casework.execute(actor, id, None, vec![order], pending.files()).await?;
    }
    pending.done().await;
    Ok(redirect_saying(&format!("/my/{number}"), "enterprise-said-added"))
}

/// To the page that says what happens now; a visitor gets the pass for it.
async fn sent(
    visitor: &Visitor,
    asker: &Asker,
    request: RequestId,
    number: &str,
) -> std::result::Result<Response, Refused> {
    let response = redirect(&format!("/raise/sent/{number}"));
    Ok(if asker.actor.is_some() { response } else { give_pass(visitor, request, response).await? })
}
