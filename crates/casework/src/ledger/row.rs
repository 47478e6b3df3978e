//! One row of the ledger, read strictly: what cannot be understood is a fault, nothing is guessed.

use chrono::NaiveDate;
use kernel::ChinaPhone;
use sheets::{Cell, Fault as Unreadable};

use super::columns::Column;
use super::fault::Fault;
use crate::event::{CallResult, Grade, Level, Source};
use crate::limits::LimitUnit;

/// Where the columns of a sheet stand.
#[derive(Clone, Debug)]
pub struct Heading {
    pub sheet: String,
    pub columns: Vec<(Column, usize, String)>,
}

/// The limit as the ledger states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    Day(NaiveDate),
    Days(u32, LimitUnit),
}

/// A row that was understood. Texts are trimmed.
#[derive(Clone, Debug)]
pub struct LedgerRow {
    pub row: u32,
    pub number: String,
    pub enterprise: String,
    pub credit_code: String,
    pub contact: String,
    pub phone: String,
    pub source: Source,
    pub handed_down: bool,
    pub raised: NaiveDate,
    pub category: String,
    pub problem: String,
    pub grade: Grade,
    pub level: Level,
    pub lead: String,
    pub co: Vec<String>,
    pub assigned: Option<NaiveDate>,
    pub until: Option<Until>,
    pub progress: String,
    pub measures: String,
    pub done: Option<NaiveDate>,
    pub rating: Option<CallResult>,
    pub caller: String,
    pub called: Option<NaiveDate>,
    pub call_note: String,
    pub closed: bool,
    pub note: String,
}

/// Reads cells of one row and collects its faults.
pub struct Cells<'a> {
    heading: &'a Heading,
    row: u32,
    cells: &'a [Cell],
    faults: Vec<Fault>,
}

impl<'a> Cells<'a> {
    pub fn new(heading: &'a Heading, row: u32, cells: &'a [Cell]) -> Self {
        Cells { heading, row, cells, faults: Vec::new() }
    }

    fn cell(&self, column: Column) -> Option<&Cell> {
        let at = self.heading.columns.iter().find(|(c, _, _)| *c == column).map(|(_, at, _)| *at);
        self.cells.get(at?)
    }

    /// The text of a cell; dates as dates, and nothing for the marks that say so where the column is no free text.
    pub fn text(&self, column: Column) -> String {
        let text = self.shown(column);
        if !FREE.contains(&column) && sheets::is_nothing(&text) { String::new() } else { text }
    }

    fn shown(&self, column: Column) -> String {
        self.cell(column).map(|cell| cell.text().trim().replace('\0', "")).unwrap_or_default()
    }

    /// Cells that nobody can read.
    fn unreadable(&mut self) {
        let columns: Vec<Column> = self.heading.columns.iter().map(|(column, ..)| *column).collect();
        for column in columns.into_iter().filter(|column| *column != Column::Serial) {
            let Some(cell) = self.cell(column) else { continue };
            let (expected, hint) = match cell.fault() {
                None => continue,
                Some(Unreadable::NoValue) => ("no-value", String::new()),
                Some(Unreadable::Formula) => ("formula", String::new()),
                Some(Unreadable::Characters) => ("characters", cell.broken_bytes().to_owned()),
            };
            self.fault(column, expected, hint);
        }
    }

    /// Adds a fault about a cell.
    pub fn fault(&mut self, column: Column, expected: &str, hint: impl Into<String>) {
        let title = self.heading.columns.iter().find(|(c, _, _)| *c == column).map(|(_, _, title)| title.clone());
        self.faults.push(Fault {
            sheet: self.heading.sheet.clone(),
            row: self.row,
            column: title.unwrap_or_else(|| column.title().to_owned()),
            value: self.shown(column),
            expected: expected.to_owned(),
            hint: hint.into(),
        });
    }

    fn limited(&mut self, column: Column, most: usize) -> String {
        let text = self.text(column);
        if text.chars().count() > most {
            self.fault(column, "shorter", most.to_string());
        }
        text
    }

    fn required(&mut self, column: Column, most: usize) -> String {
        let text = self.limited(column, most);
        if text.is_empty() {
            self.fault(column, "filled", "");
        }
        text
    }

