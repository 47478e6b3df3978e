//! The sweep against the interpreter: random graphs, random holes, values, reasons and missing sets.

use super::*;
use crate::interpret::{Answer, evaluate, evaluate_population};
use crate::random::{self, Random, RandomGraph};

/// One column per fact, as a reader would make them.
enum Owned {
    Absent,
    Small(Vec<i32>, Option<Vec<u64>>),
    Integers(Vec<i64>, Option<Vec<u64>>),
    Wide(Vec<i128>, Option<Vec<u64>>),
    Booleans(Vec<u64>, Option<Vec<u64>>),
    Texts(Vec<u32>, Option<Vec<u64>>),
}

fn columns(graph: &RandomGraph, cases: &[Vec<Option<Value>>], texts: &mut Texts) -> Vec<Owned> {
    let facts = graph.dag.facts().iter().enumerate();
    facts
        .map(|(place, fact)| {
            let values: Vec<Option<&Value>> = cases.iter().map(|case| case[place].as_ref()).collect();
            if values.iter().all(Option::is_none) {
                return Owned::Absent;
            }
            let words = cases.len().div_ceil(64);
            let bits_of = |test: &dyn Fn(usize) -> bool| {
                let mut bits = vec![0_u64; words];
                (0..cases.len()).filter(|row| test(*row)).for_each(|row| bits[row / 64] |= 1 << (row % 64));
                bits
            };
            let present = values.iter().any(Option::is_none).then(|| bits_of(&|row| values[row].is_some()));
            let integer = |row: usize| values[row].and_then(Value::integer).unwrap_or_default();
            match fact.ty {
                Type::Boolean => Owned::Booleans(bits_of(&|row| integer(row) == 1), present),
                Type::Text => {
                    let ids =
                        values.iter().map(|value| if let Some(Value::Text(text)) = value { texts.id(text) } else { 0 });
                    Owned::Texts(ids.collect(), present)
                }
                _ => match place % 3 {
                    0 if values
                        .iter()
                        .flatten()
                        .all(|value| value.integer().is_some_and(|value| i32::try_from(value).is_ok())) =>
                    {
                        Owned::Small((0..cases.len()).map(|row| integer(row) as i32).collect(), present)
                    }
                    0 | 1
                        if values
                            .iter()
                            .flatten()
                            .all(|value| value.integer().is_some_and(|value| i64::try_from(value).is_ok())) =>
                    {
                        Owned::Integers((0..cases.len()).map(|row| integer(row) as i64).collect(), present)
                    }
                    _ => Owned::Wide((0..cases.len()).map(integer).collect(), present),
                },
            }
        })
        .collect()
}

fn borrowed(columns: &[Owned]) -> Vec<Column<'_>> {
    let borrow = |column| match column {
        &Owned::Absent => Column::Absent,
        Owned::Small(values, present) => Column::Small { values, present: present.as_deref() },
        Owned::Integers(values, present) => Column::Integers { values, present: present.as_deref() },
        Owned::Wide(values, present) => Column::Wide { values, present: present.as_deref() },
        Owned::Booleans(values, present) => Column::Booleans { values, present: present.as_deref() },
        Owned::Texts(ids, present) => Column::Texts { ids, present: present.as_deref() },
    };
    columns.iter().map(borrow).collect()
}

