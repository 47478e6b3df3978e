//! Numbers and dates of the builder.

use num_integer::Integer;

use super::range::{self, divide, power_of_ten};
use super::{Dag, Mode, NodeId, Op, Overflow, Part, Type, date};

impl Dag {
    /// The sum; of nothing, zero.
    pub fn add(&mut self, operands: &[NodeId]) -> Result<NodeId, Overflow> {
        let operands = self.align(operands)?;
        let scale = operands.first().map_or(0, |first| self.number_type(*first).0);
        let mut terms = Vec::with_capacity(operands.len());
        let mut constant = 0_i128;
        for operand in operands {
            let inner = match &self.node(operand).op {
                Op::Add(inner) => inner.clone(),
                _ => vec![operand],
            };
            for term in inner {
                match self.constant(term) {
                    Some(value) => constant = range::within(constant.checked_add(value))?,
                    None => terms.push(term),
                }
            }
        }
        if terms.is_empty() {
            return Ok(self.number(constant, scale));
        }
        if constant != 0 {
            terms.push(self.number(constant, scale));
        }
        if let [only] = terms[..] {
            return Ok(only);
        }
        if self.order_is_free(&terms) {
            terms.sort_unstable();
        }
        let (mut low, mut high) = (Some(0_i128), Some(0_i128));
        for term in &terms {
            let (_, from, to) = self.number_type(*term);
            low = low.and_then(|sum| sum.checked_add(from));
            high = high.and_then(|sum| sum.checked_add(to));
        }
        let ty = range::number(scale, low, high)?;
        Ok(self.strict(Op::Add(terms.clone()), ty, &terms))
    }

    pub fn subtract(&mut self, a: NodeId, b: NodeId) -> Result<NodeId, Overflow> {
        let minus = self.negate(b);
        self.add(&[a, minus])
    }

    /// The product; its scale is the sum of the scales.
    pub fn multiply(&mut self, a: NodeId, b: NodeId) -> Result<NodeId, Overflow> {
        let (a, b) = if a > b && self.order_is_free(&[a, b]) { (b, a) } else { (a, b) };
        let ((scale_a, low_a, high_a), (scale_b, low_b, high_b)) = (self.number_type(a), self.number_type(b));
        let scale = scale_a.checked_add(scale_b).ok_or(Overflow)?;
        if (self.constant(a), scale_a) == (Some(1), 0) {
            return Ok(b);
        }
        if (self.constant(b), scale_b) == (Some(1), 0) {
            return Ok(a);
        }
        let (low, high) = range::product((low_a, high_a), (low_b, high_b))?;
        if self.constant(a).is_some() && self.constant(b).is_some() {
            return Ok(self.number(low, scale));
        }
        Ok(self.strict(Op::Multiply(a, b), Type::Number { scale, low, high }, &[a, b]))
    }

    pub fn negate(&mut self, value: NodeId) -> NodeId {
        let (scale, low, high) = self.number_type(value);
        match self.node(value).op {
            Op::Number(constant) => self.number(-constant, scale),
            Op::Negate(inner) => inner,
            _ => self.strict(Op::Negate(value), Type::Number { scale, low: -high, high: -low }, &[value]),
        }
    }

    pub fn absolute(&mut self, value: NodeId) -> NodeId {
        let (scale, low, high) = self.number_type(value);
        if low >= 0 {
            return value;
        }
        if high <= 0 {
            return self.negate(value);
        }
        self.strict(Op::Absolute(value), Type::Number { scale, low: 0, high: high.max(-low) }, &[value])
    }

    /// The same number counting 10^-scale; `scale` is at least the own one (else the own one stays).
    pub fn scale_to(&mut self, value: NodeId, scale: u8) -> Result<NodeId, Overflow> {
        let (own, low, high) = self.number_type(value);
        let by = scale.saturating_sub(own);
        if by == 0 {
            return Ok(value);
        }
        let power = power_of_ten(by)?;
        match self.node(value).op {
            Op::Number(constant) => Ok(self.number(range::within(constant.checked_mul(power))?, scale)),
            Op::NotApplicable(reason) => Ok(self.not_applicable(reason, Type::Number { scale, low: 0, high: 0 })),
            Op::Scale { value: inner, .. } => self.scale_to(inner, scale),
            _ => {
                let ty = range::number(scale, low.checked_mul(power), high.checked_mul(power))?;
                Ok(self.strict(Op::Scale { value, by }, ty, &[value]))
            }
        }
    }

