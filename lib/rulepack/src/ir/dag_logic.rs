//! Comparisons, logic, choices and population functions of the builder.

use super::range::{self, MOST_CASES};
use super::{Dag, Mode, NodeId, Op, Overflow, Population, PopulationKind, ReasonId, TextId, Type, date};

impl Dag {
    /// `a <= b` of two numbers or two dates.
    pub fn less_or_equal(&mut self, a: NodeId, b: NodeId) -> Result<NodeId, Overflow> {
        if let (Type::Date { low: a_low, high: a_high }, Type::Date { low: b_low, high: b_high }) =
            (self.ty(a), self.ty(b))
        {
            if let (Op::Date(bound), false) = (&self.node(b).op, matches!(self.node(a).op, Op::Date(_)))
                && *bound < date::HIGH
            {
                let next = self.date(bound + 1);
                let at_least = self.less_or_equal(next, a)?;
                return Ok(self.not(at_least));
            }
            return Ok(self.ordered(a, b, (a_low.into(), a_high.into()), (b_low.into(), b_high.into())));
        }
        // Against a constant everything becomes "at least a whole number of the operand's own steps", so that equal thresholds are
        // one node however they were written.
        if let (Some(bound), None) = (self.constant(b), self.constant(a)) {
            let (bound, own) = self.at_scale_of(bound, b, a, Mode::Floor)?;
            let next = self.number(range::within(bound.checked_add(1))?, own);
            let at_least = self.compared(next, a);
            return Ok(self.not(at_least));
        }
        if let (Some(bound), None) = (self.constant(a), self.constant(b)) {
            let (bound, own) = self.at_scale_of(bound, a, b, Mode::Ceiling)?;
            let bound = self.number(bound, own);
            return Ok(self.compared(bound, b));
        }
        let sides = self.align(&[a, b])?;
        Ok(self.compared(sides[0], sides[1]))
    }

    /// `a < b`, as not `b <= a`.
    pub fn less(&mut self, a: NodeId, b: NodeId) -> Result<NodeId, Overflow> {
        let other = self.less_or_equal(b, a)?;
        Ok(self.not(other))
    }

    /// A constant counted in the steps of another number, rounded if its steps are finer.
    fn at_scale_of(&mut self, constant: i128, id: NodeId, other: NodeId, mode: Mode) -> Result<(i128, u8), Overflow> {
        let ((scale, ..), (own, ..)) = (self.number_type(id), self.number_type(other));
        let power = range::power_of_ten(scale.abs_diff(own))?;
        let value = if own >= scale {
            range::within(constant.checked_mul(power))?
        } else {
            range::divide(constant, power, mode).unwrap_or(0)
        };
        Ok((value, own))
    }

    fn compared(&mut self, a: NodeId, b: NodeId) -> NodeId {
        let ((_, a_low, a_high), (_, b_low, b_high)) = (self.number_type(a), self.number_type(b));
        self.ordered(a, b, (a_low, a_high), (b_low, b_high))
    }

    fn ordered(
        &mut self,
        a: NodeId,
        b: NodeId,
        (a_low, a_high): (i128, i128),
        (b_low, b_high): (i128, i128),
    ) -> NodeId {
        if self.always_known(a) && self.always_known(b) {
            if a_high <= b_low {
                return self.boolean(true);
            }
            if a_low > b_high {
                return self.boolean(false);
            }
        }
        self.strict(Op::LessOrEqual(a, b), Type::Boolean, &[a, b])
    }

