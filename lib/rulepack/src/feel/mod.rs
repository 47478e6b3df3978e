//! The expression language run as it stands, value by value: `rules eval`. Packs are compiled instead, see [`crate::ir`].
//!
//! S-FEEL of DMN 1.5 and its built-in functions, to the letter: numbers are decimal128 (34 digits, half-even); what the standard calls an
//! error of the values (1/0, a date that does not exist, a regular expression that cannot be read) is null.
//!
//! # Where we differ on purpose
//!
//! What an author should see is an error ([`SyntaxError`], exit 2), where the standard says null or goes on:
//! - kinds that do not fit: `"a" + 1`, `1 = "1"`, `[1] = 1`, `1 < "a"`, `-"a"`, `abs("x")`, also where the result would not depend on it
//!   (`false and 0`), and a condition that is no boolean (`if 1 then …`; the standard takes the else branch). Not among items:
//!   `1 in ["a", 1]` and `list contains` compare each as far as it can be;
//! - names, functions, types and properties nobody knows; too many, too few or wrongly named arguments;
//! - `1 < 2 < 3` and `==`; nesting deeper than 48, more than 400 operators in a row.
//!
//! Not provided is not null: a fact that is absent, JSON null or an empty cell makes what depends on it unknown, which names it; `false and
//! x` is false all the same. A null of the standard is written `null` in the expression, or comes out of one.
//!
//! Left out: `for`, `some`, `every`, functions of one's own and external ones, `sort` with an order of one's own, boxed expressions,
//! `now()` and `today()` (the day is given), and `x instance of` types of one's own; `context(entries)`, `context merge` are not there.
//! Decision tables are those of packs: first, unique, collect with sum, count, min, max; not any, priority, rule order, output order.
//!
//! Added: units (`5000 万元`, `3 %`, `20 亩`; lengths of time with a unit are durations), Chinese keywords, function names and full-width signs,
//! dates without quotation marks (`2026-02-13`, `2026年2月13日`), `≤ ≥ ≠ × ÷`, `not a` without parentheses, `days between`,
//! `months between`, `add months`, `add days`, `coalesce(value, otherwise, reason)`.
//!
//! Where the standard leaves room: a date plus months is cut to the last day of the month; a number times or through a duration is cut to
//! whole months or nanoseconds; characters are Unicode code points; a scale that is no whole number is cut; rounding without a scale is
//! to whole numbers; regular expressions have no back-references; a time at an offset never equals one in a named zone, though their
//! order is that of the instants; zones are those of `zones.rs`, with today's rules for summer time. JSON has no dates: the text of a
//! fact that the dictionary does not know is read as a date, time or duration where only that fits.

mod arithmetic;
mod comparison;
mod decimal;
mod evaluate;
mod facts;
mod functions;
mod intervals;
mod json;
mod lists;
mod messages;
mod powers;
mod signatures;
mod span;
mod temporal;
#[cfg(test)]
mod tests;
mod texts;
mod times;
mod value;
mod zones;

pub use decimal::Decimal;
pub use facts::{Facts, Knowledge};
pub use json::{NotJson, answer, read as read_json};
pub use span::Span;
pub use temporal::{Date, DateTime, Time, Zone};
pub use value::{Interval, Missing, Value, ValueKind};

use crate::syntax::{SyntaxError, parse_expression};

/// Reads and runs one expression on the facts of one case.
///
/// # Errors
/// What the author has to correct, with its place in the text.
pub fn evaluate(text: &str, facts: &Facts) -> Result<Value, Box<SyntaxError>> {
    let node = parse_expression(text, facts)?;
    evaluate::Scope::new(facts).value(&node)
}