    /// The same numbers at one scale: the finest that is needed, constants counted without their trailing zeros. What is not a number
    /// stays as it is.
    pub fn align(&mut self, values: &[NodeId]) -> Result<Vec<NodeId>, Overflow> {
        let mut scale = 0;
        for value in values {
            match (self.ty(*value), self.constant(*value)) {
                (Type::Number { scale: own, .. }, Some(constant)) => scale = scale.max(trimmed(constant, own).1),
                (Type::Number { scale: own, .. }, None) if !matches!(self.node(*value).op, Op::NotApplicable(_)) => {
                    scale = scale.max(own)
                }
                _ => {}
            }
        }
        let mut aligned = Vec::with_capacity(values.len());
        for value in values {
            let Type::Number { scale: own, .. } = self.ty(*value) else {
                aligned.push(*value);
                continue;
            };
            let value = match self.node(*value).op {
                Op::Number(constant) if own > scale => {
                    let (constant, own) = trimmed(constant, own);
                    self.number(constant, own)
                }
                Op::NotApplicable(reason) => self.not_applicable(reason, Type::Number { scale, low: 0, high: 0 }),
                _ => *value,
            };
            aligned.push(self.scale_to(value, scale)?);
        }
        Ok(aligned)
    }

    /// numerator/denominator rounded to `digits` decimals (negative: to tens, hundreds …; the scale is then 0).
    pub fn round_divide(
        &mut self,
        numerator: NodeId,
        denominator: NodeId,
        digits: i8,
        mode: Mode,
    ) -> Result<NodeId, Overflow> {
        let (above, ..) = self.number_type(numerator);
        let (below, ..) = self.number_type(denominator);
        // The integers' quotient counts 10^-(above - below); one of them is scaled until that is 10^-digits.
        let surplus = i16::from(above) - i16::from(below) - i16::from(digits);
        let shift = u8::try_from(surplus.unsigned_abs()).map_err(|_| Overflow)?;
        let power = power_of_ten(shift)?;
        let (mut numerator, mut denominator) = (numerator, denominator);
        let (mut up, mut down) = if surplus >= 0 { (1, power) } else { (power, 1) };
        // What both sides have in common is not multiplied into the one and divided by in the other.
        if self.constant(denominator).is_none() {
            let shared = up.gcd(&self.factor(denominator));
            (denominator, up) = (self.without(denominator, shared)?, up / shared);
            let shared = down.gcd(&self.factor(numerator));
            (numerator, down) = (self.without(numerator, shared)?, down / shared);
            let shared = self.factor(numerator).gcd(&self.factor(denominator));
            (numerator, denominator) = (self.without(numerator, shared)?, self.without(denominator, shared)?);
        }
        let (numerator, denominator) = (self.times(numerator, up, above)?, self.times(denominator, down, below)?);
        let scale = u8::try_from(digits.max(0)).unwrap_or(0);
        let rounded = self.integer_quotient(numerator, denominator, scale, mode)?;
        if digits < 0 {
            let (_, low, high) = self.number_type(rounded);
            let power = power_of_ten(digits.unsigned_abs())?;
            if let Some(constant) = self.constant(rounded) {
                return Ok(self.number(range::within(constant.checked_mul(power))?, 0));
            }
            range::product((low, high), (power, power))?;
            let power = self.number(power, 0);
            return self.multiply(rounded, power);
        }
        Ok(rounded)
    }

    /// A positive number that divides every value of a node, counted in its own steps.
    fn factor(&self, value: NodeId) -> i128 {
        match &self.node(value).op {
            Op::Number(constant) if *constant != 0 => constant.abs(),
            Op::Multiply(a, b) => self.factor(*a).checked_mul(self.factor(*b)).unwrap_or(1),
            _ => 1,
        }
    }

