//! Due instants, pauses, differences and explanations in all units, by example.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use chrono::{DateTime, NaiveDate, Utc};
use workdays::{Calendar, DayKind, Due, Hours, LastDay, Limit, LineKind, Mode, Pause, Schedule, Unit, Why, shanghai};

/// `2026-02-06 16:42` in Asia/Shanghai.
fn at(text: &str) -> DateTime<Utc> {
    let text = if text.len() == 16 { format!("{text}:00") } else { text.to_owned() };
    DateTime::parse_from_str(&format!("{text} +0800"), "%Y-%m-%d %H:%M:%S %z").unwrap().to_utc()
}

fn pause(from: &str, to: &str) -> Pause {
    Pause { from: at(from), to: (!to.is_empty()).then(|| at(to)) }
}

fn due(hours: &Hours, start: &str, n: u32, unit: Unit, pauses: &[(&str, &str)], now: &str) -> Due {
    let schedule = Schedule { calendar: Calendar::china(), hours, mode: Mode::Strict, last_day: LastDay::AsCounted };
    let pauses: Vec<_> = pauses.iter().map(|(from, to)| pause(from, to)).collect();
    let due = schedule.due(at(start), Limit { n, unit }, &pauses, at(now)).unwrap();
    let explained = schedule.explain(at(start), Limit { n, unit }, &pauses, at(now)).unwrap();
    assert_eq!(explained.due, due);
    due
}

#[test]
fn limits_are_due_when_they_should_be() {
    use Unit::*;
    let (none, spring) = ([].as_slice(), [("2026-02-24 09:05", "2026-02-26 08:40")].as_slice());
    // (start, n, unit, pauses, due, paused days, paused seconds)
    for (start, n, unit, pauses, expected, days, seconds) in [
        // The picture of the design: accepted on 6 February, due on 2 March.
        ("2026-02-06 16:42", 10, WorkingDay, spring, "2026-03-02 17:30", 2, 171_300),
        ("2026-02-06 16:42", 10, WorkingDay, none, "2026-02-27 17:30", 0, 0),
        ("2026-02-13 08:00", 1, WorkingDay, none, "2026-02-14 17:30", 0, 0),
        // Late in the evening still excludes that day only; 00:30 in Shanghai is the day before in UTC.
        ("2026-02-06 23:59", 1, WorkingDay, none, "2026-02-09 17:30", 0, 0),
        ("2026-02-10 00:30", 1, WorkingDay, none, "2026-02-11 17:30", 0, 0),
        // Paused at the close of a day counts as paused, whichever hour it began; resumed before the close does not.
        ("2026-03-02 10:00", 2, WorkingDay, &[("2026-03-03 17:29", "2026-03-03 17:31")], "2026-03-05 17:30", 1, 120),
        ("2026-03-02 10:00", 2, WorkingDay, &[("2026-03-03 08:00", "2026-03-03 17:30")], "2026-03-04 17:30", 0, 34_200),
        ("2026-03-02 10:00", 2, WorkingDay, &[("2026-03-03 17:30", "2026-03-04 08:00")], "2026-03-05 17:30", 1, 52_200),
        // Any order, overlapping, touching, before the start, after the end.
        (
            "2026-03-02 10:00",
            2,
            WorkingDay,
            &[
                ("2026-03-20 10:00", "2026-03-21 10:00"),
                ("2026-03-04 10:00", "2026-03-05 10:00"),
                ("2026-03-03 10:00", "2026-03-04 10:00"),
                ("2026-03-03 12:00", "2026-03-03 13:00"),
                ("2026-02-01 10:00", "2026-02-20 10:00"),
            ],
            "2026-03-06 17:30",
            2,
            172_800,
        ),
        // A pause over a holiday costs only the working days in it: 30 September and 8 October.
        (
            "2026-09-29 10:00",
            2,
            WorkingDay,
            &[("2026-09-30 10:00", "2026-10-09 10:00")],
            "2026-10-10 17:30",
            2,
            777_600,
        ),
        ("2026-03-02 10:00", 0, WorkingDay, none, "2026-03-02 17:30", 0, 0),
        ("2026-03-02 18:00", 0, WorkingDay, none, "2026-03-02 18:00", 0, 0),
        ("2026-02-06 16:42", 10, Day, none, "2026-02-16 23:59:59", 0, 0),
        ("2026-02-06 16:42", 10, Day, spring, "2026-02-16 23:59:59", 0, 0),
        ("2026-02-06 16:42", 20, Day, spring, "2026-02-28 23:59:59", 2, 171_300),
        ("2026-01-31 09:00", 1, Month, none, "2026-02-28 23:59:59", 0, 0),
        ("2026-01-31 09:00", 1, Month, spring, "2026-03-02 23:59:59", 2, 171_300),
        ("2026-01-15 09:00", 12, Month, none, "2027-01-15 23:59:59", 0, 0),
        ("2026-02-06 16:42", 48, Hour, none, "2026-02-08 16:42", 0, 0),
        ("2026-02-23 16:42", 48, Hour, spring, "2026-02-27 16:17", 0, 171_300),
        ("2026-02-06 16:42", 0, Hour, none, "2026-02-06 16:42", 0, 0),
        // Friday 16:42: 48 minutes left, then Monday to the end of the first hour.
        ("2026-02-06 16:42", 1, WorkingHour, none, "2026-02-09 09:12", 0, 0),
        ("2026-02-09 11:30", 1, WorkingHour, none, "2026-02-09 14:00", 0, 0),
        ("2026-02-09 11:00", 1, WorkingHour, none, "2026-02-09 12:00", 0, 0),
        ("2026-02-13 17:00", 1, WorkingHour, none, "2026-02-14 09:30", 0, 0),
        // 14 February (make-up) 7 h, then 24 February.
        ("2026-02-13 20:00", 8, WorkingHour, none, "2026-02-24 10:00", 0, 0),
        ("2026-02-23 20:00", 14, WorkingHour, spring, "2026-02-27 17:25", 0, 50_100),
        ("2026-03-02 09:00", 70, WorkingHour, none, "2026-03-13 17:30", 0, 0),
    ] {
        let due = due(&Hours::standard(), start, n, unit, pauses, "2026-03-31 09:00");
        let found = (shanghai(due.at).format("%Y-%m-%d %H:%M:%S").to_string(), due.paused_days, due.paused_seconds);
        assert_eq!(
            found,
            (shanghai(at(expected)).format("%Y-%m-%d %H:%M:%S").to_string(), days, seconds),
            "{start} {n} {unit}"
        );
        assert!(!due.provisional && !due.projected);
    }
}

