//! GET /rules/{code}/county: what a pack says of all enterprises of the register; every count leads to its rows.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::Path;
use axum::response::IntoResponse;
use chrono::{Datelike, NaiveDate};
use kernel::{Error, Result, local_date};
use rulepack::compile::{CompiledPack, FactInfo, Output, Program, Shown};
use rulepack::interpret::Value;
use rulepack::ir::{FactId, Type};
use web::components::{BarList, BarRow, Crumbs, Empty, Field, Link, Tone};
use web::format::number;
use web::href::Href;
use web::{PageResult, Shell, SignedIn, Words, html};

use super::day::Day;
use super::spread::{Ends, Measure, ranges};
use super::{county_rows, pick, said, show};
use crate::county::{County, Keeper, Tally, Wanted};
use crate::library::Kept;

/// Missing facts told at once; the others are folded away.
const MISSING_SHOWN: usize = 6;

#[derive(Template)]
#[template(path = "rules/county.html")]
pub(super) struct Page {
    pub shell: Shell,
    pub crumbs: Crumbs,
    pub code: String,
    pub title: String,
    pub title_lang: &'static str,
    pub out_of_force: String,
    /// How many, as of when.
    pub line: String,
    pub on: Field,
    pub empty: Option<Empty>,
    pub cards: Vec<Card>,
    pub items: Vec<Item>,
    /// How many enterprises have each fact, and of which year those of a year are.
    pub facts: BarList,
    pub facts_text: String,
    pub export: String,
    pub faults: Vec<String>,
}

/// One output over all enterprises.
pub(super) struct Card {
    pub name: String,
    pub code: String,
    /// Answered, unknown, not applicable: words and where they are listed.
    pub counts: Vec<(String, Link)>,
    pub answers: BarList,
    /// Least, median, greatest.
    pub numbers: Vec<(String, String)>,
    pub missing: BarList,
    pub missing_more: BarList,
    pub reasons: BarList,
}

/// An item of a score.
pub(super) struct Item {
    pub name: String,
    pub code: String,
    pub known: Link,
    pub numbers: [String; 3],
    pub unknown: Link,
    pub not_applicable: Link,
}

/// What the pages about all enterprises start from.
pub(super) struct Asked {
    pub kept: &'static Kept,
    pub here: Href,
    pub day: NaiveDate,
    pub on: Field,
    pub program: std::result::Result<Arc<Program>, Vec<String>>,
}

impl Asked {
    pub(super) fn new(w: &Words, kept: &'static Kept, here: Href, today: NaiveDate) -> Self {
        let Day { day, typed, wrong } = Day::of(kept, &here, today);
        let on = Field::input("date", "on", w.t("rules-on"))
            .value(typed.unwrap_or_else(|| day.to_string()))
            .error(wrong.then(|| w.t("rules-on-wrong")));
        let lang = said::lang(w);
        let program = kept.program(day);
        let program = program.map_err(|faults| faults.iter().map(|fault| fault.text(lang).to_owned()).collect());
        Self { kept, here, day, on, program }
    }

    /// The page itself on the same day, without a choice.
    pub(super) fn base(&self) -> Href {
        let base = Href::parse(&format!("/rules/{}/county", self.kept.shipped.code));
        self.here.get("on").filter(|on| !on.is_empty()).map_or(base.clone(), |on| base.with("on", on))
    }
}

/// What is worked out of all rows at once.
pub(super) struct Counted {
    pub county: Arc<County>,
    pub tallies: Vec<Tally>,
    /// The reader may bring in enterprises and facts.
    pub imports: bool,
}

