//! GET /rules/{code}/try: a pack on a case. The address holds the whole case, so that it can be shared and kept; what it does
//! not name is filled in from what the county knows of the enterprise.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::Path;
use chrono::NaiveDate;
use kernel::{Error, local_date};
use rulepack::compile::Program;
use rulepack::diagnostic::Diagnostic;
use rulepack::explain::explain;
use rulepack::ir::NodeId;
use web::components::{Crumbs, ErrorSummary, Field, Link};
use web::href::Href;
use web::{PageResult, Shell, SignedIn, format, html};

use super::answer::Answered;
use super::day::Day;
use super::fields::{Asked, Known, Part, ask};
use super::pick::{self, Picker};
use super::{said, show};
use crate::county::{County, Keeper, Own, is_of_all};
use crate::library::Kept;

/// Where fewer are compared, a mean or an extreme would tell whose number it is: only those who may see all are told.
const FEWEST: u64 = 10;

#[derive(Template)]
#[template(path = "rules/try.html")]
pub(super) struct Page {
    pub shell: Shell,
    pub crumbs: Crumbs,
    pub code: String,
    pub title: String,
    pub title_lang: &'static str,
    pub hash: String,
    pub day: String,
    pub out_of_force: String,
    pub on: Field,
    /// The day as it stands in the address; empty for the usual one.
    pub on_typed: String,
    pub picker: Picker,
    pub enterprise: Option<Known>,
    /// How much of the case the county knew.
    pub filled: String,
    pub parts: Vec<Part>,
    pub summary: ErrorSummary,
    /// Among whom the case was ranked; empty where nothing depends on others.
    pub ranked: String,
    /// Ranks and means would need others, and there are none to compare with.
    pub alone: bool,
    pub answered: Option<Answered>,
    /// Why the pack cannot be run at all.
    pub faults: Vec<String>,
    /// The reader may see what the pack says of all.
    pub county: bool,
}

pub(super) async fn show(by: SignedIn, Extension(keeper): Extension<Keeper>, Path(code): Path<String>) -> PageResult {
    let kept = show::find(&by, &code)?;
    let (here, today) = (Href::parse(&by.here), local_date(by.now));
    let mut conn = by.state.db.read().await?;
    let mut picker = pick::picker(&mut conn, &by, &here).await?;
    let sees_all = pick::sees_county(&mut conn, &by.actor).await?;
    let code = match here.get("enterprise") {
        Some(code) => Some(code.to_owned()).filter(|code| !code.is_empty()),
        None => pick::own_code(&mut conn, &by.actor).await?,
    };
    let known = match code {
        Some(code) => {
            let known = pick::known(&mut conn, &by, &code, Day::of(kept, &here, today).day).await?;
            Some(known.ok_or_else(|| Error::not_found("enterprise"))?)
        }
        None => None,
    };
    // What is chosen need not be chosen again.
    picker.found.retain(|found| known.as_ref().is_none_or(|known| known.code != found.code));
    let shell = by.shell();
    let mut trial = Trial::new(&shell, kept, &here, known, today);
    if let Some(program) = trial.compares() {
        let county = keeper.county(&mut conn, &program, trial.day).await?;
        drop(conn);
        trial = tokio::task::spawn_blocking(move || {
            trial.compare(&county, if sees_all { 2 } else { FEWEST });
            trial
        })
        .await
        .map_err(Error::internal)?;
    }
    let page = trial.page(&shell, kept, &here);
    html(&Page { picker, county: sees_all, ..page })
}

/// A case, before it is answered.
pub(super) struct Trial {
    known: Option<Known>,
    day: NaiveDate,
    typed_day: Option<String>,
    wrong_day: bool,
    program: Result<(Arc<Program>, Asked), Vec<Diagnostic>>,
    /// How many enterprises stand in the register, and how many of them have an answer to be compared with.
    compared: Option<(usize, u64)>,
}

