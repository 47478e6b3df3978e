//! Answers to a file: made beside the target, put in its place when complete.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::data_type::ByteArray;
use parquet::schema::types::SchemaDescriptor;
use rulepack::diagnostic::Words;
use rulepack::interpret::Missing;
use rulepack::ir::Type;
use rulepack::sweep::{Columns, State};

use super::pass::{Pass, pass};
use super::{OutputCounts, Summary, Task, count_tile, join};
use crate::files::{
    Answers, ExcelOut, FileError, ID, Ids, Kind, MOST_ROWS, OutCell, ParquetIn, ParquetOut, Tile, Values, empty,
    encode_group, properties, schema, write_date, write_number,
};

/// Between the codes of a missing set.
const AND: &str = ";";

/// A file that vanishes unless it is kept.
struct Draft<'a> {
    path: PathBuf,
    target: &'a Path,
    kept: bool,
}

impl<'a> Draft<'a> {
    fn new(target: &'a Path) -> Self {
        let name = format!(".{}.{}.part", crate::files::file_name(target), std::process::id());
        Self { path: target.with_file_name(name), target, kept: false }
    }

    fn create(&self) -> Result<File, FileError> {
        File::create(&self.path).map_err(|error| FileError::technical(self.target, error))
    }

    fn keep(mut self) -> Result<(), FileError> {
        let wrong = |error: std::io::Error| FileError::technical(self.target, error);
        File::open(&self.path).and_then(|file| file.sync_all()).map_err(wrong)?;
        std::fs::rename(&self.path, self.target).map_err(wrong)?;
        self.kept = true;
        Ok(())
    }
}

