//! One operation on answers, to the letter of the page of [`crate::ir`].

use super::{Answer, Missing, Value};
use crate::ir::{Dag, NodeId, Op, Part, ReasonId, date, divide, power_of_ten};

/// The answer of a node whose operands have answers, found by `of`. Population functions are not computed here.
pub(super) fn apply<'a>(dag: &Dag, op: &Op, facts: &[Option<Value>], of: &impl Fn(NodeId) -> &'a Answer) -> Answer {
    let integer = |id: NodeId| of(id).integer();
    match op {
        Op::Fact(fact) => {
            let place = usize::from(fact.0);
            match facts.get(place) {
                Some(Some(value)) if !dag.facts()[place].always_missing => Answer::Known(value.clone()),
                _ => Answer::Unknown(Missing::of(*fact)),
            }
        }
        Op::Number(value) => Answer::number(*value),
        Op::Boolean(value) => Answer::boolean(*value),
        Op::Text(text) => Answer::Known(Value::Text(dag.text_of(*text).clone())),
        Op::Date(days) => Answer::Known(Value::Date(*days)),
        Op::NotApplicable(reason) => Answer::NotApplicable(*reason),
        Op::And(operands) => junction(operands, of, false),
        Op::Or(operands) => junction(operands, of, true),
        Op::Not(operand) => match of(*operand) {
            Answer::Known(Value::Boolean(value)) => Answer::boolean(!value),
            other => other.clone(),
        },
        Op::Known(operand) => Answer::boolean(matches!(of(*operand), Answer::Known(_))),
        Op::First { conditions, values } => {
            let mut missing: Option<Missing> = None;
            let mut row = 0;
            while row < conditions.len() && !of(conditions[row]).is_true() {
                gather(&mut missing, of(conditions[row]));
                row += 1;
            }
            missing.map_or_else(|| of(values[row]).clone(), Answer::Unknown)
        }
        Op::Unique { conditions, values, no_row, overlap } => unique(conditions, values, *no_row, *overlap, of),
        Op::Guard { condition, value, reason } => match of(*condition) {
            Answer::Known(Value::Boolean(true)) => of(*value).clone(),
            Answer::Unknown(missing) => Answer::Unknown(missing.clone()),
            _ => Answer::NotApplicable(*reason),
        },
        Op::Coalesce { value, otherwise } => match of(*value) {
            known @ Answer::Known(_) => known.clone(),
            _ => of(*otherwise).clone(),
        },
        Op::Population(_) => Answer::default(),
        strict => {
            // The most frequent of all, and nearly always of numbers that are known.
            if let Op::LessOrEqual(a, b) = strict
                && let (Answer::Known(Value::Number(a)), Answer::Known(Value::Number(b))) = (of(*a), of(*b))
            {
                return Answer::boolean(a <= b);
            }
            if let Some(answer) = not_known(strict, of) {
                return answer;
            }
            match strict {
                Op::Add(operands) => Answer::number(operands.iter().map(|id| integer(*id)).sum()),
                Op::Multiply(a, b) => Answer::number(integer(*a).wrapping_mul(integer(*b))),
                Op::Negate(value) => Answer::number(-integer(*value)),
                Op::Absolute(value) => Answer::number(integer(*value).abs()),
                Op::Scale { value, by } => Answer::number(integer(*value).wrapping_mul(power_of_ten(*by).unwrap_or(1))),
                Op::RoundDivide { numerator, denominator, mode } => {
                    match divide(integer(*numerator), integer(*denominator), *mode) {
                        Some(quotient) => Answer::number(quotient),
                        None => Answer::NotApplicable(Dag::DIVISION_BY_ZERO),
                    }
                }
                Op::Minimum(operands) => {
                    Answer::number(operands.iter().map(|id| integer(*id)).min().unwrap_or_default())
                }
                Op::Maximum(operands) => {
                    Answer::number(operands.iter().map(|id| integer(*id)).max().unwrap_or_default())
                }
                Op::AddMonths { date, months, clip } => {
                    days(date::add_months(integer(*date) as i32, integer(*months) as i32, *clip).into())
                }
                Op::AddDays { date, days: added } => days(integer(*date) + integer(*added)),
                Op::DaysBetween { from, to } => Answer::number(integer(*to) - integer(*from)),
                Op::MonthsBetween { from, to } => {
                    Answer::number(date::months_between(integer(*from) as i32, integer(*to) as i32).into())
                }
                Op::DatePart { date, part } => {
                    let (year, month, day) = date::civil(integer(*date) as i32);
                    Answer::number(i128::from(match part {
                        Part::Year => year,
                        Part::Month => month,
                        Part::Day => day,
                    }))
                }
                Op::LessOrEqual(a, b) => Answer::boolean(integer(*a) <= integer(*b)),
                Op::Equal(a, b) => Answer::boolean(of(*a) == of(*b)),
                Op::TextIn { text, values } => {
                    text_test(of(*text), |text| values.iter().any(|value| **dag.text_of(*value) == *text))
                }
                Op::StartsWith { text, prefixes } => {
                    text_test(of(*text), |text| prefixes.iter().any(|prefix| text.starts_with(&**dag.text_of(*prefix))))
                }
                _ => Answer::default(),
            }
        }
    }
}