    /// A node divided by a factor of it; it keeps the name of its scale.
    fn without(&mut self, value: NodeId, factor: i128) -> Result<NodeId, Overflow> {
        if factor <= 1 {
            return Ok(value);
        }
        match self.node(value).op {
            Op::Number(constant) => {
                let (scale, ..) = self.number_type(value);
                Ok(self.number(constant / factor, scale))
            }
            Op::Multiply(a, b) => {
                let own = self.factor(a).gcd(&factor);
                let (a, b) = (self.without(a, own)?, self.without(b, factor / own)?);
                self.multiply(a, b)
            }
            _ => Ok(value),
        }
    }

    /// The value rounded to `digits` decimals (negative: to tens, hundreds …).
    pub fn round(&mut self, value: NodeId, digits: i8, mode: Mode) -> Result<NodeId, Overflow> {
        if i16::from(self.number_type(value).0) <= i16::from(digits) {
            return Ok(value);
        }
        let one = self.number(1, 0);
        self.round_divide(value, one, digits, mode)
    }

    /// The stored integer times `power`, still called scale `scale`: for quotients, whose scale is worked out beside.
    fn times(&mut self, value: NodeId, power: i128, scale: u8) -> Result<NodeId, Overflow> {
        if power == 1 {
            return Ok(value);
        }
        if let Some(constant) = self.constant(value) {
            return Ok(self.number(range::within(constant.checked_mul(power))?, scale));
        }
        let power = self.number(power, 0);
        self.multiply(value, power)
    }

    fn integer_quotient(
        &mut self,
        numerator: NodeId,
        denominator: NodeId,
        scale: u8,
        mode: Mode,
    ) -> Result<NodeId, Overflow> {
        let (above, low, high) = self.number_type(numerator);
        let (_, least, greatest) = self.number_type(denominator);
        if self.constant(denominator) == Some(1) && above == scale {
            return Ok(numerator);
        }
        if let (Some(numerator), Some(denominator)) = (self.constant(numerator), self.constant(denominator)) {
            return Ok(match divide(numerator, denominator, mode) {
                Some(value) => self.number(value, scale),
                None => self.not_applicable(Self::DIVISION_BY_ZERO, Type::Number { scale, low: 0, high: 0 }),
            });
        }
        let (low, high) = range::quotient((low, high), (least, greatest), self.factor(denominator));
        let unknown = self.node(numerator).may_be_unknown || self.node(denominator).may_be_unknown;
        let zero = least <= 0 && greatest >= 0;
        let not_applicable = zero || self.node(numerator).may_not_apply || self.node(denominator).may_not_apply;
        let op = Op::RoundDivide { numerator, denominator, mode };
        Ok(self.push(op, Type::Number { scale, low, high }, &[numerator, denominator], unknown, not_applicable))
    }

    /// The least of one or more.
    pub fn minimum(&mut self, operands: &[NodeId]) -> Result<NodeId, Overflow> {
        self.extreme(operands, false)
    }

    /// The greatest of one or more.
    pub fn maximum(&mut self, operands: &[NodeId]) -> Result<NodeId, Overflow> {
        self.extreme(operands, true)
    }

    fn extreme(&mut self, operands: &[NodeId], greatest: bool) -> Result<NodeId, Overflow> {
        let operands = self.align(operands)?;
        let better = |a: i128, b: i128| if greatest { a.max(b) } else { a.min(b) };
        let mut terms: Vec<NodeId> = Vec::with_capacity(operands.len());
        let mut constant = None;
        let mut scale = 0;
        for operand in operands {
            scale = self.number_type(operand).0;
            let inner = match &self.node(operand).op {
                Op::Maximum(inner) if greatest => inner.clone(),
                Op::Minimum(inner) if !greatest => inner.clone(),
                _ => vec![operand],
            };
            for term in inner {
                match self.constant(term) {
                    Some(value) => constant = Some(constant.map_or(value, |other| better(other, value))),
                    None if terms.contains(&term) => {}
                    None => terms.push(term),
                }
            }
        }
        if let Some(constant) = constant {
            let constant = self.number(constant, scale);
            terms.push(constant);
        }
        if let [only] = terms[..] {
            return Ok(only);
        }
        if self.order_is_free(&terms) {
            terms.sort_unstable();
        }
        let (mut low, mut high) = (None, None);
        for term in &terms {
            let (_, from, to) = self.number_type(*term);
            low = Some(low.map_or(from, |other| better(other, from)));
            high = Some(high.map_or(to, |other| better(other, to)));
        }
        let ty = range::number(scale, low, high)?;
        let op = if greatest { Op::Maximum(terms.clone()) } else { Op::Minimum(terms.clone()) };
        Ok(self.strict(op, ty, &terms))
    }

