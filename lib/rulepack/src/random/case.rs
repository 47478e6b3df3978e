//! Random cases: small values, values near the graph's own constants, its texts and ties are frequent.

use super::{Random, TEXTS};
use crate::interpret::Value;
use crate::ir::{Dag, Op, Type};

/// A case for the facts of a graph: about one value in four is not provided.
pub fn case(seed: u64, dag: &Dag) -> Vec<Option<Value>> {
    drawn(seed, dag, true)
}

/// A case with all facts but those that are always missing.
pub fn whole_case(seed: u64, dag: &Dag) -> Vec<Option<Value>> {
    drawn(seed, dag, false)
}

fn drawn(seed: u64, dag: &Dag, holes: bool) -> Vec<Option<Value>> {
    let mut random = Random::new(seed);
    let random = &mut random;
    let constants: Vec<i128> = dag
        .nodes()
        .iter()
        .filter_map(|node| if let Op::Number(value) = node.op { Some(value) } else { None })
        .collect();
    let dates: Vec<i32> =
        dag.nodes().iter().filter_map(|node| if let Op::Date(days) = node.op { Some(days) } else { None }).collect();
    dag.facts()
        .iter()
        .map(|fact| {
            if fact.always_missing || (holes && random.chance(4)) {
                return None;
            }
            Some(match fact.ty {
                Type::Number { low, high, .. } => Value::Number(match random.below(6) {
                    0 => low,
                    1 => high,
                    2 => random.between(low.max(-2), high.min(2).max(low)),
                    3 | 4 if !constants.is_empty() => (random.of(&constants) + random.between(-1, 1)).clamp(low, high),
                    _ => random.between(low, high),
                }),
                Type::Boolean => Value::Boolean(random.chance(2)),
                Type::Text if random.chance(2) && !dag.texts().is_empty() => {
                    Value::Text(dag.texts()[random.below(dag.texts().len())].clone())
                }
                Type::Text => Value::Text(TEXTS[random.below(TEXTS.len())].into()),
                Type::Date { low, high } => Value::Date(match random.below(3) {
                    0 => 19_000 + random.below(90) as i32,
                    1 if !dates.is_empty() => (random.of(&dates) + random.between(-1, 1) as i32).clamp(low, high),
                    _ => random.between(low.into(), high.into()) as i32,
                }),
            })
        })
        .collect()
}
