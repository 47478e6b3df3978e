//! How numbers are spread: ranges with round ends in the unit people see, each with how many lie in it.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive};
use rulepack::diagnostic::Lang;
use rulepack::ir::power_of_ten;
use rulepack::number;
use rulepack::show;
use rulepack::unit::Unit;

/// Few different values are told one by one.
const FEW: usize = 12;
/// About as many ranges between the twentieth part at either end.
const RANGES: i64 = 8;

/// From the first to before the second, counted as the node counts; none: without end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    pub low: Option<i128>,
    pub high: Option<i128>,
    pub label: String,
    pub count: u64,
}

/// How a number is counted and shown.
#[derive(Clone, Copy, Debug)]
pub struct Measure<'a> {
    pub scale: u8,
    pub counts: &'a Unit,
    pub unit: &'a Unit,
    pub lang: Lang,
}

/// Words for the ends: `不到 50 万元`, `50 万元及以上`.
pub struct Ends<'a> {
    pub below: &'a dyn Fn(&str) -> String,
    pub from: &'a dyn Fn(&str) -> String,
}

impl Measure<'_> {
    /// A number of the node in the unit people see.
    pub fn text(&self, value: i128) -> String {
        show::number(value, self.scale, self.counts, self.unit, self.lang)
    }

    /// The same as a fraction.
    pub fn shown(&self, value: i128) -> BigRational {
        let power = power_of_ten(self.scale).unwrap_or(1);
        let counted = BigRational::new(BigInt::from(value), BigInt::from(power));
        self.unit.from_base(&(counted * self.counts.factor()))
    }

    /// The least number of the node that is not below a value in the unit people see.
    fn counted(&self, shown: &BigRational) -> Option<i128> {
        let power = power_of_ten(self.scale).ok()?;
        let base = self.unit.to_base(shown) / self.counts.factor();
        (base * BigRational::from_integer(BigInt::from(power))).ceil().to_integer().to_i128()
    }

    fn with_unit(&self, value: &BigRational) -> String {
        show::with_unit(number::plain(value), self.unit, self.lang)
    }
}

/// The ranges of values in order, least first.
pub fn ranges(values: &[i128], measure: Measure, ends: &Ends) -> Vec<Range> {
    let mut different = values.to_vec();
    different.dedup();
    if different.len() <= FEW {
        let one = |value: i128| Range {
            low: Some(value),
            high: Some(value + 1),
            label: measure.text(value),
            count: (after(values, value + 1) - after(values, value)) as u64,
        };
        return different.into_iter().map(one).collect();
    }
    let part = |share: usize| values.get(values.len().saturating_sub(1) * share / 100).copied().unwrap_or_default();
    let (low, high) = (measure.shown(part(5)), measure.shown(part(95)));
    let step = round_step(&((&high - &low) / BigRational::from_integer(RANGES.into())));
    let mut bound = (&low / &step).floor() * &step + &step;
    let mut bounds = Vec::new();
    while bounds.is_empty() || bound < high {
        bounds.push(bound.clone());
        bound += &step;
    }
    let counted: Vec<i128> = bounds.iter().filter_map(|bound| measure.counted(bound)).collect();
    if counted.len() != bounds.len() {
        return Vec::new();
    }
    (0..=bounds.len())
        .map(|at| {
            let below = at.checked_sub(1).and_then(|at| Some((bounds.get(at)?, *counted.get(at)?)));
            let above = bounds.get(at).and_then(|bound| Some((bound, *counted.get(at)?)));
            let label = match (below, above) {
                (None, Some((high, _))) => (ends.below)(&measure.with_unit(high)),
                (Some((low, _)), None) => (ends.from)(&measure.with_unit(low)),
                (Some((low, _)), Some((high, _))) => format!("{} – {}", number::plain(low), measure.with_unit(high)),
                (None, None) => String::new(),
            };
            let (low, high) = (below.map(|own| own.1), above.map(|own| own.1));
            let from = low.map_or(0, |low| after(values, low));
            let to = high.map_or(values.len(), |high| after(values, high));
            Range { low, high, label, count: (to - from) as u64 }
        })
        .collect()
}

/// How many values lie before this one.
fn after(values: &[i128], value: i128) -> usize {
    values.partition_point(|own| *own < value)
}

/// The least of 1, 2 or 5 times a power of ten that is not less.
fn round_step(least: &BigRational) -> BigRational {
    let ten = BigRational::from_integer(10.into());
    let mut step = BigRational::from_integer(1.into());
    if !least.is_positive() {
        return step;
    }
    while &step > least {
        step /= &ten;
    }
    while &(&step * &ten) <= least {
        step *= &ten;
    }
    let times = [1, 2, 5].map(|times: i64| &step * BigRational::from_integer(times.into()));
    times.into_iter().find(|own| own >= least).unwrap_or(step * ten)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn yuan(values: &[i128]) -> Vec<(String, u64)> {
        let (counts, unit) = (Unit::parse("元").unwrap(), Unit::parse("万元").unwrap());
        let measure = Measure { scale: 2, counts: &counts, unit: &unit, lang: Lang::Zh };
        let ends = Ends { below: &|high| format!("<{high}"), from: &|low| format!("≥{low}") };
        let ranges = ranges(values, measure, &ends);
        let all: u64 = ranges.iter().map(|range| range.count).sum();
        assert_eq!(all, values.len() as u64, "every value lies in one range");
        ranges.into_iter().map(|range| (range.label, range.count)).collect()
    }

    #[test]
    fn ends_are_round_and_every_value_is_in_one_range() {
        // 1 to 100 万元, in fen.
        let values: Vec<i128> = (1..=100).map(|n| n * 1_000_000).collect();
        let told = yuan(&values);
        assert_eq!(told.first().unwrap(), &("<20 万元".to_owned(), 19));
        assert_eq!(told[1], ("20 – 40 万元".to_owned(), 20));
        assert_eq!(told.last().unwrap(), &("≥80 万元".to_owned(), 21));
        // One giant does not press all others into one range.
        let mut giant = values;
        giant.push(10_i128.pow(15));
        assert!(yuan(&giant).len() > 4);
        assert_eq!(yuan(&[100, 100, 250]), [("0.0001 万元".to_owned(), 2), ("0.00025 万元".to_owned(), 1)]);
        assert!(yuan(&[]).is_empty());
        for (least, step) in [("3/2", "2"), ("1/30", "1/20"), ("51", "100"), ("0", "1"), ("5", "5")] {
            let read = |text: &str| text.parse::<BigRational>().unwrap();
            assert_eq!(round_step(&read(least)), read(step), "{least}");
        }
    }
}
