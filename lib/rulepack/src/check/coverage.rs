//! Rows and branches that no example reaches, outputs no example shows as unknown, examples that do not hold.

use chrono::NaiveDate;

use super::messages;
use crate::compile::{Body, CompiledPack, FactInfo, Program, TreeKind};
use crate::diagnostic::{Diagnostic, Place, Words};
use crate::dictionary::Dictionary;
use crate::examples;
use crate::explain::trees;
use crate::interpret::{Answer, Value};
use crate::ir::NodeId;
use crate::pack::{Hit, Pack};

/// What an example may reach.
struct Point {
    place: Place,
    said: Words,
    /// It is reached if the last of these is true and, in a table of which the first row hits, none before is true or unknown.
    nodes: Vec<NodeId>,
    wanted: Wanted,
}

enum Wanted {
    True,
    False,
    /// Rows of a first-hit table: the last one, none before.
    FirstTrue,
    Text(String),
}

/// Runs the examples and tells what they leave out.
pub fn check(
    pack: &Pack,
    program: &Program,
    compiled: &CompiledPack,
    dictionary: &Dictionary,
    today: NaiveDate,
    found: &mut Vec<Diagnostic>,
) {
    if pack.examples.iter().all(|examples| examples.rows.is_empty()) {
        found.push(messages::no_examples(Place::new(&pack.file, 1, 1)));
        return;
    }
    match examples::run(pack, dictionary, today) {
        Ok(outcome) => {
            for wrong in outcome.rows.iter().flat_map(|row| &row.wrong) {
                found.push(messages::example_failed(wrong.place.clone(), &wrong.what, &wrong.expected, &wrong.got));
            }
        }
        Err(wrong) => return found.extend(wrong),
    }
    let mut reached: Vec<bool> = Vec::new();
    let mut unknown = vec![false; compiled.outputs.len()];
    let roots = |program: &Program| -> Vec<NodeId> {
        let Some(pack) = program.packs.first() else { return Vec::new() };
        pack.outputs
            .iter()
            .map(|output| output.node)
            .chain(points(pack).into_iter().flat_map(|point| point.nodes))
            .collect()
    };
    let visited = examples::for_each_row(pack, dictionary, today, &roots, &mut |_, _, wrong, ran| {
        let Some(own) = ran.program.packs.first().filter(|_| wrong.is_empty()) else { return };
        for (slot, answer) in unknown.iter_mut().zip(&ran.answers) {
            *slot = *slot || answer.missing().is_some();
        }
        let mut at = own.outputs.len();
        for (place, point) in points(own).into_iter().enumerate() {
            let answers = ran.answers.get(at..at + point.nodes.len()).unwrap_or_default();
            at += point.nodes.len();
            if reached.len() <= place {
                reached.resize(place + 1, false);
            }
            if let Some(slot) = reached.get_mut(place) {
                *slot = *slot || point.reached(answers);
            }
        }
    });
    if let Err(wrong) = visited {
        return found.extend(wrong);
    }
    for (point, reached) in points(compiled).into_iter().zip(reached) {
        // What rests on a parameter still to be published cannot be reached yet.
        let open = point.nodes.last().is_some_and(|node| {
            program.facts_of(*node).iter().any(|fact| matches!(program.fact(*fact), Some(FactInfo::Unpublished(_))))
        });
        if !reached && !open {
            found.push(messages::not_reached(point.place, &point.said));
        }
    }
    // The items of a score are as unknown as the score.
    for (output, unknown) in compiled.outputs.iter().zip(unknown) {
        let item = compiled.rule(output.rule).is_some_and(|rule| matches!(rule.body, Body::Item { .. }));
        if !unknown && !item {
            found.push(messages::never_unknown(
                compiled.rule(output.rule).map_or_else(|| Place::new(&pack.file, 1, 1), |rule| rule.place.clone()),
                &output.name,
            ));
        }
    }
}

