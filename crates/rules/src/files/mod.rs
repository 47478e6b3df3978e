//! Files of facts and of answers: Parquet, csv and Excel, a tile at a time, each cell checked.

mod cell;
mod csv_file;
mod error;
mod excel;
mod parquet_cells;
mod parquet_in;
mod parquet_out;
mod tile;

use std::path::Path;

use rulepack::compile::{FactInfo, Program};
use rulepack::diagnostic::Words;
use rulepack::dictionary::Fact;
use rulepack::ir::{Dag, Type};
use rulepack::unit::Unit;

pub use cell::{Cell, read_cell};
pub(crate) use cell::{excel_number, write_date, write_number};
pub(crate) use csv_file::CsvIn;
pub use error::FileError;
pub(crate) use error::name as file_name;
pub(crate) use excel::{ExcelIn, ExcelOut, MOST_ROWS, OutCell};
pub(crate) use parquet_in::{ParquetIn, Part};
pub(crate) use parquet_out::{Answers, ParquetOut, Values, empty, encode_group, properties, schema};
pub(crate) use tile::{Ids, Raw, Tile};

/// What a column of facts has to hold.
#[derive(Clone, Debug)]
pub struct FactColumn {
    pub code: String,
    /// Other headers it may stand under: Chinese and English name.
    pub names: Vec<String>,
    pub ty: Type,
    /// What the number is measured in; a bare number is in it.
    pub unit: Unit,
    /// Declared texts: each way of writing one, and its code.
    pub texts: Vec<(String, String)>,
}

impl FactColumn {
    /// The fact columns of a program, in the order of its graph.
    pub fn of_program(program: &Program) -> Vec<Self> {
        let facts = program.dag.facts().iter().zip(&program.facts);
        facts
            .map(|(fact, info)| match info {
                FactInfo::Fact(known) => Self::known(known, fact.ty),
                FactInfo::Unpublished { .. } => Self::bare(&fact.code, fact.ty),
            })
            .collect()
    }

    /// The fact columns of a graph that no dictionary describes: bare numbers.
    pub fn of_graph(dag: &Dag) -> Vec<Self> {
        dag.facts().iter().map(|fact| Self::bare(&fact.code, fact.ty)).collect()
    }

    fn known(fact: &Fact, ty: Type) -> Self {
        let ways = fact
            .values
            .iter()
            .flat_map(|value| [&value.code, &value.zh, &value.en].map(|way| (way.clone(), value.code.clone())));
        Self {
            code: fact.code.clone(),
            names: vec![fact.zh.clone(), fact.en.clone()],
            ty,
            unit: fact.unit.clone(),
            texts: ways.collect(),
        }
    }

    fn bare(code: &str, ty: Type) -> Self {
        Self { code: code.into(), names: Vec::new(), ty, unit: Unit::one(), texts: Vec::new() }
    }

    /// Whether a header names this fact.
    pub fn is_called(&self, header: &str) -> bool {
        let header = header.trim();
        self.code == header || self.names.iter().any(|name| name == header)
    }

    /// What a cell should have held.
    pub fn expected(&self) -> Words {
        match self.ty {
            Type::Number { scale, low, high } => {
                let (low, high) = (cell::show(low, scale), cell::show(high, scale));
                let (zh, en) =
                    (self.unit.name(rulepack::diagnostic::Lang::Zh), self.unit.name(rulepack::diagnostic::Lang::En));
                Words::new(
                    format!(
                        "{low} 至 {high} 之间的数（单位：{}），保留 {scale} 位小数；也可以写成带单位的文字",
                        if zh.is_empty() { "1" } else { zh }
                    ),
                    format!(
                        "a number from {low} to {high} ({}), kept to {scale} decimals, or text with a unit",
                        if en.is_empty() { "1" } else { en }
                    ),
                )
            }
            Type::Boolean => Words::new("是/否 或 true/false", "true or false"),
            Type::Text if self.texts.is_empty() => Words::new("文字", "text"),
            Type::Text => {
                let list: Vec<&str> = self.texts.iter().map(|(way, _)| way.as_str()).take(18).collect();
                Words::new(format!("下列之一：{}", list.join("、")), format!("one of: {}", list.join(", ")))
            }
            Type::Date { .. } => Words::new("日期，如 2026-02-13", "a date such as 2026-02-13"),
        }
    }
}

/// The kind of a file, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Parquet,
    Csv,
    Excel,
}

impl Kind {
    /// # Errors
    /// The ending is none of `.parquet`, `.csv`, `.xlsx`.
    pub fn of(path: &Path) -> Result<Self, FileError> {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_lowercase();
        match ending.as_str() {
            "parquet" => Ok(Self::Parquet),
            "csv" => Ok(Self::Csv),
            "xlsx" => Ok(Self::Excel),
            _ => Err(FileError::file(
                path,
                Words::new(
                    "只支持 .parquet、.csv 和 .xlsx 文件",
                    "only .parquet, .csv and .xlsx files are read and written",
                ),
            )),
        }
    }
}

/// Name of the column that identifies a case.
pub const ID: &str = "id";

/// Which column holds the ids, and for each fact which column holds it.
#[derive(Clone, Debug)]
pub(crate) struct Header {
    pub id: Option<usize>,
    pub facts: Vec<Option<usize>>,
    /// The headers as written, for messages.
    pub names: Vec<String>,
}

impl Header {
    pub(crate) fn new(path: &Path, names: Vec<String>, facts: &[FactColumn]) -> Result<Self, FileError> {
        let id = names.iter().position(|name| name.trim().eq_ignore_ascii_case(ID));
        let mut places = Vec::with_capacity(facts.len());
        for fact in facts {
            let found: Vec<usize> = (0..names.len()).filter(|place| fact.is_called(&names[*place])).collect();
            if let [first, second, ..] = found[..] {
                let (first, second) = (&names[first], &names[second]);
                return Err(FileError::file(
                    path,
                    Words::new(
                        format!("“{first}”和“{second}”两列是同一个事实，请只留一列"),
                        format!("columns “{first}” and “{second}” are the same fact; keep one"),
                    ),
                ));
            }
            places.push(found.first().copied());
        }
        Ok(Self { id, facts: places, names })
    }

    pub(crate) fn need_id(&self, path: &Path) -> Result<usize, FileError> {
        self.id.ok_or_else(|| {
            FileError::file(
                path,
                Words::new(
                    "没有 id 列：请给每户企业一个编号，列名写 id",
                    "there is no id column: give every enterprise one, under the header id",
                ),
            )
        })
    }
}
