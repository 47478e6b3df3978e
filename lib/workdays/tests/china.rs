//! The shipped calendar against the table of special days, monthly totals, known dates and what was known when.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use chrono::{Datelike, Days, NaiveDate};
use workdays::{Calendar, CalendarError, Certainty, DayKind, Mode, Notice, Why};

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn rows(csv: &str) -> impl Iterator<Item = Vec<&str>> {
    csv.lines().skip(1).map(|line| line.split(',').collect())
}

#[test]
fn every_day_of_2019_to_2026_equals_the_table() {
    let calendar = Calendar::china();
    let table: Vec<_> = rows(include_str!("data/special_days.csv")).collect();
    assert_eq!(table.len(), 286);
    let mut seen = 0;
    for day in date("2018-12-01").iter_days().take_while(|day| *day <= date("2026-12-31")) {
        let text = day.to_string();
        let row = table.iter().find(|row| row[0] == text);
        let weekend = day.weekday().num_days_from_monday() > 4;
        let expected = match row.map(|row| row[2]) {
            Some("off") => DayKind::Holiday,
            // 2020-02-03, a Monday: the day work began again; the amendment made it ordinary.
            Some("makeup_workday") if !weekend => DayKind::Workday,
            Some("makeup_workday") => DayKind::MakeUp,
            _ if weekend => DayKind::Weekend,
            _ => DayKind::Workday,
        };
        let found = calendar.day(day);
        assert_eq!(found.kind, expected, "{day}");
        if let Some(row) = row {
            seen += 1;
            if expected != DayKind::Workday {
                assert_eq!(found.name, Some(row[1]), "{day}");
            }
            assert!(found.notice.is_some(), "{day}");
        } else {
            assert_eq!((found.name, found.notice), (None, None), "{day}");
        }
    }
    assert_eq!(seen, table.len());
}

#[test]
fn months_have_the_known_number_of_workdays() {
    let mut by_year = std::collections::BTreeMap::new();
    for row in rows(include_str!("data/workdays_per_month.csv")) {
        let first = date(&format!("{}-{:0>2}-01", row[0], row[1]));
        let (before, last) = (first - Days::new(1), first + chrono::Months::new(1) - Days::new(1));
        let count = Calendar::china().count(before, last, Mode::Strict).unwrap();
        assert_eq!(count.value, row[2].parse::<i64>().unwrap(), "{first}");
        *by_year.entry(first.year()).or_insert(0) += count.value;
    }
    assert_eq!(by_year.into_iter().collect::<Vec<_>>(), [(2024, 251), (2025, 248), (2026, 248)]);
}

#[test]
fn known_dates() {
    for (start, n, due) in [
        ("2026-02-13", 0, "2026-02-13"),
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-13", 5, "2026-02-27"),
        ("2026-09-30", 3, "2026-10-10"),
        ("2026-09-30", 5, "2026-10-13"),
        ("2026-04-30", 3, "2026-05-08"),
        ("2025-01-24", 3, "2025-02-05"),
        ("2025-09-27", 5, "2025-10-10"),
        ("2024-02-08", 5, "2024-02-21"),
        ("2020-01-23", 1, "2020-02-03"),
        ("2019-04-30", 1, "2019-05-05"),
    ] {
        let answer = Calendar::china().add(date(start), n, Mode::Strict).unwrap();
        assert_eq!((answer.value, answer.provisional), (date(due), false), "{start} + {n}");
        let count = Calendar::china().count(date(start), date(due), Mode::Strict).unwrap();
        assert_eq!(count.value, i64::from(n), "{start} to {due}");
        let back = Calendar::china().count(date(due), date(start), Mode::Strict).unwrap();
        assert_eq!(back.value, -i64::from(n), "{due} back to {start}");
    }
}

