//! What happened, newest first: who, what, when.

use askama::Template;
use askama::filters::HtmlSafe;

use super::Link;
use crate::format::Stamp;

/// One event.
#[derive(Clone, Debug)]
pub struct TimelineItem {
    /// Set in bold: `县自然资源局 张伟`; may be empty.
    pub who: String,
    pub what: String,
    pub at: Stamp,
    /// What was said, in a quoted block below.
    pub note: Option<String>,
    /// Attachments or the thing it came from.
    pub links: Vec<Link>,
    /// A grey event: nothing anybody did (a pause, a reminder).
    pub quiet: bool,
}

impl TimelineItem {
    pub fn new(who: impl Into<String>, what: impl Into<String>, at: Stamp) -> TimelineItem {
        TimelineItem { who: who.into(), what: what.into(), at, note: None, links: Vec::new(), quiet: false }
    }

    /// Adds the words said.
    pub fn note(mut self, text: impl Into<String>) -> TimelineItem {
        self.note = Some(text.into());
        self
    }

    /// Adds a link.
    pub fn link(mut self, link: Link) -> TimelineItem {
        self.links.push(link);
        self
    }

    /// Greys the event.
    pub fn quiet(mut self) -> TimelineItem {
        self.quiet = true;
        self
    }
}

/// The list of events.
#[derive(Clone, Debug, Template)]
#[template(path = "components/timeline.html")]
pub struct Timeline {
    pub items: Vec<TimelineItem>,
}

impl HtmlSafe for Timeline {}
