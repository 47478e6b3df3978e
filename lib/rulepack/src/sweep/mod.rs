//! The sweep: the graph column by column, a tile of rows at a time, for millions of cases.
//!
//! No threads and no memory of its own beyond a [`Workspace`], which is reused from tile to tile: a caller with several threads has
//! one workspace for each. Values and states agree with [`crate::interpret`] to the letter; missing sets are worked out only for
//! the rows and outputs they are asked for.
//!
//! Graphs with population functions take a pass over the data for every stage: [`Collector`] gathers what the functions need, all
//! parts of the data together become [`Results`], with which the next pass runs.

mod batch;
mod collect;
mod columns;
mod kernels;
#[allow(clippy::needless_range_loop, reason = "several bit sets walk side by side, and the loops vectorise")]
mod logic;
mod numbers;
#[allow(clippy::needless_range_loop, reason = "one place indexes several tables")]
mod plan;
mod results;
mod slot;
mod text;

#[cfg(test)]
mod tests;

pub use batch::{Batch, Column};
pub use collect::{Collected, Collector};
pub use columns::{Columns, Counts, State};
pub use results::Results;
pub use slot::{Bits, TILE};
pub use text::Texts;

use pulp::Arch;

use crate::interpret::{Lazy, Missing, Value};
use crate::ir::{Dag, NodeId, Type, date};
use plan::{Constant, Do, Plan, Step};
use slot::{Slot, WORDS, each_row};
use text::Verdicts;

/// A graph made ready to run over tiles for certain outputs.
#[derive(Clone, Debug)]
pub struct Sweep<'d> {
    dag: &'d Dag,
    outputs: Vec<NodeId>,
    /// The facts each output depends on.
    supports: Vec<Missing>,
    plan: Plan,
    arch: Arch,
}

/// The memory of one thread.
#[derive(Clone, Debug)]
pub struct Workspace {
    #[allow(
        clippy::vec_box,
        reason = "a slot is taken out and put back while others are read: its pointer moves, not its kilobytes"
    )]
    slots: Vec<Box<Slot>>,
    /// Stands in for the slot that is being written.
    spare: Box<Slot>,
    verdicts: Vec<Verdicts>,
    lazy: Lazy,
    /// The case `lazy` and `facts` are of.
    case: Option<usize>,
    facts: Vec<Option<Value>>,
    absent: Missing,
}

impl<'d> Sweep<'d> {
    /// Prepares the outputs; population functions they need are taken from [`Results`].
    pub fn new(dag: &'d Dag, outputs: &[NodeId]) -> Self {
        Self {
            dag,
            outputs: outputs.to_vec(),
            supports: columns::supports(dag, outputs),
            plan: Plan::new(dag, outputs),
            arch: Arch::new(),
        }
    }