#[test]
fn an_open_pause_gives_a_projection() {
    let hours = Hours::standard();
    let open = [("2026-02-24 09:05", "")];
    let run = |now| due(&hours, "2026-02-06 16:42", 10, Unit::WorkingDay, &open, now);
    // As if it ended now: the 24th not yet lost at noon, lost in the evening.
    assert_eq!((run("2026-02-24 12:00").at, run("2026-02-24 12:00").projected), (at("2026-02-27 17:30"), true));
    assert_eq!(run("2026-02-24 18:00").at, at("2026-02-28 17:30"));
    assert_eq!(run("2026-02-26 08:40").at, at("2026-03-02 17:30"));
    // Paused only after it was due: late stays late, and nothing is projected.
    let late = due(&hours, "2026-01-05 10:00", 3, Unit::WorkingDay, &open, "2026-02-26 09:00");
    assert_eq!((late.at, late.projected), (at("2026-01-08 17:30"), false));
}

#[test]
fn the_day_strip_of_the_design() {
    let hours = Hours::standard();
    let schedule =
        Schedule { calendar: Calendar::china(), hours: &hours, mode: Mode::Strict, last_day: LastDay::AsCounted };
    let ten = Limit { n: 10, unit: Unit::WorkingDay };
    let pauses = [pause("2026-02-24 09:05", "2026-02-26 08:40")];
    let explained = schedule.explain(at("2026-02-06 16:42"), ten, &pauses, at("2026-02-27 10:12")).unwrap();
    let strip: Vec<String> = explained
        .lines
        .iter()
        .map(|line| {
            let kind = match line.kind {
                LineKind::Start => "start".to_owned(),
                LineKind::Counted(n) => n.to_string(),
                LineKind::Off => "off".to_owned(),
                LineKind::Paused => "paused".to_owned(),
                LineKind::Moved => "moved".to_owned(),
            };
            let mark = if line.day == DayKind::MakeUp { "班" } else { "" };
            let due = if line.due { "!" } else { "" };
            format!("{}:{kind}{mark}{}{due}", line.date.format("%-m/%-d"), line.name.as_deref().unwrap_or_default())
        })
        .collect();
    let expected = "2/6:start 2/7:off 2/8:off 2/9:1 2/10:2 2/11:3 2/12:4 2/13:5 2/14:6班春节 2/15:off春节 2/16:off春节 \
                    2/17:off春节 2/18:off春节 2/19:off春节 2/20:off春节 2/21:off春节 2/22:off春节 2/23:off春节 2/24:paused \
                    2/25:paused 2/26:7 2/27:8 2/28:9班春节 3/1:off 3/2:10!";
    assert_eq!(strip.join(" "), expected);
    assert_eq!(explained.notices, ["国办发明电〔2025〕7号"]);
    assert_eq!(explained.calendar, Calendar::china().version());
    assert!(explained.lines.iter().all(|line| line.confirmed));

    // In hours every line says how long the clock ran.
    let nine = Limit { n: 9, unit: Unit::WorkingHour };
    let lines = schedule.explain(at("2026-02-23 20:00"), nine, &pauses, at("2026-02-27 10:12")).unwrap().lines;
    let ran: Vec<_> = lines.iter().map(|line| (line.kind, line.seconds)).collect();
    let expected = [
        (LineKind::Start, 0),
        (LineKind::Counted(0), 300),
        (LineKind::Paused, 0),
        (LineKind::Counted(7), 25_200),
        (LineKind::Counted(9), 6_900),
    ];
    assert_eq!(ran, expected);
}

