//! Results of population functions: ranks by case, the others by group.

use std::collections::HashMap;

use super::batch::{Batch, bit};
use super::collect::{Collected, Collector, Gathered, Integers, NOT_APPLICABLE, Sum, UNKNOWN, own_group};
use super::slot::{Lane, Slot, TILE, WORDS, Width, by_width};
use crate::interpret::{Answer, Value, mean, statistic};
use crate::ir::{Dag, NodeId, Population, PopulationKind, Ties, Type};

/// The answers of the population functions of the stages run so far.
#[derive(Clone, Debug, Default)]
pub struct Results {
    ranks: HashMap<NodeId, Vec<u32>>,
    shared: HashMap<NodeId, Shared>,
}

#[derive(Clone, Debug)]
struct Shared {
    by_group: HashMap<Option<Value>, Answer>,
    /// For a group that has no member.
    empty: Answer,
}

impl Results {
    /// Adds the functions of one stage; the parts together are all rows of the run, in any order.
    pub fn add(&mut self, collector: &Collector, mut parts: Vec<Collected>) {
        parts.sort_by_key(Collected::first_row);
        for (place, node) in collector.functions.iter().enumerate() {
            let gathered: Vec<Gathered> =
                parts.iter_mut().filter_map(|part| part.by_function.get_mut(place).map(std::mem::take)).collect();
            let Some(function) = collector.function(place) else { continue };
            if let PopulationKind::Rank { descending, ties } = function.kind {
                self.ranks.insert(*node, ranks(gathered, descending, ties));
            } else {
                self.shared.insert(*node, shared(gathered, function, collector.sweep().dag().ty(*node)));
            }
        }
    }

    pub(super) fn load_rank(&self, node: NodeId, batch: &Batch, out: &mut Slot) {
        out.clear();
        out.start(Width::W32, 0, i32::MAX.into());
        let all = self.ranks.get(&node).map_or(&[][..], |ranks| ranks.get(batch.first_row..).unwrap_or_default());
        let values = i32::of_mut(out);
        values.fill(0);
        values.iter_mut().zip(all).take(batch.rows).for_each(|(value, rank)| *value = *rank as i32);
        for row in 0..TILE {
            // Rows beyond the last never look like holes.
            let tag = if row >= batch.rows { 0 } else { all.get(row).copied().unwrap_or(UNKNOWN) };
            if tag < UNKNOWN {
                out.known[row / 64] |= 1 << (row % 64);
            } else if tag >= NOT_APPLICABLE {
                out.na[row / 64] |= 1 << (row % 64);
                out.reasons_mut()[row] = tag as u16;
            }
        }
        out.settle();
    }

    pub(super) fn load_shared(
        &self,
        node: NodeId,
        ty: Type,
        group: Option<(&Slot, Type)>,
        batch: &Batch,
        out: &mut Slot,
    ) {
        out.clear();
        let Some(shared) = self.shared.get(&node) else {
            out.start(Width::W32, 0, 0);
            i32::of_mut(out).fill(0);
            return out.settle();
        };
        let (low, high) = match ty {
            Type::Number { low, high, .. } => (low, high),
            _ => (i32::MIN.into(), i32::MAX.into()),
        };
        let Some((group, group_type)) = group else {
            return match shared.of(&None) {
                Answer::NotApplicable(reason) => {
                    out.start(Width::W32, 0, 0);
                    i32::of_mut(out).fill(0);
                    out.na = [!0; WORDS];
                    out.reasons_mut().fill(reason.0);
                    out.settle();
                }
                answer => out.set_constant(answer.value().and_then(Value::integer).unwrap_or_default()),
            };
        };
        let width = Width::of(low, high);
        out.start(width, low, high);
        by_width!(width, Integer => Integer::of_mut(out).fill(Integer::default()));
        let mut of_text: HashMap<u32, &Answer> = HashMap::new();
        for row in 0..TILE {
            let (word, mask) = (row / 64, 1_u64 << (row % 64));
            if row >= batch.rows {
                out.known[word] |= mask;
                continue;
            }
            if !bit(&group.known, row) {
                if group.any_na && bit(&group.na, row) {
                    out.na[word] |= mask;
                    out.reasons_mut()[row] = group.reasons[row];
                }
                continue;
            }
            let answer = match group_type {
                Type::Text => {
                    let id = group.value(row) as u32;
                    of_text.entry(id).or_insert_with(|| shared.of(&Some(Value::Text(batch.texts.text(id).clone()))))
                }
                Type::Boolean => shared.of(&Some(Value::Boolean(bit(&group.yes, row)))),
                Type::Date { .. } => shared.of(&Some(Value::Date(group.value(row) as i32))),
                Type::Number { .. } => shared.of(&Some(Value::Number(group.value(row)))),
            };
            match answer {
                Answer::NotApplicable(reason) => {
                    out.na[word] |= mask;
                    out.reasons_mut()[row] = reason.0;
                }
                answer => {
                    out.known[word] |= mask;
                    let value = answer.value().and_then(Value::integer).unwrap_or_default();
                    by_width!(width, Integer => Integer::of_mut(out)[row] = Integer::wrap(value));
                }
            }
        }
        out.settle();
    }
}

