//! Headline figures: a rate beside its numerator and denominator, and under a hairline what keeps it honest.

use askama::Template;
use askama::filters::HtmlSafe;

use super::bars::Progress;
use crate::format;

/// A small figure below the hairline: `上级交办 67/69`.
#[derive(Clone, Debug)]
pub struct Honest {
    pub label: String,
    pub value: String,
    pub unit: String,
    pub href: Option<String>,
}

impl Honest {
    /// `value` is shown strong between `label` and `unit`; either may be empty.
    pub fn new(
        label: impl Into<String>,
        value: impl ToString,
        unit: impl Into<String>,
        href: Option<String>,
    ) -> Honest {
        Honest { label: label.into(), value: value.to_string(), unit: unit.into(), href }
    }
}

/// A rate with what it was counted from.
#[derive(Clone, Debug, Template)]
#[template(path = "components/rate_card.html")]
pub struct RateCard {
    pub title: String,
    /// What is counted how, as a tooltip and for screen readers.
    pub definition: String,
    pub numerator: i64,
    pub denominator: i64,
    /// Unit after the denominator: `件`.
    pub unit: String,
    pub numerator_href: Option<String>,
    pub denominator_href: Option<String>,
    pub honest: Vec<Honest>,
}

impl RateCard {
    pub fn new(title: impl Into<String>, numerator: i64, denominator: i64, unit: impl Into<String>) -> RateCard {
        RateCard {
            title: title.into(),
            definition: String::new(),
            numerator,
            denominator,
            unit: unit.into(),
            numerator_href: None,
            denominator_href: None,
            honest: Vec::new(),
        }
    }

    /// Where the rows behind numerator and denominator are.
    pub fn links(mut self, numerator: impl ToString, denominator: impl ToString) -> RateCard {
        self.numerator_href = Some(numerator.to_string());
        self.denominator_href = Some(denominator.to_string());
        self
    }

    /// How the rate is defined, in one sentence.
    pub fn definition(mut self, text: impl Into<String>) -> RateCard {
        self.definition = text.into();
        self
    }

    /// Adds a figure below the hairline; two fit.
    pub fn honest(mut self, figure: Honest) -> RateCard {
        self.honest.push(figure);
        self
    }

    fn percent(&self) -> String {
        format::percent(self.numerator, self.denominator)
    }

    fn counts(&self) -> (String, String) {
        (format::number(self.numerator), format::number(self.denominator))
    }
}

impl HtmlSafe for RateCard {}

/// A count with a bar and a line below: `984 户包联`.
#[derive(Clone, Debug, Template)]
#[template(path = "components/figure.html")]
pub struct Figure {
    pub value: i64,
    pub label: String,
    pub href: Option<String>,
    pub bar: Option<Progress>,
    pub notes: Vec<Honest>,
}

impl Figure {
    pub fn new(value: i64, label: impl Into<String>, href: Option<String>) -> Figure {
        Figure { value, label: label.into(), href, bar: None, notes: Vec::new() }
    }

    /// A bar under the number.
    pub fn bar(mut self, bar: Progress) -> Figure {
        self.bar = Some(bar);
        self
    }

    /// A small figure under the bar.
    pub fn note(mut self, note: Honest) -> Figure {
        self.notes.push(note);
        self
    }

    fn number(&self) -> String {
        format::number(self.value)
    }
}

impl HtmlSafe for Figure {}
