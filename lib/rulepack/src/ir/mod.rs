//! The graph all packs of a run share: typed, exact, without loops; equal nodes are one node.
//!
//! Four answers travel along every edge: a known value; unknown, with the set of facts whose values are missing; not applicable,
//! with the reason. A boolean is therefore true, false, unknown or not applicable. Numbers are integers at a decimal scale that is
//! fixed per node, so that every engine computes the same; quotients exist only inside [`Op::RoundDivide`] and as
//! cross-multiplied comparisons, made by the compiler.
//!
//! How answers combine (every engine obeys this page to the letter):
//! - Strict operations (`Add Multiply Negate Absolute Minimum Maximum RoundDivide Scale AddMonths AddDays DaysBetween MonthsBetween
//!   DatePart LessOrEqual Equal TextIn StartsWith`): if an operand is not applicable the result is not applicable, with the reason of the first such operand;
//!   else if an operand is unknown the result is unknown and misses the union of what its unknown operands miss.
//! - `And`: false if any operand is false; else unknown if any is unknown (union over the unknown operands); else not applicable if
//!   any is (reason of the first); else true. `Or` is its mirror. `Not` keeps unknown and not applicable.
//! - `First`: a condition that is not applicable counts as false; an unknown one before the first true one makes the result unknown:
//!   it misses the union over the unknown conditions before the first true one. (`if` is a `First` of one condition; a chain of
//!   `if … else if` is nested and therefore misses only what its first unknown condition misses.)
//! - `Unique`: a true condition decides (there is at most one; a second true one makes it not applicable with `overlap`);
//!   without a true one, unknown if any condition is unknown (union over the unknown); else not applicable with `no_row`.
//!   A condition that is not applicable counts as false.
//! - `Guard`: the value if the condition is true; unknown as the condition is; else (false or not applicable) not applicable with the
//!   guard's reason.
//! - `Coalesce`: the other one if the first is unknown or not applicable, else the first.
//! - `Known`: true or false, never unknown: whether the operand is neither unknown nor not applicable.
//! - `Population`: see [`Population`].
//!
//! A fact that is provided has a value of its type and within its declared range (readers refuse others), so that ranges hold and
//! nothing overflows while running: what might is [`Overflow`] when the graph is built. Numbers stay within ±([`GREATEST`]) = 38
//! digits, which DECIMAL(38) of databases holds too.

mod dag;
mod dag_logic;
mod dag_number;
pub mod date;
mod node;
mod range;

pub use dag::{Dag, Fact};
pub use node::{
    FactId, Mode, Node, NodeId, Op, Part, Population, PopulationKind, Reason, ReasonId, TextId, Ties, Type,
};
pub use range::{Divide, GREATEST, MOST_CASES, Overflow, divide, power_of_ten};