#[test]
fn early_is_positive_and_late_negative() {
    let hours = Hours::standard();
    let schedule =
        Schedule { calendar: Calendar::china(), hours: &hours, mode: Mode::Strict, last_day: LastDay::AsCounted };
    for (due, stop, unit, value, seconds, on_time) in [
        ("2026-03-02 17:30", "2026-02-27 10:12", Unit::WorkingDay, 2, 285_480, true),
        ("2026-03-02 17:30", "2026-03-02 17:30", Unit::WorkingDay, 0, 0, true),
        ("2026-03-02 17:30", "2026-03-02 17:31", Unit::WorkingDay, 0, -60, false),
        ("2026-02-14 17:30", "2026-02-25 09:00", Unit::WorkingDay, -2, -919_800, false),
        ("2026-02-16 23:59:59", "2026-02-20 08:00", Unit::Day, -4, -288_001, false),
        ("2026-02-16 23:59:59", "2026-02-10 08:00", Unit::Month, 6, 575_999, true),
        ("2026-02-16 12:00", "2026-02-16 09:30", Unit::Hour, 2, 9_000, true),
        ("2026-02-14 10:00", "2026-02-24 11:00", Unit::WorkingHour, -8, -28_800, false),
        ("2026-02-24 11:00", "2026-02-15 11:00", Unit::WorkingHour, 2, 7_200, true),
    ] {
        let found = schedule.difference(at(due), at(stop), unit).unwrap();
        assert_eq!((found.value, found.seconds, found.on_time), (value, seconds, on_time), "{due} {stop} {unit}");
    }
    assert_eq!(
        schedule.difference(at("2026-12-31 17:30"), at("2027-01-04 09:00"), Unit::WorkingDay).unwrap_err().year,
        2027
    );
    let guess = Schedule { mode: Mode::Provisional, ..schedule };
    let found = guess.difference(at("2026-12-31 17:30"), at("2027-01-04 09:00"), Unit::WorkingDay).unwrap();
    // 1 January is off by law.
    assert_eq!((found.value, found.provisional), (-1, true));
}

