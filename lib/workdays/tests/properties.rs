//! Laws that hold for every date, number and set of pauses, and agreement with a slow, plain reading of the rules.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use proptest::prelude::*;
use workdays::{Calendar, Hours, LastDay, Limit, LineKind, Mode, Pause, Schedule, Unit, local_date};

const FIRST: i64 = 17_897; // 2019-01-01 as days after 1970-01-01

fn day() -> impl Strategy<Value = NaiveDate> {
    (0..4_000_u64).prop_map(|days| NaiveDate::from_ymd_opt(2019, 1, 1).unwrap() + Days::new(days))
}

fn instant() -> impl Strategy<Value = DateTime<Utc>> {
    (FIRST * 1440..(FIRST + 2_700) * 1440).prop_map(|minute| DateTime::from_timestamp(minute * 60, 0).unwrap())
}

/// A start, and pauses (minutes after the start, length, open) of which some begin before it.
fn case() -> impl Strategy<Value = (DateTime<Utc>, Vec<Pause>, DateTime<Utc>)> {
    let pause = (-3_000..20_000_i64, 0..9_000_i64, 0..10_u8);
    (instant(), prop::collection::vec(pause, 0..5), 0..30_000_i64).prop_map(|(start, pauses, now)| {
        let after = |minutes| start + TimeDelta::minutes(minutes);
        let pause = |(from, length, open): (i64, i64, u8)| Pause {
            from: after(from),
            to: (open > 0).then(|| after(from + length)),
        };
        (start, pauses.into_iter().map(pause).collect(), after(now))
    })
}

fn unit() -> impl Strategy<Value = Unit> {
    prop::sample::select(Unit::ALL.to_vec())
}

fn last_day() -> impl Strategy<Value = LastDay> {
    prop::sample::select(vec![LastDay::NextWorkingDay, LastDay::AsCounted])
}

fn hours() -> impl Strategy<Value = Hours> {
    let texts = [
        "mon-fri 09:00-12:00 13:30-17:30",
        "mon-thu 08:30-12:00 14:30-18:00; fri 08:30-12:00; sat 09:00-11:00",
        "mon-fri 00:00-24:00",
    ];
    prop::sample::select(texts.map(|text| text.parse::<Hours>().unwrap()).to_vec())
}

fn add(start: NaiveDate, n: u32) -> NaiveDate {
    Calendar::china().add(start, n, Mode::Provisional).unwrap().value
}

fn count(start: NaiveDate, end: NaiveDate) -> i64 {
    Calendar::china().count(start, end, Mode::Provisional).unwrap().value
}

fn is_paused(pauses: &[Pause], now: DateTime<Utc>, at: DateTime<Utc>) -> bool {
    pauses.iter().any(|pause| pause.from <= at && at < pause.to.unwrap_or(now))
}

