//! Functions over all cases, in memory and by definition: every case is compared with every other. The reference for the sweep.

use super::{Answer, Value, apply};
use crate::ir::{Dag, Mode, NodeId, Op, Population, PopulationKind, Ties, Type, divide, power_of_ten};

/// Evaluates the roots for every case of a set; for each case the answers of the roots, in their order.
///
/// Cases as for [`super::evaluate`]. Takes time as the square of the cases if population functions are used.
pub fn evaluate_population(dag: &Dag, roots: &[NodeId], cases: &[Vec<Option<Value>>]) -> Vec<Vec<Answer>> {
    let needed = dag.reachable(roots);
    let mut answers = vec![vec![Answer::default(); dag.nodes().len()]; cases.len()];
    let stages =
        dag.nodes().iter().zip(&needed).filter(|(_, needed)| **needed).map(|(node, _)| node.stage).max().unwrap_or(0);
    for stage in 0..=stages {
        for (place, node) in dag.nodes().iter().enumerate() {
            if let Op::Population(function) = &node.op
                && needed[place]
                && node.stage == stage
            {
                for (case, answer) in over_all(function, node.ty, &answers).into_iter().enumerate() {
                    answers[case][place] = answer;
                }
            }
        }
        for (facts, answers) in cases.iter().zip(&mut answers) {
            for (place, node) in dag.nodes().iter().enumerate() {
                if needed[place] && node.stage == stage && !matches!(node.op, Op::Population(_)) {
                    answers[place] = apply::apply(dag, &node.op, facts, &|id| &answers[id.0 as usize]);
                }
            }
        }
    }
    answers.into_iter().map(|answers| roots.iter().map(|root| answers[root.0 as usize].clone()).collect()).collect()
}

/// What an unknown population function misses: what its group misses; for a rank else what its set, else what its value misses.
pub(super) fn missing_of<'a>(function: &Population, of: &impl Fn(NodeId) -> &'a Answer) -> Answer {
    [function.group, function.among, Some(function.value)]
        .into_iter()
        .flatten()
        .map(of)
        .find(|answer| answer.missing().is_some())
        .cloned()
        .unwrap_or_default()
}

/// One member of the set, as it is ordered.
struct Member<'a> {
    group: Option<&'a Value>,
    value: i128,
    /// Whether the key is known, and the key turned so that smaller is better.
    then: Vec<Option<i128>>,
}

fn over_all(function: &Population, ty: Type, answers: &[Vec<Answer>]) -> Vec<Answer> {
    let at = |case: usize, id: NodeId| &answers[case][id.0 as usize];
    let group_of = |case: usize| function.group.map(|group| at(case, group));
    let members: Vec<Option<Member>> = (0..answers.len())
        .map(|case| {
            let group = match group_of(case) {
                None => None,
                Some(answer) => Some(answer.value()?),
            };
            if function.among.is_some_and(|among| !at(case, among).is_true()) {
                return None;
            }
            let value = at(case, function.value).value()?.integer()?;
            let then = function.then.iter().map(|(key, descending)| {
                let key = at(case, *key).value()?.integer()?;
                Some(if *descending { -key } else { key })
            });
            Some(Member { group, value, then: then.collect() })
        })
        .collect();
    (0..answers.len())
        .map(|case| {
            if let Some(group) = group_of(case)
                && !matches!(group, Answer::Known(_))
            {
                return group.clone();
            }
            let group = group_of(case).and_then(Answer::value);
            let peers = members.iter().flatten().filter(|member| member.group == group);
            match function.kind {
                PopulationKind::Rank { descending, ties } => match &members[case] {
                    Some(own) => Answer::number(rank(own, peers, descending, ties)),
                    None => match function.among.map(|among| at(case, among)) {
                        Some(Answer::Known(Value::Boolean(false))) => Answer::NotApplicable(Dag::OUTSIDE_SET),
                        Some(other) if !other.is_true() => other.clone(),
                        _ => at(case, function.value).clone(),
                    },
                },
                kind => {
                    let mut values: Vec<i128> = peers.map(|member| member.value).collect();
                    values.sort_unstable();
                    statistic(kind, ty, &values)
                }
            }
        })
        .collect()
}

fn rank<'a>(own: &Member, peers: impl Iterator<Item = &'a Member<'a>>, descending: bool, ties: Ties) -> i128 {
    // None sorts after every key, as unknown keys come last.
    let key = |member: &Member| {
        let value = if descending { -member.value } else { member.value };
        (value, member.then.iter().map(|key| (key.is_none(), key.unwrap_or(0))).collect::<Vec<_>>())
    };
    let own = key(own);
    let peers: Vec<_> = peers.map(key).collect();
    let better = peers.iter().filter(|peer| **peer < own);
    let place = match ties {
        Ties::Minimum => better.count() + 1,
        Ties::Dense => better.collect::<std::collections::HashSet<_>>().len() + 1,
        Ties::Maximum => peers.iter().filter(|peer| **peer <= own).count(),
    };
    place as i128
}

/// What is the same for a whole group, from its ordered values.
pub(crate) fn statistic(kind: PopulationKind, ty: Type, sorted: &[i128]) -> Answer {
    let as_type = |value: i128| match ty {
        Type::Date { .. } => Answer::Known(Value::Date(value as i32)),
        _ => Answer::number(value),
    };
    let count = sorted.len() as i128;
    let (Some(first), Some(last)) = (sorted.first(), sorted.last()) else {
        return if kind == PopulationKind::Count { Answer::number(0) } else { Answer::NotApplicable(Dag::EMPTY_SET) };
    };
    match kind {
        PopulationKind::Count => Answer::number(count),
        PopulationKind::Sum => as_type(sorted.iter().sum()),
        PopulationKind::Minimum => as_type(*first),
        PopulationKind::Maximum => as_type(*last),
        PopulationKind::Mean { mode, from } => as_type(mean(sorted.iter().sum(), count, from, ty, mode)),
        PopulationKind::Quantile { numerator, denominator } => {
            let share = divide(i128::from(numerator) * count, denominator.max(1).into(), Mode::Up).unwrap_or(1);
            let place = share.clamp(1, count) - 1;
            as_type(sorted[place as usize])
        }
        PopulationKind::Rank { .. } => Answer::default(),
    }
}

/// The mean of values counting 10^-from, rounded to the scale of the type.
pub(crate) fn mean(sum: i128, count: i128, from: u8, ty: Type, mode: Mode) -> i128 {
    let scale = if let Type::Number { scale, .. } = ty { scale } else { from };
    let power = power_of_ten(scale.abs_diff(from)).unwrap_or(1);
    let quotient = if scale >= from {
        divide(sum.wrapping_mul(power), count, mode)
    } else {
        divide(sum, count.wrapping_mul(power), mode)
    };
    quotient.unwrap_or(0)
}
