//! Which rows a count leads to: one answer of an output, as an address carries it.

use rulepack::compile::Program;
use rulepack::interpret::Value;
use rulepack::ir::{Dag, FactId};
use rulepack::sweep::{Columns, State};

/// The answer wanted of the first output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    Any,
    /// Any value.
    Known,
    Text(String),
    Boolean(bool),
    /// Numbers and dates from the first to before the second, counted as the output's node counts; none: without end.
    Between(Option<i128>, Option<i128>),
    Unknown,
    /// Unknown, and this fact is among what is missing.
    Missing(FactId),
    NotApplicable,
    /// Not applicable for the reason with this code.
    Reason(String),
    /// Whatever the answer, this fact is not in the register.
    Without(FactId),
}

impl Wanted {
    /// As an address carries it.
    pub fn write(&self, program: &Program) -> String {
        let code = |fact: &FactId| program.fact(*fact).map(|fact| fact.code().to_owned()).unwrap_or_default();
        let end = |end: &Option<i128>| end.map(|end| end.to_string()).unwrap_or_default();
        match self {
            Self::Any => String::new(),
            Self::Known => "known".to_owned(),
            Self::Text(text) => format!("is:{text}"),
            Self::Boolean(true) => "yes".to_owned(),
            Self::Boolean(false) => "no".to_owned(),
            Self::Between(low, high) => format!("from:{}:{}", end(low), end(high)),
            Self::Unknown => "unknown".to_owned(),
            Self::Missing(fact) => format!("missing:{}", code(fact)),
            Self::NotApplicable => "not-applicable".to_owned(),
            Self::Reason(reason) => format!("because:{reason}"),
            Self::Without(fact) => format!("without:{}", code(fact)),
        }
    }

    /// Reads [`Wanted::write`]; what cannot be read wants any.
    pub fn parse(program: &Program, text: &str) -> Self {
        let fact = |code: &str| {
            let at = program.facts.iter().position(|fact| fact.code() == code)?;
            u16::try_from(at).ok().map(FactId)
        };
        let end = |text: &str| if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) };
        let read = match text.split_once(':') {
            None => match text {
                "known" => Some(Self::Known),
                "yes" => Some(Self::Boolean(true)),
                "no" => Some(Self::Boolean(false)),
                "unknown" => Some(Self::Unknown),
                "not-applicable" => Some(Self::NotApplicable),
                _ => None,
            },
            Some(("is", value)) => Some(Self::Text(value.to_owned())),
            Some(("from", ends)) => {
                ends.split_once(':').and_then(|(low, high)| Some(Self::Between(end(low)?, end(high)?)))
            }
            Some(("missing", code)) => fact(code).map(Self::Missing),
            Some(("because", reason)) => Some(Self::Reason(reason.to_owned())),
            Some(("without", code)) => fact(code).map(Self::Without),
            Some(_) => None,
        };
        read.unwrap_or(Self::Any)
    }

    /// Whether a row of the first output is wanted; `provides` says whether the row has a fact, by its place.
    pub(super) fn fits(&self, dag: &Dag, columns: &mut Columns, row: usize, provides: impl Fn(usize) -> bool) -> bool {
        match (self, columns.state(0, row)) {
            (Self::Any, _) | (Self::Known, State::Known) | (Self::Unknown, State::Unknown) => true,
            (Self::Without(fact), _) => !provides(usize::from(fact.0)),
            (Self::Text(text), State::Known) => match columns.value(0, row) {
                Value::Text(value) => *value == **text,
                _ => false,
            },
            (Self::Boolean(wanted), State::Known) => columns.value(0, row) == Value::Boolean(*wanted),
            (Self::Between(low, high), State::Known) => {
                let value = columns.value(0, row).integer();
                value.is_some_and(|value| low.is_none_or(|low| low <= value) && high.is_none_or(|high| value < high))
            }
            (Self::Missing(fact), State::Unknown) => columns.missing(0, row).contains(*fact),
            (Self::NotApplicable, State::NotApplicable(_)) => true,
            (Self::Reason(code), State::NotApplicable(reason)) => dag.reason_of(reason).code == *code,
            _ => false,
        }
    }
}
