//! One walk along a file: each row judged by itself, against the rows before it and against the register.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use chrono::{DateTime, NaiveDate, Utc};
use db::{Conn, Tx};
use identity::Action;
use kernel::{Check, CreditCode, EnterpriseId, FieldError, Random, Result, name_key};
use serde_json::{Map, Value};

use super::columns::{Column, Layout};
use super::match_words::Words;
use super::report::{Problem, Report, shown, sum_problem};
use super::rows::{Found, Row, code_of};
use super::{List, Options};
use crate::access;
use crate::enterprise::{Enterprise, NewEnterprise, Scale, stem};
use crate::facts::industry;
use crate::store;

/// A row to be written.
pub enum Ready {
    New(NewEnterprise),
    Changed(Box<Enterprise>, NewEnterprise),
}

/// See the module.
pub struct Pass {
    options: Options,
    words: Words,
    report: Report,
    /// Where each code was seen first. Kept as bytes: a city's list must fit into little memory.
    codes: HashMap<CreditCode, u32>,
    /// Where each name, by the hash of its stem, was seen first.
    names: HashMap<u64, u32>,
}

/// A row whose own cells are all right so far.
struct Read<'r> {
    row: &'r Row<Layout>,
    code: CreditCode,
    name_key: String,
}

impl List for Pass {
    type Header = Layout;
    type Ready = Ready;
    type Options = Options;

    const ACTION: &'static Action = &access::IMPORT;
    const DONE: &'static str = "import";
    const TOLD: events::ListEvent = events::ListEvent::Enterprises;

    async fn begin(conn: &mut Conn, options: &Options, _: NaiveDate) -> Result<Pass> {
        let words = Words::load(conn).await?;
        let options = *options;
        Ok(Pass { options, words, report: Report::default(), codes: HashMap::new(), names: HashMap::new() })
    }

    async fn check(&mut self, conn: &mut Conn, rows: Vec<Row<Layout>>) -> Result<Vec<Ready>> {
        let mut read = Vec::with_capacity(rows.len());
        for row in &rows {
            self.report.rows += 1;
            read.extend(self.read(row));
        }
        let codes: Vec<&str> = read.iter().map(|r| r.code.as_str()).collect();
        let keys: Vec<&str> = read.iter().map(|r| r.name_key.as_str()).collect();
        let known = store::by_codes(conn, &codes).await?;
        let known: HashMap<CreditCode, Enterprise> = known.into_iter().map(|e| (e.facts.credit_code, e)).collect();
        let former = store::by_former_codes(conn, &codes).await?;
        let mut named: HashMap<String, Vec<String>> = HashMap::new();
        for (key, code) in store::names_like(conn, &keys).await? {
            named.entry(key).or_default().push(code);
        }
        let mut ready = Vec::with_capacity(read.len());
        for Read { row, code, name_key } in read {
            let old = known.get(&code);
            if let (None, Some(now)) = (old, former.get(code.as_str())) {
                self.wrong_cell(row, Column::CreditCode, "import-former-code", vec![("now", now.clone())]);
                continue;
            }
            let other = named.get(&name_key).into_iter().flatten().find(|other| *other != code.as_str());
            if let Some(other) = other {
                self.look_at(row, Column::Name, "import-name-known", vec![("code", other.clone())]);
            }
            let base = old.map_or_else(|| NewEnterprise::new(code, ""), |old| old.facts.clone());
            let Some(facts) = self.facts(row, base) else { continue };
            match old {
                None => {
                    self.report.added += 1;
                    ready.push(Ready::New(facts));
                }
                Some(old) if old.facts == as_kept(&facts) => self.report.unchanged += 1,
                Some(old) => {
                    self.report.changed += 1;
                    ready.push(Ready::Changed(Box::new(old.clone()), facts));
                }
            }
        }
        Ok(ready)
    }

    async fn write(tx: &mut Tx, random: &dyn Random, now: DateTime<Utc>, ready: Vec<Ready>) -> Result<()> {
        let mut news = Vec::with_capacity(ready.len());
        for row in ready {
            match row {
                Ready::New(facts) => news.push(facts),
                Ready::Changed(old, facts) => {
                    store::set_facts(tx, &old, &facts, now).await?;
                }
            }
        }
        let mut serial = store::next_serials(tx, news.len()).await?;
        let rows: Vec<_> = news
            .iter()
            .map(|new| {
                serial += 1;
                (EnterpriseId::new(now, random), serial, new)
            })
            .collect();
        store::insert_rows(tx, &rows, now).await
    }

    fn told(_: &Options) -> Map<String, Value> {
        Map::new()
    }

    async fn settle(tx: &mut Tx) -> Result<()> {
        store::refresh_plans(tx).await
    }

    fn so_far(&self) -> &Report {
        &self.report
    }

    fn report(mut self, found: &Found<Layout>) -> Report {
        let mut columns: Vec<String> = Vec::new();
        let mut told = found.summary();
        for (_, _, header) in &found.told.headers {
            for column in header.columns().map(Column::as_str) {
                if !columns.iter().any(|known| known == column) {
                    columns.push(column.to_owned());
                }
            }
            told.add_unused(header.ignored.iter().map(String::as_str));
        }
        for wrong in &found.wrong_sums {
            let column = wrong.column.clone();
            self.report.warning(sum_problem(wrong, column));
        }
        Report { columns, told, ..self.report }
    }
}