    /// Equality of two numbers, dates, texts or booleans.
    pub fn equal(&mut self, a: NodeId, b: NodeId) -> Result<NodeId, Overflow> {
        let sides = self.align(&[a, b])?;
        let (a, b) = (sides[0], sides[1]);
        let known = self.always_known(a) && self.always_known(b);
        let apart = match (self.ty(a), self.ty(b)) {
            (Type::Number { low, high, .. }, Type::Number { low: other_low, high: other_high, .. }) => {
                high < other_low || other_high < low
            }
            (Type::Date { low, high }, Type::Date { low: other_low, high: other_high }) => {
                high < other_low || other_high < low
            }
            _ => {
                matches!(
                    (&self.node(a).op, &self.node(b).op),
                    (Op::Text(_), Op::Text(_)) | (Op::Boolean(_), Op::Boolean(_))
                ) && a != b
            }
        };
        if known && (a == b || apart) {
            return Ok(self.boolean(a == b));
        }
        for (side, other) in [(a, b), (b, a)] {
            match self.node(side).op {
                Op::Boolean(true) => return Ok(other),
                Op::Boolean(false) => return Ok(self.not(other)),
                Op::Text(text) => return Ok(self.text_in(other, &[text])),
                _ => {}
            }
        }
        let (a, b) = if a > b && self.order_is_free(&[a, b]) { (b, a) } else { (a, b) };
        Ok(self.strict(Op::Equal(a, b), Type::Boolean, &[a, b]))
    }

    /// Whether the text is one of these.
    pub fn text_in(&mut self, text: NodeId, values: &[TextId]) -> NodeId {
        let mut values = values.to_vec();
        values.sort_unstable();
        values.dedup();
        if let Op::Text(constant) = self.node(text).op {
            return self.boolean(values.contains(&constant));
        }
        self.strict(Op::TextIn { text, values }, Type::Boolean, &[text])
    }

    /// Whether the text starts with one of these.
    pub fn starts_with(&mut self, text: NodeId, prefixes: &[TextId]) -> NodeId {
        let mut prefixes = prefixes.to_vec();
        prefixes.sort_unstable();
        prefixes.dedup();
        if let Op::Text(constant) = self.node(text).op {
            let text = self.text_of(constant).clone();
            let found = prefixes.iter().any(|prefix| text.starts_with(&**self.text_of(*prefix)));
            return self.boolean(found);
        }
        self.strict(Op::StartsWith { text, prefixes }, Type::Boolean, &[text])
    }

    /// True if all are; of nothing, true.
    pub fn and(&mut self, operands: &[NodeId]) -> NodeId {
        self.junction(operands, false)
    }

    /// True if any is; of nothing, false.
    pub fn or(&mut self, operands: &[NodeId]) -> NodeId {
        self.junction(operands, true)
    }

    fn junction(&mut self, operands: &[NodeId], deciding: bool) -> NodeId {
        let mut terms: Vec<NodeId> = Vec::with_capacity(operands.len());
        for operand in operands {
            let inner = match &self.node(*operand).op {
                Op::Or(inner) if deciding => inner.clone(),
                Op::And(inner) if !deciding => inner.clone(),
                _ => vec![*operand],
            };
            for term in inner {
                match self.node(term).op {
                    Op::Boolean(value) if value == deciding => return term,
                    Op::Boolean(_) => {}
                    _ => terms.push(term),
                }
            }
        }
        if self.order_is_free(&terms) {
            terms.sort_unstable();
            terms.dedup();
        } else {
            let mut seen = std::collections::HashSet::new();
            terms.retain(|term| seen.insert(*term));
        }
        match terms[..] {
            [] => self.boolean(!deciding),
            [only] => only,
            _ => {
                let op = if deciding { Op::Or(terms.clone()) } else { Op::And(terms.clone()) };
                self.strict(op, Type::Boolean, &terms)
            }
        }
    }

    pub fn not(&mut self, value: NodeId) -> NodeId {
        match self.node(value).op {
            Op::Boolean(value) => self.boolean(!value),
            Op::Not(inner) => inner,
            _ => self.strict(Op::Not(value), Type::Boolean, &[value]),
        }
    }

    /// Whether it is neither unknown nor not applicable.
    pub fn known(&mut self, value: NodeId) -> NodeId {
        if self.always_known(value) {
            return self.boolean(true);
        }
        if matches!(self.node(value).op, Op::NotApplicable(_)) {
            return self.boolean(false);
        }
        self.push(Op::Known(value), Type::Boolean, &[value], false, false)
    }

    /// `if condition then … else …`: a [`Op::First`] of one condition.
    pub fn select(&mut self, condition: NodeId, then: NodeId, otherwise: NodeId) -> Result<NodeId, Overflow> {
        self.first(&[condition], &[then, otherwise])
    }

