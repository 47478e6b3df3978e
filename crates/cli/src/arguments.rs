//! The command line: every command and its arguments. Their texts are in `words/`, see [`crate::help`].

mod rules;

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};
use registry::facts::Period;

pub use rules::*;

#[derive(Debug, Parser)]
#[command(name = "wanqi", version, disable_help_subcommand = true, subcommand_required = true)]
pub struct Arguments {
    /// `zh` or `en`.
    #[arg(long, global = true, value_name = "zh|en")]
    pub lang: Option<String>,
    /// The configuration.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Serve,
    Demo(Demo),
    Init(Init),
    #[command(subcommand)]
    Workdays(Workdays),
    #[command(subcommand)]
    Rules(Rules),
    #[command(subcommand)]
    Casework(CaseworkCommand),
    #[command(subcommand)]
    Stats(Stats),
    #[command(subcommand)]
    Import(Import),
    #[command(subcommand)]
    Export(Export),
    #[command(subcommand)]
    Audit(Audit),
    #[command(subcommand)]
    Users(Users),
    #[command(subcommand)]
    Tokens(Tokens),
    Openapi,
    #[command(subcommand)]
    Db(Database),
    Backup {
        file: PathBuf,
    },
    Restore {
        file: PathBuf,
        #[arg(long, value_name = "URL")]
        to: String,
        #[arg(long, value_name = "DIR")]
        data_dir: PathBuf,
    },
    Doctor {
        #[arg(long)]
        all: bool,
    },
}

#[derive(Debug, Args)]
pub struct Demo {
    #[arg(long, default_value_t = 8080)]
    pub port: u16,
    #[arg(long, value_enum, default_value = "county")]
    pub scenario: Scenario,
    #[arg(long)]
    pub fresh: bool,
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Scenario {
    County,
    City,
}

impl Scenario {
    pub fn as_str(self) -> &'static str {
        match self {
            Scenario::County => "county",
            Scenario::City => "city",
        }
    }
}