pub(super) async fn show(by: SignedIn, Extension(keeper): Extension<Keeper>, Path(code): Path<String>) -> PageResult {
    let kept = show::find(&by, &code)?;
    let asked = Asked::new(&by.words, kept, Href::parse(&by.here), local_date(by.now));
    let mut conn = by.state.db.read().await?;
    pick::require_county(&mut conn, &by.actor).await?;
    let county = registry::keep::place(&mut conn, None).await?;
    let imports = identity::allowed(&by.actor, &registry::access::IMPORT_FACTS, &county);
    let shell = by.shell();
    let Ok(program) = asked.program.clone() else { return html(&page(&shell, &asked, None, "")) };
    let county = keeper.county(&mut conn, &program, asked.day).await?;
    drop(conn);
    if here_lists(&asked.here) {
        return Ok(county_rows::answer(&by, &asked, program, county).await?.into_response());
    }
    let counted = blocking(move || {
        let tallies = county.tally(&program.roots());
        Counted { county, tallies, imports }
    })
    .await?;
    let at = by.words.full_datetime(by.now);
    html(&page(&shell, &asked, Some(&counted), &at))
}

/// Whether rows are asked for, on the page or as a file.
fn here_lists(here: &Href) -> bool {
    ["output", "answer", "export"].iter().any(|key| here.get(key).is_some_and(|value| !value.is_empty()))
}

/// Runs what takes long on many rows where nobody waits for it.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)
}

/// An item of a score is an output too, but not a main one.
pub(super) fn is_item(output: &Output) -> bool {
    output.code.contains('.')
}

pub(super) fn page(shell: &Shell, asked: &Asked, counted: Option<&Counted>, at: &str) -> Page {
    let (w, pack) = (&shell.w, &asked.kept.pack);
    let code = asked.kept.shipped.code;
    let (title, title_lang) = said::title(w, pack);
    let mut page = Page {
        crumbs: Crumbs::new(
            w,
            vec![Link::new("/rules", w.t("nav-rules")), Link::new(format!("/rules/{code}"), &*title)],
            w.t("rules-county"),
        ),
        code: code.to_owned(),
        title,
        title_lang,
        out_of_force: said::out_of_force(w, pack, asked.day),
        line: String::new(),
        on: asked.on.clone(),
        empty: None,
        cards: Vec::new(),
        items: Vec::new(),
        facts: BarList { rows: Vec::new() },
        facts_text: w.f("rules-county-facts-text", &[("year", &(asked.day.year() - 1).to_string())]),
        export: asked.base().with("export", "xlsx").to_string(),
        faults: asked.program.as_ref().err().cloned().unwrap_or_default(),
        shell: shell.clone(),
    };
    let (Some(counted), Ok(program)) = (counted, &asked.program) else { return page };
    let all = counted.county.members().len();
    page.line = w.f("rules-county-line", &[("n", &number(all as i64)), ("day", &w.date(asked.day)), ("at", &at)]);
    if all == 0 {
        page.empty = Some(Empty::new(
            w.t("rules-county-none"),
            w.t("rules-county-none-text"),
            counted.imports.then(|| Link::new("/enterprises/import", w.t("rules-county-none-do"))),
        ));
        return page;
    }
    if !counted.county.is_reported() {
        let bring = counted.imports.then(|| Link::new("/enterprises/facts/import", w.t("rules-county-empty-do")));
        page.empty = Some(Empty::new(w.t("rules-county-empty"), w.t("rules-county-empty-text"), bring));
    }
    let base = asked.base();
    let Some(compiled) = program.packs.first() else { return page };
    for (output, tally) in compiled.outputs.iter().zip(&counted.tallies) {
        let told = Telling { w, program, pack: compiled, output, tally, base: &base };
        if is_item(output) { page.items.push(told.item()) } else { page.cards.push(told.card()) }
    }
    page.facts = facts(w, program, &counted.county, &base);
    page
}

/// One output and how it is told.
struct Telling<'a> {
    w: &'a Words,
    program: &'a Program,
    pack: &'a CompiledPack,
    output: &'a Output,
    tally: &'a Tally,
    base: &'a Href,
}

