//! Functions and properties of dates, times and durations.

use super::decimal::Decimal;
use super::functions::{Call, Halt, Result};
use super::span::Span as Length;
use super::temporal::{Date, DateTime, SECOND, Time, Zone, months_between};
use super::value::Value;

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// None: not a function of dates.
pub(super) fn run(call: &Call) -> Option<Result<Value>> {
    Some(match call.name {
        "date" if call.arguments.len() > 1 => three(call),
        "date" => date_from(call),
        "time" if call.arguments.len() > 1 => clock(call),
        "time" => time_from(call),
        "date and time" if call.arguments.len() > 1 => both(call),
        "date and time" => both_from(call),
        "duration" => duration(call),
        "years and months duration" => {
            day(call, 0).and_then(|from| Ok(Value::Duration(Length::Months(months_between(from, day(call, 1)?)))))
        }
        "day of week" => day(call, 0).map(|day| named(&WEEKDAYS, day.weekday())),
        "month of year" => day(call, 0).map(|day| named(&MONTHS, i64::from(day.month))),
        "day of year" => day(call, 0).map(|day| Value::integer(day.day_of_year())),
        "week of year" => day(call, 0).map(|day| Value::integer(day.week())),
        "last day of month" => day(call, 0).map(|day| Value::Date(day.last_of_month())),
        "year" => day(call, 0).map(|day| Value::integer(day.year)),
        "month" => day(call, 0).map(|day| Value::integer(i64::from(day.month))),
        "day" => day(call, 0).map(|day| Value::integer(i64::from(day.day))),
        "add months" => day(call, 0).and_then(|day| Ok(maybe(day.add_months(call.integer(1)?)))),
        "add days" => day(call, 0).and_then(|day| {
            let days = day.days().checked_add(call.integer(1)?).ok_or(Halt::Null)?;
            Ok(maybe(Date::from_days(days)))
        }),
        "days between" => day(call, 0).and_then(|from| Ok(Value::integer(day(call, 1)?.days() - from.days()))),
        "months between" => day(call, 0).and_then(|from| Ok(Value::integer(months_between(from, day(call, 1)?)))),
        _ => return None,
    })
}

fn maybe(date: Option<Date>) -> Value {
    date.map_or(Value::Null, Value::Date)
}

fn named(names: &[&str], number: i64) -> Value {
    let name = usize::try_from(number - 1).ok().and_then(|place| names.get(place));
    name.map_or(Value::Null, |name| Value::text(*name))
}

/// The day of a date or of a date and time.
fn day(call: &Call, place: usize) -> Result<Date> {
    match call.value(place) {
        Value::Date(date) => Ok(*date),
        Value::DateTime(both) => Ok(both.date),
        other => call.wrong(other),
    }
}

fn three(call: &Call) -> Result<Value> {
    Ok(maybe(Date::new(call.integer(0)?, call.integer(1)?, call.integer(2)?)))
}

fn date_from(call: &Call) -> Result<Value> {
    match call.value(0) {
        Value::Text(text) => Ok(maybe(Date::parse(text))),
        _ => Ok(Value::Date(day(call, 0)?)),
    }
}

fn time_from(call: &Call) -> Result<Value> {
    Ok(match call.value(0) {
        Value::Text(text) => Time::parse(text).map_or(Value::Null, Value::Time),
        Value::Time(time) => Value::Time(time.clone()),
        Value::DateTime(both) => Value::Time(both.time.clone()),
        Value::Date(date) => Value::Time(date.midnight(Some(Zone::Offset(0))).time),
        other => call.wrong(other)?,
    })
}

fn clock(call: &Call) -> Result<Value> {
    let zone = match call.value(3) {
        Value::Null => None,
        Value::Duration(Length::Nanos(nanos)) => {
            let seconds = i32::try_from(nanos / SECOND).ok().filter(|s| s.abs() <= 18 * 3600).ok_or(Halt::Null)?;
            Some(Zone::Offset(seconds))
        }
        other => call.wrong(other)?,
    };
    let second =
        call.number(2)?.multiply(Decimal::from(1_000_000_000)).and_then(Decimal::truncated).ok_or(Halt::Null)?;
    let time = Time::new(call.integer(0)?, call.integer(1)?, i128::from(second), zone);
    Ok(time.map_or(Value::Null, Value::Time))
}

fn both_from(call: &Call) -> Result<Value> {
    Ok(match call.value(0) {
        Value::Text(text) => DateTime::parse(text).map_or(Value::Null, Value::DateTime),
        Value::DateTime(both) => Value::DateTime(both.clone()),
        Value::Date(date) => Value::DateTime(date.midnight(Some(Zone::Offset(0)))),
        other => call.wrong(other)?,
    })
}

fn both(call: &Call) -> Result<Value> {
    let date = day(call, 0)?;
    match call.value(1) {
        Value::Time(time) => Ok(Value::DateTime(DateTime { date, time: time.clone() })),
        other => call.wrong(other),
    }
}

fn duration(call: &Call) -> Result<Value> {
    Ok(match call.value(0) {
        Value::Text(text) => Length::parse(text).map_or(Value::Null, Value::Duration),
        Value::Duration(length) => Value::Duration(*length),
        other => call.wrong(other)?,
    })
}

/// `x.year` and the like; none: this kind has no such property.
pub(super) fn property(value: &Value, name: &str) -> Option<Value> {
    let number = |value: i128| Value::number(Decimal::parse(&value.to_string()));
    match value {
        Value::Date(date) => of_date(*date, name),
        Value::Time(time) => of_time(time, name),
        Value::DateTime(both) if name == "time offset" => Some(offset(both.offset())),
        Value::DateTime(both) => of_date(both.date, name).or_else(|| of_time(&both.time, name)),
        Value::Duration(Length::Months(months)) => match name {
            "years" => Some(Value::integer(months / 12)),
            "months" => Some(Value::integer(months % 12)),
            "days" | "hours" | "minutes" | "seconds" => Some(Value::Null),
            _ => None,
        },
        Value::Duration(Length::Nanos(nanos)) => match name {
            "days" => Some(number(nanos / super::temporal::DAY)),
            "hours" => Some(number(Length::hours(*nanos))),
            "minutes" => Some(number(Length::minutes(*nanos))),
            "seconds" => {
                let nanos = Decimal::parse(&(nanos % (60 * SECOND)).to_string());
                Some(Value::number(nanos.and_then(|n| n.divide(Decimal::from(1_000_000_000)))))
            }
            "years" | "months" => Some(Value::Null),
            _ => None,
        },
        _ => None,
    }
}

fn of_date(date: Date, name: &str) -> Option<Value> {
    Some(match name {
        "year" => Value::integer(date.year),
        "month" => Value::integer(i64::from(date.month)),
        "day" => Value::integer(i64::from(date.day)),
        "weekday" => Value::integer(date.weekday()),
        _ => return None,
    })
}

fn of_time(time: &Time, name: &str) -> Option<Value> {
    let number = |value: i128| Value::number(Decimal::parse(&value.to_string()));
    Some(match name {
        "hour" => number(time.hour()),
        "minute" => number(time.minute()),
        "second" => number(time.second()),
        "time offset" => offset(time.offset()),
        "timezone" => match &time.zone {
            Some(Zone::Named(place)) => Value::text(place.name),
            _ => Value::Null,
        },
        _ => return None,
    })
}

fn offset(seconds: Option<i32>) -> Value {
    seconds.map_or(Value::Null, |seconds| Value::Duration(Length::Nanos(i128::from(seconds) * SECOND)))
}