/// The answer of a strict operation with an operand that is not known.
fn not_known<'a>(op: &Op, of: &impl Fn(NodeId) -> &'a Answer) -> Option<Answer> {
    let mut missing: Option<Missing> = None;
    let mut reason = None;
    op.for_each_operand(|operand| match of(operand) {
        Answer::NotApplicable(first) => reason = reason.or(Some(*first)),
        other => gather(&mut missing, other),
    });
    reason.map(Answer::NotApplicable).or(missing.map(Answer::Unknown))
}

fn gather(missing: &mut Option<Missing>, answer: &Answer) {
    if let Answer::Unknown(more) = answer {
        missing.get_or_insert_default().join(more);
    }
}

/// `And` (deciding: false) or `Or` (deciding: true).
fn junction<'a>(operands: &[NodeId], of: &impl Fn(NodeId) -> &'a Answer, deciding: bool) -> Answer {
    let mut missing: Option<Missing> = None;
    let mut reason: Option<ReasonId> = None;
    for operand in operands {
        match of(*operand) {
            Answer::Known(Value::Boolean(value)) if *value == deciding => return Answer::boolean(deciding),
            Answer::NotApplicable(first) => reason = reason.or(Some(*first)),
            other => gather(&mut missing, other),
        }
    }
    missing.map(Answer::Unknown).or(reason.map(Answer::NotApplicable)).unwrap_or(Answer::boolean(!deciding))
}

fn unique<'a>(
    conditions: &[NodeId],
    values: &[NodeId],
    no_row: ReasonId,
    overlap: ReasonId,
    of: &impl Fn(NodeId) -> &'a Answer,
) -> Answer {
    let mut missing: Option<Missing> = None;
    let mut hit = None;
    for (condition, value) in conditions.iter().zip(values) {
        if of(*condition).is_true() {
            if hit.is_some() {
                return Answer::NotApplicable(overlap);
            }
            hit = Some(*value);
        }
        gather(&mut missing, of(*condition));
    }
    match (hit, missing) {
        (Some(value), _) => of(value).clone(),
        (None, Some(missing)) => Answer::Unknown(missing),
        (None, None) => Answer::NotApplicable(no_row),
    }
}

fn days(value: i128) -> Answer {
    Answer::Known(Value::Date(value as i32))
}

fn text_test(answer: &Answer, test: impl Fn(&str) -> bool) -> Answer {
    Answer::boolean(matches!(answer, Answer::Known(Value::Text(text)) if test(text)))
}
