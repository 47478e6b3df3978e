//! The command line of `wanqi rules`.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Subcommand, ValueEnum};

use super::date;

#[derive(Debug, Subcommand)]
pub enum Rules {
    Eval(RulesEval),
    Run(RulesRun),
    Explain(RulesExplain),
    Test(RulesPacks),
    Check(RulesPacks),
    Diff(RulesDiff),
    Sql(RulesSql),
}

#[derive(Debug, Args)]
pub struct RulesEval {
    /// May begin with a minus.
    #[arg(
        value_name = "EXPRESSION",
        required_unless_present = "batch",
        conflicts_with = "batch",
        allow_hyphen_values = true
    )]
    pub expression: Option<String>,
    /// A JSON object, or a file with one.
    #[arg(long, value_name = "JSON|FILE", conflicts_with = "batch")]
    pub facts: Option<String>,
    /// Lines `{"expr":…,"facts":{…}}`; `-` reads them from stdin.
    #[arg(long, value_name = "FILE")]
    pub batch: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct RulesExplain {
    /// A file, or the code of a shipped pack.
    #[arg(value_name = "PACK")]
    pub pack: PathBuf,
    /// A JSON object, a file with one, or a csv, xlsx or parquet file of enterprises.
    #[arg(long, value_name = "JSON|FILE", allow_hyphen_values = true)]
    pub facts: String,
    /// Which enterprise of such a file.
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    pub id: Option<String>,
    #[arg(long, value_parser = date)]
    pub on: Option<NaiveDate>,
    #[arg(long, value_enum, default_value = "text")]
    pub format: TextFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TextFormat {
    Text,
    Json,
}

#[derive(Debug, Args)]
pub struct RulesPacks {
    #[arg(value_name = "PACK", required = true)]
    pub packs: Vec<PathBuf>,
    #[arg(long, value_parser = date)]
    pub on: Option<NaiveDate>,
}

#[derive(Debug, Args)]
pub struct RulesDiff {
    #[arg(value_name = "PACK")]
    pub before: PathBuf,
    #[arg(value_name = "NEW")]
    pub after: PathBuf,
    /// csv, xlsx or parquet.
    #[arg(long, value_name = "FILE")]
    pub facts: Option<PathBuf>,
    #[arg(long, value_parser = date)]
    pub on: Option<NaiveDate>,
}

#[derive(Debug, Args)]
pub struct RulesRun {
    /// Files, or codes of shipped packs.
    #[arg(value_name = "PACK", required = true)]
    pub packs: Vec<PathBuf>,
    #[arg(long, value_name = "FILE")]
    pub facts: PathBuf,
    #[arg(long, value_name = "FILE", required_unless_present = "count", conflicts_with = "count")]
    pub out: Option<PathBuf>,
    #[arg(long, visible_alias = "counts")]
    pub count: bool,
    /// Only these, by their names in the answers.
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    pub outputs: Option<Vec<String>>,
    /// Of the counts.
    #[arg(long, value_enum, default_value = "text")]
    pub format: TextFormat,
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    #[arg(long, value_parser = date)]
    pub on: Option<NaiveDate>,
}

#[derive(Debug, Args)]
pub struct RulesSql {
    /// Files, or codes of shipped packs.
    #[arg(value_name = "PACK", required = true)]
    pub packs: Vec<PathBuf>,
    #[arg(long, value_enum)]
    pub dialect: Dialect,
    /// Table or view with one column per fact code.
    #[arg(long, value_name = "NAME", default_value = "facts")]
    pub table: String,
    #[arg(long, value_name = "COLUMN", default_value = "id")]
    pub key: String,
    #[arg(long, value_parser = date)]
    pub on: Option<NaiveDate>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Dialect {
    Postgres,
    Duckdb,
    Spark,
}