impl Telling<'_> {
    fn href(&self, wanted: &Wanted) -> String {
        self.base.with("output", &self.output.code).with("answer", &wanted.write(self.program)).to_string()
    }

    fn bar(&self, label: String, count: u64, wanted: &Wanted, tone: Tone) -> BarRow {
        // Nothing is listed behind a zero.
        let href = (count > 0).then(|| self.href(wanted));
        BarRow { label, value: i64::try_from(count).unwrap_or(i64::MAX), href, tone }
    }

    fn card(&self) -> Card {
        let (w, counts) = (self.w, self.tally.counts);
        let count = |key: &str, n: u64, wanted: Wanted| {
            (w.t(key).into_owned(), Link::new(self.href(&wanted), number(i64::try_from(n).unwrap_or(i64::MAX))))
        };
        let mut missing = self.missing();
        let more = missing.split_off(missing.len().min(MISSING_SHOWN));
        Card {
            name: self.output.name.text(said::lang(w)).to_owned(),
            code: self.output.code.clone(),
            counts: vec![
                count("rules-county-known", counts.known, Wanted::Known),
                count("rules-answer-unknown", counts.unknown, Wanted::Unknown),
                count("rules-answer-not-applicable", counts.not_applicable, Wanted::NotApplicable),
            ],
            answers: BarList { rows: self.answers() },
            numbers: self.numbers(),
            missing: BarList { rows: missing },
            missing_more: BarList { rows: more },
            reasons: BarList { rows: self.reasons() },
        }
    }

    /// Each answer and how often it was given.
    fn answers(&self) -> Vec<BarRow> {
        let (w, tally) = (self.w, self.tally);
        if tally.counts.known == 0 {
            return Vec::new();
        }
        match &self.output.shown {
            Shown::Boolean => {
                let no = tally.counts.known - tally.counts.yes;
                vec![
                    self.bar(w.t("rules-yes").into_owned(), tally.counts.yes, &Wanted::Boolean(true), Tone::Brand),
                    self.bar(w.t("rules-no").into_owned(), no, &Wanted::Boolean(false), Tone::Brand),
                ]
            }
            Shown::Number { unit, counts } => {
                let measure = self.measure(unit, counts);
                let ends = Ends {
                    below: &|high| w.f("rules-county-below", &[("high", &high)]),
                    from: &|low| w.f("rules-county-from", &[("low", &low)]),
                };
                let row = |range: super::spread::Range| {
                    self.bar(range.label, range.count, &Wanted::Between(range.low, range.high), Tone::Brand)
                };
                ranges(&tally.values, measure, &ends).into_iter().map(row).collect()
            }
            Shown::Date => Vec::new(),
            shown => {
                let declared = match shown {
                    Shown::Text(Some(set)) => self.pack.sets.get(*set).map(|set| set.values.as_slice()),
                    _ => None,
                };
                let declared = declared.unwrap_or_default();
                let known = declared.iter().map(|value| value.code.as_str());
                let others = tally
                    .texts
                    .keys()
                    .map(String::as_str)
                    .filter(|text| !declared.iter().any(|own| own.code == **text));
                known
                    .chain(others)
                    .map(|text| {
                        let label = self.text(&Value::Text(text.into()));
                        let count = tally.texts.get(text).copied().unwrap_or(0);
                        self.bar(label, count, &Wanted::Text(text.to_owned()), Tone::Brand)
                    })
                    .collect()
            }
        }
    }

    fn measure<'u>(&self, unit: &'u rulepack::unit::Unit, counts: &'u rulepack::unit::Unit) -> Measure<'u> {
        let scale = match self.program.dag.ty(self.output.node) {
            Type::Number { scale, .. } => scale,
            _ => 0,
        };
        Measure { scale, counts, unit, lang: said::lang(self.w) }
    }

    fn text(&self, value: &Value) -> String {
        said::value(self.w, self.program, self.pack, self.output, value)
    }

    fn number(&self, place: usize) -> Option<String> {
        let value = *self.tally.values.get(place)?;
        Some(match self.program.dag.ty(self.output.node) {
            Type::Date { .. } => self.text(&Value::Date(i32::try_from(value).unwrap_or(i32::MAX))),
            _ => self.text(&Value::Number(value)),
        })
    }

    /// Least, median (the lower of two), greatest.
    fn three(&self) -> Option<[String; 3]> {
        let last = self.tally.values.len().checked_sub(1)?;
        Some([self.number(0)?, self.number(last / 2)?, self.number(last)?])
    }

    fn numbers(&self) -> Vec<(String, String)> {
        let keys = ["rules-county-least", "rules-county-median", "rules-county-greatest"];
        let three = self.three().into_iter().flatten();
        keys.iter().map(|key| self.w.t(key).into_owned()).zip(three).collect()
    }

    fn missing(&self) -> Vec<BarRow> {
        let mut missing: Vec<(FactId, u64)> = self.tally.missing.iter().map(|(fact, n)| (*fact, *n)).collect();
        missing.sort_by_key(|(fact, n)| (std::cmp::Reverse(*n), fact.0));
        let row = |(fact, n): (FactId, u64)| {
            self.bar(said::fact(self.w, self.program, fact), n, &Wanted::Missing(fact), Tone::DueSoon)
        };
        missing.into_iter().map(row).collect()
    }

    fn reasons(&self) -> Vec<BarRow> {
        let row = |(reason, n): (&rulepack::ir::ReasonId, &u64)| {
            let reason = self.program.dag.reason_of(*reason);
            let label = said::both(self.w, &reason.zh, &reason.en).to_owned();
            self.bar(label, *n, &Wanted::Reason(reason.code.clone()), Tone::Waiting)
        };
        self.tally.reasons.iter().map(row).collect()
    }

    fn item(&self) -> Item {
        let counts = self.tally.counts;
        let link = |n: u64, wanted: Wanted| Link::new(self.href(&wanted), number(i64::try_from(n).unwrap_or(i64::MAX)));
        Item {
            name: self.output.name.text(said::lang(self.w)).to_owned(),
            code: self.output.code.clone(),
            known: link(counts.known, Wanted::Known),
            numbers: self.three().unwrap_or_else(|| ["—", "—", "—"].map(str::to_owned)),
            unknown: link(counts.unknown, Wanted::Unknown),
            not_applicable: link(counts.not_applicable, Wanted::NotApplicable),
        }
    }
}

