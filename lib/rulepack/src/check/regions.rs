//! Regions of what a thing can be, within which no condition changes.

use num_rational::BigRational;

use crate::syntax::ast::Comparison;

/// One piece of what a thing can be.
#[derive(Clone, Debug, PartialEq)]
pub enum Region {
    /// A number of base units, or days of a date, within it.
    Number(BigRational),
    Text(String),
    Boolean(bool),
}

pub fn compared(how: Comparison, region: &Region, constant: &Region) -> bool {
    match (region, constant) {
        (Region::Number(a), Region::Number(b)) => match how {
            Comparison::Equal => a == b,
            Comparison::NotEqual => a != b,
            Comparison::Less => a < b,
            Comparison::LessOrEqual => a <= b,
            Comparison::Greater => a > b,
            Comparison::GreaterOrEqual => a >= b,
        },
        (a, b) => (a == b) == (how == Comparison::Equal),
    }
}

/// One number of each region that the bounds cut: the bounds and something between each two, where there is something.
pub fn numbers(
    bounds: &[BigRational],
    low: Option<&BigRational>,
    high: Option<&BigRational>,
    step: Option<&BigRational>,
) -> Vec<Region> {
    let inside = |number: &BigRational| low.is_none_or(|low| number >= low) && high.is_none_or(|high| number <= high);
    // A number that can be at all lies on the grid of its digits.
    let on_grid = |number: &BigRational| step.is_none_or(|step| (number / step).is_integer());
    let mut cuts: Vec<BigRational> = bounds.iter().filter(|bound| inside(bound)).cloned().collect();
    // The ends cut like bounds; where there is none, a number beyond the outermost bound stands for what lies there.
    let one = BigRational::from_integer(1.into());
    let least = bounds.iter().min().map_or_else(|| BigRational::from_integer(0.into()), |least| least - &one);
    let greatest = bounds.iter().max().map_or_else(|| one.clone(), |greatest| greatest + &one);
    cuts.push(low.cloned().unwrap_or(least));
    cuts.push(high.cloned().unwrap_or(greatest));
    cuts.sort();
    cuts.dedup();
    let mut found: Vec<BigRational> =
        cuts.windows(2).filter_map(|pair| between(pair.first()?, pair.get(1)?, step)).collect();
    found.extend(cuts.into_iter().filter(on_grid));
    found.sort();
    found.into_iter().map(Region::Number).collect()
}

/// Something strictly between two numbers, on the grid.
fn between(low: &BigRational, high: &BigRational, step: Option<&BigRational>) -> Option<BigRational> {
    if low >= high {
        return None;
    }
    let middle = (low + high) / BigRational::from_integer(2.into());
    let Some(step) = step else { return Some(middle) };
    let below = (&middle / step).floor() * step;
    let above = (low / step).floor() * step + step;
    [below, above].into_iter().find(|number| number > low && number < high)
}