    pub fn dag(&self) -> &'d Dag {
        self.dag
    }

    pub fn outputs(&self) -> &[NodeId] {
        &self.outputs
    }

    /// Memory for one thread.
    pub fn workspace(&self) -> Workspace {
        let mut slots: Vec<Box<Slot>> = (0..self.plan.slots).map(|_| Box::default()).collect();
        for (slot, constant) in &self.plan.constants {
            let slot = &mut slots[*slot];
            match constant {
                Constant::Integer(value) => slot.set_constant(*value),
                Constant::Boolean(value) => {
                    slot.set_complete();
                    slot.yes = [if *value { !0 } else { 0 }; WORDS];
                }
                Constant::NotApplicable(reason) => {
                    // Looked at as values, rows without one are zeros.
                    slot.set_constant(0);
                    slot.widen(slot::Width::W32);
                    slot.clear();
                    slot.na = [!0; WORDS];
                    slot.any_na = true;
                    slot.reasons_mut().fill(reason.0);
                }
            }
        }
        Workspace {
            slots,
            spare: Box::default(),
            verdicts: vec![Verdicts::default(); self.plan.prefix_tests],
            lazy: Lazy::new(self.dag),
            case: None,
            facts: Vec::new(),
            absent: Missing::default(),
        }
    }

    /// Works out all outputs for the rows of a tile.
    ///
    /// `results` holds the answers of all population functions below the outputs; a graph without them needs none.
    pub fn run<'w>(&'w self, workspace: &'w mut Workspace, batch: &'w Batch<'w>, results: &'w Results) -> Columns<'w> {
        workspace.case = None;
        for step in &self.plan.steps {
            std::mem::swap(&mut workspace.slots[step.out], &mut workspace.spare);
            self.step(step, workspace, batch, results);
            std::mem::swap(&mut workspace.slots[step.out], &mut workspace.spare);
        }
        Columns { sweep: self, workspace, batch }
    }

    fn step(&self, step: &Step, workspace: &mut Workspace, batch: &Batch, results: &Results) {
        let Workspace { slots, spare, verdicts, .. } = workspace;
        let (slots, out, arch, boolean) = (&mut slots[..], &mut **spare, self.arch, step.ty == Type::Boolean);
        match &step.what {
            Do::Constant(_) => {}
            Do::Fact(fact) if self.dag.facts()[*fact].always_missing => {
                batch::load(arch, &Batch { columns: &[], ..*batch }, *fact, out);
            }
            Do::Fact(fact) => batch::load(arch, batch, *fact, out),
            Do::Ranked(node) => results.load_rank(*node, batch, out),
            Do::Shared { node, group } => {
                let group = group.map(|(place, ty)| (&*slots[place], ty));
                results.load_shared(*node, step.ty, group, batch, out);
            }
            Do::Add(operands) => numbers::add(arch, slots, operands, out),
            Do::Multiply(a, b) => numbers::multiply(arch, slots, *a, *b, out),
            Do::Times { value, power } => numbers::scale(arch, slots, *value, *power, out),
            Do::Absolute(value) => numbers::absolute(arch, slots, *value, out),
            Do::RoundDivide { numerator, denominator, mode } => {
                numbers::round_divide(slots, *numerator, *denominator, *mode, out)
            }
            Do::Extreme { operands, greatest } => numbers::extreme(arch, slots, operands, *greatest, out),
            Do::AddMonths { date, months, clip } => {
                let (low, high) = (date::LOW.into(), date::HIGH.into());
                numbers::by_row(slots, *date, *months, low, high, out, |date, months| {
                    date::add_months(date as i32, months as i32, *clip).into()
                });
            }
            Do::DaysBetween { from, to } => {
                let span = i128::from(date::HIGH) - i128::from(date::LOW);
                numbers::by_row(slots, *from, *to, -span, span, out, |from, to| to - from);
            }
            Do::MonthsBetween { from, to } => {
                numbers::by_row(slots, *from, *to, -1_200_000, 1_200_000, out, |from, to| {
                    date::months_between(from as i32, to as i32).into()
                });
            }
            Do::DatePart { date, part } => {
                numbers::by_row(slots, *date, *date, 0, 99_999, out, |date, _| numbers::part(date, *part))
            }
            Do::LessOrEqual(a, b) => numbers::less_or_equal(arch, slots, *a, *b, out),
            Do::Equal { a, b, booleans } => numbers::equal(arch, slots, *a, *b, *booleans, out),
            Do::TextIn { text, table } => text_test(slots, *text, table, out),
            Do::StartsWith { text, prefixes, verdicts: place } => {
                let table = verdicts[*place].of_prefixes(self.dag, batch.texts, prefixes);
                text_test(slots, *text, table, out);
            }
            Do::Junction { operands, deciding } => logic::junction(arch, slots, operands, *deciding, out),
            Do::Not(value) => logic::not(slots, *value, out),
            Do::Known(value) => logic::known(slots, *value, out),
            Do::First { conditions, values } => logic::first(slots, conditions, values, boolean, out),
            Do::Unique { conditions, values, reasons } => {
                logic::unique(slots, conditions, values, *reasons, boolean, out)
            }
            Do::Guard { condition, value, reason } => logic::guard(slots, *condition, *value, *reason, boolean, out),
            Do::Coalesce { value, otherwise } => logic::coalesce(slots, *value, *otherwise, boolean, out),
        }
    }
}

/// Rows whose text is known and has a true entry; texts beyond the table have none.
fn text_test(slots: &mut [Box<Slot>], text: usize, table: &[bool], out: &mut Slot) {
    numbers::strict(slots, &[text], out);
    out.yes = [0; WORDS];
    if let Some(id) = slots[text].constant() {
        if table.get(id as usize).copied().unwrap_or(false) {
            out.yes = out.known;
        }
        return;
    }
    let (ids, yes) = (&slots[text].v32, &mut out.yes);
    each_row(&out.known, |row| {
        let hit = table.get(ids[row] as usize).copied().unwrap_or(false);
        yes[row / 64] |= u64::from(hit) << (row % 64);
    });
}
