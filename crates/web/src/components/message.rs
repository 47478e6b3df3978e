//! Words to the person: what just happened, nothing here yet, are you sure, where am I.

use askama::Template;
use askama::filters::HtmlSafe;

use super::Link;
use crate::words::Words;

/// Kind of a message at the top of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlashKind {
    Done,
    Warning,
    Error,
}

/// A message at the top of a page.
#[derive(Clone, Debug, Template)]
#[template(path = "components/flash.html")]
pub struct Flash {
    pub kind: FlashKind,
    pub text: String,
}

impl Flash {
    pub fn new(kind: FlashKind, text: impl Into<String>) -> Flash {
        Flash { kind, text: text.into() }
    }

    /// Class and value to store: `done`, `warning`, `error`.
    pub fn code(&self) -> &'static str {
        match self.kind {
            FlashKind::Done => "done",
            FlashKind::Warning => "warning",
            FlashKind::Error => "error",
        }
    }

    fn shape(&self) -> char {
        match self.kind {
            FlashKind::Done => '✓',
            FlashKind::Warning => '◆',
            FlashKind::Error => '▲',
        }
    }
}

impl HtmlSafe for Flash {}

/// Nothing here: what would be here, and what to do.
#[derive(Clone, Debug, Template)]
#[template(path = "components/empty.html")]
pub struct Empty {
    pub title: String,
    pub text: String,
    pub action: Option<Link>,
}

impl Empty {
    pub fn new(title: impl Into<String>, text: impl Into<String>, action: Option<Link>) -> Empty {
        Empty { title: title.into(), text: text.into(), action }
    }
}

impl HtmlSafe for Empty {}

/// Where the page stands; the last item is the page itself.
#[derive(Clone, Debug, Template)]
#[template(path = "components/crumbs.html")]
pub struct Crumbs {
    label: String,
    links: Vec<Link>,
    here: String,
}

impl Crumbs {
    pub fn new(w: &Words, links: Vec<Link>, here: impl Into<String>) -> Crumbs {
        Crumbs { label: w.t("breadcrumb").into_owned(), links, here: here.into() }
    }
}

impl HtmlSafe for Crumbs {}

/// A question before something that cannot be undone, as a page of its own; the way without JavaScript.
#[derive(Clone, Debug, Template)]
#[template(path = "components/confirm.html")]
pub struct Confirm {
    pub title: String,
    pub text: String,
    /// Where the form goes (POST).
    pub action: String,
    /// Hidden fields, the CSRF token among them.
    pub hidden: Vec<(String, String)>,
    pub yes: String,
    pub back: Link,
    /// True paints the button red.
    pub dangerous: bool,
}

impl HtmlSafe for Confirm {}
