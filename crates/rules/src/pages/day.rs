//! The day a page is asked for: rules and facts are those of that day.

use chrono::NaiveDate;
use web::href::Href;

use crate::library::Kept;

/// `on` of an address.
pub(super) struct Day {
    /// What was typed; else the day of the pack that is nearest to today.
    pub day: NaiveDate,
    /// As it stands in the address.
    pub typed: Option<String>,
    /// It is no day.
    pub wrong: bool,
}

impl Day {
    pub(super) fn of(kept: &Kept, here: &Href, today: NaiveDate) -> Day {
        let typed = here.get("on").map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        let read = typed.as_deref().map(rulepack::case::read_date);
        let day = read.flatten().unwrap_or_else(|| kept.pack.nearest_day(today));
        Day { day, wrong: read == Some(None), typed }
    }
}
