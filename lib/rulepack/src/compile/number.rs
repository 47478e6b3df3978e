//! Arithmetic of fractions: a number stays a fraction until it is rounded or compared.

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};

use super::compiler::{Compiler, Made};
use super::messages;
use super::program::Value;
use super::value::{Held, Number};
use crate::diagnostic::{Lang, Place};
use crate::ir::{Dag, Mode, NodeId, Overflow};
use crate::number;
use crate::unit::{Dimension, Unit};

impl Compiler<'_> {
    /// The nodes of a number: numerator, positive constant divisor, divisor.
    pub fn parts(&mut self, number: &Number, place: &Place) -> Made<(NodeId, i128, Option<NodeId>)> {
        match &number.held {
            Held::Nodes { num, by, den } => Ok((*num, *by, *den)),
            Held::Exact(value) => {
                let scale = number::decimal_places(value).filter(|scale| *scale <= 30);
                let power = BigRational::from_integer(BigInt::from(10).pow(scale.unwrap_or(0)));
                let scaled = value * power;
                let mantissa = scaled.numer().to_i128().filter(|m| m.abs() <= crate::ir::GREATEST);
                let (mantissa, by) = match (mantissa, scaled.denom().to_i128()) {
                    (Some(mantissa), Some(by)) => (mantissa, by),
                    _ => return self.tell(messages::overflow(place.clone())),
                };
                let scale = u8::try_from(scale.unwrap_or(0)).unwrap_or(0);
                Ok((self.dag.number(mantissa, scale), by, None))
            }
        }
    }

    /// One node; a quotient is an error.
    pub fn plain(&mut self, number: &Number, place: &Place) -> Made<NodeId> {
        match self.parts(number, place)? {
            (num, 1, None) => Ok(num),
            _ => self.tell(messages::unrounded(place.clone())),
        }
    }

    /// What can be shown and explained.
    pub fn value(&mut self, number: &Number, place: &Place) -> Made<Value> {
        let (node, by, den) = self.parts(number, place)?;
        let denominator = self.divisor(by, den, place)?;
        Ok(Value { node, denominator })
    }

    fn divisor(&mut self, by: i128, den: Option<NodeId>, place: &Place) -> Made<Option<NodeId>> {
        match (by, den) {
            (1, den) => Ok(den),
            (by, None) => Ok(Some(self.dag.number(by, 0))),
            (by, Some(den)) => {
                let product = self.times_constant(den, by, place)?;
                Ok(Some(product))
            }
        }
    }

    /// Passes an overflow on as a diagnostic.
    pub fn fits<T>(&mut self, result: Result<T, Overflow>, place: &Place) -> Made<T> {
        match result {
            Ok(value) => Ok(value),
            Err(Overflow) => self.tell(messages::overflow(place.clone())),
        }
    }

    /// A node times a whole constant.
    pub fn times_constant(&mut self, node: NodeId, by: i128, place: &Place) -> Made<NodeId> {
        let by = self.dag.number(by, 0);
        let product = self.dag.multiply(node, by);
        self.fits(product, place)
    }

    /// A node times another, if there is one.
    pub fn times(&mut self, node: NodeId, other: Option<NodeId>, place: &Place) -> Made<NodeId> {
        match other {
            None => Ok(node),
            Some(other) => {
                let product = self.dag.multiply(node, other);
                self.fits(product, place)
            }
        }
    }

    /// Makes two numbers of one dimension; a bare one takes the other's unit.
    pub fn same_unit(&mut self, left: &mut Number, right: &mut Number, place: &Place) -> Made<()> {
        match (left.bare, right.bare) {
            (true, false) => left.settle(&right.hint()),
            (false, true) => right.settle(&left.hint()),
            _ => {}
        }
        if left.dimension == right.dimension {
            return Ok(());
        }
        let names = |number: &Number| {
            let name = |lang, none: &str| {
                let name = number.hint().name(lang).to_owned();
                if name.is_empty() { none.to_owned() } else { name }
            };
            (name(Lang::Zh, "无单位的数"), name(Lang::En, "a plain number"))
        };
        let (a, b) = (names(left), names(right));
        self.tell(messages::unit_mismatch(place.clone(), (&a.0, &a.1), (&b.0, &b.1)))
    }

    /// Numerators over one common divisor, the product of the different ones. `ordered`: no divisor may be negative.
    pub fn common(
        &mut self,
        numbers: &[&Number],
        ordered: bool,
        place: &Place,
    ) -> Made<(Vec<NodeId>, i128, Option<NodeId>)> {
        let mut parts = Vec::new();
        for number in numbers {
            parts.push(self.parts(number, place)?);
        }
        let mut dens: Vec<NodeId> = parts.iter().filter_map(|part| part.2).collect();
        dens.sort_unstable();
        dens.dedup();
        if ordered && dens.iter().any(|den| self.dag.number_type(*den).1 < 0) {
            return self.tell(messages::unrounded_order(place.clone()));
        }
        let by = parts.iter().try_fold(1_i128, |all, part| (all / all.gcd(&part.1)).checked_mul(part.1));
        let Some(by) = by else {
            return self.tell(messages::overflow(place.clone()));
        };
        let mut nums = Vec::new();
        for (num, own, own_den) in parts {
            let mut num = if by == own { num } else { self.times_constant(num, by / own, place)? };
            for den in dens.iter().filter(|den| Some(**den) != own_den) {
                num = self.times(num, Some(*den), place)?;
            }
            nums.push(num);
        }
        let mut product = None;
        for den in dens {
            product = Some(self.times(den, product, place)?);
        }
        Ok((nums, by, product))
    }

    /// The sum; `right` may be subtracted.
    pub fn sum(&mut self, mut left: Number, mut right: Number, minus: bool, place: &Place) -> Made<Number> {
        self.same_unit(&mut left, &mut right, place)?;
        let bare = left.bare && right.bare;
        let unit = left.unit.clone().or_else(|| right.unit.clone());
        let dimension = left.dimension;
        if let (Held::Exact(a), Held::Exact(b)) = (&left.held, &right.held) {
            let value = if minus { a - b } else { a + b };
            return Ok(Number { held: Held::Exact(value), dimension, unit, bare });
        }
        let (nums, by, den) = self.common(&[&left, &right], false, place)?;
        let second = if minus { nums.get(1).map(|node| self.dag.negate(*node)) } else { nums.get(1).copied() };
        let terms: Vec<NodeId> = nums.first().copied().into_iter().chain(second).collect();
        let added = self.dag.add(&terms);
        let num = self.fits(added, place)?;
        Ok(Number { held: Held::Nodes { num, by, den }, dimension, unit, bare: false })
    }

    /// The product.
    pub fn product(&mut self, left: &Number, right: &Number, place: &Place) -> Made<Number> {
        let dimension = left.dimension.times(right.dimension);
        let unit = product_unit(left, right);
        let bare = left.bare && right.bare;
        let held = match (&left.held, &right.held) {
            (Held::Exact(a), Held::Exact(b)) => Held::Exact(a * b),
            (Held::Exact(a), Held::Nodes { .. }) => return self.scaled(right, a, dimension, unit, place),
            (Held::Nodes { .. }, Held::Exact(b)) => return self.scaled(left, b, dimension, unit, place),
            (Held::Nodes { num: a, by: c, den: e }, Held::Nodes { num: b, by: d, den: f }) => {
                let product = self.dag.multiply(*a, *b);
                let num = self.fits(product, place)?;
                let Some(by) = c.checked_mul(*d) else {
                    return self.tell(messages::overflow(place.clone()));
                };
                let den = match (e, f) {
                    (Some(e), Some(f)) => {
                        let product = self.dag.multiply(*e, *f);
                        Some(self.fits(product, place)?)
                    }
                    (one, other) => one.or(*other),
                };
                Held::Nodes { num, by, den }
            }
        };
        Ok(Number { held, dimension, unit, bare })
    }

    /// The quotient, not divided.
    pub fn quotient(&mut self, left: &Number, right: &Number, place: &Place) -> Made<Number> {
        let dimension = left.dimension.over(right.dimension);
        let unit = quotient_unit(left, right, dimension);
        let bare = left.bare && right.bare;
        if let Held::Exact(divisor) = &right.held {
            if divisor.is_zero() {
                return self.tell(messages::division_by_zero(place.clone()));
            }
            let reciprocal = divisor.recip();
            return match &left.held {
                Held::Exact(value) => Ok(Number { held: Held::Exact(value * reciprocal), dimension, unit, bare }),
                Held::Nodes { .. } => self.scaled(left, &reciprocal, dimension, unit, place),
            };
        }
        let (num, by, den) = self.parts(left, place)?;
        let (divisor, other_by, other_den) = self.parts(right, place)?;
        if self.dag.number_type(divisor).1 == 0 && self.dag.number_type(divisor).2 == 0 {
            return self.tell(messages::division_by_zero(place.clone()));
        }
        let shared = by.gcd(&other_by);
        let num = if other_by == shared { num } else { self.times_constant(num, other_by / shared, place)? };
        // `a / (b / c)` is `a × c / b`; where c is zero there is no `b / c`.
        let other_den = other_den.map(|other| self.not_zero(other, place)).transpose()?;
        let num = self.times(num, other_den, place)?;
        let den = match den {
            Some(den) => self.times(den, Some(divisor), place)?,
            None => divisor,
        };
        Ok(Number { held: Held::Nodes { num, by: by / shared, den: Some(den) }, dimension, unit, bare: false })
    }

    /// The node, not applicable where it is zero.
    fn not_zero(&mut self, node: NodeId, place: &Place) -> Made<NodeId> {
        let (_, low, high) = self.dag.number_type(node);
        if low > 0 || high < 0 {
            return Ok(node);
        }
        let zero = self.dag.number(0, 0);
        let is_zero = self.dag.equal(node, zero);
        let is_zero = self.fits(is_zero, place)?;
        let nothing = self.dag.not_applicable(Dag::DIVISION_BY_ZERO, self.dag.ty(node));
        let chosen = self.dag.select(is_zero, nothing, node);
        self.fits(chosen, place)
    }

    /// A computed number times a constant.
    pub fn scaled(
        &mut self,
        number: &Number,
        factor: &BigRational,
        dimension: Dimension,
        unit: Option<Unit>,
        place: &Place,
    ) -> Made<Number> {
        let (num, by, den) = self.parts(number, place)?;
        // 1/3 × 3 stays a whole number.
        let factor = factor / BigRational::from_integer(BigInt::from(by));
        let (num, by) = if factor.is_one() {
            (num, 1)
        } else {
            let (constant, by, _) = self.parts(&Number::exact(factor), place)?;
            let product = self.dag.multiply(num, constant);
            (self.fits(product, place)?, by)
        };
        Ok(Number { held: Held::Nodes { num, by, den }, dimension, unit, bare: false })
    }

    /// The number with the other sign.
    pub fn negative(&mut self, number: Number) -> Number {
        let held = match number.held {
            Held::Exact(value) => Held::Exact(-value),
            Held::Nodes { num, by, den } => Held::Nodes { num: self.dag.negate(num), by, den },
        };
        Number { held, ..number }
    }

    /// Rounded to `digits` decimals of the number's own unit.
    pub fn rounded(&mut self, number: &Number, digits: i8, mode: Mode, place: &Place) -> Made<Number> {
        let unit = number.hint();
        let one = BigRational::one();
        let in_unit = self.product(number, &Number::exact(&one / unit.factor()), place)?;
        let rounded = match &in_unit.held {
            Held::Exact(value) => Number::exact(round_exact(value, digits, mode)),
            Held::Nodes { num, by, den } => {
                let (num, by, den) = (*num, *by, *den);
                let node = match self.divisor(by, den, place)? {
                    None => self.dag.round(num, digits, mode),
                    Some(den) => self.dag.round_divide(num, den, digits, mode),
                };
                Number::node(self.fits(node, place)?)
            }
        };
        let back = self.product(&rounded, &Number::exact(unit.factor().clone()), place)?;
        Ok(Number { dimension: number.dimension, unit: number.unit.clone(), bare: number.bare, ..back })
    }
}

