//! Facts of the register to a file that runs read: the credit code as `id`, then a column for each fact.

use std::path::Path;

use chrono::NaiveDate;
use num_rational::BigRational;
use num_traits::ToPrimitive;
use registry::facts::FactRow;
use rulepack::diagnostic::Words;
use rulepack::dictionary::{Fact, FactKind};
use rulepack::ir::{GREATEST, Type, power_of_ten};

use crate::files::{
    Answers, Bitmap, Cell, Draft, ExcelOut, FactColumn, FileError, Gathered, ID, Ids, Kind, MOST_ROWS, OutCell,
    ParquetOut, TextTable, Values, facts_schema, read_cell,
};

/// Rows that are turned into columns together.
const CHUNK: usize = 1 << 16;

/// Writes rows whose values are in the order of `facts`. In csv and Parquet they are exact; Excel keeps 15 digits of a number and
/// longer ones as text.
///
/// # Errors
/// The ending is none of `.parquet`, `.csv`, `.xlsx`, the rows do not fit into a sheet, or writing failed. The target is then as
/// it was.
pub fn write_facts(rows: &[FactRow], facts: &[&Fact], target: &Path) -> Result<(), FileError> {
    let kind = Kind::of(target)?;
    let draft = Draft::new(target);
    match kind {
        Kind::Csv => to_csv(rows, facts, &draft)?,
        Kind::Excel => to_excel(rows, facts, &draft)?,
        Kind::Parquet => to_parquet(rows, facts, &draft)?,
    }
    draft.keep()
}

fn names(facts: &[&Fact]) -> Vec<String> {
    std::iter::once(ID.to_owned()).chain(facts.iter().map(|fact| fact.code.clone())).collect()
}

fn to_csv(rows: &[FactRow], facts: &[&Fact], draft: &Draft) -> Result<(), FileError> {
    let wrong = |error: csv::Error| FileError::technical(draft.target, error);
    let mut out = csv::Writer::from_writer(draft.create()?);
    out.write_record(names(facts)).map_err(wrong)?;
    for row in rows {
        let values = row.values.iter().map(|value| value.as_deref().unwrap_or_default());
        out.write_record(std::iter::once(row.credit_code.as_str()).chain(values)).map_err(wrong)?;
    }
    out.flush().map_err(|error| FileError::technical(draft.target, error))
}

fn to_excel(rows: &[FactRow], facts: &[&Fact], draft: &Draft) -> Result<(), FileError> {
    let wrong = |error: rust_xlsxwriter::XlsxError| FileError::technical(draft.target, error);
    if rows.len() >= MOST_ROWS {
        let what = Words::new(
            "超过 1048575 户，Excel 装不下：请写 .parquet 或 .csv",
            "more than 1048575 enterprises: write .parquet or .csv",
        );
        return Err(FileError::file(draft.target, what));
    }
    let columns: Vec<FactColumn> = facts.iter().map(|fact| FactColumn::known(fact, type_of(fact))).collect();
    let mut out = ExcelOut::new(&names(facts), draft.folder()).map_err(wrong)?;
    for row in rows {
        let mut cells = vec![OutCell::Text(row.credit_code.clone())];
        cells.extend(columns.iter().zip(&row.values).map(|(column, value)| {
            let value = value.as_deref().unwrap_or_default();
            match (read_cell(column, value), column.ty) {
                _ if value.is_empty() => OutCell::Empty,
                (Some(Cell::Number(value)), Type::Number { scale, .. }) => OutCell::Number { value, scale },
                (Some(Cell::Boolean(value)), _) => OutCell::Boolean(value),
                (Some(Cell::Date(days)), _) => OutCell::Date(days),
                _ => OutCell::Text(value.to_owned()),
            }
        }));
        out.rows(&[cells]).map_err(wrong)?;
    }
    out.save(&draft.path).map_err(wrong)
}

fn to_parquet(rows: &[FactRow], facts: &[&Fact], draft: &Draft) -> Result<(), FileError> {
    let wrong = |error: parquet::errors::ParquetError| FileError::technical(draft.target, error);
    let columns: Vec<FactColumn> = facts.iter().map(|fact| FactColumn::known(fact, type_of(fact))).collect();
    let typed: Vec<(String, Type)> = columns.iter().map(|column| (column.code.clone(), column.ty)).collect();
    let mut out = ParquetOut::new(draft.create()?, facts_schema(&typed).map_err(wrong)?).map_err(wrong)?;
    for chunk in rows.chunks(CHUNK) {
        let mut words = TextTable::default();
        let answers = columns
            .iter()
            .enumerate()
            .map(|(place, column)| {
                let cells = chunk.iter().map(|row| row.values.get(place).and_then(Option::as_deref));
                column_of(column, cells, &mut words)
            })
            .collect();
        let ids = Ids::Texts(chunk.iter().map(|row| row.credit_code.clone()).collect());
        out.add(Gathered { ids: Some(ids), columns: answers, words }).map_err(wrong)?;
    }
    out.finish().map_err(wrong)
}