#[test]
fn a_year_that_is_not_entered_is_said() {
    let calendar = Calendar::china();
    assert_eq!(calendar.confirmed_from(), Some(date("2019-01-01")));
    assert_eq!(calendar.confirmed_until(), Some(date("2026-12-31")));

    let error = calendar.add(date("2026-12-31"), 1, Mode::Strict).unwrap_err();
    assert_eq!((error.year, error.why), (2027, Why::NotEntered));
    assert!(error.to_string().starts_with("the holiday notice for 2027 is not entered in this calendar"));
    let answer = calendar.add(date("2026-12-31"), 1, Mode::Provisional).unwrap();
    assert_eq!((answer.value, answer.provisional), (date("2027-01-04"), true));
    let answer = calendar.add(date("2026-12-30"), 1, Mode::Provisional).unwrap();
    assert_eq!((answer.value, answer.provisional), (date("2026-12-31"), false));

    assert_eq!(calendar.is_workday(date("2027-01-04"), Mode::Strict).unwrap_err().year, 2027);
    assert_eq!(calendar.is_workday(date("2027-01-04"), Mode::Provisional), Ok(true));
    let monday = calendar.day(date("2027-01-04"));
    assert_eq!((monday.kind, monday.certainty), (DayKind::Workday, Certainty::Provisional));
    // What the law says is certain: New Year's Eve, a Friday, and the days after it.
    let eve = calendar.day(date("2027-02-05"));
    assert_eq!((eve.kind, eve.name, eve.notice), (DayKind::Holiday, Some("春节"), None));
    assert_eq!(calendar.is_workday(date("2027-02-05"), Mode::Provisional), Ok(false));
    let answer = calendar.add(date("2027-02-04"), 1, Mode::Provisional).unwrap();
    assert_eq!((answer.value, answer.provisional), (date("2027-02-09"), true));
    assert_eq!(calendar.certainty(2026), Certainty::Confirmed);
    assert_eq!(calendar.certainty(2100), Certainty::Provisional);

    // Beyond the table and before the first notice nothing is counted, in any mode.
    assert_eq!((calendar.certainty(2101), calendar.certainty(2018)), (Certainty::Unknown, Certainty::Unknown));
    let error = calendar.add(date("2100-12-31"), 1, Mode::Provisional).unwrap_err();
    assert_eq!((error.year, error.why), (2101, Why::BeyondTable));
    let error = calendar.count(date("2018-12-28"), date("2019-01-02"), Mode::Provisional).unwrap_err();
    assert_eq!((error.year, error.why), (2018, Why::TooEarly));
    let error = calendar.count(date("2018-12-28"), date("2019-01-02"), Mode::Strict).unwrap_err();
    assert_eq!((error.year, error.why), (2018, Why::TooEarly));
    assert_eq!(calendar.count(date("2026-12-01"), date("2030-01-01"), Mode::Strict).unwrap_err().year, 2027);

    // Beyond all years nothing is counted, but a strict calendar names the year that is missing first.
    assert_eq!(calendar.add(date("2026-12-30"), u32::MAX, Mode::Strict).unwrap_err().year, 2027);
    let error = calendar.add(date("2026-12-30"), u32::MAX, Mode::Provisional).unwrap_err();
    assert_eq!((error.year, error.why), (2101, Why::BeyondTable));
    for extreme in [NaiveDate::MIN, NaiveDate::MAX] {
        for mode in [Mode::Strict, Mode::Provisional] {
            assert!(calendar.is_workday(extreme, mode).is_err());
            assert!(calendar.add(extreme, 1, mode).is_err());
            assert!(calendar.count(extreme, date("2026-01-01"), mode).is_err());
        }
        calendar.day(extreme);
    }
}

#[test]
fn only_what_was_published_by_then_is_known() {
    let add = |as_of: &str, start: &str, n| {
        Calendar::china_as_of(date(as_of)).add(date(start), n, Mode::Strict).map(|answer| answer.value)
    };
    // Labour Day 2019 was one day until 22 March.
    assert_eq!(add("2019-03-21", "2019-04-30", 1), Ok(date("2019-05-02")));
    assert_eq!(add("2019-03-22", "2019-04-30", 1), Ok(date("2019-05-05")));
    assert_eq!(add("2019-03-21", "2019-04-26", 1), Ok(date("2019-04-29")));
    assert_eq!(add("2019-03-22", "2019-04-26", 1), Ok(date("2019-04-28")));
    // Spring Festival 2020 was to end on 30 January, with Saturday 1 February worked.
    assert_eq!(add("2020-01-26", "2020-01-23", 2), Ok(date("2020-02-01")));
    assert_eq!(add("2020-01-27", "2020-01-23", 2), Ok(date("2020-02-04")));
    assert_eq!(Calendar::china_as_of(date("2020-01-27")).day(date("2020-02-03")).kind, DayKind::Workday);
    assert_eq!(add("2025-11-03", "2025-12-31", 1).unwrap_err().year, 2026);
    assert_eq!(Calendar::china_as_of(date("2025-11-03")).confirmed_until(), Some(date("2025-12-31")));

    let none = Calendar::china_as_of(date("2018-01-01"));
    assert_eq!((none.confirmed_from(), none.confirmed_until()), (None, None));
    assert_eq!(none.add(date("2019-01-04"), 1, Mode::Strict).unwrap_err().year, 2019);
    assert_eq!(none.add(date("2019-01-04"), 1, Mode::Provisional).unwrap_err().year, 2019);
    assert_eq!(none.add(date("2025-12-31"), 1, Mode::Provisional).unwrap().value, date("2026-01-02"));

    let published = ["2018-12-06", "2019-03-22", "2019-11-21", "2020-01-27", "2020-11-25", "2025-11-04"];
    let versions: std::collections::BTreeSet<_> =
        published.iter().map(|day| Calendar::china_as_of(date(day)).version().to_owned()).collect();
    assert_eq!(versions.len(), published.len(), "each state of knowledge has a version of its own");
    assert_eq!(Calendar::china_as_of(date("2026-11-22")).version(), Calendar::china().version());
    assert!(Calendar::china().version().starts_with("cn-2026.10-"), "{}", Calendar::china().version());
}

