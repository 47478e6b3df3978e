//! A graph as SQL for PostgreSQL, DuckDB and Spark: the same answers, on the engine where the data already lie.
//!
//! One statement over a table with a key column and one column per fact code (base units, NULL: not provided). For each output NAME it gives
//! `NAME` (NULL if unknown or not applicable), `NAME.missing` (the codes of the missing facts, sorted, comma-separated; NULL if none) and
//! `NAME.reason` (the code why it is not applicable, NULL if it is). Every step of the graph that several others read is a column of a
//! sub-select; functions over the set are window functions.
//!
//! The traps of SQL that this writer owns: NULL is unknown only together with its mask, so CASE never falls into ELSE by it; division is
//! between integers, never by zero; LEAST and GREATEST are written out as they skip NULL; numbers that may pass 64 bits are made wide before
//! they are multiplied.

mod answer;
mod dialect;
mod layers;
mod numbers;
mod population;
mod tables;
mod writer;

pub use dialect::Dialect;
pub use writer::{NotWritten, Source, write};
