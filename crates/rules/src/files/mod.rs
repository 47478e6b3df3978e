//! Files of facts and of answers: Parquet, csv and Excel, a tile at a time, each cell checked.

mod answers;
mod bitmap;
mod cell;
mod csv_file;
mod draft;
mod error;
mod excel;
mod parquet_cells;
mod parquet_encode;
mod parquet_header;
mod parquet_in;
mod parquet_levels;
mod parquet_out;
mod parquet_pages;
mod tile;

use std::path::Path;

use rulepack::compile::{FactInfo, Program};
use rulepack::diagnostic::Words;
use rulepack::dictionary::Fact;
use rulepack::ir::{Dag, Type};
use rulepack::unit::Unit;

pub(crate) use answers::{Answers, Gathered, TextTable, Values};
pub(crate) use bitmap::Bitmap;
pub use cell::{Cell, read_cell};
pub(crate) use cell::{write_date, write_number};
pub(crate) use csv_file::CsvIn;
pub(crate) use draft::Draft;
pub use error::FileError;
pub(crate) use error::{name as file_name, said};
pub(crate) use excel::{ExcelIn, ExcelOut, MOST_ROWS, OutCell, cell_text};
pub(crate) use parquet_in::{ParquetIn, Part};
pub(crate) use parquet_out::{ParquetOut, facts_schema, schema};
pub(crate) use tile::{Ids, Raw, Tile};

/// What a column of facts has to hold.
#[derive(Clone, Debug)]
pub struct FactColumn {
    pub code: String,
    /// Other headers it may stand under: Chinese and English name, and those it also has.
    pub names: Vec<String>,
    pub ty: Type,
    /// What the number is measured in; a bare number is in it.
    pub unit: Unit,
    /// Declared texts: each way of writing one, and its code.
    pub texts: Vec<(String, String)>,
    /// Whether a run reads it; a column that no answer needs is passed over.
    pub read: bool,
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

    /// One fact of the dictionary.
    pub(crate) fn known(fact: &Fact, ty: Type) -> Self {
        let ways = fact
            .values
            .iter()
            .flat_map(|value| [&value.code, &value.zh, &value.en].map(|way| (way.clone(), value.code.clone())));
        Self {
            code: fact.code.clone(),
            names: [&fact.zh, &fact.en].into_iter().chain(&fact.also).cloned().collect(),
            ty,
            unit: fact.unit.clone(),
            texts: ways.collect(),
            read: true,
        }
    }

    fn bare(code: &str, ty: Type) -> Self {
        Self { code: code.into(), names: Vec::new(), ty, unit: Unit::one(), texts: Vec::new(), read: true }
    }

    /// Whether a header names this fact; letters may be small or great.
    pub fn is_called(&self, header: &str) -> bool {
        let header = header.trim();
        std::iter::once(&self.code).chain(&self.names).any(|name| name.eq_ignore_ascii_case(header))
    }

    /// Whether a header names this fact, perhaps with a bracket after it.
    fn is_meant(&self, header: &str) -> bool {
        self.is_called(header) || with_unit(header).is_some_and(|(stem, _)| self.is_called(stem))
    }

    /// The unit in brackets after its name.
    fn unit_of_header(&self, path: &Path, text: &str, header: &str) -> Result<Unit, FileError> {
        Unit::parse(text.trim()).filter(|unit| unit.dimension() == self.unit.dimension()).ok_or_else(|| {
            let zh = self.unit.name(rulepack::diagnostic::Lang::Zh);
            let en = self.unit.name(rulepack::diagnostic::Lang::En);
            FileError::file(
                path,
                Words::new(
                    format!("列名“{header}”括号里的“{text}”不是它的单位；应与“{zh}”同类，或去掉括号"),
                    format!("“{text}” in the header “{header}” is no unit of it; use one like “{en}”, or none"),
                ),
            )
        })
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

/// A header with a bracket at its end: what stands before, and in it.
fn with_unit(header: &str) -> Option<(&str, &str)> {
    let rest = header.trim().strip_suffix(['）', ')'])?;
    let (stem, unit) = rest.rsplit_once(['（', '('])?;
    Some((stem.trim(), unit))
}

/// Name of the column that identifies a case.
pub const ID: &str = "id";

/// Which column holds the ids, and for each fact which column holds it.
#[derive(Clone, Debug)]
pub(crate) struct Header {
    pub id: Option<usize>,
    pub facts: Vec<Option<usize>>,
    /// For each fact the unit its header gives to bare numbers: `营业收入（万元）`.
    pub units: Vec<Option<Unit>>,
    /// The headers as written, for messages.
    pub names: Vec<String>,
}

impl Header {
    pub(crate) fn new(path: &Path, names: Vec<String>, facts: &[FactColumn]) -> Result<Self, FileError> {
        let id = names.iter().position(|name| name.trim().eq_ignore_ascii_case(ID));
        let (mut places, mut units) = (Vec::with_capacity(facts.len()), Vec::with_capacity(facts.len()));
        for fact in facts {
            let called = |place: &usize| fact.read && fact.is_meant(&names[*place]);
            let found: Vec<usize> = (0..names.len()).filter(called).collect();
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
            let place = found.first().copied();
            // Only of a number is a bracket a unit; and the bracket may belong to the name.
            let header = place.map_or("", |place| &names[place]);
            let bracket =
                with_unit(header).filter(|_| matches!(fact.ty, Type::Number { .. }) && !fact.is_called(header));
            units.push(bracket.map(|(_, text)| fact.unit_of_header(path, text, header)).transpose()?);
            places.push(place);
        }
        Ok(Self { id, facts: places, units, names })
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

/// What the columns of a file are, before it is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    pub has_id: bool,
    /// Headers that name no fact of the run.
    pub strange: Vec<String>,
    /// Codes of facts the run needs and the file has no column for.
    pub absent: Vec<String>,
}

/// Looks at the headers of a file.
///
/// # Errors
/// The file cannot be read, or two columns are the same fact.
pub fn look(path: &Path, facts: &[FactColumn]) -> Result<Look, FileError> {
    let header = match Kind::of(path)? {
        Kind::Parquet => ParquetIn::open(path, facts, false)?.header,
        Kind::Csv => CsvIn::open(path, facts)?.header,
        Kind::Excel => ExcelIn::open(path, facts)?.header,
    };
    let strange = |(place, name): (usize, &String)| {
        (Some(place) != header.id && !name.trim().is_empty() && !facts.iter().any(|fact| fact.is_meant(name)))
            .then(|| name.trim().to_owned())
    };
    let absent = facts.iter().zip(&header.facts).filter(|(fact, place)| fact.read && place.is_none());
    Ok(Look {
        has_id: header.id.is_some(),
        strange: header.names.iter().enumerate().filter_map(strange).collect(),
        absent: absent.map(|(fact, _)| fact.code.clone()).collect(),
    })
}