/// The rules read plainly: one day or one minute after the other.
fn slow_due(
    schedule: &Schedule<'_>,
    start: DateTime<Utc>,
    n: u32,
    unit: Unit,
    pauses: &[Pause],
    now: DateTime<Utc>,
) -> DateTime<Utc> {
    let worked = |date| Calendar::china().day(date).kind.is_worked();
    let first = local_date(start);
    if matches!(unit, Unit::Hour | Unit::WorkingHour) {
        let (mut at, mut left) = (start, n * 60);
        while left > 0 {
            let minute = workdays::shanghai(at);
            let of_day = (minute.timestamp() + 8 * 3600).rem_euclid(86_400) / 60;
            let open = |frame: &workdays::Frame| (i64::from(frame.open)..i64::from(frame.close)).contains(&of_day);
            let date = minute.date_naive();
            let frames = schedule.hours.frames(chrono::Datelike::weekday(&date));
            let runs = unit == Unit::Hour || (worked(date) && frames.iter().any(open));
            left -= u32::from(runs && !is_paused(pauses, now, at));
            at += TimeDelta::minutes(1);
        }
        return at;
    }
    let end_of = |date: NaiveDate| match unit {
        Unit::WorkingDay => schedule.close_of(date),
        _ => date.and_hms_opt(23, 59, 59).unwrap().and_utc() - TimeDelta::hours(8),
    };
    let mut left = match unit {
        Unit::Month => (first + chrono::Months::new(n) - first).num_days(),
        _ => i64::from(n),
    };
    let mut date = first;
    while left > 0 {
        date = date + Days::new(1);
        let counts = unit != Unit::WorkingDay || worked(date);
        left -= i64::from(counts && !is_paused(pauses, now, end_of(date)));
    }
    if unit != Unit::WorkingDay && schedule.last_day == LastDay::NextWorkingDay && !worked(date) {
        date = date + Days::new(1);
        while !worked(date) || is_paused(pauses, now, end_of(date)) {
            date = date + Days::new(1);
        }
    }
    end_of(date)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn counting_undoes_adding(start in day(), n in 0..3_000_u32) {
        prop_assert_eq!(count(start, add(start, n)), i64::from(n));
        prop_assert_eq!(count(add(start, n), start), -i64::from(n));
        if n > 0 {
            prop_assert!(Calendar::china().is_workday(add(start, n), Mode::Provisional).unwrap());
        }
    }

    #[test]
    fn adding_is_monotone(a in day(), b in day(), n in 0..3_000_u32, m in 0..3_000_u32) {
        prop_assert!(add(a.min(b), n) <= add(a.max(b), n));
        prop_assert!(add(a, n.min(m)) <= add(a, n.max(m)));
        prop_assert!(n == m || add(a, n) != add(a, m));
    }

    #[test]
    fn adding_in_steps_equals_adding_at_once(start in day(), a in 0..2_000_u32, b in 0..2_000_u32) {
        prop_assert_eq!(add(add(start, a), b), add(start, a + b));
    }

    #[test]
    fn counts_add_up(a in day(), b in day(), c in day()) {
        prop_assert_eq!(count(a, b) + count(b, c), count(a, c));
    }

    #[test]
    fn strict_either_agrees_with_provisional_or_names_a_year(start in day(), n in 0..1_000_u32) {
        let provisional = Calendar::china().add(start, n, Mode::Provisional).unwrap();
        match Calendar::china().add(start, n, Mode::Strict) {
            Ok(strict) => prop_assert_eq!(strict, provisional),
            Err(error) => {
                prop_assert!(provisional.provisional);
                prop_assert!(!(2019..=2026).contains(&error.year));
            }
        }
    }

    #[test]
    fn due_agrees_with_the_rules_read_plainly(
        (start, pauses, now) in case(), n in 1..25_u32, unit in unit(), hours in hours(), last_day in last_day(),
    ) {
        let n = if unit == Unit::Month { n % 4 + 1 } else { n };
        let schedule = Schedule { calendar: Calendar::china(), hours: &hours, mode: Mode::Provisional, last_day };
        let found = schedule.due(start, Limit { n, unit }, &pauses, now).unwrap();
        prop_assert_eq!(found.at, slow_due(&schedule, start, n, unit, &pauses, now));

        // What the explanation lists is what was counted.
        let explained = schedule.explain(start, Limit { n, unit }, &pauses, now).unwrap();
        prop_assert_eq!(explained.due, found);
        let last = explained.lines.last().unwrap();
        prop_assert!(last.due && last.date == local_date(found.at) || found.at == start);
        let paused = explained.lines.iter().filter(|line| line.kind == LineKind::Paused).count();
        let ran: i64 = explained.lines.iter().map(|line| line.seconds).sum();
        match unit {
            Unit::WorkingHour | Unit::Hour => prop_assert_eq!(ran, i64::from(n) * 3600),
            Unit::WorkingDay | Unit::Day => {
                let moved = explained.moved_from.is_some();
                prop_assert_eq!(last.kind, if moved { LineKind::Moved } else { LineKind::Counted(n) });
                prop_assert_eq!(paused, found.paused_days as usize);
            }
            Unit::Month => prop_assert_eq!(paused, found.paused_days as usize),
        }
    }

    #[test]
    fn a_longer_limit_or_another_pause_never_brings_the_due_instant_forward(
        (start, pauses, now) in case(), n in 0..40_u32, m in 0..40_u32, unit in unit(), hours in hours(), last_day in last_day(),
    ) {
        let schedule = Schedule { calendar: Calendar::china(), hours: &hours, mode: Mode::Provisional, last_day };
        let due = |n, pauses: &[Pause]| schedule.due(start, Limit { n, unit }, pauses, now).unwrap().at;
        prop_assert!(due(n.min(m), &pauses) <= due(n.max(m), &pauses));
        let mut before = due(n, &[]);
        prop_assert!(start <= before);
        for some in 1..=pauses.len() {
            let at = due(n, &pauses[..some]);
            prop_assert!(before <= at);
            before = at;
        }
        let reversed: Vec<_> = pauses.iter().rev().copied().collect();
        prop_assert_eq!(due(n, &reversed), before);
    }

    #[test]
    fn differences_have_the_sign_of_time(
        due in instant(), stop in instant(), unit in unit(), hours in hours(), last_day in last_day(),
    ) {
        let schedule = Schedule { calendar: Calendar::china(), hours: &hours, mode: Mode::Provisional, last_day };
        let (there, back) = (schedule.difference(due, stop, unit).unwrap(), schedule.difference(stop, due, unit).unwrap());
        prop_assert_eq!((there.value, there.seconds), (-back.value, -back.seconds));
        prop_assert_eq!(there.on_time, stop <= due);
        prop_assert!(there.value == 0 || (there.value > 0) == (stop < due));
    }
}