const NEW_YEAR: &str =
    "notice 测试〔2026〕1号\ntitle 2027年\npublished 2026-11-25\nyear 2027\n\noff 2027-01-01..2027-01-03 元旦\n";

#[test]
fn a_calendar_grows_by_a_year_and_an_amendment() {
    let calendar = Calendar::china().with_notice(Notice::parse(NEW_YEAR).unwrap()).unwrap();
    assert_eq!(calendar.confirmed_until(), Some(date("2027-12-31")));
    assert_eq!(calendar.add(date("2026-12-31"), 1, Mode::Strict).unwrap().value, date("2027-01-04"));
    let amendment = "notice 测试〔2026〕2号\ntitle 调整\npublished 2026-12-20\nyear 2027\namends 测试〔2026〕1号\n\
                     ordinary 2027-01-01 元旦\nwork 2027-01-02 元旦\noff 2027-01-04 元旦\n";
    let amended = calendar.with_notice(Notice::parse(amendment).unwrap()).unwrap();
    let due: Vec<_> =
        (1..=3).map(|n| amended.add(date("2026-12-31"), n, Mode::Strict).unwrap().value.to_string()).collect();
    assert_eq!(due, ["2027-01-01", "2027-01-02", "2027-01-05"]);
    assert_ne!(amended.version(), calendar.version());
    assert_eq!(amended.day(date("2027-01-02")).notice, Some("测试〔2026〕2号"));
    // A gap between years stays a gap.
    let later = NEW_YEAR.replace("2027", "2029").replace("published 2026", "published 2028").replace("1号", "9号");
    let gap = calendar.with_notice(Notice::parse(&later).unwrap()).unwrap();
    assert_eq!(gap.confirmed_until(), Some(date("2027-12-31")));
    assert_eq!(gap.count(date("2027-12-01"), date("2029-02-01"), Mode::Strict).unwrap_err().year, 2028);
    assert!(gap.count(date("2029-01-01"), date("2029-02-01"), Mode::Strict).is_ok());
}

#[test]
fn notices_that_do_not_fit_are_refused() {
    let with = |text: String| Calendar::china().with_notice(Notice::parse(&text).unwrap()).unwrap_err();
    let known = Calendar::china().notices().last().unwrap().clone();
    assert!(matches!(Calendar::china().with_notice(known), Err(CalendarError::TwiceNotice(_))));
    let second = NEW_YEAR.replace("2027", "2026").replace("published 2026-11", "published 2025-11");
    assert!(matches!(with(second), CalendarError::TwiceYear { year: 2026, .. }));
    let lost = NEW_YEAR.replace("year 2027", "year 2027\namends 测试〔2026〕0号");
    assert!(matches!(with(lost), CalendarError::UnknownAmended { year: 2027, .. }));
    let early = "notice 甲\ntitle 甲\npublished 2025-11-01\nyear 2026\namends 国办发明电〔2025〕7号\nordinary 2026-01-02 元旦\n";
    assert!(matches!(with(early.to_owned()), CalendarError::UnknownAmended { .. }), "published before what it amends");
    let conflict = "notice 甲\ntitle 甲\npublished 2026-11-01\nyear 2027\noff 2026-12-31 元旦\n";
    let base = Calendar::from_notices(vec![Notice::parse(conflict).unwrap()]).unwrap();
    let other = "notice 乙\ntitle 乙\npublished 2025-11-01\nyear 2026\nwork 2026-12-26 元旦\noff 2027-01-02 元旦\n";
    assert!(base.with_notice(Notice::parse(other).unwrap()).is_ok());
    let other = other.replace("2026-12-26", "2027-01-03");
    let conflict = conflict.replace("2026-12-31", "2027-01-03");
    let both = vec![Notice::parse(&conflict).unwrap(), Notice::parse(&other).unwrap()];
    assert!(matches!(Calendar::from_notices(both), Err(CalendarError::Conflict { .. })));
}
