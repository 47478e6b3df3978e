//! The one reader of spreadsheets and text tables that people send: typed cells with what the eye sees and the value alone does
//! not say (percent, date system, merged areas, hidden sheets and rows, formulas nobody computed). Knows no business word.
//! Everything blocks: call it off the async threads.

mod book;
mod cell;
mod format;
mod guard;
mod header;
mod kind;
mod list;
mod merged;
mod parts;
mod sheet_xml;
mod spell;
mod summary;
mod text;
mod text_bytes;
mod text_rows;
mod totals;
mod xml;

pub use book::{Book, Row, Sheet, Visibility};
pub use cell::{Area, Cell, Fault, Value, digits};
pub use format::Format;
pub use header::{HEAD_ROWS, Header};
pub use kind::Kind;
pub use list::{LeftOut, Line, Told, Why, read};
pub use spell::{amount, is_nothing};
pub use summary::{Place, Sentence, Summary};
pub use text::{Head, Text, rows as text_rows};
pub use totals::{Sums, is_total, says_total};

/// Texts of errors, by language.
pub const WORDS: [(&str, &str); 2] =
    [("zh-CN", include_str!("../words/zh-CN.ftl")), ("en", include_str!("../words/en.ftl"))];

#[cfg(test)]
mod list_tests;
#[cfg(test)]
mod tests;
