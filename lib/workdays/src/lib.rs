//! Chinese working-day calendars with make-up working days, and clock arithmetic for time limits.
//!
//! Pure: no input or output, no clock, no async. Calendars are data (`calendars/*.txt`, one file per notice of the
//! State Council's General Office). A year whose notice is not entered is provisional: the statutory days are off, and every
//! answer says that swaps and make-up days are still open. What neither notice nor law tells is unknown, never guessed.
#![doc = include_str!("../README.md")]

mod calendar;
mod china;
mod day;
mod explain;
mod festivals;
mod hours;
mod limit;
mod notice;
mod notice_text;
mod prose;
mod schedule;
mod soon;
mod statutory;
mod table;
mod zone;

pub use calendar::{Calendar, CalendarError};
pub use day::{Answer, Certainty, Day, DayKind, Mode, UnknownYear, Why};
pub use explain::{DayLine, Explanation, LineKind};
pub use hours::{Frame, Hours, HoursError};
pub use limit::{Limit, Pause, Unit, UnknownUnit};
pub use notice::{Notice, NoticeError, NoticeProblem, SpecialDay, SpecialKind};
pub use prose::{NoticeDraft, Part, ProseFault};
pub use schedule::{Difference, Due, LastDay, Schedule};
pub use statutory::{Festival, STATUTORY_YEARS, statutory_days};
pub use zone::{local_date, shanghai};