    /// `months` is a number of scale 0.
    pub fn add_months(&mut self, date: NodeId, months: NodeId, clip: bool) -> Result<NodeId, Overflow> {
        let ((low, high), (_, least, most)) = (self.date_range(date), self.number_type(months));
        let shifted = |date: i32, months: i128| {
            let months = i32::try_from(months).ok().filter(|months| months.abs() < 1_200_000).ok_or(Overflow)?;
            in_calendar(date::add_months(date, months, clip).into())
        };
        let ty = Type::Date { low: shifted(low, least)?, high: shifted(high, most)? };
        if self.always_known(date) && self.always_known(months) && least == most && low == high {
            return Ok(self.date(shifted(low, least)?));
        }
        Ok(self.strict(Op::AddMonths { date, months, clip }, ty, &[date, months]))
    }

    /// `days` is a number of scale 0.
    pub fn add_days(&mut self, date: NodeId, days: NodeId) -> Result<NodeId, Overflow> {
        let ((low, high), (_, least, most)) = (self.date_range(date), self.number_type(days));
        let shifted = |date: i32, days: i128| in_calendar(i128::from(date).checked_add(days).ok_or(Overflow)?);
        let ty = Type::Date { low: shifted(low, least)?, high: shifted(high, most)? };
        if self.always_known(date) && self.always_known(days) && least == most && low == high {
            return Ok(self.date(shifted(low, least)?));
        }
        Ok(self.strict(Op::AddDays { date, days }, ty, &[date, days]))
    }

    pub fn days_between(&mut self, from: NodeId, to: NodeId) -> NodeId {
        let ((a, b), (c, d)) = (self.date_range(from), self.date_range(to));
        let ty = Type::Number { scale: 0, low: i128::from(c) - i128::from(b), high: i128::from(d) - i128::from(a) };
        self.folded_date_number(Op::DaysBetween { from, to }, ty, &[from, to])
    }

    pub fn months_between(&mut self, from: NodeId, to: NodeId) -> NodeId {
        let ((a, b), (c, d)) = (self.date_range(from), self.date_range(to));
        let ty =
            Type::Number { scale: 0, low: date::months_between(b, c).into(), high: date::months_between(a, d).into() };
        self.folded_date_number(Op::MonthsBetween { from, to }, ty, &[from, to])
    }

    pub fn date_part(&mut self, date: NodeId, part: Part) -> NodeId {
        let (from, to) = self.date_range(date);
        let (a, b) = (date::civil(from), date::civil(to));
        let (low, high) = match part {
            Part::Year => (a.0, b.0),
            Part::Month if a.0 == b.0 => (a.1, b.1),
            Part::Month => (1, 12),
            Part::Day if (a.0, a.1) == (b.0, b.1) => (a.2, b.2),
            Part::Day => (1, 31),
        };
        self.folded_date_number(
            Op::DatePart { date, part },
            Type::Number { scale: 0, low: low.into(), high: high.into() },
            &[date],
        )
    }

    fn folded_date_number(&mut self, op: Op, ty: Type, operands: &[NodeId]) -> NodeId {
        match ty {
            Type::Number { low, high, .. } if low == high && operands.iter().all(|id| self.always_known(*id)) => {
                self.number(low, 0)
            }
            _ => self.strict(op, ty, operands),
        }
    }

    /// Earliest and latest a date can be.
    pub fn date_range(&self, id: NodeId) -> (i32, i32) {
        match self.ty(id) {
            Type::Date { low, high } => (low, high),
            other => {
                debug_assert!(false, "a date is needed, not {other:?}");
                (date::LOW, date::HIGH)
            }
        }
    }
}

fn in_calendar(days: i128) -> Result<i32, Overflow> {
    i32::try_from(days).ok().filter(|days| (date::LOW..=date::HIGH).contains(days)).ok_or(Overflow)
}

/// The same number without trailing zeros behind the point.
fn trimmed(mut mantissa: i128, mut scale: u8) -> (i128, u8) {
    while scale > 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        scale -= 1;
    }
    (mantissa, scale)
}
