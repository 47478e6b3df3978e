//! What an explanation is made of; serialised as the JSON of `wanqi rules explain`.

use std::ops::Deref;
use std::sync::Arc;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::diagnostic::Words;

/// One enterprise and one pack.
#[derive(Clone, Debug, Serialize)]
pub struct Explanation {
    /// The pack's code.
    pub pack: String,
    pub title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// sha256 of the pack.
    pub hash: String,
    /// The day of evaluation.
    pub on: String,
    pub outputs: Outputs,
    /// The facts the outputs rest on.
    pub facts: Vec<FactShown>,
    /// Everything with a name the outputs rest on: first an output, then what it is made of.
    pub trace: Vec<RuleTrace>,
    /// Missing facts, the one that decides most first.
    pub questions: Vec<Question>,
}

/// Outputs by code, in the order of the pack.
#[derive(Clone, Debug)]
pub struct Outputs(pub Vec<OutputShown>);

impl Serialize for Outputs {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let mut map = out.serialize_map(Some(self.0.len()))?;
        for output in &self.0 {
            map.serialize_entry(&output.code, output)?;
        }
        map.end()
    }
}

/// One output.
#[derive(Clone, Debug, Serialize)]
pub struct OutputShown {
    #[serde(skip)]
    pub code: String,
    pub name: String,
    #[serde(flatten)]
    pub answer: AnswerShown,
    /// Why it is not better, in a sentence; none if it could not be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why_not: Option<Words>,
    /// Up to three smallest sets of changes that would suffice, each proved by running it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<ChangeSet>,
}

/// What stands in many places of an explanation and is kept once.
#[derive(Debug)]
pub struct Shared<T>(Arc<T>);

impl<T> Shared<T> {
    pub fn new(value: T) -> Self {
        Self(Arc::new(value))
    }

    /// Whether both are the same one.
    pub(super) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Serialize> Serialize for Shared<T> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(out)
    }
}

/// A value as JSON: numbers, texts and dates as text, booleans as they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Scalar {
    Boolean(bool),
    Text(String),
}

/// An answer.
#[derive(Clone, Debug, Serialize)]
pub struct AnswerShown {
    /// `number boolean text date unknown not_applicable`
    #[serde(rename = "type")]
    pub kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Scalar>,
    /// The unit of a number's value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Codes of missing facts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Vec<String>>,
    /// The code of the reason why it does not apply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// For people.
    pub text: String,
}

/// A fact and who knows it.
#[derive(Clone, Debug, Serialize)]
pub struct FactShown {
    pub code: String,
    pub name: String,
    /// None: not provided.
    pub value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// The department that usually knows it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub department: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub period: String,
    pub changeable: bool,
}

/// A passage of the law.
#[derive(Clone, Debug, Serialize)]
pub struct LawShown {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anchor: Option<String>,
    pub quote: String,
}

/// A named thing and how it came to its value.
#[derive(Clone, Debug, Serialize)]
pub struct RuleTrace {
    pub code: String,
    pub name: String,
    /// `parameter definition table scale amount item score classes`, or `applies` for what the pack applies to.
    pub kind: &'static str,
    #[serde(flatten)]
    pub answer: AnswerShown,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub law: Option<LawShown>,
    /// The article, as the pack's column says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
    /// `file:line:column`
    pub place: String,
    /// A parameter's dates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// As written, and with numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formula: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Shared<Condition>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<RowTrace>,
}

/// A named number on the way to a value: base, rate, cap, points.
#[derive(Clone, Debug, Serialize)]
pub struct Part {
    pub name: String,
    pub value: String,
    /// How it is made, if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formula: Option<String>,
}

/// A row of a table or a step of a scale.
#[derive(Clone, Debug, Serialize)]
pub struct RowTrace {
    pub id: String,
    pub place: String,
    pub verdict: Verdict,
    /// Its result counts.
    pub fired: bool,
    pub result: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
    pub conditions: Vec<Shared<Condition>>,
}

/// What became of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    True,
    False,
    Unknown,
    NotApplicable,
}

/// A condition: an atom, or several joined.
#[derive(Clone, Debug, Serialize)]
pub struct Condition {
    /// As the pack says it.
    pub text: String,
    pub verdict: Verdict,
    /// What is tested.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Its value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// What it is held against, with its value if it is not written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bound: Option<String>,
    /// How far a failing number is from the bound: `500 万元`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distance: Option<String>,
    /// By how much one fact has to change for it: `研发费用还差 12 万元`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needed: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<Shared<FactShort>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<ParameterShort>,
    /// `and or not`, if it is made of others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub join: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Shared<Condition>>,
}

/// A fact in a condition.
#[derive(Clone, Debug, Serialize)]
pub struct FactShort {
    pub code: String,
    pub value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
}

/// A parameter in a condition.
#[derive(Clone, Debug, Serialize)]
pub struct ParameterShort {
    pub code: String,
    pub name: String,
    pub value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
}

/// Changes that together suffice.
#[derive(Clone, Debug, Serialize)]
pub struct ChangeSet {
    /// What the output would be then.
    pub result: String,
    /// The enterprise can bring all of them about by its own doing.
    pub changeable: bool,
    pub changes: Vec<Shared<Change>>,
    pub text: Words,
}

/// One change.
#[derive(Clone, Debug, Serialize)]
pub struct Change {
    pub fact: String,
    pub name: String,
    /// None: not provided now.
    pub from: Option<String>,
    pub to: String,
    /// The difference of numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    pub changeable: bool,
}

/// A missing fact.
#[derive(Clone, Debug, Serialize)]
pub struct Question {
    pub fact: String,
    pub name: String,
    /// The unit an answer is expected in.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub unit: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub department: String,
    /// How many unknown outputs and conditions rest on it.
    pub outputs: usize,
    pub conditions: usize,
    pub text: Words,
}