    fn date(&mut self, column: Column) -> Option<NaiveDate> {
        if let Some(day) = self.cell(column).and_then(Cell::day) {
            return Some(day);
        }
        let text = self.text(column);
        if text.is_empty() {
            return None;
        }
        match kernel::parse_date_time(&text, None) {
            Ok(found) => Some(found.date),
            Err(_) => {
                self.fault(column, "date", "");
                None
            }
        }
    }

    /// One of a few words; `None` for an empty cell, a fault for any other word.
    fn word<T: Copy>(&mut self, column: Column, words: &[(&str, T)]) -> Option<T> {
        let text = kernel::halfwidth(&self.text(column)).replace(' ', "").to_lowercase();
        if text.is_empty() {
            return None;
        }
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let mut known: Vec<&str> = words.iter().map(|(word, _)| *word).filter(|w| !w.is_ascii()).collect();
            known.dedup();
            self.fault(column, "one-of", known.join("、"));
        }
        found
    }

    fn until(&mut self) -> Option<Until> {
        let text = kernel::halfwidth(&self.text(Column::Limit)).replace(' ', "");
        if text.is_empty() {
            return None;
        }
        let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
        let unit = match text.get(digits.len()..).unwrap_or("") {
            "个工作日" | "工作日" | "workingdays" => Some(LimitUnit::WorkingDay),
            "天" | "日" | "个自然日" | "自然日" | "days" => Some(LimitUnit::Day),
            "个月" | "months" => Some(LimitUnit::Month),
            _ => None,
        };
        if let (Ok(n), Some(unit)) = (digits.parse::<u32>(), unit)
            && (1..=1000).contains(&n)
        {
            return Some(Until::Days(n, unit));
        }
        if let Some(day) = self.cell(Column::Limit).and_then(Cell::day) {
            return Some(Until::Day(day));
        }
        match kernel::parse_date(&text, None) {
            Ok(day) => Some(Until::Day(day)),
            Err(_) => {
                self.fault(Column::Limit, "limit", "");
                None
            }
        }
    }

    /// Reads the whole row; `Err` has every fault of it.
    pub fn read(mut self, today: NaiveDate) -> Result<LedgerRow, Vec<Fault>> {
        self.unreadable();
        if !self.faults.is_empty() {
            return Err(self.faults);
        }
        let source = self.word(Column::Source, SOURCES);
        let level = self.word(Column::Level, LEVELS);
        let row = LedgerRow {
            row: self.row,
            number: self.limited(Column::Number, 60),
            enterprise: self.required(Column::Enterprise, 200),
            credit_code: self.limited(Column::CreditCode, 40),
            contact: self.limited(Column::Contact, 60),
            phone: self.phone(),
            source: source.unwrap_or(Source::Import),
            handed_down: source == Some(Source::HandedDown),
            raised: self.date(Column::Raised).unwrap_or_default(),
            category: self.limited(Column::Category, 60),
            problem: self.required(Column::Problem, 4000),
            grade: self.word(Column::Grade, GRADES).unwrap_or(Grade::Ordinary),
            level: level.unwrap_or(Level::County),
            lead: self.limited(Column::Lead, 100),
            co: split(&self.limited(Column::Co, 400)),
            assigned: self.date(Column::Assigned),
            until: self.until(),
            progress: self.limited(Column::Progress, 4000),
            measures: self.limited(Column::Measures, 4000),
            done: self.date(Column::Done),
            rating: self.word(Column::Rating, RATINGS),
            caller: self.limited(Column::Caller, 60),
            called: self.date(Column::Called),
            call_note: self.limited(Column::CallNote, 2000),
            closed: self.word(Column::Closed, YES_NO).unwrap_or(false),
            note: self.limited(Column::Note, 2000),
        };
        if self.text(Column::Raised).is_empty() {
            self.fault(Column::Raised, "filled", "");
        }
        self.order_of_dates(&row, today);
        self.consistent(&row);
        if self.faults.is_empty() { Ok(row) } else { Err(self.faults) }
    }

    fn phone(&mut self) -> String {
        let text = self.text(Column::Phone);
        match ChinaPhone::parse(&text) {
            Ok(phone) => phone.as_str().to_owned(),
            Err(_) if text.is_empty() => text,
            Err(_) => {
                self.fault(Column::Phone, "phone", "");
                text
            }
        }
    }

    /// What happens later cannot have an earlier date, and nothing has happened tomorrow.
    fn order_of_dates(&mut self, row: &LedgerRow, today: NaiveDate) {
        let steps = [
            (Column::Raised, Some(row.raised)),
            (Column::Assigned, row.assigned),
            (Column::Done, row.done),
            (Column::Called, row.called),
        ];
        let mut last: Option<(Column, NaiveDate)> = None;
        for (column, day) in steps {
            let Some(day) = day else { continue };
            if day > today {
                self.fault(column, "not-future", "");
            }
            if let Some((before, earlier)) = last
                && day < earlier
            {
                self.fault(column, "not-before", format!("{} {earlier}", before.title()));
            }
            last = Some((column, day));
        }
    }

    fn consistent(&mut self, row: &LedgerRow) {
        if row.lead.is_empty() && (row.assigned.is_some() || row.done.is_some() || !row.co.is_empty()) {
            self.fault(Column::Lead, "filled", "");
        }
        if !row.lead.is_empty() && row.category.is_empty() {
            self.fault(Column::Category, "filled", "");
        }
        if row.closed && row.done.is_none() {
            self.fault(Column::Done, "done-when-closed", "");
        }
        if row.closed && row.rating.is_none() {
            self.fault(Column::Rating, "rated-when-closed", "");
        }
        if row.rating.is_some() && row.done.is_none() {
            self.fault(Column::Done, "done-when-rated", "");
        }
        if row.closed && row.rating == Some(CallResult::Dissatisfied) {
            self.fault(Column::Closed, "not-closed-dissatisfied", "");
        }
    }
}