/// All answers of a run in tiles of at most `tile` rows.
fn swept(graph: &RandomGraph, cases: &[Vec<Option<Value>>], tile: usize) -> Vec<Vec<Answer>> {
    let mut texts = Texts::new(&graph.dag);
    let parts: Vec<(usize, Vec<Owned>)> =
        cases.chunks(tile).enumerate().map(|(part, cases)| (part * tile, columns(graph, cases, &mut texts))).collect();
    let mut results = Results::default();
    let mut stage = 1;
    let stages = graph.made.iter().map(|root| graph.dag.node(*root).stage).max().unwrap_or(0);
    while stage <= stages {
        if let Some(collector) = Collector::new(&graph.dag, &graph.made, stage) {
            let mut workspace = collector.sweep().workspace();
            let collected = parts.iter().map(|(first_row, columns)| {
                let columns = borrowed(columns);
                let rows = tile.min(cases.len() - first_row);
                let batch = Batch { rows, columns: &columns, texts: &texts, first_row: *first_row };
                let mut part = Collected::default();
                collector.take(&collector.sweep().run(&mut workspace, &batch, &results), &mut part);
                part
            });
            let mut collected: Vec<Collected> = collected.collect();
            collected.reverse();
            results.add(&collector, collected);
        }
        stage += 1;
    }
    let sweep = Sweep::new(&graph.dag, &graph.made);
    let mut workspace = sweep.workspace();
    let mut answers = Vec::new();
    for (first_row, columns) in &parts {
        let columns = borrowed(columns);
        let rows = tile.min(cases.len() - first_row);
        let batch = Batch { rows, columns: &columns, texts: &texts, first_row: *first_row };
        let mut out = sweep.run(&mut workspace, &batch, &results);
        for row in 0..rows {
            answers.push((0..graph.made.len()).map(|output| out.answer(output, row)).collect());
        }
        for output in 0..graph.made.len() {
            let counts = out.counts(output);
            let own: &[Vec<Answer>] = &answers[answers.len() - rows..];
            assert_eq!(counts.unknown, own.iter().filter(|row| row[output].missing().is_some()).count() as u64);
            assert_eq!(counts.known, own.iter().filter(|row| row[output].value().is_some()).count() as u64);
        }
    }
    answers
}

#[test]
fn random_graphs_agree() {
    let mut total = 0;
    for seed in 0..260 {
        let graph = random::graph(seed, 60, false);
        let cases: Vec<_> = (0..40).map(|case| random::case(seed * 1000 + case, &graph.dag)).collect();
        let answers = swept(&graph, &cases, 1 + Random::new(seed).below(64));
        for (case, own) in cases.iter().zip(&answers) {
            let expected = evaluate(&graph.dag, &graph.made, case, |_| None);
            for (root, answer) in graph.made.iter().zip(own) {
                assert_eq!(answer, expected.of(*root), "seed {seed}, {:?} of {:?}", graph.dag.node(*root), case);
            }
            total += 1;
        }
    }
    assert!(total >= 10_000);
}

#[test]
fn full_tiles_agree() {
    for seed in 1000..1004 {
        let graph = random::graph(seed, 80, false);
        let cases: Vec<_> = (0..TILE as u64 + 100)
            .map(|row| if row % 5 < 3 { random::case(row, &graph.dag) } else { random::whole_case(row, &graph.dag) })
            .collect();
        let answers = swept(&graph, &cases, TILE);
        for (case, own) in cases.iter().zip(&answers) {
            let expected = evaluate(&graph.dag, &graph.made, case, |_| None);
            for (root, answer) in graph.made.iter().zip(own) {
                assert_eq!(answer, expected.of(*root), "seed {seed}, {:?}", graph.dag.node(*root));
            }
        }
    }
}

#[test]
fn random_populations_agree() {
    for seed in 0..120 {
        let graph = random::graph(seed + 7_000_000, 50, true);
        let cases: Vec<_> = (0..50).map(|case| random::case(seed * 1000 + case, &graph.dag)).collect();
        let expected = evaluate_population(&graph.dag, &graph.made, &cases);
        for tile in [7, 64] {
            let answers = swept(&graph, &cases, tile);
            for ((case, own), expected) in cases.iter().zip(&answers).zip(&expected) {
                for ((root, answer), expected) in graph.made.iter().zip(own).zip(expected) {
                    assert_eq!(answer, expected, "seed {seed}, {:?} of {:?}", graph.dag.node(*root), case);
                }
            }
        }
    }
}
