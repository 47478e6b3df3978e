//! Gathering what population functions need: one pass over the data for every stage.

use std::collections::HashMap;

use super::batch::bit;
use super::slot::Slot;
use super::{Columns, Sweep};
use crate::interpret::Value;
use crate::ir::{Dag, NodeId, Op, Population, PopulationKind, Type};

/// Which functions a pass gathers for, and the sweep that computes their arguments.
#[derive(Clone, Debug)]
pub struct Collector<'d> {
    sweep: Sweep<'d>,
    pub(super) functions: Vec<NodeId>,
    /// Per function: outputs of the sweep for value, set, group and further keys.
    places: Vec<Places>,
}

#[derive(Clone, Debug)]
struct Places {
    value: usize,
    among: Option<usize>,
    group: Option<usize>,
    then: Vec<usize>,
}

/// Tag of a case outside the set in [`Gathered::ranks`].
pub(super) const UNKNOWN: u32 = 0x8000_0000;
/// Tag of a case that is not applicable; the reason is in the low bits.
pub(super) const NOT_APPLICABLE: u32 = 0xC000_0000;
/// A key that is not known.
pub(super) const NO_KEY: i128 = i128::MAX;

/// What one part of the data (rows one after the other) gave.
#[derive(Clone, Debug, Default)]
pub struct Collected {
    /// Place of its first row among all rows; set by the first tile.
    first_row: Option<usize>,
    pub(super) by_function: Vec<Gathered>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Gathered {
    pub groups: HashMap<Option<Value>, u32>,
    /// For results shared by a group.
    pub sums: Vec<Sum>,
    /// For quantiles: the values of each group.
    pub values: Vec<Integers>,
    /// For ranks, per row: zero for a member, else the tag of its answer.
    pub ranks: Vec<u32>,
    /// For ranks, per member: group, value and keys.
    pub group: Vec<u32>,
    pub value: Integers,
    pub then: Vec<Integers>,
}

/// What is summed up of one group.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sum {
    pub count: i128,
    pub sum: i128,
    pub low: i128,
    pub high: i128,
}

impl Sum {
    pub(super) const NONE: Self = Self { count: 0, sum: 0, low: i128::MAX, high: i128::MIN };

    pub(super) fn join(&mut self, other: &Self) {
        self.count += other.count;
        self.sum = self.sum.wrapping_add(other.sum);
        self.low = self.low.min(other.low);
        self.high = self.high.max(other.high);
    }
}

/// Integers in eight bytes each as long as all fit.
#[derive(Clone, Debug)]
pub(super) enum Integers {
    Narrow(Vec<i64>),
    Wide(Vec<i128>),
}

impl Default for Integers {
    fn default() -> Self {
        Self::Narrow(Vec::new())
    }
}

impl Integers {
    pub(super) fn push(&mut self, value: i128) {
        // The greatest narrow one stands for "no key".
        let narrow =
            if value == NO_KEY { Some(i64::MAX) } else { i64::try_from(value).ok().filter(|value| *value != i64::MAX) };
        match (&mut *self, narrow) {
            (Self::Narrow(all), Some(value)) => all.push(value),
            (Self::Narrow(_), None) => {
                let mut all: Vec<i128> = (0..self.len()).map(|place| self.get(place)).collect();
                all.push(value);
                *self = Self::Wide(all);
            }
            (Self::Wide(all), _) => all.push(value),
        }
    }

    pub(super) fn get(&self, place: usize) -> i128 {
        match self {
            Self::Narrow(all) if all[place] == i64::MAX => NO_KEY,
            Self::Narrow(all) => all[place].into(),
            Self::Wide(all) => all[place],
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Narrow(all) => all.len(),
            Self::Wide(all) => all.len(),
        }
    }

    pub(super) fn append(&mut self, other: &mut Self) {
        match (&mut *self, other) {
            (Self::Narrow(all), Self::Narrow(more)) => all.append(more),
            (Self::Wide(all), Self::Wide(more)) => all.append(more),
            (_, other) => {
                for place in 0..other.len() {
                    self.push(other.get(place));
                }
            }
        }
    }
}