impl Drop for Draft<'_> {
    fn drop(&mut self) {
        if !self.kept {
            // It may never have been created.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// Names of the columns of answers.
fn names(task: &Task) -> Vec<String> {
    let outputs =
        task.outputs.iter().flat_map(|(name, _)| [name.clone(), format!("{name}.missing"), format!("{name}.reason")]);
    std::iter::once(ID.to_owned()).chain(outputs).collect()
}

pub(super) fn write(
    last: &Pass,
    target: &Path,
    summary: &mut Summary,
    counts: &mut [OutputCounts],
) -> Result<(), FileError> {
    let kind = Kind::of(target)?;
    let draft = Draft::new(target);
    match kind {
        Kind::Csv => to_csv(last, &draft, summary, counts)?,
        Kind::Excel => to_excel(last, &draft, summary, counts)?,
        Kind::Parquet => to_parquet(last, &draft, summary, counts)?,
    }
    draft.keep()
}

/// The codes a missing set holds, as cells show them.
fn codes(task: &Task, missing: &Missing, out: &mut String) {
    for (place, code) in missing.codes(task.dag).into_iter().enumerate() {
        if place > 0 {
            out.push_str(AND);
        }
        out.push_str(code);
    }
}

fn to_csv(last: &Pass, draft: &Draft, summary: &mut Summary, counts: &mut [OutputCounts]) -> Result<(), FileError> {
    let task = last.task;
    let wrong = |error: std::io::Error| FileError::technical(draft.target, error);
    let mut out = BufWriter::with_capacity(1 << 20, draft.create()?);
    let mut header = String::new();
    for name in names(task) {
        csv_field(&mut header, &name);
    }
    end_line(&mut header);
    out.write_all(header.as_bytes()).map_err(wrong)?;
    pass(
        last,
        summary,
        |(part, text): &mut (Vec<OutputCounts>, String), mut columns, tile| {
            count_tile(task, &columns, part);
            let mut codes_of = String::new();
            for row in 0..columns.rows() {
                match &tile.ids {
                    Ids::Integers(ids) => csv_field(text, &ids[row].to_string()),
                    Ids::Texts(ids) => csv_field(text, &ids[row]),
                }
                for (output, (_, node)) in task.outputs.iter().enumerate() {
                    match columns.state(output, row) {
                        State::Known => {
                            match task.dag.ty(*node) {
                                Type::Boolean => {
                                    text.push_str(if columns.is_true(output, row) { "true," } else { "false," })
                                }
                                Type::Number { scale, .. } => {
                                    write_number(text, columns.integer(output, row), scale);
                                    text.push(',');
                                }
                                Type::Date { .. } => {
                                    write_date(text, columns.integer(output, row) as i32);
                                    text.push(',');
                                }
                                Type::Text => csv_field(text, tile.texts.text(columns.text(output, row))),
                            }
                            text.push_str(",,");
                        }
                        State::Unknown => {
                            codes_of.clear();
                            codes(task, &columns.missing(output, row), &mut codes_of);
                            text.push(',');
                            csv_field(text, &codes_of);
                            text.push(',');
                        }
                        State::NotApplicable(reason) => {
                            text.push_str(",,");
                            csv_field(text, &task.dag.reason_of(reason).code);
                        }
                    }
                }
                end_line(text);
            }
            Ok(())
        },
        Ok,
        |(part, text)| {
            join(counts, part);
            out.write_all(text.as_bytes()).map_err(wrong)
        },
    )?;
    out.flush().map_err(wrong)
}

/// A field and the comma after it.
fn csv_field(out: &mut String, field: &str) {
    if field.contains(['"', ',', '\n', '\r']) {
        out.push('"');
        out.push_str(&field.replace('"', "\"\""));
        out.push('"');
    } else {
        out.push_str(field);
    }
    out.push(',');
}

/// Ends a line in place of the last comma.
fn end_line(out: &mut String) {
    out.pop();
    out.push('\n');
}

fn to_excel(last: &Pass, draft: &Draft, summary: &mut Summary, counts: &mut [OutputCounts]) -> Result<(), FileError> {
    let task = last.task;
    let wrong = |error: rust_xlsxwriter::XlsxError| FileError::technical(draft.target, error);
    let names = names(task);
    if names.len() > 16_384 {
        let what = Words::new(
            "结果超过 16384 列，Excel 装不下：请写 .parquet 或 .csv",
            "more than 16384 columns: write .parquet or .csv",
        );
        return Err(FileError::file(draft.target, what));
    }
    let mut out = ExcelOut::new(&names).map_err(wrong)?;
    let mut written = 1;
    pass(
        last,
        summary,
        |(part, rows): &mut (Vec<OutputCounts>, Vec<Vec<OutCell>>), mut columns, tile| {
            count_tile(task, &columns, part);
            for row in 0..columns.rows() {
                let mut cells = Vec::with_capacity(names.len());
                cells.push(match &tile.ids {
                    Ids::Integers(ids) => OutCell::Integer(ids[row]),
                    Ids::Texts(ids) => OutCell::Text(ids[row].clone()),
                });
                for (output, (_, node)) in task.outputs.iter().enumerate() {
                    let (mut value, mut missing, mut why) = (OutCell::Empty, OutCell::Empty, OutCell::Empty);
                    match columns.state(output, row) {
                        State::Known => {
                            value = match task.dag.ty(*node) {
                                Type::Boolean => OutCell::Boolean(columns.is_true(output, row)),
                                Type::Number { scale, .. } => {
                                    OutCell::Number { value: columns.integer(output, row), scale }
                                }
                                Type::Date { .. } => OutCell::Date(columns.integer(output, row) as i32),
                                Type::Text => OutCell::Text(tile.texts.text(columns.text(output, row)).to_string()),
                            };
                        }
                        State::Unknown => {
                            let mut text = String::new();
                            codes(task, &columns.missing(output, row), &mut text);
                            missing = OutCell::Text(text);
                        }
                        State::NotApplicable(reason) => why = OutCell::Text(task.dag.reason_of(reason).code.clone()),
                    }
                    cells.extend([value, missing, why]);
                }
                rows.push(cells);
            }
            Ok(())
        },
        Ok,
        |(part, rows)| {
            join(counts, part);
            written += rows.len();
            if written > MOST_ROWS {
                let what = Words::new(
                    "结果超过 1048576 行，Excel 装不下：请写 .parquet 或 .csv",
                    "more than 1048576 rows: write .parquet or .csv",
                );
                return Err(FileError::file(draft.target, what));
            }
            out.rows(&rows).map_err(wrong)
        },
    )?;
    out.save(&draft.path).map_err(wrong)
}

/// What a thread gathers for one row group.
#[derive(Default)]
struct Group {
    counts: Vec<OutputCounts>,
    ids: Option<Ids>,
    columns: Vec<Answers>,
}

fn to_parquet(last: &Pass, draft: &Draft, summary: &mut Summary, counts: &mut [OutputCounts]) -> Result<(), FileError> {
    let task = last.task;
    let wrong = |error: parquet::errors::ParquetError| FileError::technical(draft.target, error);
    let integer_ids =
        Kind::of(last.input)? == Kind::Parquet && ParquetIn::open(last.input, &task.facts, true)?.has_integer_ids();
    let outputs: Vec<(String, Type)> =
        task.outputs.iter().map(|(name, node)| (name.clone(), task.dag.ty(*node))).collect();
    let schema = schema(integer_ids, &outputs).map_err(wrong)?;
    let descriptor = SchemaDescriptor::new(Arc::new(schema.clone()));
    let properties = properties();
    let mut out = ParquetOut::new(draft.create()?, schema, properties.clone()).map_err(wrong)?;
    pass(
        last,
        summary,
        |group: &mut Group, mut columns, tile| {
            count_tile(task, &columns, &mut group.counts);
            group.add(task, &mut columns, tile);
            Ok(())
        },
        |group| {
            let ids = group.ids.unwrap_or(Ids::Texts(Vec::new()));
            Ok((group.counts, encode_group(&descriptor, &properties, &ids, &group.columns).map_err(wrong)?))
        },
        |(part, encoded)| {
            join(counts, part);
            out.group(encoded).map_err(wrong)
        },
    )?;
    out.finish().map_err(wrong)
}

impl Group {
    fn add(&mut self, task: &Task, columns: &mut Columns, tile: &Tile) {
        match (&mut self.ids, &tile.ids) {
            (Some(Ids::Integers(all)), Ids::Integers(more)) => all.extend(more),
            (Some(Ids::Texts(all)), Ids::Texts(more)) => all.extend(more.iter().cloned()),
            (ids, more) => *ids = Some(more.clone()),
        }
        if self.columns.is_empty() {
            for (_, node) in &task.outputs {
                for values in [empty(task.dag.ty(*node)), empty(Type::Text), empty(Type::Text)] {
                    self.columns.push(Answers { levels: Vec::new(), values });
                }
            }
        }
        let rows = columns.rows();
        for (three, output) in self.columns.chunks_mut(3).zip(0..) {
            let [value, missing, reason] = three else { continue };
            let counts = columns.counts(output);
            push_known(columns, tile, output, counts.known == rows as u64, value);
            push_texts(missing, rows, counts.unknown > 0, |row| {
                (columns.state(output, row) == State::Unknown).then_some(())
            });
            push_texts(reason, rows, counts.not_applicable > 0, |row| {
                matches!(columns.state(output, row), State::NotApplicable(_)).then_some(())
            });
            if let Values::Texts(reasons) = &mut reason.values
                && counts.not_applicable > 0
            {
                for row in 0..rows {
                    if let State::NotApplicable(code) = columns.state(output, row) {
                        reasons.push(ByteArray::from(task.dag.reason_of(code).code.as_str()));
                    }
                }
            }
        }
        // Missing sets are cheapest row by row, all outputs together.
        let unknown: Vec<usize> = (0..task.outputs.len()).filter(|output| columns.any_unknown(*output)).collect();
        let mut text = String::new();
        for row in 0..rows {
            for output in &unknown {
                if columns.state(*output, row) == State::Unknown
                    && let Values::Texts(all) = &mut self.columns[output * 3 + 1].values
                {
                    text.clear();
                    codes(task, &columns.missing(*output, row), &mut text);
                    all.push(ByteArray::from(text.as_str()));
                }
            }
        }
    }
}

/// Levels of a column of texts whose values follow.
fn push_texts(answers: &mut Answers, rows: usize, any: bool, has: impl Fn(usize) -> Option<()>) {
    if any {
        answers.levels.extend((0..rows).map(|row| i16::from(has(row).is_some())));
    } else {
        answers.levels.resize(answers.levels.len() + rows, 0);
    }
}

fn push_known(columns: &Columns, tile: &Tile, output: usize, all: bool, answers: &mut Answers) {
    let rows = columns.rows();
    if all {
        answers.levels.resize(answers.levels.len() + rows, 1);
    } else {
        answers.levels.extend((0..rows).map(|row| i16::from(columns.state(output, row) == State::Known)));
    }
    let known = (0..rows).filter(|row| all || columns.state(output, *row) == State::Known);
    match &mut answers.values {
        Values::Booleans(values) => values.extend(known.map(|row| columns.is_true(output, row))),
        Values::Integers(values) => values.extend(known.map(|row| columns.integer(output, row) as i64)),
        Values::Wide(values) => values.extend(known.map(|row| columns.integer(output, row))),
        Values::Dates(values) => values.extend(known.map(|row| columns.integer(output, row) as i32)),
        Values::Texts(values) => {
            values.extend(known.map(|row| ByteArray::from(&**tile.texts.text(columns.text(output, row)))))
        }
    }
}
