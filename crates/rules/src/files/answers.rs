//! Answers of many rows, column by column, as small as they can be until they are written.

use std::collections::HashMap;
use std::sync::Arc;

use rulepack::ir::Type;

use super::Ids;
use super::bitmap::Bitmap;
use super::parquet_out::fits_long;

/// Values of one column; all but truths without gaps, for the rows that have one.
#[derive(Clone, Debug)]
pub(crate) enum Values {
    /// For every row, set or not.
    Booleans(Bitmap),
    Integers(Vec<i64>),
    Wide(Vec<i128>),
    Dates(Vec<i32>),
    /// Places in [`TextTable`].
    Texts(Vec<u32>),
}

/// One column.
#[derive(Clone, Debug)]
pub(crate) struct Answers {
    /// The rows that have a value.
    pub present: Bitmap,
    pub values: Values,
}

/// Texts, each once.
#[derive(Clone, Debug, Default)]
pub(crate) struct TextTable {
    numbers: HashMap<Arc<str>, u32>,
    pub all: Vec<Arc<str>>,
}

impl TextTable {
    pub(crate) fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let (text, number): (Arc<str>, u32) = (text.into(), self.all.len() as u32);
        self.all.push(text.clone());
        self.numbers.insert(text, number);
        number
    }
}

/// Rows with their ids; the same columns in all that are joined.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gathered {
    pub ids: Option<Ids>,
    pub columns: Vec<Answers>,
    pub words: TextTable,
}

impl Answers {
    /// Without rows.
    pub(crate) fn new(ty: Type) -> Self {
        let values = match ty {
            Type::Boolean => Values::Booleans(Bitmap::default()),
            Type::Text => Values::Texts(Vec::new()),
            Type::Date { .. } => Values::Dates(Vec::new()),
            ty if fits_long(ty) => Values::Integers(Vec::new()),
            Type::Number { .. } => Values::Wide(Vec::new()),
        };
        Self { present: Bitmap::default(), values }
    }
}

impl Gathered {
    pub(crate) fn rows(&self) -> usize {
        self.ids.as_ref().map_or(0, Ids::len)
    }

    pub(crate) fn add_ids(&mut self, more: Ids) {
        match (&mut self.ids, more) {
            (Some(Ids::Integers(all)), Ids::Integers(more)) => all.extend(more),
            (Some(Ids::Texts(all)), Ids::Texts(more)) => all.extend(more),
            (ids, more) => *ids = Some(more),
        }
    }

    /// Joins the rows that follow.
    pub(crate) fn append(&mut self, more: Self) {
        if self.ids.is_none() {
            *self = more;
            return;
        }
        let renumbered: Vec<u32> = more.words.all.iter().map(|text| self.words.number(text)).collect();
        if let Some(ids) = more.ids {
            self.add_ids(ids);
        }
        for (own, more) in self.columns.iter_mut().zip(more.columns) {
            own.present.append(&more.present);
            match (&mut own.values, more.values) {
                (Values::Booleans(own), Values::Booleans(more)) => own.append(&more),
                (Values::Integers(own), Values::Integers(more)) => own.extend(more),
                (Values::Wide(own), Values::Wide(more)) => own.extend(more),
                (Values::Dates(own), Values::Dates(more)) => own.extend(more),
                (Values::Texts(own), Values::Texts(more)) => {
                    own.extend(more.into_iter().map(|number| renumbered[number as usize]))
                }
                _ => {}
            }
        }
    }
}
