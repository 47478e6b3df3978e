//! Rows that sum up others: recognised by their words, checked against the rows above, and no rows of the list.

use std::collections::{BTreeMap, BTreeSet};

use crate::cell::Cell;

/// Whether a cell names a row that sums up others: `合计`, `全县合计`, `小 计：`, `Total`.
pub fn is_total(text: &str) -> bool {
    let plain: String =
        kernel::halfwidth(text).chars().filter(|c| !c.is_whitespace() && !matches!(c, ':' | '(' | ')')).collect();
    let ends = |words: &[&str]| words.iter().any(|word| plain.ends_with(word));
    (plain.chars().count() <= 12 && ends(&["合计", "总计", "小计", "共计"]))
        || ["total", "subtotal", "sum", "grandtotal"].contains(&plain.to_lowercase().as_str())
}

/// Whether a row says that it sums up others: in one of its first two cells with something in them.
pub fn says_total(cells: &[Cell]) -> bool {
    cells.iter().filter(|cell| !cell.is_empty()).take(2).any(|cell| is_total(&cell.text()))
}

/// The sums of the numbers of columns, since the beginning and since the last row that summed up.
#[derive(Clone, Debug, Default)]
pub struct Sums {
    columns: BTreeMap<usize, (f64, f64)>,
    /// Columns with something that is no plain number: nobody knows their sums.
    unknown: BTreeSet<usize>,
    rows: u64,
}

impl Sums {
    /// A row of the list: what stands in its columns, `None` where it is no plain number.
    pub fn add(&mut self, numbers: impl IntoIterator<Item = (usize, Option<f64>)>) {
        self.rows += 1;
        for (column, number) in numbers {
            let Some(number) = number else {
                self.unknown.insert(column);
                continue;
            };
            let sums = self.columns.entry(column).or_default();
            *sums = (sums.0 + number, sums.1 + number);
        }
    }

    /// Whether there is something to compare a column with; totals may stand above their rows.
    pub fn knows(&self, column: usize) -> bool {
        self.rows > 0 && !self.unknown.contains(&column)
    }

    /// A row that sums up: where it says something else than the rows above, the column and the sum of these.
    pub fn check(&mut self, numbers: impl IntoIterator<Item = (usize, f64)>) -> Vec<(usize, f64)> {
        let is = |one: f64, two: f64| (one - two).abs() <= 1e-6 * (1.0 + one.abs().max(two.abs()));
        let mut wrong = Vec::new();
        for (column, said) in numbers {
            let (all, since) = self.columns.get(&column).copied().unwrap_or_default();
            if self.knows(column) && !is(said, all) && !is(said, since) {
                wrong.push((column, all));
            }
        }
        for sums in self.columns.values_mut() {
            sums.1 = 0.0;
        }
        wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_known_and_checked() {
        for text in ["合计", "合 计：", "城关镇小计", "总计", "（合计）", "Total"] {
            assert!(is_total(text), "{text}");
        }
        for text in ["合计机械有限公司", "甲公司", "累计", ""] {
            assert!(!is_total(text), "{text}");
        }
        let mut sums = Sums::default();
        assert!(sums.check([(2, 9.0)]).is_empty(), "above its rows");
        sums.add([(2, Some(0.1)), (3, Some(5.0))]);
        sums.add([(2, Some(0.2))]);
        assert!(sums.check([(2, 0.3), (3, 5.0)]).is_empty());
        sums.add([(2, Some(4.0))]);
        assert!(sums.clone().check([(2, 4.0)]).is_empty(), "of a part");
        assert_eq!(sums.check([(2, 4.4)]), [(2, 4.3)]);
        sums.add([(2, None), (3, Some(1.0))]);
        assert_eq!(
            (sums.knows(2), sums.check([(2, 99.0), (3, 99.0)])),
            (false, vec![(3, 6.0)]),
            "not known is not zero"
        );
    }
}
