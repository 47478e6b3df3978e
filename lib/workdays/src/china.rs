//! The calendar that ships with the library: the State Council's notices for 2019 to 2026.

use std::sync::LazyLock;

use chrono::NaiveDate;

use crate::calendar::Calendar;
use crate::notice::Notice;

const FILES: [&str; 10] = [
    include_str!("../calendars/cn-2019.txt"),
    include_str!("../calendars/cn-2019-05.txt"),
    include_str!("../calendars/cn-2020.txt"),
    include_str!("../calendars/cn-2020-02.txt"),
    include_str!("../calendars/cn-2021.txt"),
    include_str!("../calendars/cn-2022.txt"),
    include_str!("../calendars/cn-2023.txt"),
    include_str!("../calendars/cn-2024.txt"),
    include_str!("../calendars/cn-2025.txt"),
    include_str!("../calendars/cn-2026.txt"),
];

static CHINA: LazyLock<Calendar> = LazyLock::new(|| from_files(|_| true));

impl Calendar {
    /// All notices shipped with the library.
    pub fn china() -> &'static Calendar {
        &CHINA
    }

    /// What was known on a day: only the shipped notices published by then, so that a deadline set in the past can be
    /// computed as it was seen at the time.
    pub fn china_as_of(date: NaiveDate) -> Calendar {
        from_files(|notice| notice.published <= date)
    }
}

fn from_files(wanted: impl Fn(&Notice) -> bool) -> Calendar {
    // The files are part of the program and a test reads each; an amendment is never published before what it amends.
    let read = |text| Notice::parse(text).unwrap_or_else(|error| unreachable!("shipped notice: {error}"));
    let notices = FILES.into_iter().map(read).filter(wanted).collect();
    Calendar::from_notices(notices).unwrap_or_else(|error| unreachable!("shipped notices: {error}"))
}