impl Shared {
    fn of(&self, group: &Option<Value>) -> &Answer {
        self.by_group.get(group).unwrap_or(&self.empty)
    }
}

/// One numbering of groups for all parts: per part, its own numbers turned into common ones.
fn common_groups(parts: &mut [Gathered]) -> (HashMap<Option<Value>, u32>, Vec<Vec<u32>>) {
    let mut groups = HashMap::new();
    let renumbered = parts
        .iter_mut()
        .map(|part| {
            let mut numbers = vec![0; part.groups.len()];
            for (group, own) in std::mem::take(&mut part.groups) {
                numbers[own as usize] = own_group(&mut groups, group);
            }
            numbers
        })
        .collect();
    (groups, renumbered)
}

fn shared(mut parts: Vec<Gathered>, function: &Population, ty: Type) -> Shared {
    let (groups, renumbered) = common_groups(&mut parts);
    let mut sums = vec![Sum::NONE; groups.len()];
    let mut values: Vec<Integers> = vec![Integers::default(); groups.len()];
    for (part, numbers) in parts.iter_mut().zip(&renumbered) {
        for (sum, number) in part.sums.iter().zip(numbers) {
            sums[*number as usize].join(sum);
        }
        for (own, number) in part.values.iter_mut().zip(numbers) {
            values[*number as usize].append(own);
        }
    }
    let as_type = |value: i128| {
        if matches!(ty, Type::Date { .. }) { Answer::Known(Value::Date(value as i32)) } else { Answer::number(value) }
    };
    let by_group = groups.into_iter().map(|(group, number)| {
        let sum = &sums[number as usize];
        let answer = match function.kind {
            PopulationKind::Count => Answer::number(sum.count),
            PopulationKind::Sum => as_type(sum.sum),
            PopulationKind::Minimum => as_type(sum.low),
            PopulationKind::Maximum => as_type(sum.high),
            PopulationKind::Mean { mode, from } => Answer::number(mean(sum.sum, sum.count, from, ty, mode)),
            kind => {
                let own = &values[number as usize];
                let mut sorted: Vec<i128> = (0..own.len()).map(|place| own.get(place)).collect();
                sorted.sort_unstable();
                statistic(kind, ty, &sorted)
            }
        };
        (group, answer)
    });
    let by_group = by_group.collect();
    let empty =
        if function.kind == PopulationKind::Count { Answer::number(0) } else { Answer::NotApplicable(Dag::EMPTY_SET) };
    Shared { by_group, empty }
}

/// The rank, or the tag, of every row.
fn ranks(mut parts: Vec<Gathered>, descending: bool, ties: Ties) -> Vec<u32> {
    let (_, renumbered) = common_groups(&mut parts);
    let mut all: Vec<u32> = Vec::with_capacity(parts.iter().map(|part| part.ranks.len()).sum());
    let mut members = Gathered::default();
    for (part, numbers) in parts.iter_mut().zip(&renumbered) {
        all.append(&mut part.ranks);
        members.group.extend(part.group.iter().map(|own| numbers[*own as usize]));
        members.value.append(&mut part.value);
        members.then.resize_with(part.then.len(), Integers::default);
        members.then.iter_mut().zip(&mut part.then).for_each(|(keys, own)| keys.append(own));
    }
    drop(parts);
    let rows: Vec<u32> = (0..all.len() as u32).filter(|row| all[*row as usize] == 0).collect();
    let compare = |a: u32, b: u32| {
        let (a, b) = (a as usize, b as usize);
        let by_value = members.value.get(a).cmp(&members.value.get(b));
        let by_value = if descending { by_value.reverse() } else { by_value };
        let by_keys = || members.then.iter().map(|keys| keys.get(a).cmp(&keys.get(b))).find(|order| order.is_ne());
        members.group[a]
            .cmp(&members.group[b])
            .then(by_value)
            .then_with(|| by_keys().unwrap_or(std::cmp::Ordering::Equal))
    };
    let mut order: Vec<u32> = (0..rows.len() as u32).collect();
    order.sort_unstable_by(|a, b| compare(*a, *b));
    let (mut start, mut end) = (0, 0);
    let (mut group_start, mut dense) = (0, 0);
    while start < order.len() {
        // A run of ties, from `start` to before `end`.
        while end < order.len() && compare(order[start], order[end]).is_eq() {
            end += 1;
        }
        if start == 0 || members.group[order[start] as usize] != members.group[order[start - 1] as usize] {
            (group_start, dense) = (start, 0);
        }
        dense += 1;
        let rank = match ties {
            Ties::Minimum => start - group_start + 1,
            Ties::Maximum => end - group_start,
            Ties::Dense => dense,
        };
        for member in &order[start..end] {
            all[rows[*member as usize] as usize] = rank as u32;
        }
        start = end;
    }
    all
}
