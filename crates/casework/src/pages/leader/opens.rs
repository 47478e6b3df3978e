//! Figures for those who may see them but no request: the same numbers, told as text instead of links to lists.

use askama::Template;
use askama::filters::HtmlSafe;
use identity::{Actor, Reached};

use crate::access;

/// What figures are made of, and whether the lists behind them may be opened. Both must reach equally far.
pub(super) fn reach(actor: &Actor) -> (Reached, Opens) {
    let read = identity::reached(actor, &access::READ);
    if read.is_nothing() { (identity::reached(actor, &access::FIGURES), Opens(false)) } else { (read, Opens(true)) }
}

/// Whether the reader may open the lists and cases behind numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Opens(pub(super) bool);

impl Opens {
    /// The address of a list, for who may open it.
    pub(super) fn to(self, href: impl ToString) -> Option<String> {
        self.0.then(|| href.to_string())
    }

    /// A number or name that leads to its list.
    pub(super) fn shown(self, href: impl ToString, text: impl Into<String>) -> Shown {
        Shown { href: self.to(href), text: text.into(), class: "" }
    }
}

/// A text that is a link where there is somewhere to go.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"{% if let Some(href) = href %}<a{% if !class.is_empty() %} class="{{ class }}"{% endif %} href="{{ href }}">{{ text }}</a>{% else %}{{ text }}{% endif %}"#
)]
pub(super) struct Shown {
    href: Option<String>,
    text: String,
    class: &'static str,
}

impl HtmlSafe for Shown {}

impl Shown {
    /// A class for the link.
    pub(super) fn class(self, class: &'static str) -> Shown {
        Shown { class, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_not_be_opened_is_text() {
        let number = |opens: bool| Opens(opens).shown("/requests?state=open", "12 <").class("late").to_string();
        assert_eq!(number(true), r#"<a class="late" href="/requests?state=open">12 &#60;</a>"#);
        assert_eq!(number(false), "12 &#60;");
    }
}
