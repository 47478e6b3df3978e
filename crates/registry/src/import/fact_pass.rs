//! One walk along a file of facts: each cell judged by the dictionary, each row against the register and the rows before it.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use db::{Conn, Tx};
use identity::Action;
use kernel::{EnterpriseId, Error, Random, Result, date_text};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::List;
use super::fact_columns::{FactHeader, Held};
use super::report::{Problem, Report, shortened, sum_problem};
use super::rows::{Found, Row, code_of};
use crate::access;
use crate::facts::{NewFact, Period, Reading, Reported};
use crate::store;

/// Longest name of a source, in characters.
const SOURCE_LIMIT: usize = 60;

/// What holds for every row of a file that does not say otherwise itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Given {
    /// Read by [`Period::parse`].
    pub period: String,
    /// Empty: the department of the dictionary.
    pub source: String,
    /// None: the end of the period or, before that, today.
    pub as_of: Option<NaiveDate>,
}

impl Given {
    /// The period.
    ///
    /// # Errors
    /// `invalid-fields` for a period that is none, a source that is too long, an as-of date after today.
    pub fn check(&self, today: NaiveDate) -> Result<Period> {
        let period = Period::parse(&self.period);
        let mut wrong = Vec::new();
        if period.is_none() {
            wrong.push(kernel::FieldError::new("period", "period-form"));
        }
        let length = self.source.chars().count();
        if length > SOURCE_LIMIT {
            wrong.push(kernel::FieldError::new("source", "too-long").arg("limit", SOURCE_LIMIT).arg("length", length));
        }
        if self.as_of.is_some_and(|day| day > today) {
            wrong.push(kernel::FieldError::new("as_of", "import-fact-ahead"));
        }
        Error::check(wrong)?;
        Ok(period.unwrap_or_default())
    }
}

/// See the module.
pub struct FactPass {
    today: NaiveDate,
    period: Period,
    /// As given for the whole file.
    source: Option<Arc<str>>,
    as_of: Option<NaiveDate>,
    report: Report,
    headers: Vec<Arc<FactHeader>>,
    /// Where each enterprise and period was seen first, by header.
    seen: HashMap<(EnterpriseId, Period, usize), u32>,
    /// One copy of each name of a source.
    sources: HashMap<String, Arc<str>>,
}

/// What a row says of itself, before its facts.
struct Stated {
    code: String,
    period: Period,
    /// As said by the row or given for the file.
    source: Option<Arc<str>>,
    as_of: Option<NaiveDate>,
}

impl List for FactPass {
    type Header = FactHeader;
    type Ready = NewFact;
    type Options = Given;

    const ACTION: &'static Action = &access::IMPORT_FACTS;
    const DONE: &'static str = "import-facts";
    const TOLD: events::ListEvent = events::ListEvent::Facts;

    async fn begin(_: &mut Conn, given: &Given, today: NaiveDate) -> Result<FactPass> {
        Ok(FactPass {
            today,
            period: given.check(today)?,
            source: Some(given.source.trim()).filter(|source| !source.is_empty()).map(Arc::from),
            as_of: given.as_of,
            report: Report::default(),
            headers: Vec::new(),
            seen: HashMap::new(),
            sources: HashMap::new(),
        })
    }

    async fn check(&mut self, conn: &mut Conn, rows: Vec<Row<FactHeader>>) -> Result<Vec<NewFact>> {
        let mut stated = Vec::with_capacity(rows.len());
        for row in &rows {
            self.report.rows += 1;
            stated.extend(self.stated(row).map(|stated| (row, stated)));
        }
        let codes: Vec<&str> = stated.iter().map(|(_, stated)| stated.code.as_str()).collect();
        let ids = store::ids_of_codes(conn, &codes).await?;
        let mut periods: Vec<String> = stated.iter().map(|(_, stated)| stated.period.to_string()).collect();
        periods.sort_unstable();
        periods.dedup();
        let enterprises: Vec<EnterpriseId> = codes.iter().filter_map(|code| ids.get(*code).copied()).collect();
        let kept = store::facts_kept(conn, &enterprises, &periods).await?;
        let mut ready = Vec::new();
        for (row, stated) in stated {
            let Some(enterprise) = ids.get(&stated.code).copied() else {
                self.wrong_code(row, "import-enterprise-unknown", Vec::new());
                continue;
            };
            if !self.first(row, enterprise, &stated) {
                continue;
            }
            let kept = kept.get(&enterprise).map_or(&[][..], Vec::as_slice);
            self.facts(row, enterprise, &stated, kept, &mut ready);
        }
        Ok(ready)
    }

