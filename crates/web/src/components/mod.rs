//! The parts pages are made of. Each is a struct that prints itself as escaped HTML; in a template write `{{ part }}`.

mod bars;
mod chart;
mod choice;
mod clock;
mod filter;
mod form;
mod light;
mod list;
mod message;
mod phone;
mod rate;
mod timeline;

pub use bars::{Part, Progress, StackBar, Tone};
pub use chart::{BarList, BarRow, MonthChart, MonthRow};
pub use choice::{Choice, LOOKED_THROUGH, Suggestions, by_reading, chosen};
pub use clock::{DayCell, DayKind, DayStrip};
pub use filter::{FilterGroup, FilterItem, FilterPanel};
pub use form::{Control, ErrorSummary, Field};
pub use light::{Light, LightState};
pub use list::{Column, Pager, TableHead};
pub use message::{Confirm, Crumbs, Empty, Flash, FlashKind};
pub use phone::{Phone, Sight};
pub use rate::{Figure, Honest, RateCard};
pub use timeline::{Timeline, TimelineItem};

/// A link: address and text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub href: String,
    pub text: String,
}

impl Link {
    /// `href` is used as it is; build it from `Href` or literals.
    pub fn new(href: impl ToString, text: impl Into<String>) -> Link {
        Link { href: href.to_string(), text: text.into() }
    }
}