#[test]
fn only_units_that_count_working_days_need_the_notice() {
    let hours = Hours::standard();
    let strict =
        Schedule { calendar: Calendar::china(), hours: &hours, mode: Mode::Strict, last_day: LastDay::AsCounted };
    let guess = Schedule { mode: Mode::Provisional, ..strict };
    let now = at("2026-12-31 10:00");
    for unit in Unit::ALL {
        let limit = Limit { n: 20, unit };
        let answer = strict.due(now, limit, &[], now);
        assert_eq!(answer.is_err(), unit.needs_calendar(), "{unit}");
        assert_eq!(guess.due(now, limit, &[], now).unwrap().provisional, unit.needs_calendar(), "{unit}");
        let absurd = Limit { n: u32::MAX, unit };
        let error = guess.due(now, absurd, &[], now).unwrap_err();
        assert_eq!(error.why, Why::OutOfRange, "{unit}");
        assert!(strict.due(now, absurd, &[], now).is_err());
        for extreme in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
            assert!(guess.due(extreme, limit, &[], now).is_err(), "{unit}");
            assert!(guess.difference(extreme, now, unit).is_err(), "{unit}");
            let odd = Pause { from: extreme, to: Some(DateTime::<Utc>::MAX_UTC) };
            assert!(guess.due(now, limit, &[odd], now).is_err() || extreme == DateTime::<Utc>::MAX_UTC, "{unit}");
        }
    }
    assert!("fortnight".parse::<Unit>().unwrap_err().to_string().contains("expected working_hour, hour"));
    assert!(Unit::ALL.into_iter().all(|unit| unit.as_str().parse() == Ok(unit)));
}

#[test]
fn a_last_day_that_is_off_moves_to_the_next_working_day() {
    use Unit::*;
    let hours = Hours::standard();
    let schedule =
        Schedule { calendar: Calendar::china(), hours: &hours, mode: Mode::Provisional, last_day: LastDay::default() };
    let none = [].as_slice();
    // (start, n, unit, pauses, due, used up on, paused days, provisional)
    for (start, n, unit, pauses, due, moved_from, paused, provisional) in [
        ("2026-09-21 09:10", 12, Day, none, "2026-10-08 23:59:59", Some("2026-10-03"), 0, false),
        // A make-up Saturday is a working day, an ordinary one is not.
        ("2026-09-30 09:00", 10, Day, none, "2026-10-10 23:59:59", None, 0, false),
        ("2026-03-04 09:00", 10, Day, none, "2026-03-16 23:59:59", Some("2026-03-14"), 0, false),
        ("2026-01-31 09:00", 1, Month, none, "2026-02-28 23:59:59", None, 0, false),
        ("2026-01-16 09:00", 1, Month, none, "2026-02-24 23:59:59", Some("2026-02-16"), 0, false),
        // Paused at the end of the working day it moved to: the next one.
        (
            "2026-09-21 09:10",
            12,
            Day,
            &[("2026-10-05 09:00", "2026-10-09 09:00")],
            "2026-10-09 23:59:59",
            Some("2026-10-03"),
            1,
            false,
        ),
        // The law makes 1 January a day off; whether Monday the 4th is worked, only the notice will tell.
        ("2026-12-30 09:00", 2, Day, none, "2027-01-04 23:59:59", Some("2027-01-01"), 0, true),
        ("2026-12-30 09:00", 1, Day, none, "2026-12-31 23:59:59", None, 0, false),
        // Units that know working days already are left alone.
        ("2026-02-13 08:00", 1, WorkingDay, none, "2026-02-14 17:30", None, 0, false),
        ("2026-02-06 16:42", 48, Hour, none, "2026-02-08 16:42", None, 0, false),
    ] {
        let pauses: Vec<_> = pauses.iter().map(|(from, to)| pause(from, to)).collect();
        let told = schedule.explain(at(start), Limit { n, unit }, &pauses, at("2026-12-31 09:00")).unwrap();
        assert_eq!(told.due.at, at(due), "{start} {n} {unit}: {}", shanghai(told.due.at));
        assert_eq!(told.moved_from.map(|day| day.to_string()).as_deref(), moved_from, "{start}");
        assert_eq!((told.due.paused_days, told.due.provisional), (paused, provisional), "{start}");
        assert_eq!(told.lines.last().unwrap().kind == LineKind::Moved, moved_from.is_some(), "{start}");
        // Switched off, it ends where the days were used up.
        let as_counted = Schedule { last_day: LastDay::AsCounted, ..schedule };
        let plain = as_counted.due(at(start), Limit { n, unit }, &pauses, at("2026-12-31 09:00")).unwrap();
        let expected = moved_from.map_or(told.due.at, |day| at(&format!("{day} 23:59:59")));
        assert_eq!(plain.at, expected, "{start}");
    }
    // A strict calendar says which notice it would need.
    let strict = Schedule { mode: Mode::Strict, ..schedule };
    let error = strict.due(at("2026-12-30 09:00"), Limit { n: 2, unit: Day }, &[], at("2026-12-30 09:00"));
    assert_eq!(error.unwrap_err().year, 2027);
}

