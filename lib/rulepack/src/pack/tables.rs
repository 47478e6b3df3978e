//! Decision tables, scales and examples.

use super::grid::{Columns, split_unit};
use super::keywords::{self as words, SectionKind};
use super::sections::{Section, named, split_code};
use super::{
    ExampleColumn, ExampleKind, ExampleRow, Examples, Hit, Input, Output, Pack, Scale, ScaleKind, Step, Table,
    TableRow, Written,
};
use super::{front, messages};
use crate::diagnostic::Diagnostic;

/// A header that begins with an arrow, without it.
fn arrow(header: &Written) -> Option<Written> {
    let rest = header.text.strip_prefix('→').or_else(|| header.text.strip_prefix("->"))?;
    Some(front::part(header, header.text.len() - rest.len(), header.text.len()))
}

/// Reads a decision table.
pub fn table(section: &Section, pack: &mut Pack, found: &mut Vec<Diagnostic>) {
    named(section, found);
    let hit = match &section.mode {
        Some(mode) => front::word(words::HITS, ("命中方式", "hit policy"), mode, found),
        None => {
            let place = section.heading.place.clone();
            found.push(messages::absent(place, "命中方式（如（首个））", "hit policy, as in (first)"));
            None
        }
    };
    let Some(grid) = section.table(found) else { return };
    let mut table = Table {
        heading: section.heading.clone(),
        hit: hit.unwrap_or(Hit::First),
        inputs: Vec::new(),
        outputs: Vec::new(),
        rows: Vec::new(),
    };
    let mut id = None;
    let mut basis = None;
    let last = grid.headers.len() - 1;
    for (at, header) in grid.headers.iter().enumerate() {
        if let Some(output) = arrow(header) {
            let (name, unit) = split_unit(&output);
            let (mut name, mut code) = split_code(&name);
            if name.is_empty() || name.text == section.heading.name.text || code == section.heading.code {
                // A header that repeats the heading or its code names the same thing.
                code = section.heading.code.clone();
                name.text.clone_from(&section.heading.name.text);
            }
            table.outputs.push(Output { name, code, unit });
        } else if at == 0 && words::is(words::ROW, &header.text) {
            id = Some(at);
        } else if at == last && words::is(words::BASIS, &header.text) {
            basis = Some(at);
        } else if !table.outputs.is_empty() {
            found.push(messages::column_order(header.place.clone()));
        } else {
            let condition = words::is(words::CONDITION, &header.text);
            let (expression, unit) = if condition { (header.clone(), None) } else { split_unit(header) };
            table.inputs.push(Input { expression, unit, condition });
        }
    }
    if table.outputs.is_empty() && table.hit != Hit::CollectCount {
        found.push(messages::no_output(grid.place.clone()));
        return;
    }
    let skip = usize::from(id.is_some());
    for (at, row) in grid.rows.iter().enumerate() {
        let cells = |from: usize, count: usize| row.cells.iter().skip(from).take(count).cloned().collect::<Vec<_>>();
        let name = id.and_then(|id| row.cells.get(id)).filter(|cell| !cell.is_empty());
        table.rows.push(TableRow {
            id: name.map_or_else(|| (at + 1).to_string(), |cell| cell.text.clone()),
            place: row.place.clone(),
            tests: cells(skip, table.inputs.len()),
            results: cells(skip + table.inputs.len(), table.outputs.len()),
            basis: basis.and_then(|at| row.cells.get(at)).filter(|cell| !cell.is_empty()).cloned(),
        });
    }
    pack.tables.push(table);
}

/// Reads a scale.
pub fn scale(section: &Section, pack: &mut Pack, found: &mut Vec<Diagnostic>) {
    named(section, found);
    let kind = match &section.mode {
        Some(mode) => front::word(words::SCALE_KINDS, ("分级方式", "kind of scale"), mode, found),
        None => {
            let place = section.heading.place.clone();
            found.push(messages::absent(place, "分级方式（超额累进或全额）", "kind of scale, (marginal) or (slice)"));
            None
        }
    };
    if section.option("base").is_none() {
        found.push(messages::absent(section.heading.place.clone(), "基数", "base"));
    }
    let Some(grid) = section.table(found) else { return };
    let columns = Columns::of(grid, SectionKind::Scale, found);
    let steps = columns
        .rows()
        .map(|(_, row)| Step {
            place: row.place.clone(),
            from: columns.cell(row, "from"),
            to: columns.cell(row, "to"),
            rate: columns.cell(row, "rate"),
            amount: columns.cell(row, "amount"),
            basis: columns.cell(row, "basis"),
        })
        .collect();
    pack.scales.push(Scale {
        heading: section.heading.clone(),
        kind: kind.unwrap_or(ScaleKind::Marginal),
        base: section.option("base"),
        unit: section.option("unit"),
        bounds_unit: columns.unit("from").or_else(|| columns.unit("to")),
        amount_unit: columns.unit("amount"),
        steps,
    });
}

/// Reads example rows.
pub fn examples(section: &Section, pack: &mut Pack, found: &mut Vec<Diagnostic>) {
    let population = section.option("population").is_some_and(|value| words::is(words::YES, &value.text));
    let Some(grid) = section.table(found) else { return };
    let columns = grid
        .headers
        .iter()
        .enumerate()
        .map(|(at, header)| {
            let output = arrow(header);
            let kind = match &output {
                Some(_) => ExampleKind::Output,
                None if words::is(words::MISSING_COLUMN, &header.text) => ExampleKind::Missing,
                None if words::is(words::ON, &header.text) => ExampleKind::On,
                None if words::is(words::NOTE, &header.text) => ExampleKind::Note,
                None if at == 0 && words::is(words::ROW, &header.text) => ExampleKind::Row,
                None => ExampleKind::Fact,
            };
            let (name, unit) = split_unit(output.as_ref().unwrap_or(header));
            ExampleColumn { kind, name, unit }
        })
        .collect();
    let rows = grid.rows.iter().map(|row| ExampleRow { place: row.place.clone(), cells: row.cells.clone() }).collect();
    pack.examples.push(Examples { heading: section.heading.clone(), population, columns, rows });
}
