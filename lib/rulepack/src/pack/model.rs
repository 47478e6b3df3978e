//! What a pack says, as written: texts with their places, nothing resolved.

use std::sync::Arc;

use chrono::NaiveDate;

use super::rules::{Amount, Classes, Scale, Score, Table};
use crate::diagnostic::Place;
use crate::syntax::ast::Span;

/// A text of the pack and where its first character stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub text: String,
    pub place: Place,
}

impl Written {
    /// The place of a byte offset in the text. A `|` inside a cell was written as `\|`, two characters.
    pub fn at(&self, byte: usize) -> Place {
        let mut place = self.place.clone();
        if place.cell.is_none() {
            let before = self.text.get(..byte).unwrap_or(&self.text);
            let columns = before.chars().count() + before.matches('|').count();
            place.column = place.column.saturating_add(u32::try_from(columns).unwrap_or(u32::MAX));
        }
        place
    }

    /// The place where a span begins.
    pub fn of(&self, span: Span) -> Place {
        self.at(span.start)
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

/// A passage of the law, quoted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// `说明三` of `{#说明三}`.
    pub anchor: Option<String>,
    pub text: String,
    pub place: Place,
}

/// Index of a quote in [`Pack::quotes`].
pub type Law = Option<usize>;

/// What all sections have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// As people call it; empty for sections without a name.
    pub name: Written,
    /// As machines call it; the name, if the heading has no code.
    pub code: String,
    /// Option `英文 english`.
    pub english: Option<Written>,
    /// Place of the heading line.
    pub place: Place,
    /// The passage of the law it rests on.
    pub law: Law,
}

/// The last option of date arithmetic: what becomes of 31 January plus one month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum MonthEnd {
    /// 28 or 29 February.
    #[default]
    Clip,
    /// 2 or 3 March.
    Carry,
}

/// Whose document it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    National,
    Province,
    City,
    County,
}

/// How far it is from being in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Status {
    #[default]
    Draft,
    Review,
    Published,
}

/// One pack, read.
#[derive(Clone, Debug, Default)]
pub struct Pack {
    /// The file's name as the caller gave it.
    pub file: Arc<str>,
    /// Stable name for machines; the file's stem, if the pack does not say.
    pub code: String,
    pub title: Option<Written>,
    /// The title in English.
    pub english_title: Option<Written>,
    pub document: Option<Written>,
    pub issuer: Option<Written>,
    pub source: Option<Written>,
    /// In force from this day.
    pub from: Option<NaiveDate>,
    /// In force up to and including this day.
    pub to: Option<NaiveDate>,
    pub level: Option<Level>,
    pub status: Status,
    /// Fact and the unit its bare numbers have in this pack.
    pub units: Vec<(Written, Written)>,
    /// Outside of this every output is not applicable.
    pub applies: Option<Written>,
    /// What people are told then.
    pub not_applicable: Option<Written>,
    /// The outputs to show; empty: all tables, scales, amounts, scores, classes.
    pub outputs: Vec<Written>,
    pub month_end: MonthEnd,
    pub quotes: Vec<Quote>,
    pub values: Vec<Values>,
    pub facts: Vec<FactRow>,
    pub parameters: Vec<ParameterRow>,
    pub definitions: Vec<Definition>,
    pub tables: Vec<Table>,
    pub scales: Vec<Scale>,
    pub amounts: Vec<Amount>,
    pub scores: Vec<Score>,
    pub classes: Vec<Classes>,
    pub examples: Vec<Examples>,
    /// sha256 of the normalised text and of the tables beside it, lower-case hexadecimal.
    pub hash: String,
}

/// Declared texts, best first.
#[derive(Clone, Debug)]
pub struct Values {
    pub heading: Heading,
    pub rows: Vec<ValueRow>,
}

/// One declared text; any of the three may be written in the pack.
#[derive(Clone, Debug)]
pub struct ValueRow {
    pub code: Written,
    pub name: Option<Written>,
    pub english: Option<Written>,
}

/// A fact the common dictionary does not have.
#[derive(Clone, Debug)]
pub struct FactRow {
    pub code: Written,
    pub name: Option<Written>,
    pub english: Option<Written>,
    pub kind: Option<Written>,
    pub unit: Option<Written>,
    pub digits: Option<Written>,
    pub range: Option<Written>,
    pub values: Option<Written>,
    pub period: Option<Written>,
    pub source: Option<Written>,
    pub changeable: Option<Written>,
}

/// One dated value of a parameter.
#[derive(Clone, Debug)]
pub struct ParameterRow {
    pub name: Written,
    pub english: Option<Written>,
    pub code: Option<Written>,
    pub unit: Option<Written>,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub value: Written,
    /// `待公布`: nobody knows yet.
    pub unpublished: bool,
    pub basis: Option<Written>,
    pub law: Law,
}

/// A named expression.
#[derive(Clone, Debug)]
pub struct Definition {
    pub name: Written,
    pub english: Option<Written>,
    pub code: Option<Written>,
    pub expression: Written,
    pub unit: Option<Written>,
    pub basis: Option<Written>,
    pub note: Option<Written>,
    pub law: Law,
}

/// Example rows.
#[derive(Clone, Debug)]
pub struct Examples {
    pub heading: Heading,
    /// The rows together are the set that is ranked.
    pub population: bool,
    pub columns: Vec<ExampleColumn>,
    pub rows: Vec<ExampleRow>,
}

/// What a column of examples holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExampleKind {
    Fact,
    /// Expected output.
    Output,
    /// Facts that are expected to be named as missing.
    Missing,
    /// The day of evaluation.
    On,
    Note,
    /// The row's own name.
    Row,
}

/// A column of examples.
#[derive(Clone, Debug)]
pub struct ExampleColumn {
    pub kind: ExampleKind,
    pub name: Written,
    pub unit: Option<Written>,
}

/// A row of examples; as many cells as columns.
#[derive(Clone, Debug)]
pub struct ExampleRow {
    pub place: Place,
    pub cells: Vec<Written>,
}
