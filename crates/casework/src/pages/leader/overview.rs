//! /overview: figures of the programme, who is late, what came in and went out, what needs a word from above.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use kernel::{Error, Result};
use web::components::Link;
use web::href::Href;
use web::{PageResult, Shell, SignedIn, html};

use super::cache::{self, Cache, Key, Made};
use super::export;
use super::opens::reach;
use super::view::Body;
use crate::Casework;
use crate::access;
use crate::figures::{Beside, Choice, overview};
use crate::store::list::{Moment, reaches_all};
use crate::until_changed::valid_for;

#[derive(Template)]
#[template(path = "leader/overview.html")]
struct Page {
    shell: Shell,
    /// The month or the period in words.
    period: String,
    choices: Vec<Link>,
    export: String,
    made: Arc<Made>,
}

/// GET /overview?period=all|month|quarter|year&units=all&export=xlsx
pub(super) async fn show(
    by: SignedIn,
    Extension(casework): Extension<Casework>,
    Extension(cache): Extension<Cache>,
) -> PageResult {
    if identity::reached(&by.actor, &access::FIGURES).is_nothing() {
        return Err(Error::forbidden("not-allowed").into());
    }
    let here = Href::parse(&by.here);
    let choice = Choice::parse(here.get("period").unwrap_or_default());
    if here.get("export") == Some("xlsx") {
        return Ok(export::answer(&by, &casework, choice).await?);
    }
    let all_units = here.get("units") == Some("all");
    let w = &by.words;
    let at = |choice: Choice| {
        let base = Href::parse("/overview");
        if choice == Choice::All { base } else { base.with("period", choice.as_str()) }
    };
    let page = Page {
        period: choice_name(w, choice),
        choices: Choice::EVERY
            .into_iter()
            .filter(|other| *other != choice)
            .map(|other| Link::new(at(other), choice_name(w, other)))
            .collect(),
        export: at(choice).with("export", "xlsx").to_string(),
        made: made(&by, &casework, &cache, choice, all_units).await?,
        shell: by.shell(),
    };
    html(&page)
}

/// words: overview-period-*
pub(super) fn choice_name(w: &web::Words, choice: Choice) -> String {
    w.t(&format!("overview-period-{}", choice.as_str())).into_owned()
}

/// All of the page that is the same for everybody who may see the same.
async fn made(by: &SignedIn, casework: &Casework, cache: &Cache, choice: Choice, all_units: bool) -> Result<Arc<Made>> {
    // Figures and the lists they lead to must reach equally far.
    let (reached, opens) = reach(&by.actor);
    let enterprises = identity::reached(&by.actor, &registry::access::READ);
    let whole = reaches_all(&reached) && reaches_all(&enterprises);
    let reach = if whole { String::new() } else { format!("{reached:?} {enterprises:?}") };
    let mut conn = by.state.db.read().await?;
    let (number, minute) = valid_for(&mut conn, by.now).await?;
    let now = cache::Moment { number, minute };
    let slot = cache.slot(now, Key { reach, opens, lang: by.lang, choice, all_units });
    let kept = slot.get_or_try_init(|| async {
        let settings = casework.settings(&mut conn).await?;
        let at = Moment { now: by.now };
        let beside = Beside::at(settings.calendar(), by.now);
        let overview = overview(&mut conn, &reached, &enterprises, choice, beside, at).await?;
        let body = Body::new(&by.words, &settings, &overview, at, (all_units, opens));
        let main = body.render().map_err(Error::internal)?;
        Ok::<_, Error>(Arc::new(Made { fresh: body.fresh, main }))
    });
    Ok(Arc::clone(kept.await?))
}