#[test]
fn hours_of_their_own() {
    let text = "mon-thu 08:30-12:00 14:30-18:00; fri 08:30-12:00; sat 09:00-11:00";
    let hours: Hours = text.parse().unwrap();
    assert_eq!(hours.to_string(), text);
    assert_eq!(Hours::standard().to_string(), "mon-fri 09:00-12:00 13:30-17:30");
    let end = |start, n, unit| due(&hours, start, n, unit, &[], "2026-02-01 09:00").at;
    assert_eq!(end("2026-02-12 10:00", 1, Unit::WorkingDay), at("2026-02-13 12:00"));
    // A make-up Saturday has the frames of Saturday, a make-up Sunday without any those of Monday.
    assert_eq!(end("2026-02-13 10:00", 1, Unit::WorkingDay), at("2026-02-14 11:00"));
    assert_eq!(end("2026-01-03 10:00", 1, Unit::WorkingDay), at("2026-01-04 18:00"));
    // Ordinary Saturdays are never working time.
    assert_eq!(end("2026-02-06 11:00", 2, Unit::WorkingHour), at("2026-02-09 09:30"));
    // Friday 3.5 h, make-up Saturday 2 h, then Tuesday 24 February.
    assert_eq!(end("2026-02-12 18:00", 6, Unit::WorkingHour), at("2026-02-24 09:00"));
    let schedule =
        Schedule { calendar: Calendar::china(), hours: &hours, mode: Mode::Strict, last_day: LastDay::AsCounted };
    let friday = NaiveDate::from_ymd_opt(2026, 2, 13).unwrap();
    assert_eq!((schedule.open_of(friday), schedule.close_of(friday)), (at("2026-02-13 08:30"), at("2026-02-13 12:00")));
    let pairs = [("mon", vec![("08:30", "12:00")]), ("tue-fri", vec![("00:00", "24:00")])];
    assert_eq!(Hours::from_pairs(pairs).unwrap().to_string(), "mon 08:30-12:00; tue-fri 00:00-24:00");

    // Open until 24:00 closes a second earlier, on its own date.
    let always: Hours = "mon-fri 00:00-24:00".parse().unwrap();
    let midnight = due(&always, "2026-02-12 10:00", 1, Unit::WorkingDay, &[], "2026-02-12 10:00");
    assert_eq!(midnight.at, at("2026-02-13 23:59:59"));

    for (text, words) in [
        ("", "mon has no working hours"),
        ("mon-thu 09:00-12:00", "fri has no working hours"),
        ("mon-sun", "mon has no working hours"),
        ("monday 09:00-12:00", "`monday` is not a weekday"),
        ("mon-fri 09:00-12:00; tue 09:00-12:00", "tue is given a second time"),
        ("mon-fri 9:00-12:00", "`9:00` is not a time of day"),
        ("mon-fri 09:00-24:01", "`24:01` is not a time of day"),
        ("mon-fri 09:00", "`09:00` is not a frame"),
        ("mon-fri 12:00-09:00", "the earlier time first"),
        ("mon-fri 09:00-12:00 11:00-13:00", "before the one ahead of it ends at 12:00"),
    ] {
        let error = text.parse::<Hours>().unwrap_err().to_string();
        assert!(error.contains(words), "{text}: {error}");
    }
}