/// How many enterprises have each fact; the link leads to those that have it not.
fn facts(w: &Words, program: &Program, county: &County, base: &Href) -> BarList {
    let all = county.members().len() as u64;
    let first: Option<&Output> = program.packs.first().and_then(|pack| pack.outputs.iter().find(|one| !is_item(one)));
    let row = |(place, held): (usize, &u64)| {
        let fact = FactId(u16::try_from(place).ok()?);
        let FactInfo::Fact(_) = program.fact(fact)? else { return None };
        let without = Wanted::Without(fact).write(program);
        let href = first.filter(|_| *held < all).map(|first| base.with("output", &first.code).with("answer", &without));
        let label = said::fact(w, program, fact);
        let label = match county.elsewhere(place) {
            Some(other) => {
                let (n, period) =
                    (number(i64::try_from(other.enterprises).unwrap_or(i64::MAX)), said::period(w, &other.period));
                w.f("rules-county-elsewhere", &[("fact", &label), ("n", &n), ("period", &period)])
            }
            None => label,
        };
        Some(BarRow {
            label,
            value: i64::try_from(*held).unwrap_or(i64::MAX),
            href: href.map(|href| href.to_string()),
            tone: if *held < all { Tone::DueSoon } else { Tone::OnTime },
        })
    };
    BarList { rows: county.held().iter().enumerate().filter_map(row).collect() }
}
