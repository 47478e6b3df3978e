//! Time limits as rows: which clock, for which category, grade and level, how much of which unit, from which day.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::event::{Grade, Level, Promise};

/// In what a limit is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LimitUnit {
    WorkingHour,
    Hour,
    WorkingDay,
    Day,
    Month,
}

/// What a limit limits. The first five are clocks that are shown; the others are windows in which something may be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClockKind {
    /// Handed in → accepted or returned.
    Accept,
    /// Accepted (or refused by a unit) → assigned to a lead.
    Assign,
    /// Assigned → the lead's first sign of life.
    Contact,
    /// Accepted (or reopened) → answered: the promise to the enterprise.
    Resolve,
    /// Assigned → answered, for one unit.
    Share,
    /// Assigned → until then a unit may refuse.
    Refuse,
    /// Closed → until then the enterprise may object.
    Object,
    /// How long before the due time an extension must be asked for.
    Extension,
}

/// One row. `None` means: for all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    pub id: String,
    pub clock: ClockKind,
    #[serde(default)]
    pub category: Option<String>,
    #[serde(default)]
    pub grade: Option<Grade>,
    #[serde(default)]
    pub level: Option<Level>,
    pub n: u32,
    pub unit: LimitUnit,
    /// First day (Shanghai) on which promises are made by this row.
    #[serde(default)]
    pub from: Option<NaiveDate>,
}

/// The rows in force on one day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    rows: Vec<Limit>,
}

/// What is doubtful about a set of rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum LimitLint {
    /// No row answers for this clock (and grade), so nothing could be promised.
    Missing { clock: ClockKind, grade: Option<Grade> },
    /// Two rows for exactly the same thing from the same day: which one holds would be chance.
    Twice { first: String, second: String },
    /// A limit of nothing is late before it begins.
    Zero { id: String },
    /// So long that it is rather a slip of the pen: more than three years.
    TooLong { id: String },
    /// A harder grade has a shorter limit than an easier one.
    HarderButShorter { easier: String, harder: String },
}

impl LimitUnit {
    /// All units, for forms.
    pub const ALL: [Self; 5] = [Self::WorkingHour, Self::Hour, Self::WorkingDay, Self::Day, Self::Month];

    /// The name in files, rows and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WorkingHour => "working_hour",
            Self::Hour => "hour",
            Self::WorkingDay => "working_day",
            Self::Day => "day",
            Self::Month => "month",
        }
    }

    /// Reads [`LimitUnit::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.as_str() == text)
    }

    /// Upper bound of three years, for the lint.
    fn three_years(self) -> u32 {
        match self {
            Self::WorkingHour => 6_000,
            Self::Hour => 26_280,
            Self::WorkingDay => 750,
            Self::Day => 1_095,
            Self::Month => 36,
        }
    }
}

impl ClockKind {
    /// All kinds, for forms.
    pub const ALL: [Self; 8] = [
        Self::Accept,
        Self::Assign,
        Self::Contact,
        Self::Resolve,
        Self::Share,
        Self::Refuse,
        Self::Object,
        Self::Extension,
    ];

    /// The name in files, rows and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Assign => "assign",
            Self::Contact => "contact",
            Self::Resolve => "resolve",
            Self::Share => "share",
            Self::Refuse => "refuse",
            Self::Object => "object",
            Self::Extension => "extension",
        }
    }

    /// Reads [`ClockKind::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

impl Limit {
    /// The row as a promise.
    pub fn promise(&self) -> Promise {
        Promise { rule: self.id.clone(), n: self.n, unit: self.unit }
    }

    fn fits(&self, category: Option<&str>, grade: Option<Grade>, level: Option<Level>) -> bool {
        self.category.as_deref().is_none_or(|own| Some(own) == category)
            && self.grade.is_none_or(|own| Some(own) == grade)
            && self.level.is_none_or(|own| Some(own) == level)
    }

    /// A named category weighs more than a grade, a grade more than a level; among equals the later `from` holds.
    fn weight(&self) -> (u8, Option<NaiveDate>) {
        let named = u8::from(self.category.is_some()) * 4 + u8::from(self.grade.is_some()) * 2;
        (named + u8::from(self.level.is_some()), self.from)
    }
}

impl Limits {
    /// A set of rows, as they stand in the file or table; rows not yet in force may be among them only if they are
    /// filtered with [`Limits::on`].
    pub fn new(rows: Vec<Limit>) -> Self {
        Self { rows }
    }

    /// The rows in force on a day.
    #[must_use]
    pub fn on(&self, day: NaiveDate) -> Self {
        Self { rows: self.rows.iter().filter(|row| row.from.is_none_or(|from| from <= day)).cloned().collect() }
    }

    /// All rows.
    pub fn rows(&self) -> &[Limit] {
        &self.rows
    }

    /// The most specific row for a clock: category before grade before level.
    pub fn find(
        &self,
        clock: ClockKind,
        category: Option<&str>,
        grade: Option<Grade>,
        level: Option<Level>,
    ) -> Option<&Limit> {
        let fitting = self.rows.iter().filter(|row| row.clock == clock && row.fits(category, grade, level));
        fitting.max_by_key(|row| row.weight())
    }

    /// The row that holds whatever a need is classified as: no row of this clock asks for a category, grade or level.
    pub fn of_every_class(&self, clock: ClockKind) -> Option<&Limit> {
        let mut own = self.rows.iter().filter(|row| row.clock == clock);
        own.all(|row| row.fits(None, None, None)).then(|| self.find(clock, None, None, None)).flatten()
    }