impl Pass {
    /// The code and the name, which every row must have, and what the rows before say of them.
    fn read<'r>(&mut self, row: &'r Row<Layout>) -> Option<Read<'r>> {
        let mut fine = true;
        for column in Column::ALL {
            let Some((code, args)) = row.fault(column as usize) else { continue };
            self.wrong_cell(row, column, code, args);
            fine = false;
        }
        let code = self.code(row);
        let name = row.get(Column::Name).unwrap_or("");
        if name.is_empty() {
            self.wrong_cell(row, Column::Name, "required", Vec::new());
        }
        let key = name_key(name);
        let code = code.filter(|_| fine && !name.is_empty())?;
        match self.codes.get(&code) {
            Some(first) => {
                let first = first.to_string();
                self.wrong_cell(row, Column::CreditCode, "import-code-twice", vec![("row", first)]);
                return None;
            }
            None => self.codes.insert(code, row.row),
        };
        let hash = hash(&stem(name));
        match self.names.get(&hash) {
            Some(first) => {
                let first = first.to_string();
                self.look_at(row, Column::Name, "import-name-twice", vec![("row", first)]);
            }
            None => {
                self.names.insert(hash, row.row);
            }
        }
        Some(Read { row, code, name_key: key })
    }

    fn code(&mut self, row: &Row<Layout>) -> Option<CreditCode> {
        let text = row.get(Column::CreditCode).unwrap_or("");
        if kernel::is_identity_number(text) {
            self.look_at(row, Column::CreditCode, "import-code-identity", Vec::new());
        }
        let code = match code_of(text) {
            Ok(code) => code,
            Err(error) => {
                self.wrong_cell(row, Column::CreditCode, error, Vec::new());
                return None;
            }
        };
        match code.check() {
            Check::BadCheck { expected } if self.options.override_code_check => {
                self.look_at(row, Column::CreditCode, "import-code-check", vec![("expected", expected.to_string())]);
            }
            Check::BadCheck { expected } => {
                self.wrong_cell(row, Column::CreditCode, "import-code-check", vec![("expected", expected.to_string())]);
                return None;
            }
            _ => {}
        }
        Some(code)
    }

    /// What the row says, laid over what is known. Empty cells leave what is there.
    fn facts(&mut self, row: &Row<Layout>, mut facts: NewEnterprise) -> Option<NewEnterprise> {
        let before = self.report.errors_total;
        let texts = [
            (Column::Name, &mut facts.name),
            (Column::ShortName, &mut facts.short_name),
            (Column::Address, &mut facts.address),
            (Column::ContactName, &mut facts.contact_name),
            (Column::ContactPhone, &mut facts.contact_phone),
        ];
        for (column, field) in texts {
            if let Some(cell) = row.get(column) {
                cell.clone_into(field);
            }
        }
        if let Some(cell) = row.get(Column::Division) {
            match cell.parse() {
                Ok(division) => facts.division = Some(division),
                Err(_) => self.wrong_cell(row, Column::Division, "division-form", Vec::new()),
            }
        }
        if let Some(cell) = row.get(Column::Township) {
            match self.words.township(cell) {
                Some(unit) => facts.township = Some(unit),
                None => {
                    let some = self.words.some_townships.clone();
                    // A list of nothing would help nobody: then what is told is where to begin.
                    let code = if some.is_empty() { "import-township-none" } else { "import-township" };
                    self.wrong_cell(row, Column::Township, code, vec![("some", some)]);
                }
            }
        }
        if let Some(cell) = row.get(Column::Industry) {
            match industry(cell) {
                Ok(industry) => facts.industry = Some(industry),
                Err(error) => self.wrong_cell(row, Column::Industry, error, Vec::new()),
            }
        }
        if let Some(cell) = row.get(Column::Chain) {
            match self.words.chain(cell).map(str::to_owned) {
                Some(chain) => facts.chain = Some(chain),
                None => {
                    let some = self.words.some_chains.clone();
                    let code = if some.is_empty() { "import-chain-none" } else { "import-chain" };
                    self.wrong_cell(row, Column::Chain, code, vec![("some", some)]);
                }
            }
        }
        if let Some(cell) = row.get(Column::Scale) {
            match Scale::read(cell) {
                Some(scale) => facts.scale = scale,
                None => self.wrong_cell(row, Column::Scale, "import-scale", Vec::new()),
            }
        }
        if let Some(cell) = row.get(Column::Staff) {
            match staff(cell) {
                Some(n) => facts.staff = Some(n),
                None => self.wrong_cell(row, Column::Staff, "import-staff", Vec::new()),
            }
        }
        for FieldError { field, code, args } in facts.tidy() {
            if let Some(column) = Column::ALL.into_iter().find(|column| column.as_str() == field) {
                self.wrong_cell(row, column, code, args);
            }
        }
        (self.report.errors_total == before).then_some(facts)
    }

    fn wrong_cell(&mut self, row: &Row<Layout>, column: Column, code: &str, args: Vec<(&'static str, String)>) {
        self.report.error(problem(row, column, code, args));
    }

    fn look_at(&mut self, row: &Row<Layout>, column: Column, code: &str, args: Vec<(&'static str, String)>) {
        self.report.warning(problem(row, column, code, args));
    }
}

fn problem(row: &Row<Layout>, column: Column, code: &str, args: Vec<(&'static str, String)>) -> Problem {
    Problem {
        sheet: row.sheet.to_string(),
        row: row.row,
        column: column.as_str().to_owned(),
        value: shown(column, row.get(column).unwrap_or("")),
        code: code.to_owned(),
        args: args.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
    }
}

/// `142`, `1,200`, `142 人`.
fn staff(cell: &str) -> Option<i64> {
    let plain = kernel::halfwidth(cell);
    let plain = plain.trim().trim_end_matches('人').trim();
    plain.replace(',', "").parse().ok()
}

/// As it reads back from the database.
fn as_kept(facts: &NewEnterprise) -> NewEnterprise {
    NewEnterprise { division: facts.division.map(|d| d.canonical()), ..facts.clone() }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