    /// The value of the first true condition; the last value (one more than conditions) is the default.
    pub fn first(&mut self, conditions: &[NodeId], values: &[NodeId]) -> Result<NodeId, Overflow> {
        debug_assert_eq!(conditions.len() + 1, values.len());
        let values = self.align(values)?;
        let mut kept_conditions = Vec::with_capacity(conditions.len());
        let mut kept_values = Vec::with_capacity(values.len());
        let mut default = values[values.len() - 1];
        for (condition, value) in conditions.iter().zip(&values) {
            match self.node(*condition).op {
                Op::Boolean(true) => {
                    default = *value;
                    break;
                }
                Op::Boolean(false) | Op::NotApplicable(_) => {}
                _ if kept_conditions.contains(condition) => {}
                _ => {
                    kept_conditions.push(*condition);
                    kept_values.push(*value);
                }
            }
        }
        // A last row that says the same as the default and is never unknown decides nothing.
        while kept_values.last() == Some(&default)
            && kept_conditions.last().is_some_and(|last| !self.node(*last).may_be_unknown)
        {
            kept_conditions.pop();
            kept_values.pop();
        }
        kept_values.push(default);
        if kept_conditions.is_empty() {
            return Ok(default);
        }
        if let ([condition], [then, otherwise]) = (&kept_conditions[..], &kept_values[..])
            && !self.node(*condition).may_not_apply
        {
            match (&self.node(*then).op, &self.node(*otherwise).op) {
                (Op::Boolean(true), Op::Boolean(false)) => return Ok(*condition),
                (Op::Boolean(false), Op::Boolean(true)) => return Ok(self.not(*condition)),
                _ => {}
            }
        }
        let ty = self.hull(&kept_values);
        let operands: Vec<NodeId> = kept_conditions.iter().chain(&kept_values).copied().collect();
        let unknown = operands.iter().any(|id| self.node(*id).may_be_unknown);
        let not_applicable = kept_values.iter().any(|id| self.node(*id).may_not_apply);
        Ok(self.push(
            Op::First { conditions: kept_conditions, values: kept_values },
            ty,
            &operands,
            unknown,
            not_applicable,
        ))
    }

    /// The value of the one true condition; as many values as conditions, at least one.
    pub fn unique(
        &mut self,
        conditions: &[NodeId],
        values: &[NodeId],
        no_row: ReasonId,
        overlap: ReasonId,
    ) -> Result<NodeId, Overflow> {
        debug_assert_eq!(conditions.len(), values.len());
        let aligned = self.align(values)?;
        let mut conditions = conditions.to_vec();
        let mut values = aligned;
        let mut row = 0;
        while row < conditions.len() && conditions.len() > 1 {
            if matches!(self.node(conditions[row]).op, Op::Boolean(false) | Op::NotApplicable(_)) {
                conditions.remove(row);
                values.remove(row);
            } else {
                row += 1;
            }
        }
        let ty = self.hull(&values);
        let operands: Vec<NodeId> = conditions.iter().chain(&values).copied().collect();
        let unknown = operands.iter().any(|id| self.node(*id).may_be_unknown);
        Ok(self.push(Op::Unique { conditions, values, no_row, overlap }, ty, &operands, unknown, true))
    }

    /// The value where the condition is true; else not applicable with the reason, or unknown as the condition is.
    pub fn guard(&mut self, condition: NodeId, value: NodeId, reason: ReasonId) -> NodeId {
        let ty = self.ty(value);
        match self.node(condition).op {
            Op::Boolean(true) => return value,
            Op::Boolean(false) | Op::NotApplicable(_) => return self.not_applicable(reason, ty),
            _ => {}
        }
        let unknown = self.node(condition).may_be_unknown || self.node(value).may_be_unknown;
        self.push(Op::Guard { condition, value, reason }, ty, &[condition, value], unknown, true)
    }

