//! The expression language: S-FEEL of DMN 1.5 with Unicode names and literals with units.
//!
//! Beyond the standard: `5000 万元` and `3 %`; `2026-02-13` without quotation marks; Chinese words and full-width signs (且 或 非
//! 若…则…否则 在 介于…与… ≥ ≤ ≠ （） ，); `>= 300 且 < 1000` in a cell. Left out on purpose: loops, quantifiers, functions of one's own.

pub mod ast;
mod cells;
mod error;
pub mod functions;
mod lexer;
mod names;
mod operands;
mod parser;
#[cfg(test)]
mod tests;
mod token;
mod words;

pub use cells::parse_tests;
pub use error::SyntaxError;
pub use names::{NameSet, Names};
pub use parser::parse_expression;
