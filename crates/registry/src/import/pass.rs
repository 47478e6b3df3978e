//! One walk along a file: each row judged by itself, against the rows before it and against the register.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use chrono::{DateTime, Utc};
use db::{Conn, Tx};
use kernel::{Check, CreditCode, EnterpriseId, FieldError, IndustryCode, Random, Result, name_key};

use super::Options;
use super::columns::Column;
use super::match_words::Words;
use super::report::{Problem, Report, shown};
use super::rows::{Found, Row};
use super::workbook::BROKEN;
use crate::enterprise::{Enterprise, NewEnterprise, Scale, stem};
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
    row: &'r Row,
    code: CreditCode,
    name_key: String,
}

impl Pass {
    pub async fn new(conn: &mut Conn, options: Options) -> Result<Pass> {
        let words = Words::load(conn).await?;
        Ok(Pass { options, words, report: Report::default(), codes: HashMap::new(), names: HashMap::new() })
    }

    /// Rows looked at so far.
    pub fn rows(&self) -> u64 {
        self.report.rows
    }

    /// Whether anything was wrong so far.
    pub fn wrong(&self) -> bool {
        self.report.errors_total > 0
    }

    /// Judges some rows and returns those that change the register.
    pub async fn check(&mut self, conn: &mut Conn, rows: Vec<Row>) -> Result<Vec<Ready>> {
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

    /// The code and the name, which every row must have, and what the rows before say of them.
    fn read<'r>(&mut self, row: &'r Row) -> Option<Read<'r>> {
        let mut fine = true;
        for column in Column::ALL {
            let Some(cell) = row.get(column) else { continue };
            let code = if cell == BROKEN || cell.starts_with("#REF!") || cell.starts_with("#N/A") {
                "import-formula"
            } else if cell.contains('\u{fffd}') {
                "import-characters"
            } else {
                continue;
            };
            self.wrong_cell(row, column, code, Vec::new());
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

    fn code(&mut self, row: &Row) -> Option<CreditCode> {
        let text = row.get(Column::CreditCode).unwrap_or("");
        if text.contains("E+") && text.parse::<f64>().is_ok() {
            self.wrong_cell(row, Column::CreditCode, "import-code-number", Vec::new());
            return None;
        }
        let code = match CreditCode::parse(text) {
            Ok(code) => code,
            Err(error) => {
                self.wrong_cell(row, Column::CreditCode, error.code(), Vec::new());
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
    fn facts(&mut self, row: &Row, mut facts: NewEnterprise) -> Option<NewEnterprise> {
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
                    self.wrong_cell(row, Column::Township, "import-township", vec![("some", some)]);
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
                    self.wrong_cell(row, Column::Chain, "import-chain", vec![("some", some)]);
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

    fn wrong_cell(&mut self, row: &Row, column: Column, code: &str, args: Vec<(&'static str, String)>) {
        self.report.error(problem(row, column, code, args));
    }

    fn look_at(&mut self, row: &Row, column: Column, code: &str, args: Vec<(&'static str, String)>) {
        self.report.warning(problem(row, column, code, args));
    }

    /// What was found, at the end.
    pub fn report(self, found: &Found) -> Report {
        Report {
            columns: found.columns.iter().map(|column| column.as_str().to_owned()).collect(),
            ignored: found.ignored.clone(),
            sheets_left_out: found.sheets_left_out.clone(),
            ..self.report
        }
    }
}

fn problem(row: &Row, column: Column, code: &str, args: Vec<(&'static str, String)>) -> Problem {
    Problem {
        sheet: row.sheet.to_string(),
        row: row.row,
        column: column.as_str().to_owned(),
        value: shown(column, row.get(column).unwrap_or("")),
        code: code.to_owned(),
        args: args.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
    }
}

/// `3432`, `C3432`, `3432 生产专用起重机制造`.
fn industry(cell: &str) -> std::result::Result<IndustryCode, &'static str> {
    let plain = kernel::halfwidth(cell);
    let code: String = plain.chars().take_while(char::is_ascii_alphanumeric).collect();
    code.parse::<IndustryCode>().map_err(|error| error.code())
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

/// Writes rows that were checked in this transaction.
pub async fn write(tx: &mut Tx, random: &dyn Random, now: DateTime<Utc>, ready: Vec<Ready>) -> Result<()> {
    let mut news = Vec::with_capacity(ready.len());
    for row in ready {
        match row {
            Ready::New(facts) => news.push(facts),
            Ready::Changed(old, facts) => {
                store::set_facts(tx, old.id, old.serial, old.version, &old.facts.name, &facts, now).await?;
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