fn product_unit(left: &Number, right: &Number) -> Option<Unit> {
    match (left.dimension.is_none(), right.dimension.is_none()) {
        (_, true) => left.unit.clone(),
        (true, false) => right.unit.clone(),
        (false, false) => (left.unit.is_some() || right.unit.is_some()).then(|| left.hint().times(&right.hint())),
    }
}

fn quotient_unit(left: &Number, right: &Number, dimension: Dimension) -> Option<Unit> {
    if right.dimension.is_none() {
        return left.unit.clone();
    }
    let known = left.unit.is_some() || right.unit.is_some();
    let above = if left.dimension.is_none() { Unit::one() } else { left.hint() };
    (known && !dimension.is_none()).then(|| above.over(&right.hint()))
}

fn round_exact(value: &BigRational, digits: i8, mode: Mode) -> BigRational {
    let power = BigRational::from_integer(BigInt::from(10)).pow(i32::from(digits));
    let scaled = value * &power;
    let half = BigRational::new(BigInt::one(), BigInt::from(2));
    let down = scaled.trunc();
    let rest = (&scaled - &down).abs();
    let away = &down + scaled.signum();
    let up = match mode {
        Mode::HalfUp => rest >= half,
        Mode::HalfDown => rest > half,
        Mode::HalfEven => rest > half || (rest == half && down.to_integer().is_odd()),
        Mode::Up => !rest.is_zero(),
        Mode::Down => false,
        Mode::Ceiling => scaled.is_positive() && !rest.is_zero(),
        Mode::Floor => scaled.is_negative() && !rest.is_zero(),
    };
    (if up { away } else { down }) / power
}
