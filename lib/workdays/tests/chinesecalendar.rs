//! Every day of 2019 to 2026 against the PyPI package `chinesecalendar`, an independent source.
//!
//! `WANQI_PYTHON` names a Python that has the package (1.11.0); without one the test fails, unless
//! `WANQI_TEST_SKIP=python` says that it shall be left out.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::process::Command;

use chrono::NaiveDate;
use workdays::{Calendar, Mode};

const SCRIPT: &str = "
import datetime, chinese_calendar
day = datetime.date(2019, 1, 1)
while day.year < 2027:
    print(day.isoformat(), int(chinese_calendar.is_workday(day)))
    day += datetime.timedelta(1)
";

#[test]
fn every_day_of_2019_to_2026_agrees() {
    let Some(python) = std::env::var_os("WANQI_PYTHON").filter(|python| !python.is_empty()) else {
        let left_out =
            std::env::var("WANQI_TEST_SKIP").is_ok_and(|names| names.split(',').any(|name| name.trim() == "python"));
        assert!(
            left_out,
            "WANQI_PYTHON is not set to a Python with chinesecalendar, as `cargo xtask test --only unit` does; \
             WANQI_TEST_SKIP=python leaves this test out"
        );
        return;
    };
    let output = Command::new(&python).args(["-c", SCRIPT]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut days = 0;
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let (date, worked) = line.split_once(' ').unwrap();
        let date: NaiveDate = date.parse().unwrap();
        assert_eq!(Calendar::china().is_workday(date, Mode::Strict), Ok(worked == "1"), "{date}");
        days += 1;
    }
    assert_eq!(days, 2922);
}
