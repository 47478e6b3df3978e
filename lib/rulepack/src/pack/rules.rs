//! The rules of a pack, as written: tables, scales, amounts, scores, classes.

use super::model::{Heading, Written};
use crate::diagnostic::Place;
use crate::ir::Mode;

/// What a table does when rows hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hit {
    First,
    Unique,
    /// Rows may hit together if they give the same.
    Any,
    /// The best of what the rows that hit give, in the order of its declared texts.
    Priority,
    CollectSum,
    CollectMax,
    CollectMin,
    CollectCount,
}

/// A decision table.
#[derive(Clone, Debug)]
pub struct Table {
    pub heading: Heading,
    pub hit: Hit,
    pub inputs: Vec<Input>,
    pub outputs: Vec<Output>,
    pub rows: Vec<TableRow>,
}

/// An input column.
#[derive(Clone, Debug)]
pub struct Input {
    /// The expression tested; empty if [`Self::condition`].
    pub expression: Written,
    /// Bare numbers in the column have this unit.
    pub unit: Option<Written>,
    /// The cells are boolean expressions of their own.
    pub condition: bool,
}

/// An output column.
#[derive(Clone, Debug)]
pub struct Output {
    pub name: Written,
    pub code: String,
    pub unit: Option<Written>,
}

/// A row of a decision table.
#[derive(Clone, Debug)]
pub struct TableRow {
    /// The row's own name, or its number from 1.
    pub id: String,
    pub place: Place,
    /// As many as inputs.
    pub tests: Vec<Written>,
    /// As many as outputs.
    pub results: Vec<Written>,
    pub basis: Option<Written>,
}

/// How a scale counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScaleKind {
    /// Each part of the base at its own rate (超额累进).
    Marginal,
    /// The whole base at the rate of the step it reaches (全额).
    Slice,
}

/// A scale of rates.
#[derive(Clone, Debug)]
pub struct Scale {
    pub heading: Heading,
    pub kind: ScaleKind,
    pub base: Option<Written>,
    pub unit: Option<Written>,
    /// Unit of bare numbers in the bounds' columns.
    pub bounds_unit: Option<Written>,
    /// Unit of bare numbers in the amounts' column.
    pub amount_unit: Option<Written>,
    pub steps: Vec<Step>,
}

/// One step of a scale; the upper bound is excluded.
#[derive(Clone, Debug)]
pub struct Step {
    pub place: Place,
    pub from: Option<Written>,
    pub to: Option<Written>,
    pub rate: Option<Written>,
    pub amount: Option<Written>,
    pub basis: Option<Written>,
}

/// To what a result is rounded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rounding {
    pub mode: Mode,
    /// `元`, `100 元`, `万元`; or decimal places of the result's unit.
    pub step: RoundTo,
    pub place: Place,
}

/// The grid of a rounding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoundTo {
    Quantity(Written),
    Digits(u8),
}

/// An amount of money.
#[derive(Clone, Debug)]
pub struct Amount {
    pub heading: Heading,
    pub condition: Option<Written>,
    pub base: Option<Written>,
    pub rate: Option<Written>,
    pub fixed: Option<Written>,
    pub cap: Option<Written>,
    pub floor: Option<Written>,
    pub round: Option<Rounding>,
    pub group: Option<Written>,
    pub unit: Option<Written>,
}

/// How an item earns points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Ratio,
    MinMax,
    Bands,
    Bonus,
    Penalty,
}

/// What an item without data is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Missing {
    #[default]
    Unknown,
    Zero,
    /// The mean of the item over those of the set who have it.
    Average,
}

/// A score of items.
#[derive(Clone, Debug)]
pub struct Score {
    pub heading: Heading,
    /// The set that is evaluated.
    pub among: Option<Written>,
    pub group: Option<Written>,
    pub digits: u8,
    pub total_digits: u8,
    pub rounding: Mode,
    pub items: Vec<Item>,
}

/// One item of a score.
#[derive(Clone, Debug)]
pub struct Item {
    pub place: Place,
    pub code: String,
    pub name: Written,
    pub method: Method,
    pub value: Written,
    /// Where it is not met, the item does not apply.
    pub condition: Option<Written>,
    pub base: Option<Written>,
    pub weight: Option<Written>,
    pub cap: Option<Written>,
    pub floor: Option<Written>,
    pub missing: Missing,
    pub basis: Option<Written>,
}

/// How classes are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClassKind {
    Rank,
    TwoStage,
    Absolute,
}

/// Who gets the better rank of a tie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    pub by: Written,
    pub descending: bool,
}

/// A classification.
#[derive(Clone, Debug)]
pub struct Classes {
    pub heading: Heading,
    pub kind: ClassKind,
    /// The score that is ranked or cut.
    pub by: Option<Written>,
    pub among: Option<Written>,
    pub group: Option<Written>,
    /// Equal scores share the worse rank.
    pub ties_worst: bool,
    pub then: Vec<Order>,
    /// How counts are rounded.
    pub rounding: Mode,
    /// `EXPR → 不得为 A, B`
    pub veto: Vec<Exclusion>,
    /// `EXPR → 不得为 D`
    pub protect: Vec<Exclusion>,
    /// `EXPR → T`
    pub unrated: Vec<Exclusion>,
    pub rows: Vec<ClassRow>,
}

/// A condition and the classes it forbids, or the one it gives.
#[derive(Clone, Debug)]
pub struct Exclusion {
    pub condition: Written,
    pub classes: Vec<Written>,
}

/// Which half of the ranking a class of two stages takes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// The first `numerator/denominator`.
    Top,
    Bottom,
    Rest,
}

/// One class.
#[derive(Clone, Debug)]
pub struct ClassRow {
    pub place: Place,
    pub class: Written,
    /// rank: `20 %`, cumulative; empty: the rest. absolute: the lower bound; empty: the rest.
    pub bound: Option<Written>,
    pub half: Half,
    /// `50 %` of `前 50 %`.
    pub share: Option<Written>,
    pub then_by: Option<Written>,
    pub descending: bool,
    pub take: Option<Written>,
}