    async fn write(tx: &mut Tx, _: &dyn Random, now: DateTime<Utc>, ready: Vec<NewFact>) -> Result<()> {
        store::put_facts(tx, &ready, now).await
    }

    fn told(given: &Given) -> Map<String, Value> {
        let as_of = given.as_of.map(|day| day.to_string()).unwrap_or_default();
        let all = [("period", given.period.as_str()), ("source", &given.source), ("as_of", &as_of)];
        let said = all.into_iter().filter(|(_, value)| !value.is_empty());
        said.map(|(name, value)| (name.to_owned(), value.into())).collect()
    }

    async fn settle(tx: &mut Tx) -> Result<()> {
        store::refresh_fact_plans(tx).await
    }

    fn so_far(&self) -> &Report {
        &self.report
    }

    fn report(mut self, found: &Found<FactHeader>) -> Report {
        // What is wrong with headers comes first, as it stands first.
        let rows = std::mem::take(&mut self.report.errors);
        for (sheet, row, header) in &found.told.headers {
            for (title, code, args) in &header.wrong {
                self.report.error(problem(sheet, *row, title, title, code, args.clone()));
            }
            let facts = header.columns().filter(|(held, _)| matches!(held, Held::Fact(_)));
            self.report.columns.extend(facts.map(|(_, title)| title.to_owned()));
        }
        self.report.errors.extend(rows);
        self.report.errors.truncate(super::report::MOST_LISTED);
        for wrong in &found.wrong_sums {
            let column = wrong.column.clone();
            self.report.warning(sum_problem(wrong, column));
        }
        Report { told: found.summary(), ..self.report }
    }
}

impl FactPass {
    /// The code, the period and where it comes from; `None` if one of them is wrong.
    fn stated(&mut self, row: &Row<FactHeader>) -> Option<Stated> {
        let mut code = None;
        let mut stated =
            Stated { code: String::new(), period: self.period, source: self.source.clone(), as_of: self.as_of };
        let before = self.report.errors_total;
        for (place, (held, title)) in row.header.columns().enumerate() {
            let cell = row.cell(place);
            // Facts are told of when they are read, each by itself.
            let fault = row.fault(place).filter(|_| !matches!(held, Held::Fact(_)));
            if let Some((code, args)) = fault {
                self.wrong(row, title, cell, code, args);
                continue;
            }
            match (held, cell) {
                (Held::CreditCode, cell) => match code_of(cell.unwrap_or("")) {
                    Ok(read) => code = Some(read),
                    Err(error) => self.wrong(row, title, cell, error, Vec::new()),
                },
                (Held::Period, Some(text)) => match Period::parse(text) {
                    Some(period) => stated.period = period,
                    None => self.wrong(row, title, cell, "period-form", Vec::new()),
                },
                (Held::Source, Some(text)) if text.chars().count() > SOURCE_LIMIT => {
                    let (limit, length) = (SOURCE_LIMIT.to_string(), text.chars().count().to_string());
                    self.wrong(row, title, cell, "too-long", vec![("limit", limit), ("length", length)]);
                }
                (Held::Source, Some(text)) => {
                    let known = self.sources.entry(text.to_owned()).or_insert_with(|| Arc::from(text));
                    stated.source = Some(Arc::clone(known));
                }
                (Held::AsOf, Some(text)) => match date_text::parse_date(text, None) {
                    Ok(day) if day > self.today => self.wrong(row, title, cell, "import-fact-ahead", Vec::new()),
                    Ok(day) => stated.as_of = Some(day),
                    Err(error) => self.wrong(row, title, cell, error.code(), Vec::new()),
                },
                _ => {}
            }
        }
        stated.code = code?.as_str().to_owned();
        (self.report.errors_total == before).then_some(stated)
    }

