//! What can be measured, and powers of it.

use super::pick;
use crate::diagnostic::Lang;

/// What can be measured. Months and days are apart because a month has no fixed number of days; counts of things (件, 个, 项) are
/// one dimension and persons another, so that output per person is not taken for output per patent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Quantity {
    Currency,
    Dollar,
    Area,
    Volume,
    Energy,
    Coal,
    Mass,
    Person,
    Count,
    Day,
    Month,
}

impl Quantity {
    /// All of them, in the order of the powers in [`Dimension`].
    pub const ALL: [Quantity; 11] = [
        Quantity::Currency,
        Quantity::Dollar,
        Quantity::Area,
        Quantity::Volume,
        Quantity::Energy,
        Quantity::Coal,
        Quantity::Mass,
        Quantity::Person,
        Quantity::Count,
        Quantity::Day,
        Quantity::Month,
    ];

    /// Name of its base unit, zh and en.
    pub(super) fn base(self) -> (&'static str, &'static str) {
        match self {
            Quantity::Currency => ("元", "yuan"),
            Quantity::Dollar => ("美元", "US dollar"),
            Quantity::Area => ("平方米", "m²"),
            Quantity::Volume => ("立方米", "m³"),
            Quantity::Energy => ("千瓦时", "kWh"),
            Quantity::Coal => ("吨标准煤", "tce"),
            Quantity::Mass => ("吨", "t"),
            Quantity::Person => ("人", "person"),
            Quantity::Count => ("个", "item"),
            Quantity::Day => ("天", "day"),
            Quantity::Month => ("个月", "month"),
        }
    }
}

/// Powers of the quantities: `万元/亩` is currency 1, area −1. All zero: a plain number or ratio.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Dimension([i8; Quantity::ALL.len()]);

impl Dimension {
    /// The dimension of plain numbers and ratios.
    pub const NONE: Dimension = Dimension([0; Quantity::ALL.len()]);

    /// One quantity to the first power.
    pub fn of(quantity: Quantity) -> Dimension {
        Dimension(Quantity::ALL.map(|q| i8::from(q == quantity)))
    }

    /// Whether it is that of plain numbers and ratios.
    pub fn is_none(self) -> bool {
        self == Dimension::NONE
    }

    /// The power of one quantity.
    pub fn power(self, quantity: Quantity) -> i8 {
        Quantity::ALL.iter().zip(self.0).find(|(q, _)| **q == quantity).map_or(0, |(_, power)| power)
    }

    #[must_use]
    pub fn times(self, other: Dimension) -> Dimension {
        self.combine(other, i8::saturating_add)
    }

    #[must_use]
    pub fn over(self, other: Dimension) -> Dimension {
        self.combine(other, i8::saturating_sub)
    }

    fn combine(mut self, other: Dimension, with: fn(i8, i8) -> i8) -> Dimension {
        for (own, other) in self.0.iter_mut().zip(other.0) {
            *own = with(*own, other);
        }
        self
    }

    /// The unit all numbers of this dimension are kept in: `元/平方米`, `yuan/m²`; empty for plain numbers.
    pub fn base_name(self, lang: Lang) -> String {
        let mut name = String::new();
        let powers = || Quantity::ALL.iter().zip(self.0).filter(|(_, power)| *power != 0);
        let mut write = |before: &str, quantity: &Quantity, power: i8| {
            let (zh, en) = quantity.base();
            name.push_str(before);
            name.push_str(pick(lang, zh, en));
            if power.abs() != 1 {
                name.push_str(&format!("^{}", power.abs()));
            }
        };
        let upper = powers().filter(|(_, power)| *power > 0);
        upper.enumerate().for_each(|(at, (quantity, power))| write(if at > 0 { "·" } else { "" }, quantity, power));
        let none_above = powers().all(|(_, power)| power < 0);
        let lower = powers().filter(|(_, power)| *power < 0);
        lower.enumerate().for_each(|(at, (quantity, power))| {
            write(if at == 0 && none_above { "1/" } else { "/" }, quantity, power);
        });
        name
    }
}