impl Trial {
    pub(super) fn new(shell: &Shell, kept: &Kept, here: &Href, known: Option<Known>, today: NaiveDate) -> Self {
        let Day { day, typed: typed_day, wrong: wrong_day } = Day::of(kept, here, today);
        let asked = |program: Arc<Program>| {
            let asked = ask(&shell.w, &program, &kept.pack, here, day, known.as_ref());
            (program, asked)
        };
        let program = kept.program(day).map(asked);
        Self { known, day, wrong_day, typed_day, program, compared: None }
    }

    /// Whether there is something to answer.
    fn answers(&self) -> bool {
        let given = self.program.as_ref().is_ok_and(|(_, asked)| asked.sound && asked.given > 0);
        let dated = self.program.as_ref().is_ok_and(|(_, asked)| asked.sound) && self.typed_day.is_some();
        !self.wrong_day && (given || dated)
    }

    /// The program, if its answers need others to be compared with.
    fn compares(&self) -> Option<Arc<Program>> {
        let (program, _) = self.program.as_ref().ok().filter(|_| self.answers())?;
        is_of_all(&program.dag, &program.roots()).then(|| program.clone())
    }

    /// Puts the case among the enterprises of the register.
    fn compare(&mut self, county: &County, fewest: u64) {
        let Ok((program, asked)) = &mut self.program else { return };
        let own = Own { enterprise: self.known.as_ref().and_then(|known| known.id), case: &asked.case };
        let all = county.members().len();
        let of_all: Vec<NodeId> =
            program.roots().into_iter().filter(|root| program.dag.node(*root).stage > 0).collect();
        let county = county.with(own);
        let answered = county.tally(&of_all).iter().map(|tally| tally.counts.known).max().unwrap_or(0);
        if answered >= fewest {
            asked.case.population = county.population();
            self.compared = Some((all, answered));
        }
    }

    pub(super) fn page(self, shell: &Shell, kept: &Kept, here: &Href) -> Page {
        let (w, pack) = (&shell.w, &kept.pack);
        let (title, title_lang) = said::title(w, pack);
        let on = Field::input("date", "on", w.t("rules-on"))
            .value(self.typed_day.clone().unwrap_or_else(|| self.day.to_string()))
            .hint(w.t("rules-on-hint"))
            .error(self.wrong_day.then(|| w.t("rules-on-wrong")));
        let answers = self.answers();
        let mut page = Page {
            crumbs: Crumbs::new(
                w,
                vec![
                    Link::new("/rules", w.t("nav-rules")),
                    Link::new(format!("/rules/{}", kept.shipped.code), &*title),
                ],
                w.t("rules-try"),
            ),
            code: kept.shipped.code.to_owned(),
            title,
            title_lang,
            hash: pack.hash.chars().take(12).collect(),
            day: w.date(self.day),
            out_of_force: said::out_of_force(w, pack, self.day),
            on,
            on_typed: self.typed_day.unwrap_or_default(),
            picker: Picker::default(),
            enterprise: self.known,
            filled: String::new(),
            parts: Vec::new(),
            summary: ErrorSummary::default(),
            ranked: String::new(),
            alone: false,
            answered: None,
            faults: Vec::new(),
            county: false,
            shell: shell.clone(),
        };
        match self.program {
            Ok((program, asked)) => {
                if answers {
                    let explained = explain(&program, 0, &asked.case, said::lang(w));
                    page.answered = explained.map(|explained| Answered::new(w, here, explained));
                }
                match self.compared {
                    Some((all, answered)) => {
                        let (all, answered) = (format::number(all as i64), format::number(answered as i64));
                        // words: rules-ranked rules-ranked-typed
                        let key = if page.enterprise.is_some() { "rules-ranked" } else { "rules-ranked-typed" };
                        page.ranked = w.f(key, &[("all", &all), ("n", &answered)]);
                    }
                    None => page.alone = is_of_all(&program.dag, &program.roots()),
                }
                if page.enterprise.is_some() {
                    page.filled = w.f("rules-filled", &[("n", &asked.filled), ("all", &asked.asked_for)]);
                }
                page.parts = asked.parts;
            }
            Err(faults) => page.faults = faults.iter().map(|fault| fault.text(said::lang(w))).collect(),
        }
        page.summary = ErrorSummary::of(w, std::iter::once(&page.on).chain(page.parts.iter().flat_map(|p| &p.fields)));
        page
    }
}