/// One column; what is no value of the fact, which nothing kept is, is left out.
fn column_of<'a>(column: &FactColumn, cells: impl Iterator<Item = Option<&'a str>>, words: &mut TextTable) -> Answers {
    let mut answers = Answers::new(column.ty);
    let (mut present, mut truths, mut rows) = (Vec::new(), Vec::new(), 0);
    for (row, cell) in cells.enumerate() {
        if row % 64 == 0 {
            present.push(0_u64);
            truths.push(0_u64);
        }
        rows += 1;
        let Some(read) = cell.filter(|cell| !cell.is_empty()).and_then(|cell| read_cell(column, cell)) else {
            continue;
        };
        let bit = 1_u64 << (row % 64);
        present[row / 64] |= bit;
        match (&mut answers.values, read) {
            (Values::Booleans(_), Cell::Boolean(true)) => truths[row / 64] |= bit,
            (Values::Integers(values), Cell::Number(value)) => values.push(i64::try_from(value).unwrap_or(i64::MAX)),
            (Values::Wide(values), Cell::Number(value)) => values.push(value),
            (Values::Dates(values), Cell::Date(days)) => values.push(days),
            (Values::Texts(values), Cell::Text(text)) => values.push(words.number(text)),
            _ => {}
        }
    }
    answers.present.push(&present, rows);
    if let Values::Booleans(values) = &mut answers.values {
        let mut bits = Bitmap::default();
        bits.push(&truths, rows);
        *values = bits;
    }
    answers
}

/// How a fact is counted: a number by its digits and range.
fn type_of(fact: &Fact) -> Type {
    let day = |year, month, day| {
        let day = NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
        i32::try_from((day - NaiveDate::default()).num_days()).unwrap_or(i32::MAX)
    };
    match fact.kind {
        FactKind::Number => {
            let power = BigRational::from_integer(power_of_ten(fact.digits).unwrap_or(1).into());
            let end = |value: BigRational| (value * &power).to_integer().to_i128().unwrap_or(GREATEST);
            Type::Number { scale: fact.digits, low: end(fact.low.clone()), high: end(fact.high.clone()) }
        }
        FactKind::Boolean => Type::Boolean,
        FactKind::Text => Type::Text,
        FactKind::Date => Type::Date { low: day(1900, 1, 1), high: day(2199, 12, 31) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{Options, Task, write};
    use registry::facts::dictionary;
    use rulepack::compile::compile;
    use std::sync::atomic::AtomicBool;

    /// Every kind of fact, gaps and great numbers: what a run reads of each file is what was in the rows.
    #[test]
    fn what_is_written_reads_back_the_same_from_every_kind_of_file() {
        let codes =
            ["revenue", "profit", "land_area", "listed", "founded_on", "rd_institution", "industry", "market_share"];
        let facts: Vec<&Fact> = codes.iter().map(|code| dictionary().get(code).unwrap()).collect();
        let row = |n: u32| {
            let values = [
                format!("{}", u64::from(n) * 1_000_003 + 99_000_000_000_000),
                format!("-{n}.05"),
                "13333.3333".to_owned(),
                n.is_multiple_of(2).to_string(),
                format!("20{:02}-02-0{}", n % 30, n % 9 + 1),
                ["national", "none"][n as usize % 2].to_owned(),
                "3432".to_owned(),
                format!("0.{:03}", n % 999 + 1).trim_end_matches('0').to_owned(),
            ];
            FactRow {
                enterprise: kernel::EnterpriseId::from_uuid(uuid::Uuid::nil()),
                credit_code: format!("91419981{n:010}"),
                name: String::new(),
                industry: None,
                values: values.into_iter().zip(0..).map(|(v, at)| (!(n + at).is_multiple_of(7)).then_some(v)).collect(),
            }
        };
        let rows: Vec<FactRow> = (1..=70_000).map(row).collect();
        let pack = "---\n代码: all\n名称: 全部\n自: 2020-01-01\n状态: 已发布\n来源: 测试\n输出: [o1, o2, o3, o4, o5, o6, o7, o8]\n---\n\n> 测试。 {#甲}\n\n## 定义\n\n\
                    | 名称 | 代码 | 表达式 |\n|---|---|---|\n| 甲 | o1 | revenue |\n| 乙 | o2 | profit |\n| 丙 | o3 | land_area |\n\
                    | 丁 | o4 | listed |\n| 戊 | o5 | founded_on |\n| 己 | o6 | rd_institution |\n| 庚 | o7 | industry |\n\
                    | 辛 | o8 | market_share |\n";
        let (pack, _) = rulepack::pack::read("all.md", pack, &mut |name| Err(name.to_owned()));
        let program = compile(&[pack], dictionary(), NaiveDate::from_ymd_opt(2026, 1, 1).unwrap()).unwrap();
        let task = Task::of_program(&program);
        let folder = std::env::temp_dir().join(format!("wanqi-export-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let options = Options { threads: 2, progress: &|_| {}, cancel: &AtomicBool::new(false) };
        let answers = |ending: &str, rows: &[FactRow]| {
            let (file, out) = (folder.join(format!("facts.{ending}")), folder.join(format!("{ending}.out.csv")));
            write_facts(rows, &facts, &file).unwrap();
            write(&task, &file, &out, &options).unwrap();
            std::fs::read_to_string(out).unwrap()
        };
        let csv = answers("csv", &rows);
        assert_eq!(csv.lines().count(), 70_001);
        let third = csv.lines().nth(2).unwrap();
        assert!(third.starts_with("914199810000000002,99000002000006.00,,,-2.05,,,13333.3333,,,true"), "{third}");
        assert_eq!(answers("parquet", &rows), csv);
        let few = &rows[..500];
        assert_eq!(answers("xlsx", few), answers("csv", few));
        let refused = write_facts(few, &facts, &folder.join("facts.pdf")).unwrap_err();
        assert!(refused.to_string().contains(".parquet"));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
