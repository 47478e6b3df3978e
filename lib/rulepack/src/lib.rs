//! Rule packs: a legal document as one Markdown file that a clerk can read and a machine can run.
//!
//! A pack is read ([`pack`]), its expressions ([`syntax`]) are typed and unit-checked and lowered to one shared graph of
//! exact integer operations ([`ir`]). The graph is run for one case with a trace, column-wise for millions, or written as SQL;
//! all agree on values and on what is missing. Pure: no input or output, no clock, no threads of its own.

pub mod case;
pub mod check;
pub mod compile;
pub mod diagnostic;
pub mod dictionary;
pub mod diff;
pub mod examples;
pub mod explain;
pub mod feel;
pub mod interpret;
pub mod ir;
pub mod number;
pub mod pack;
#[cfg(any(test, feature = "random"))]
pub mod random;
pub mod show;
pub mod sql;
pub mod suggest;
pub mod sweep;
pub mod syntax;
pub mod unit;
