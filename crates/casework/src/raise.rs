//! A problem comes in: who may raise it, whether the same form did before, and everything that is written for it.

use std::sync::Arc;

use chrono::{DateTime, Datelike, Utc};
use db::Conn;
use identity::{Change, Subject, require};
use kernel::{EnterpriseId, Error, RequestId, Result, local_date};

use crate::access;
use crate::case::{Case, Request};
use crate::command::{Command, Context, Order};
use crate::engine::{Casework, attached, capacity, tell};
use crate::event::{Level, Source};
use crate::files::NewFile;
use crate::once::OnceKey;
use crate::settings::Settings;
use crate::store::{self, case::EnterpriseWords};
use registry::unchecked::Unregistered;

/// A problem as it comes in.
#[derive(Clone, Debug)]
pub struct Raise {
    pub enterprise: EnterpriseId,
    /// Set for an enterprise that is not in the register: it is noted under this name and the id above.
    pub unregistered: Option<Unregistered>,
    pub source: Source,
    pub handed_down: bool,
    pub origin_level: Option<Level>,
    pub title: String,
    pub body: String,
    /// What the enterprise thinks it is about; the desk decides.
    pub category: Option<String>,
    pub contact_name: String,
    pub contact_phone: String,
    /// Made with the form, so that sending it twice makes one request.
    pub once_key: Option<OnceKey>,
}

/// What became of a [`Raise`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raised {
    pub request: RequestId,
    pub number: String,
    /// It had been raised with the same key before.
    pub again: bool,
}

impl Casework {
    /// Raises a problem.
    ///
    /// # Errors
    /// `not-found` for an enterprise the actor may not speak for; `invalid-fields` for impossible values.
    pub async fn raise(&self, actor: &identity::Actor, raise: Raise, files: Vec<NewFile>) -> Result<Raised> {
        // What only reads is read before the write turn, which everybody waits for.
        let mut conn = self.db.read().await?;
        let of = may_raise(&mut conn, actor, &raise).await?;
        if let Some(again) = known(&mut conn, raise.once_key.as_ref()).await? {
            return Ok(again);
        }
        self.raise_allowed(conn, actor, raise, files, of).await
    }

    /// As [`Casework::raise`], for a caller who has just looked whether the key is known.
    pub(crate) async fn raise_new(&self, actor: &identity::Actor, raise: Raise, files: Vec<NewFile>) -> Result<Raised> {
        let mut conn = self.db.read().await?;
        let of = may_raise(&mut conn, actor, &raise).await?;
        self.raise_allowed(conn, actor, raise, files, of).await
    }

    async fn raise_allowed(
        &self,
        mut conn: Conn,
        actor: &identity::Actor,
        raise: Raise,
        files: Vec<NewFile>,
        (subject, words): (Subject, EnterpriseWords),
    ) -> Result<Raised> {
        let settings = self.settings(&mut conn).await?;
        drop(conn);
        if let Some(code) = &raise.category
            && settings.category(code).is_none()
        {
            return Err(Error::invalid("invalid-fields").field("category", "choose"));
        }
        crate::files::room(&[], crate::event::ActorKind::Enterprise, files.len())?;
        let key = raise.once_key.clone();
        crate::files::settle(&files).await?;
        match self.write_raised(actor, raise, files, &subject, &words, &settings).await {
            Err(error) if key.is_some() && error.code == "exists-already" => {
                // The same was raised at the same moment. It is acknowledged only once it is kept.
                let mut tx = self.db.begin().await?;
                let again = known(&mut tx, key.as_ref()).await?;
                tx.commit().await?;
                again.ok_or(error)
            }
            written => written,
        }
    }

    /// Writes a new request with everything that belongs to it.
    async fn write_raised(
        &self,
        actor: &identity::Actor,
        raise: Raise,
        files: Vec<NewFile>,
        subject: &Subject,
        words: &EnterpriseWords,
        settings: &Arc<Settings>,
    ) -> Result<Raised> {
        let mut change = self.begin(actor).await?;
        change.require(&access::CREATE, subject)?;
        let now = change.at();
        if let Some(named) = raise.unregistered {
            registry::unchecked::note(&mut change, raise.enterprise, named).await?;
        }
        let (number, serial) = next_number(&mut change, now).await?;
        let request = Request {
            id: RequestId::new(now, self.random.as_ref()),
            number: number.clone(),
            enterprise: raise.enterprise,
            contact_name: raise.contact_name,
            contact_phone: raise.contact_phone,
            source: raise.source,
            handed_down: raise.handed_down,
            origin_level: raise.origin_level,
            title: raise.title.clone(),
            body: raise.body,
            created_at: now,
        };
        let by = capacity(actor, &access::CREATE, subject);
        let submit = Command::Submit {
            number: number.clone(),
            title: raise.title,
            source: raise.source,
            handed_down: raise.handed_down,
        };
        let mut orders = vec![Order { need: Some(1), command: submit }];
        let files = self.numbered(files, now);
        orders.extend(attached(&files, Some(1)));
        let context =
            Context { now, actor: &by, limits: &settings.limits, calendars: settings.as_ref(), terms: &settings.terms };
        let mut case = Case::default();
        let events = self.record(&mut case, &orders, &context)?;
        let new = store::case::NewRequest {
            request: &request,
            once_key: raise.once_key.as_ref(),
            category_hint: raise.category.as_deref(),
            serial: Some(serial),
            words: Some(words),
        };
        let hint = raise.category.as_deref();
        let saved = store::case::Change {
            request: &request,
            category_hint: hint,
            new: Some(new),
            before: &[],
            case: &case,
            events: &events,
        };
        let sealed = store::case::save(&mut change, self.random.as_ref(), settings.as_ref(), saved).await?;
        self.keep(&mut change, request.id, files, &by.name, now).await?;
        tell(&mut change, "raise", &request, &case, &events, &sealed).await?;
        change.keep().await?;
        Ok(Raised { request: request.id, number, again: false })
    }
}

/// `2026-000123`: the year in Shanghai and a running number in it; and the serial of the need.
async fn next_number(change: &mut Change<'_>, now: DateTime<Utc>) -> Result<(String, i64)> {
    let year = local_date(now).year();
    let (n, serial) = store::case::count_up_both(change, &format!("request-{year}"), store::case::SERIAL).await?;
    Ok((format!("{year}-{n:06}"), serial))
}

/// Whom a problem of this enterprise would concern, if the actor may raise one.
async fn may_raise(conn: &mut Conn, actor: &identity::Actor, raise: &Raise) -> Result<(Subject, EnterpriseWords)> {
    let (subject, words) = match &raise.unregistered {
        None => store::case::subject_of_enterprise(conn, raise.enterprise, actor).await?,
        Some(named) => {
            let place = registry::keep::place(conn, named.township).await?;
            let words =
                EnterpriseWords { name: named.name.clone(), short_name: String::new(), credit_code: String::new() };
            (Subject { enterprise: Some(raise.enterprise), ..place }, words)
        }
    };
    require(actor, &access::CREATE, &subject)?;
    Ok((subject, words))
}

/// What was raised with this key before.
async fn known(conn: &mut Conn, key: Option<&OnceKey>) -> Result<Option<Raised>> {
    let Some(key) = key else { return Ok(None) };
    let found = store::case::by_once(conn, key).await?;
    Ok(found.map(|(request, number)| Raised { request, number, again: true }))
}