    /// The other one where the first is unknown or not applicable.
    pub fn coalesce(&mut self, value: NodeId, otherwise: NodeId) -> Result<NodeId, Overflow> {
        let sides = self.align(&[value, otherwise])?;
        let (value, otherwise) = (sides[0], sides[1]);
        if self.always_known(value) || value == otherwise {
            return Ok(value);
        }
        if matches!(self.node(value).op, Op::NotApplicable(_)) {
            return Ok(otherwise);
        }
        let ty = self.hull(&[value, otherwise]);
        let (unknown, not_applicable) = (self.node(otherwise).may_be_unknown, self.node(otherwise).may_not_apply);
        Ok(self.push(Op::Coalesce { value, otherwise }, ty, &[value, otherwise], unknown, not_applicable))
    }

    /// A function over all cases. `scale` is that of a mean; the others follow from the kind.
    pub fn population(&mut self, mut population: Population, scale: u8) -> Result<NodeId, Overflow> {
        let value_type = self.ty(population.value);
        if let (PopulationKind::Mean { from, .. }, Type::Number { scale, .. }) = (&mut population.kind, value_type) {
            *from = scale;
        }
        let counted = Type::Number { scale: 0, low: 0, high: MOST_CASES };
        let ty = match (population.kind, value_type) {
            (PopulationKind::Count, _) => counted,
            (PopulationKind::Rank { .. }, _) => Type::Number { scale: 0, low: 1, high: MOST_CASES },
            (PopulationKind::Sum, Type::Number { scale, low, high }) => {
                range::number(scale, low.min(0).checked_mul(MOST_CASES), high.max(0).checked_mul(MOST_CASES))?
            }
            (PopulationKind::Mean { .. }, Type::Number { scale: own, low, high }) => {
                // The sum is scaled before it is divided; both have to fit.
                let power = range::power_of_ten(scale.abs_diff(own))?;
                let (up, down) = if scale >= own { (power, 1) } else { (1, power) };
                let most = low.unsigned_abs().max(high.unsigned_abs());
                let most = i128::try_from(most).map_err(|_| Overflow)?;
                range::within(most.checked_mul(MOST_CASES).and_then(|sum| sum.checked_mul(up)))?;
                let end = |end: i128, mode| range::divide(end.checked_mul(up)?, down, mode);
                range::number(scale, end(low, Mode::Floor), end(high, Mode::Ceiling))?
            }
            (_, ty) => ty,
        };
        let mut operands = vec![population.value];
        operands.extend(population.among);
        operands.extend(population.group);
        operands.extend(population.then.iter().map(|(key, _)| *key));
        let flags = |id: Option<NodeId>| {
            id.map_or((false, false), |id| (self.node(id).may_be_unknown, self.node(id).may_not_apply))
        };
        let (group, among, value) = (flags(population.group), flags(population.among), flags(Some(population.value)));
        let (unknown, not_applicable) = match population.kind {
            PopulationKind::Rank { .. } => {
                (group.0 || among.0 || value.0, population.among.is_some() || group.1 || value.1)
            }
            PopulationKind::Count => (group.0, group.1),
            _ => (group.0, true),
        };
        Ok(self.push(Op::Population(Box::new(population)), ty, &operands, unknown, not_applicable))
    }

    /// The type that holds all of these; not-applicable constants add nothing to it.
    fn hull(&self, values: &[NodeId]) -> Type {
        let mut hull: Option<Type> = None;
        for value in values {
            let never = matches!(self.node(*value).op, Op::NotApplicable(_));
            hull = Some(match (hull, self.ty(*value)) {
                (None, ty) if !never => ty,
                (Some(Type::Number { scale, low, high }), Type::Number { low: from, high: to, .. }) if !never => {
                    Type::Number { scale, low: low.min(from), high: high.max(to) }
                }
                (Some(Type::Date { low, high }), Type::Date { low: from, high: to }) if !never => {
                    Type::Date { low: low.min(from), high: high.max(to) }
                }
                (Some(ty), _) => ty,
                (None, _) => continue,
            });
        }
        hull.unwrap_or_else(|| values.first().map_or(Type::Boolean, |first| self.ty(*first)))
    }
}
