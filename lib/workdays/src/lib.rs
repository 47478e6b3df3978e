//! Chinese working-day calendars with make-up working days, and clock arithmetic for time limits.
//!
//! Pure: no input or output, no clock, no async. Calendars are data (`calendars/*.txt`, one file per notice of the
//! State Council's General Office); a year whose notice is not published is said, never guessed.
#![doc = include_str!("../README.md")]

mod calendar;
mod china;
mod day;
mod explain;
mod hours;
mod limit;
mod notice;
mod notice_text;
mod schedule;
mod table;
mod zone;

pub use calendar::{Calendar, CalendarError};
pub use day::{Answer, Day, DayKind, Mode, Unpublished, Why};
pub use explain::{DayLine, Explanation, LineKind};
pub use hours::{Frame, Hours, HoursError};
pub use limit::{Limit, Pause, Unit, UnknownUnit};
pub use notice::{Notice, NoticeError, NoticeProblem, SpecialDay, SpecialKind};
pub use schedule::{Difference, Due, Schedule};
pub use zone::{local_date, shanghai};