    /// What a new county starts with: accept 1, assign 1, contact 2, resolve 5/10/15, share 3, refuse 1, object 10,
    /// extension asked 1 working day ahead.
    pub fn defaults() -> Self {
        let row = |id: &str, clock, grade, n| Limit {
            id: id.to_owned(),
            clock,
            category: None,
            grade,
            level: None,
            n,
            unit: LimitUnit::WorkingDay,
            from: None,
        };
        Self::new(vec![
            row("accept", ClockKind::Accept, None, 1),
            row("assign", ClockKind::Assign, None, 1),
            row("contact", ClockKind::Contact, None, 2),
            row("resolve-ordinary", ClockKind::Resolve, Some(Grade::Ordinary), 5),
            row("resolve-key", ClockKind::Resolve, Some(Grade::Key), 10),
            row("resolve-hard", ClockKind::Resolve, Some(Grade::Hard), 15),
            row("share", ClockKind::Share, None, 3),
            row("refuse", ClockKind::Refuse, None, 1),
            row("object", ClockKind::Object, None, 10),
            row("extension", ClockKind::Extension, None, 1),
        ])
    }

    /// What is missing, double or doubtful. Empty for the defaults.
    pub fn lint(&self) -> Vec<LimitLint> {
        let mut found = Vec::new();
        for clock in ClockKind::ALL {
            let grades: &[Option<Grade>] = match clock {
                ClockKind::Resolve => &[Some(Grade::Ordinary), Some(Grade::Key), Some(Grade::Hard)],
                _ => &[None],
            };
            for grade in grades {
                if self.find(clock, None, *grade, None).is_none() {
                    found.push(LimitLint::Missing { clock, grade: *grade });
                }
            }
        }
        for (at, row) in self.rows.iter().enumerate() {
            if row.n == 0 {
                found.push(LimitLint::Zero { id: row.id.clone() });
            }
            if row.n > row.unit.three_years() {
                found.push(LimitLint::TooLong { id: row.id.clone() });
            }
            for other in self.rows.iter().skip(at + 1) {
                found.extend(compare(row, other));
            }
        }
        found
    }
}

fn compare(a: &Limit, b: &Limit) -> Option<LimitLint> {
    let same = a.clock == b.clock && a.category == b.category && a.level == b.level && a.from == b.from;
    if !same {
        return None;
    }
    if a.grade == b.grade {
        return Some(LimitLint::Twice { first: a.id.clone(), second: b.id.clone() });
    }
    let (easier, harder) = if a.grade < b.grade { (a, b) } else { (b, a) };
    (easier.grade.is_some() && a.unit == b.unit && harder.n < easier.n)
        .then(|| LimitLint::HarderButShorter { easier: easier.id.clone(), harder: harder.id.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: &str, category: Option<&str>, grade: Option<Grade>, level: Option<Level>, n: u32) -> Limit {
        let clock = ClockKind::Resolve;
        let category = category.map(str::to_owned);
        Limit { id: id.to_owned(), clock, category, grade, level, n, unit: LimitUnit::WorkingDay, from: None }
    }

    #[test]
    fn the_most_specific_row_wins() {
        let mut rows = Limits::defaults().rows().to_vec();
        rows.push(row("fin", Some("fin"), None, None, 7));
        rows.push(row("fin-key", Some("fin"), Some(Grade::Key), None, 8));
        rows.push(row("city", None, Some(Grade::Key), Some(Level::City), 20));
        let mut later = row("ordinary-new", None, Some(Grade::Ordinary), None, 4);
        later.from = NaiveDate::from_ymd_opt(2026, 7, 1);
        rows.push(later);
        let limits = Limits::new(rows);
        let before = limits.on(NaiveDate::from_ymd_opt(2026, 6, 30).unwrap());
        let after = limits.on(NaiveDate::from_ymd_opt(2026, 7, 1).unwrap());
        let find = |limits: &Limits, category, grade, level| {
            limits.find(ClockKind::Resolve, category, Some(grade), Some(level)).unwrap().id.clone()
        };
        assert_eq!(find(&before, Some("land"), Grade::Key, Level::County), "resolve-key");
        assert_eq!(find(&before, Some("fin"), Grade::Hard, Level::County), "fin");
        assert_eq!(find(&before, Some("fin"), Grade::Key, Level::City), "fin-key");
        assert_eq!(find(&before, Some("land"), Grade::Key, Level::City), "city");
        assert_eq!(find(&before, None, Grade::Ordinary, Level::County), "resolve-ordinary");
        assert_eq!(find(&after, None, Grade::Ordinary, Level::County), "ordinary-new");
        assert!(limits.find(ClockKind::Resolve, None, None, None).is_none());
    }

    #[test]
    fn the_lint_names_what_is_wrong() {
        assert_eq!(Limits::defaults().lint(), []);
        let mut rows = Limits::defaults().rows().to_vec();
        rows.retain(|row| row.clock != ClockKind::Accept);
        rows.push(row("again", None, Some(Grade::Hard), None, 15));
        rows.push(row("zero", Some("fin"), None, None, 0));
        rows.push(row("ages", Some("tax"), Some(Grade::Ordinary), None, 5_000));
        rows.push(row("short", Some("tax"), Some(Grade::Key), None, 2));
        assert_eq!(
            Limits::new(rows).lint(),
            [
                LimitLint::Missing { clock: ClockKind::Accept, grade: None },
                LimitLint::Twice { first: "resolve-hard".into(), second: "again".into() },
                LimitLint::Zero { id: "zero".into() },
                LimitLint::TooLong { id: "ages".into() },
                LimitLint::HarderButShorter { easier: "ages".into(), harder: "short".into() },
            ]
        );
    }
}