impl<'d> Collector<'d> {
    /// For the population functions of a stage that the outputs need; `None` if there are none. Stages count from 1.
    pub fn new(dag: &'d Dag, outputs: &[NodeId], stage: u8) -> Option<Self> {
        let needed = dag.reachable(outputs);
        let mut functions = Vec::new();
        let mut places = Vec::new();
        let mut arguments = Vec::new();
        let mut place = |id: NodeId| {
            arguments.iter().position(|known| *known == id).unwrap_or_else(|| {
                arguments.push(id);
                arguments.len() - 1
            })
        };
        for (id, node) in dag.nodes().iter().enumerate() {
            if let Op::Population(function) = &node.op
                && needed[id]
                && node.stage == stage
            {
                functions.push(NodeId(id as u32));
                places.push(Places {
                    value: place(function.value),
                    among: function.among.map(&mut place),
                    group: function.group.map(&mut place),
                    then: function.then.iter().map(|(key, _)| place(*key)).collect(),
                });
            }
        }
        (!functions.is_empty()).then(|| Self { sweep: Sweep::new(dag, &arguments), functions, places })
    }

    /// The sweep whose tiles are to be handed to [`Self::take`].
    pub fn sweep(&self) -> &Sweep<'d> {
        &self.sweep
    }

    pub(super) fn function(&self, place: usize) -> Option<&'d Population> {
        match &self.sweep.dag().node(self.functions[place]).op {
            Op::Population(function) => Some(function),
            _ => None,
        }
    }

    /// Gathers from one tile. Tiles of one part come in the order of their rows.
    pub fn take(&self, columns: &Columns, part: &mut Collected) {
        part.first_row.get_or_insert(columns.batch.first_row);
        part.by_function.resize_with(self.functions.len(), Gathered::default);
        for (place, gathered) in part.by_function.iter_mut().enumerate() {
            if let Some(function) = self.function(place) {
                self.gather(columns, function, &self.places[place], gathered);
            }
        }
    }

    fn gather(&self, columns: &Columns, function: &Population, places: &Places, gathered: &mut Gathered) {
        let ranked = matches!(function.kind, PopulationKind::Rank { .. });
        let value = columns.slot(places.value);
        let among = places.among.map(|place| columns.slot(place));
        let group = places.group.map(|place| (columns.slot(place), self.sweep.dag().ty(self.sweep.outputs()[place])));
        gathered.then.resize_with(places.then.len(), Integers::default);
        for row in 0..columns.rows() {
            let outside = group
                .and_then(|(slot, _)| unless_known(slot, row))
                .or_else(|| {
                    among.and_then(|slot| {
                        unless_known(slot, row)
                            .or((!bit(&slot.yes, row)).then_some(NOT_APPLICABLE | u32::from(Dag::OUTSIDE_SET.0)))
                    })
                })
                .or_else(|| unless_known(value, row));
            if ranked {
                gathered.ranks.push(outside.unwrap_or(0));
            }
            if outside.is_some() {
                continue;
            }
            let key = group.map(|(slot, ty)| group_value(slot, ty, row, columns));
            let own = own_group(&mut gathered.groups, key);
            let number = value.value(row);
            if ranked {
                gathered.group.push(own);
                gathered.value.push(number);
                for ((keys, place), (_, descending)) in gathered.then.iter_mut().zip(&places.then).zip(&function.then) {
                    let slot = columns.slot(*place);
                    let key = if !bit(&slot.known, row) {
                        NO_KEY
                    } else if *descending {
                        -slot.value(row)
                    } else {
                        slot.value(row)
                    };
                    keys.push(key);
                }
                continue;
            }
            let own = own as usize;
            if gathered.sums.len() <= own {
                gathered.sums.resize(own + 1, Sum::NONE);
            }
            gathered.sums[own].join(&Sum { count: 1, sum: number, low: number, high: number });
            if matches!(function.kind, PopulationKind::Quantile { .. }) {
                gathered.values.resize_with(gathered.sums.len(), Integers::default);
                gathered.values[own].push(number);
            }
        }
    }
}

impl Collected {
    pub(super) fn first_row(&self) -> usize {
        self.first_row.unwrap_or(0)
    }
}

pub(super) fn own_group(groups: &mut HashMap<Option<Value>, u32>, key: Option<Value>) -> u32 {
    if let Some(own) = groups.get(&key) {
        return *own;
    }
    let own = groups.len() as u32;
    groups.insert(key, own);
    own
}

fn unless_known(slot: &Slot, row: usize) -> Option<u32> {
    if bit(&slot.known, row) {
        None
    } else if slot.any_na && bit(&slot.na, row) {
        Some(NOT_APPLICABLE | u32::from(slot.reasons[row]))
    } else {
        Some(UNKNOWN)
    }
}

fn group_value(slot: &Slot, ty: Type, row: usize, columns: &Columns) -> Value {
    match ty {
        Type::Boolean => Value::Boolean(bit(&slot.yes, row)),
        Type::Text => Value::Text(columns.batch.texts.text(slot.value(row) as u32).clone()),
        Type::Date { .. } => Value::Date(slot.value(row) as i32),
        Type::Number { .. } => Value::Number(slot.value(row)),
    }
}
