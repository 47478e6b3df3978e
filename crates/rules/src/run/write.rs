//! Answers to a file: made beside the target, put in its place when complete.

use std::collections::HashMap;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use rulepack::diagnostic::Words;
use rulepack::interpret::Missing;
use rulepack::ir::Type;
use rulepack::sweep::{Bits, Columns, State};

use super::pass::{Pass, pass};
use super::{OutputCounts, Summary, Task, count_tile, join};
use crate::files::{
    Answers, Draft, ExcelOut, FileError, Gathered, ID, Ids, Kind, MOST_ROWS, OutCell, ParquetIn, ParquetOut, TextTable,
    Tile, Values, schema, write_date, write_number,
};

/// Between the codes of a missing set.
const AND: &str = ";";

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
    let mut out = ExcelOut::new(&names, draft.folder()).map_err(wrong)?;
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

/// What a thread gathers of one part.
#[derive(Default)]
struct Group {
    counts: Vec<OutputCounts>,
    gathered: Gathered,
    /// Missing sets by their number among the words.
    sets: HashMap<Missing, u32>,
}

fn to_parquet(last: &Pass, draft: &Draft, summary: &mut Summary, counts: &mut [OutputCounts]) -> Result<(), FileError> {
    let task = last.task;
    let wrong = |error: parquet::errors::ParquetError| FileError::technical(draft.target, error);
    let integer_ids =
        Kind::of(last.input)? == Kind::Parquet && ParquetIn::open(last.input, &task.facts, true)?.has_integer_ids();
    let outputs: Vec<(String, Type)> =
        task.outputs.iter().map(|(name, node)| (name.clone(), task.dag.ty(*node))).collect();
    let schema = schema(integer_ids, &outputs).map_err(wrong)?;
    let mut out = ParquetOut::new(draft.create()?, schema).map_err(wrong)?;
    pass(
        last,
        summary,
        |group: &mut Group, mut columns, tile| {
            count_tile(task, &columns, &mut group.counts);
            group.add(task, &mut columns, tile);
            Ok(())
        },
        |group| Ok((group.counts, group.gathered)),
        |(part, gathered)| {
            join(counts, part);
            out.add(gathered).map_err(wrong)
        },
    )?;
    out.finish().map_err(wrong)
}

impl Group {
    fn add(&mut self, task: &Task, columns: &mut Columns, tile: &Tile) {
        self.gathered.add_ids(tile.ids.clone());
        if self.gathered.columns.is_empty() {
            for (_, node) in &task.outputs {
                let three = [task.dag.ty(*node), Type::Text, Type::Text];
                self.gathered.columns.extend(three.map(Answers::new));
            }
        }
        let rows = columns.rows();
        let holes = columns.holes();
        let mut by_row = Vec::new();
        for output in 0..task.outputs.len() {
            self.known(columns, tile, output, rows);
            let (unknown, reasons) = (columns.unknown(output), columns.not_applicable(output));
            let missing = &mut self.gathered.columns[output * 3 + 1];
            missing.present.push(unknown.as_ref().map_or(&[], |bits| &bits[..]), rows);
            if let (Some(bits), Values::Texts(all)) = (&unknown, &mut missing.values) {
                // Where only one fact has holes, it is that for all rows.
                match columns.sole_missing(output, &holes) {
                    Some(set) => {
                        let number = number_of(&set, task, &mut self.sets, &mut self.gathered.words);
                        let count = bits.iter().map(|word| word.count_ones() as usize).sum::<usize>();
                        all.resize(all.len() + count, number);
                    }
                    None => by_row.push((output, *bits)),
                }
            }
            let reason = &mut self.gathered.columns[output * 3 + 2];
            reason.present.push(reasons.as_ref().map_or(&[], |bits| &bits[..]), rows);
            if let (Some(bits), Values::Texts(all)) = (&reasons, &mut reason.values) {
                each_row(bits, |row| {
                    if let State::NotApplicable(reason) = columns.state(output, row) {
                        all.push(self.gathered.words.number(&task.dag.reason_of(reason).code));
                    }
                });
            }
        }
        // Other missing sets are cheapest row by row, all outputs together.
        for row in 0..if by_row.is_empty() { 0 } else { rows } {
            for (output, bits) in &by_row {
                if bits[row / 64] >> (row % 64) & 1 == 1 {
                    let set = columns.missing(*output, row);
                    let number = number_of(&set, task, &mut self.sets, &mut self.gathered.words);
                    if let Values::Texts(all) = &mut self.gathered.columns[output * 3 + 1].values {
                        all.push(number);
                    }
                }
            }
        }
    }

    /// The values of an output.
    fn known(&mut self, columns: &Columns, tile: &Tile, output: usize, rows: usize) {
        let Gathered { columns: all, words, .. } = &mut self.gathered;
        let (known, answers) = (columns.known(output), &mut all[output * 3]);
        answers.present.push(&known, rows);
        match &mut answers.values {
            Values::Booleans(values) => values.push(columns.yes(output), rows),
            Values::Integers(values) => each_row(&known, |row| values.push(columns.integer(output, row) as i64)),
            Values::Wide(values) => each_row(&known, |row| values.push(columns.integer(output, row))),
            Values::Dates(values) => each_row(&known, |row| values.push(columns.integer(output, row) as i32)),
            Values::Texts(values) => {
                // Numbers of the tile's texts, once each.
                let mut numbers: HashMap<u32, u32> = HashMap::new();
                each_row(&known, |row| {
                    let text = columns.text(output, row);
                    values.push(*numbers.entry(text).or_insert_with(|| words.number(tile.texts.text(text))));
                });
            }
        }
    }
}

/// The number of a missing set's text.
fn number_of(set: &Missing, task: &Task, sets: &mut HashMap<Missing, u32>, words: &mut TextTable) -> u32 {
    if let Some(number) = sets.get(set) {
        return *number;
    }
    let mut text = String::new();
    codes(task, set, &mut text);
    let number = words.number(&text);
    sets.insert(set.clone(), number);
    number
}

/// Calls `visit` with each row whose bit is set.
fn each_row(bits: &Bits, mut visit: impl FnMut(usize)) {
    for (word, bits) in bits.iter().enumerate() {
        let mut rest = *bits;
        while rest != 0 {
            visit(word * 64 + rest.trailing_zeros() as usize);
            rest &= rest - 1;
        }
    }
}