    /// Whether no row before says the same of the same enterprise and period.
    fn first(&mut self, row: &Row<FactHeader>, enterprise: EnterpriseId, stated: &Stated) -> bool {
        let known = self.headers.iter().position(|header| Arc::ptr_eq(header, &row.header));
        let own = known.unwrap_or_else(|| {
            self.headers.push(Arc::clone(&row.header));
            self.headers.len() - 1
        });
        let before = self.headers.iter().enumerate().find_map(|(at, header)| {
            let row_before = self.seen.get(&(enterprise, stated.period, at))?;
            (at == own || header.shares_facts(&row.header)).then_some(*row_before)
        });
        match before {
            Some(before) => {
                self.wrong_code(row, "import-fact-row-twice", vec![("row", before.to_string())]);
                false
            }
            None => {
                self.seen.insert((enterprise, stated.period, own), row.row);
                true
            }
        }
    }

    /// Reads the facts of a row and compares them with what is kept.
    fn facts(
        &mut self,
        row: &Row<FactHeader>,
        enterprise: EnterpriseId,
        stated: &Stated,
        kept: &[Reported],
        ready: &mut Vec<NewFact>,
    ) {
        let period = stated.period.to_string();
        for (place, (held, title)) in row.header.columns().enumerate() {
            let (Held::Fact(reading), Some(cell)) = (held, row.cell(place)) else { continue };
            let read = row.fault(place).map_or_else(|| reading.read(cell), Err);
            let value = match read {
                Ok(Some(value)) => value,
                Ok(None) => continue,
                Err((code, args)) => {
                    self.wrong(row, title, Some(cell), code, args);
                    continue;
                }
            };
            let code = reading.fact().code.as_str();
            let old = kept.iter().find(|old| old.code == code && old.period == period);
            // What a file leaves open changes nothing, so that the same file changes nothing on another day either.
            let same = |old: &&Reported| {
                old.value == value
                    && stated.source.as_ref().is_none_or(|source| **source == *old.source)
                    && stated.as_of.is_none_or(|day| day == old.as_of)
            };
            if old.filter(same).is_some() {
                self.report.unchanged += 1;
                continue;
            }
            match old {
                Some(_) => self.report.changed += 1,
                None => self.report.added += 1,
            }
            let source = stated.source.clone().unwrap_or_else(|| self.usual_source(reading));
            let end = stated.period.last_day().filter(|day| *day <= self.today);
            let as_of = stated.as_of.or(end).unwrap_or(self.today);
            ready.push(NewFact { enterprise, code, period: stated.period, value, source, as_of });
        }
    }

    fn usual_source(&mut self, reading: &Reading) -> Arc<str> {
        let source = &reading.fact().source;
        if let Some(known) = self.sources.get(source) {
            return Arc::clone(known);
        }
        let known: Arc<str> = Arc::from(source.as_str());
        self.sources.insert(source.clone(), Arc::clone(&known));
        known
    }

    fn wrong_code(&mut self, row: &Row<FactHeader>, code: &str, args: Vec<(&'static str, String)>) {
        let header = Arc::clone(&row.header);
        let found = header.columns().enumerate().find(|(_, (held, _))| matches!(held, Held::CreditCode));
        let (place, title) = found.map_or((0, ""), |(place, (_, title))| (place, title));
        self.wrong(row, title, row.cell(place), code, args);
    }

    fn wrong(
        &mut self,
        row: &Row<FactHeader>,
        title: &str,
        cell: Option<&str>,
        code: &str,
        args: Vec<(&'static str, String)>,
    ) {
        self.report.error(problem(&row.sheet, row.row, title, cell.unwrap_or(""), code, args));
    }
}

fn problem(sheet: &str, row: u32, title: &str, value: &str, code: &str, args: Vec<(&'static str, String)>) -> Problem {
    Problem {
        sheet: sheet.to_owned(),
        row,
        column: title.to_owned(),
        value: shortened(value),
        code: code.to_owned(),
        args: args.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
    }
}