impl Point {
    fn reached(&self, answers: &[Answer]) -> bool {
        let Some((last, before)) = answers.split_last() else { return false };
        match &self.wanted {
            Wanted::True => last.is_true(),
            Wanted::False => last.is_false(),
            Wanted::FirstTrue => {
                last.is_true() && before.iter().all(|answer| !answer.is_true() && answer.missing().is_none())
            }
            Wanted::Text(code) => matches!(last, Answer::Known(Value::Text(text)) if **text == **code),
        }
    }
}

/// All there is to reach, always in the same order.
fn points(pack: &CompiledPack) -> Vec<Point> {
    let mut points = Vec::new();
    let mut tables = Vec::new();
    for rule in &pack.rules {
        match &rule.body {
            Body::Table { table, hit, rows, .. } if !tables.contains(table) => {
                tables.push(*table);
                for (at, row) in rows.iter().enumerate() {
                    let first = *hit == Hit::First;
                    let nodes =
                        rows.iter().take(at + 1).skip(if first { 0 } else { at }).map(|row| row.condition).collect();
                    points.push(Point {
                        place: row.place.clone(),
                        said: Words::new(format!("第 {} 行", row.id), format!("row {}", row.id)),
                        nodes,
                        wanted: if first { Wanted::FirstTrue } else { Wanted::True },
                    });
                }
            }
            Body::Scale { steps, .. } => {
                for (at, step) in steps.iter().enumerate() {
                    let said = Words::new(format!("第 {} 级", at + 1), format!("step {}", at + 1));
                    points.push(Point {
                        place: step.place.clone(),
                        said,
                        nodes: vec![step.condition],
                        wanted: Wanted::True,
                    });
                }
            }
            Body::Classes(classes) => {
                let values = pack.sets.get(classes.set).map(|set| set.values.as_slice()).unwrap_or_default();
                for step in &classes.rows {
                    let Some(value) = values.get(step.class) else { continue };
                    let said = Words::new(format!("“{}”类", value.zh), format!("class “{}”", value.en));
                    points.push(Point {
                        place: step.place.clone(),
                        said,
                        nodes: vec![rule.value.node],
                        wanted: Wanted::Text(value.code.clone()),
                    });
                }
            }
            Body::Amount(amount) => {
                let condition = amount.condition.as_ref().and_then(|tree| Some((tree.place.clone(), tree.value?.node)));
                if let Some((place, node)) = condition {
                    let said = Words::new("条件满足的情形", "the condition met");
                    points.push(Point { place: place.clone(), said, nodes: vec![node], wanted: Wanted::True });
                    let said = Words::new("条件不满足的情形", "the condition not met");
                    points.push(Point { place, said, nodes: vec![node], wanted: Wanted::False });
                }
            }
            _ => {}
        }
        for tree in trees(&rule.body) {
            tree.walk(&mut |tree| {
                if let TreeKind::If { condition, .. } = &tree.kind
                    && let Some(value) = condition.value
                {
                    let said = Words::new(
                        format!("“{}”为真的分支", condition.text),
                        format!("the branch where “{}” is true", condition.text),
                    );
                    points.push(Point {
                        place: condition.place.clone(),
                        said,
                        nodes: vec![value.node],
                        wanted: Wanted::True,
                    });
                    let said = Words::new(
                        format!("“{}”为假的分支", condition.text),
                        format!("the branch where “{}” is false", condition.text),
                    );
                    points.push(Point {
                        place: condition.place.clone(),
                        said,
                        nodes: vec![value.node],
                        wanted: Wanted::False,
                    });
                }
            });
        }
        // Of a boolean definition both answers.
        if let (Body::Expression { .. }, crate::compile::Shown::Boolean) = (&rule.body, &rule.shown) {
            for (wanted, zh, en) in [(Wanted::True, "真", "true"), (Wanted::False, "假", "false")] {
                let said =
                    Words::new(format!("“{}”为{zh}的情形", rule.name.zh), format!("“{}” being {en}", rule.name.en));
                points.push(Point { place: rule.place.clone(), said, nodes: vec![rule.value.node], wanted });
            }
        }
    }
    points
}
