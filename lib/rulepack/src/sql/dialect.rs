//! What differs between the engines: types, division, texts, dates.

/// An engine that SQL is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// PostgreSQL 12 and later.
    Postgres,
    /// DuckDB 1.0 and later.
    DuckDb,
    /// Spark SQL 3.5 and later.
    Spark,
}

/// How wide an integer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Width {
    /// 64 bits.
    Big,
    /// Up to 38 digits.
    Huge,
}

impl Dialect {
    /// By name: `postgres`, `duckdb`, `spark`.
    pub fn named(name: &str) -> Option<Dialect> {
        match name {
            "postgres" => Some(Dialect::Postgres),
            "duckdb" => Some(Dialect::DuckDb),
            "spark" => Some(Dialect::Spark),
            _ => None,
        }
    }

    /// Keeps the planner from putting one layer into the next.
    pub(super) fn barrier(self) -> &'static str {
        match self {
            Dialect::Postgres => "MATERIALIZED ",
            Dialect::DuckDb | Dialect::Spark => "",
        }
    }

    pub(super) fn integer(self, width: Width) -> &'static str {
        match (self, width) {
            (_, Width::Big) => "BIGINT",
            (Dialect::Postgres, Width::Huge) => "NUMERIC",
            (Dialect::DuckDb, Width::Huge) => "HUGEINT",
            (Dialect::Spark, Width::Huge) => "DECIMAL(38,0)",
        }
    }

    pub(super) fn text(self) -> &'static str {
        match self {
            Dialect::Spark => "STRING",
            Dialect::Postgres | Dialect::DuckDb => "TEXT",
        }
    }

    /// A number of the input as an integer of `digits` decimal places, exactly; a surplus digit is rounded half away from zero.
    pub(super) fn scaled_input(self, column: &str, digits: u8, width: Width) -> String {
        let (to, shift) = (self.integer(width), 10_i64.pow(u32::from(digits)));
        match self {
            Dialect::Postgres => format!("CAST(ROUND(CAST({column} AS NUMERIC) * {shift}, 0) AS {to})"),
            Dialect::DuckDb => format!("CAST(ROUND(CAST({column} AS DECIMAL(38,{digits})) * {shift}, 0) AS {to})"),
            Dialect::Spark => format!("CAST(ROUND(CAST({column} AS DECIMAL(38,{digits})) * {shift}, 0) AS {to})"),
        }
    }

    /// `left / right` cut toward zero, NULL where `right` is 0.
    pub(super) fn quotient(self, left: &str, right: &str, width: Width) -> String {
        match (self, width) {
            (Dialect::Postgres, Width::Big) => format!("({left} / NULLIF({right}, 0))"),
            (Dialect::Postgres, Width::Huge) => format!("DIV({left}, NULLIF({right}, 0))"),
            (Dialect::DuckDb, _) => format!("({left} // NULLIF({right}, 0))"),
            (Dialect::Spark, Width::Big) => format!("({left} div NULLIF({right}, 0L))"),
            // Spark's `div` answers 64 bits and its `/` keeps six decimals: without the remainder the quotient is whole and exact.
            (Dialect::Spark, Width::Huge) => {
                format!(
                    "CAST(({left} - {left} % NULLIF({right}, CAST(0 AS DECIMAL(38,0)))) / NULLIF({right}, CAST(0 AS DECIMAL(38,0))) AS DECIMAL(38,0))"
                )
            }
        }
    }

    /// A text literal.
    pub(super) fn quoted(self, text: &str) -> String {
        match self {
            // Spark reads backslashes in a literal as escapes.
            Dialect::Spark => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")),
            Dialect::Postgres | Dialect::DuckDb => format!("'{}'", text.replace('\'', "''")),
        }
    }

    /// An identifier that may hold any character.
    pub fn name(self, name: &str) -> String {
        match self {
            Dialect::Spark => format!("`{}`", name.replace('`', "``")),
            Dialect::Postgres | Dialect::DuckDb => format!("\"{}\"", name.replace('"', "\"\"")),
        }
    }

    pub(super) fn date(self, days: i32) -> String {
        let date = chrono::NaiveDate::default() + chrono::Duration::days(i64::from(days));
        format!("DATE '{}'", date.format("%Y-%m-%d"))
    }

    /// Whole months added, the day clipped to the last of the month.
    pub(super) fn add_months(self, date: &str, months: &str) -> String {
        match self {
            Dialect::Postgres => format!("CAST({date} + MAKE_INTERVAL(months => CAST({months} AS INTEGER)) AS DATE)"),
            Dialect::DuckDb => format!("CAST({date} + TO_MONTHS(CAST({months} AS INTEGER)) AS DATE)"),
            Dialect::Spark => format!("ADD_MONTHS({date}, CAST({months} AS INT))"),
        }
    }

    pub(super) fn add_days(self, date: &str, days: &str) -> String {
        match self {
            Dialect::Postgres | Dialect::DuckDb => format!("({date} + CAST({days} AS INTEGER))"),
            Dialect::Spark => format!("DATE_ADD({date}, CAST({days} AS INT))"),
        }
    }

    pub(super) fn days_between(self, from: &str, to: &str) -> String {
        match self {
            Dialect::Postgres | Dialect::DuckDb => format!("CAST({to} - {from} AS BIGINT)"),
            Dialect::Spark => format!("CAST(DATEDIFF({to}, {from}) AS BIGINT)"),
        }
    }

    pub(super) fn part(self, part: &str, date: &str) -> String {
        format!("CAST(EXTRACT({part} FROM {date}) AS BIGINT)")
    }
}
