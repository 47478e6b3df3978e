//! Comparison of fractions by cross-multiplication, with care for divisors that may be zero or negative.

use num_bigint::BigInt;
use num_integer::Integer;
use num_rational::BigRational;

use super::compiler::{Compiler, Made};
use super::value::{Held, Number};
use crate::diagnostic::Place;
use crate::ir::{NodeId, Op};
use crate::number;
use crate::syntax::ast::Comparison;

impl Compiler<'_> {
    /// Compares two numbers of one dimension exactly, by cross-multiplication.
    pub fn compare_numbers(&mut self, how: Comparison, left: &Number, right: &Number, place: &Place) -> Made<NodeId> {
        if let (Held::Exact(a), Held::Exact(b)) = (&left.held, &right.held) {
            let truth = holds(how, a.cmp(b));
            return Ok(self.dag.boolean(truth));
        }
        let (right, how, left) =
            if left.constant().is_some() { (left, mirrored(how), right) } else { (right, how, left) };
        if let (Held::Nodes { num, by: 1, den: None }, Some(bound)) = (&left.held, right.constant())
            && number::decimal_places(bound).is_none()
            && !matches!(how, Comparison::Equal | Comparison::NotEqual)
        {
            // A threshold such as 20 亩 (40000/3 m²) becomes a step of the own scale: of a fact the step to which readers round "20 亩"
            // too, so that 20 亩 are at least 20 亩; of anything else the next one.
            let num = *num;
            let scale = self.dag.number_type(num).0;
            let up = matches!(how, Comparison::GreaterOrEqual | Comparison::Less);
            let power = BigRational::from_integer(BigInt::from(10).pow(scale.into()));
            let step = bound * &power;
            let step = match (&self.dag.node(num).op, up) {
                (Op::Fact(_), _) => step.round(),
                (_, true) => step.ceil(),
                (_, false) => step.floor(),
            };
            let (bound, ..) = self.parts(&Number::exact(step / power), place)?;
            return self.order(how, num, bound, place);
        }
        let (a, a_by, a_den) = self.parts(left, place)?;
        let (b, b_by, b_den) = self.parts(right, place)?;
        let shared = a_by.gcd(&b_by);
        let a_side = if b_by == shared { a } else { self.times_constant(a, b_by / shared, place)? };
        let b_side = if a_by == shared { b } else { self.times_constant(b, a_by / shared, place)? };
        let (a_side, b_side, dens) = if a_den == b_den {
            (a_side, b_side, a_den.into_iter().collect::<Vec<_>>())
        } else {
            (
                self.times(a_side, b_den, place)?,
                self.times(b_side, a_den, place)?,
                a_den.into_iter().chain(b_den).collect(),
            )
        };
        let plain = self.order(how, a_side, b_side, place)?;
        self.with_signs(how, plain, (a_side, b_side), &dens, &[a, b], place)
    }

    /// Takes care of divisors that are not always positive: zero is not applicable, a negative one turns the comparison.
    fn with_signs(
        &mut self,
        how: Comparison,
        plain: NodeId,
        (a, b): (NodeId, NodeId),
        dens: &[NodeId],
        operands: &[NodeId],
        place: &Place,
    ) -> Made<NodeId> {
        let zero = self.dag.number(0, 0);
        let (mut never, mut negative) = (Vec::new(), Vec::new());
        for den in dens {
            let (_, low, high) = self.dag.number_type(*den);
            if low > 0 {
                continue;
            }
            if low == 0 {
                let none = self.dag.less_or_equal(*den, zero);
                never.push(self.fits(none, place)?);
            } else {
                if high >= 0 {
                    let none = self.dag.equal(*den, zero);
                    never.push(self.fits(none, place)?);
                }
                let below = self.dag.less(*den, zero);
                negative.push(self.fits(below, place)?);
            }
        }
        if never.is_empty() && negative.is_empty() {
            return Ok(plain);
        }
        // As for a quotient that is divided, an unknown operand comes first; all that is missing is named at once.
        let mut zero_divisor = vec![self.dag.or(&never)];
        for operand in operands.iter().copied().filter(|operand| !dens.contains(operand)) {
            if self.dag.node(operand).may_be_unknown {
                let itself = self.dag.less_or_equal(operand, operand);
                zero_divisor.push(self.fits(itself, place)?);
            }
        }
        let mut turned = plain;
        if !negative.is_empty() {
            // Each negative divisor turns the comparison once.
            let mut other = self.order(mirrored(how), a, b, place)?;
            for one in negative {
                let (straight, mirrored) = (self.dag.select(one, other, turned), self.dag.select(one, turned, other));
                turned = self.fits(straight, place)?;
                other = self.fits(mirrored, place)?;
            }
        }
        let zero_divisor = self.dag.and(&zero_divisor);
        let nothing = self.dag.not_applicable(crate::ir::Dag::DIVISION_BY_ZERO, crate::ir::Type::Boolean);
        let guarded = self.dag.first(&[zero_divisor], &[nothing, turned]);
        self.fits(guarded, place)
    }

    /// Compares two nodes of numbers or dates.
    pub fn order(&mut self, how: Comparison, left: NodeId, right: NodeId, place: &Place) -> Made<NodeId> {
        let node = match how {
            Comparison::Less => self.dag.less(left, right),
            Comparison::LessOrEqual => self.dag.less_or_equal(left, right),
            Comparison::Greater => self.dag.less(right, left),
            Comparison::GreaterOrEqual => self.dag.less_or_equal(right, left),
            Comparison::Equal | Comparison::NotEqual => self.dag.equal(left, right),
        };
        let node = self.fits(node, place)?;
        Ok(if how == Comparison::NotEqual { self.dag.not(node) } else { node })
    }
}

/// The comparison seen from the other side.
pub fn mirrored(how: Comparison) -> Comparison {
    match how {
        Comparison::Less => Comparison::Greater,
        Comparison::LessOrEqual => Comparison::GreaterOrEqual,
        Comparison::Greater => Comparison::Less,
        Comparison::GreaterOrEqual => Comparison::LessOrEqual,
        same => same,
    }
}

fn holds(how: Comparison, order: std::cmp::Ordering) -> bool {
    match how {
        Comparison::Less => order.is_lt(),
        Comparison::LessOrEqual => order.is_le(),
        Comparison::Greater => order.is_gt(),
        Comparison::GreaterOrEqual => order.is_ge(),
        Comparison::Equal => order.is_eq(),
        Comparison::NotEqual => order.is_ne(),
    }
}