#[derive(Debug, Args)]
pub struct Init {
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub dir: PathBuf,
    #[arg(long, value_name = "NAME")]
    pub county: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub county_en: Option<String>,
    #[arg(long, default_value = "admin")]
    pub login: String,
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Telephone of the service desk.
    #[arg(long, value_name = "NUMBER")]
    pub desk_phone: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum Workdays {
    Add {
        #[arg(value_parser = date)]
        date: NaiveDate,
        n: u32,
        #[command(flatten)]
        how: How,
    },
    Count {
        #[arg(value_parser = date)]
        from: NaiveDate,
        #[arg(value_parser = date)]
        to: NaiveDate,
        #[command(flatten)]
        how: How,
    },
    Show {
        /// A year or a date.
        #[arg(value_name = "YEAR|DATE")]
        when: String,
        #[arg(long, value_name = "FILE")]
        calendar: Vec<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub struct How {
    /// Refuses to count a year whose notice is not there.
    #[arg(long)]
    pub confirmed_only: bool,
    /// Notices on top of the ones shipped.
    #[arg(long, value_name = "FILE")]
    pub calendar: Vec<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum CaseworkCommand {
    Replay { file: PathBuf },
}

#[derive(Debug, Subcommand)]
pub enum Stats {
    Casework {
        #[arg(long, value_parser = date)]
        from: NaiveDate,
        #[arg(long, value_parser = date)]
        to: NaiveDate,
        #[arg(long, value_enum, default_value = "table")]
        format: Format,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Json,
    Table,
}

#[derive(Debug, Subcommand)]
pub enum Import {
    Requests {
        file: PathBuf,
    },
    Enterprises {
        file: PathBuf,
        /// Takes codes with a wrong check character.
        #[arg(long)]
        accept_codes: bool,
    },
    Facts(ImportFacts),
}

#[derive(Debug, Args)]
pub struct ImportFacts {
    pub file: PathBuf,
    /// A year, quarter or month.
    #[arg(long, value_name = "PERIOD", value_parser = period)]
    pub period: Option<Period>,
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub as_of: Option<NaiveDate>,
}

#[derive(Debug, Subcommand)]
pub enum Export {
    Facts {
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// A year, quarter or month.
        #[arg(long, value_name = "PERIOD", value_parser = period)]
        period: Option<Period>,
        /// The facts as rules ask for them on this day.
        #[arg(long = "on", value_name = "DATE", value_parser = date, conflicts_with = "period")]
        facts_on: Option<NaiveDate>,
    },
}

#[derive(Debug, Subcommand)]
pub enum Audit {
    Verify,
}

#[derive(Debug, Subcommand)]
pub enum Users {
    ResetPassword { login: String },
}

#[derive(Debug, Subcommand)]
pub enum Tokens {
    Issue {
        name: String,
        #[arg(long, value_name = "SCOPE", required = true, value_delimiter = ',')]
        scope: Vec<String>,
        #[arg(long, value_name = "CODE", default_value = "county")]
        unit: String,
        #[arg(long)]
        days: Option<u32>,
    },
    List,
    Revoke {
        prefix: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum Database {
    Copy {
        #[arg(long, value_name = "URL")]
        from: String,
        #[arg(long, value_name = "URL")]
        to: String,
        #[arg(long)]
        empty_target: bool,
    },
}

/// `2026-02-13`; no other spelling, because a date typed at a prompt should not be guessed at.
fn date(text: &str) -> Result<NaiveDate, String> {
    match NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        Ok(date) if date.format("%Y-%m-%d").to_string() == text => Ok(date),
        _ => Err("2026-02-13".to_owned()),
    }
}

/// `2025`, `2025Q3`, `2025-06`.
fn period(text: &str) -> Result<Period, String> {
    Period::parse(text).filter(|period| *period != Period::None).ok_or_else(|| "2025, 2025Q3, 2025-06".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn commands_are_understood_or_refused() {
        let cases = [
            ("serve", true),
            ("serve --config a.toml", true),
            ("--config a.toml serve", true),
            ("demo --port 9000 --lang en --scenario city --fresh --dir x", true),
            ("demo --scenario village", false),
            ("demo --port 70000", false),
            ("init --county 长垣市 --login root", true),
            ("workdays add 2026-02-13 5", true),
            ("workdays add 2026-02-13 5 --confirmed-only --calendar a.txt --calendar b.txt", true),
            ("workdays add 2026-02-13 5 --provisional", false),
            ("workdays add 2026-2-13 5", false),
            ("workdays add 2026-02-30 5", false),
            ("workdays add 2026-02-13 -5", false),
            ("workdays count 2026-02-13 2026-02-27", true),
            ("workdays show 2026", true),
            ("rules eval 1+2", true),
            ("rules eval -x --facts {} --lang en", true),
            ("rules eval --batch a.jsonl", true),
            ("rules eval --batch -", true),
            ("rules eval", false),
            ("rules explain size-class-2017 --facts {} --format json", true),
            ("rules explain size-class-2017", false),
            ("rules test a.md b.md", true),
            ("rules check", false),
            ("rules diff a.md b.md --facts f.csv", true),
            ("rules explain size-class-2017 --facts a.csv --id 7 --on 2026-01-01", true),
            ("rules test a.md --on 2026-01-01", true),
            ("rules diff a.md b.md --facts f.csv --on 2026-01-01", true),
            ("rules diff a.md", false),
            ("rules run a.md b.md --facts f.parquet --out o.csv", true),
            ("rules run a.md --facts f.csv --count --threads 2 --on 2026-01-01", true),
            ("rules run a.md --facts f.csv --counts --format json --outputs grade,score", true),
            ("rules run a.md --facts f.csv", false),
            ("rules run --facts f.csv --count", false),
            ("rules eval 1 --batch a.jsonl", false),
            ("casework replay a.json", true),
            ("stats casework --from 2026-01-01 --to 2026-06-30 --format json", true),
            ("stats casework --from 2026-01-01", false),
            ("import requests a.xlsx", true),
            ("import enterprises a.csv --accept-codes", true),
            ("import facts a.xlsx --period 2025 --source 统计局 --as-of 2026-03-31", true),
            ("import facts a.csv", true),
            ("import facts a.csv --period last", false),
            ("import facts a.csv --as-of 2026", false),
            ("export facts --out a.parquet --period 2025Q3", true),
            ("export facts --out a.parquet --on 2025-12-31", true),
            ("export facts --out a.parquet --on 2025-12-31 --period 2024", false),
            ("export facts", false),
            ("openapi", true),
            ("audit verify", true),
            ("users reset-password zhangwei", true),
            ("tokens issue 12345 --scope requests:read,figures:read --days 365", true),
            ("tokens issue 12345", false),
            ("tokens revoke wq_12345678", true),
            ("db copy --from sqlite:a --to postgres://b/c --empty-target", true),
            ("db copy --from sqlite:a", false),
            ("backup a.tar", true),
            ("restore a.tar --to sqlite:b --data-dir c", true),
            ("restore a.tar", false),
            ("doctor --all", true),
            ("", false),
            ("dance", false),
        ];
        for (line, fine) in cases {
            let words = std::iter::once("wanqi").chain(line.split_whitespace());
            assert_eq!(Arguments::try_parse_from(words).is_ok(), fine, "{line}");
        }
    }
}