fn split(units: &str) -> Vec<String> {
    let parts = units.split(['、', ',', '，', ';', '；', '/', '\n']).map(str::trim).filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

/// Columns in which people write sentences, where a dash or 无 may be one.
const FREE: [Column; 5] = [Column::Problem, Column::Progress, Column::Measures, Column::CallNote, Column::Note];

const SOURCES: &[(&str, Source)] = &[
    ("走访", Source::Visit),
    ("微信群", Source::WechatGroup),
    ("热线", Source::Hotline),
    ("平台", Source::Platform),
    ("上级交办", Source::HandedDown),
    ("网页", Source::Web),
    ("visit", Source::Visit),
    ("wechat", Source::WechatGroup),
    ("hotline", Source::Hotline),
    ("platform", Source::Platform),
    ("handeddown", Source::HandedDown),
];
const GRADES: &[(&str, Grade)] = &[
    ("一般", Grade::Ordinary),
    ("重点", Grade::Key),
    ("复杂", Grade::Key),
    ("疑难", Grade::Hard),
    ("ordinary", Grade::Ordinary),
    ("key", Grade::Key),
    ("hard", Grade::Hard),
];
const LEVELS: &[(&str, Level)] = &[
    ("乡", Level::Township),
    ("乡镇", Level::Township),
    ("县", Level::County),
    ("县级", Level::County),
    ("市", Level::City),
    ("市级", Level::City),
    ("省", Level::Province),
    ("省级", Level::Province),
    ("township", Level::Township),
    ("county", Level::County),
    ("city", Level::City),
    ("province", Level::Province),
];
const RATINGS: &[(&str, CallResult)] = &[
    ("满意", CallResult::Satisfied),
    ("非常满意", CallResult::Satisfied),
    ("基本满意", CallResult::BasicallySatisfied),
    ("不满意", CallResult::Dissatisfied),
    ("未接通", CallResult::NotReached),
    ("satisfied", CallResult::Satisfied),
    ("basicallysatisfied", CallResult::BasicallySatisfied),
    ("dissatisfied", CallResult::Dissatisfied),
    ("notreached", CallResult::NotReached),
];
const YES_NO: &[(&str, bool)] = &[
    ("是", true),
    ("已销号", true),
    ("√", true),
    ("否", false),
    ("未销号", false),
    ("×", false),
    ("yes", true),
    ("no", false),
];
