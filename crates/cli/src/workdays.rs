//! `wanqi workdays`: adds, counts and shows working days; on stdout the plain answer alone, or with the word provisional.

use std::path::PathBuf;

use chrono::{Datelike, NaiveDate};
use workdays::{Answer, Calendar, Certainty, DayKind, Mode, Notice, NoticeDraft, UnknownYear, Why};

use crate::arguments::{How, Workdays};
use crate::say::{Outcome, Say, Stop, USAGE};

pub fn run(command: Workdays, say: &Say) -> Outcome {
    match command {
        Workdays::Add { date, n, how } => {
            let calendar = calendar(&how.calendar, say)?;
            let answer = calendar.add(date, n, mode(&how)).map_err(|e| unknown(e, say))?;
            tell(&answer, &calendar, say);
        }
        Workdays::Count { from, to, how } => {
            let calendar = calendar(&how.calendar, say)?;
            let answer = calendar.count(from, to, mode(&how)).map_err(|e| unknown(e, say))?;
            tell(&answer, &calendar, say);
        }
        Workdays::Show { when, calendar: files } => {
            let calendar = calendar(&files, say)?;
            match (when.parse::<i32>(), NaiveDate::parse_from_str(&when, "%Y-%m-%d")) {
                (Ok(year), _) if when.len() == 4 => show_year(&calendar, year, say)?,
                (_, Ok(date)) => show_day(&calendar, date, say)?,
                _ => return Err(say.stop(USAGE, "workdays-when", &[("when", &when)])),
            }
        }
    }
    Ok(())
}

fn mode(how: &How) -> Mode {
    if how.confirmed_only { Mode::Strict } else { Mode::Provisional }
}

/// The shipped notices and those of `files`.
fn calendar(files: &[PathBuf], say: &Say) -> Result<Calendar, Stop> {
    let mut notices = Calendar::china().notices().to_vec();
    for file in files {
        let name = file.display().to_string();
        let wrong =
            |reason: String| say.stop(USAGE, "workdays-calendar-wrong", &[("file", &name), ("reason", &reason)]);
        let text = std::fs::read_to_string(file).map_err(|e| wrong(e.to_string()))?;
        notices.push(notice(&text).map_err(wrong)?);
    }
    Calendar::from_notices(notices)
        .map_err(|e| say.stop(USAGE, "workdays-calendars-wrong", &[("reason", &e.to_string())]))
}

/// A notice in the format of the program's own, or in the State Council's prose.
fn notice(text: &str) -> Result<Notice, String> {
    if text.lines().any(|line| line.trim_start_matches('\u{feff}').starts_with("notice")) {
        return Notice::parse(text).map_err(|e| e.to_string());
    }
    let said =
        |faults: Vec<workdays::ProseFault>| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    NoticeDraft::from_prose(text).finish().map_err(said)
}

fn unknown(error: UnknownYear, say: &Say) -> Stop {
    let key = match error.why {
        Why::NotEntered => "workdays-not-entered",
        Why::TooEarly => "workdays-too-early",
        Why::BeyondTable => "workdays-beyond-table",
        Why::OutOfRange => "workdays-out-of-range",
    };
    // A year is written without separators.
    say.stop(USAGE, key, &[("year", &error.year.to_string())])
}

fn tell<T: std::fmt::Display>(answer: &Answer<T>, calendar: &Calendar, say: &Say) {
    if !answer.provisional {
        say.answer(&answer.value.to_string());
    } else {
        say.answer(&format!("{} {}", answer.value, say.words.t("workdays-provisional-word")));
        let until = calendar.confirmed_until().map(|day| day.to_string()).unwrap_or_default();
        say.note(&say.f("workdays-provisional", &[("until", &until)]));
    }
}

fn show_day(calendar: &Calendar, date: NaiveDate, say: &Say) -> Outcome {
    let day = calendar.day(date);
    calendar.is_workday(date, Mode::Provisional).map_err(|e| unknown(e, say))?;
    let mut line = format!("{date}  {}", kind(day.kind, say));
    for part in [day.name, day.notice].into_iter().flatten() {
        line.push_str("  ");
        line.push_str(part);
    }
    if day.certainty == Certainty::Provisional {
        line.push_str("  ");
        line.push_str(&say.words.t("workdays-provisional-word"));
    }
    say.answer(&line);
    Ok(())
}

fn show_year(calendar: &Calendar, year: i32, say: &Say) -> Outcome {
    let days = || (1..=12).flat_map(|month| NaiveDate::from_ymd_opt(year, month, 1)).flat_map(month_days);
    if let Some(day) = days().next() {
        calendar.is_workday(day, Mode::Provisional).map_err(|e| unknown(e, say))?;
    }
    let provisional = calendar.certainty(year) == Certainty::Provisional;
    if provisional {
        say.answer(&say.f("workdays-year-provisional", &[("year", &year.to_string())]));
    }
    for notice in calendar.notices().iter().filter(|notice| notice.year == year) {
        say.answer(&format!("{}  {}  {}", notice.published, notice.id, notice.title));
    }
    let mut worked = [0; 12];
    for day in days().map(|date| calendar.day(date)) {
        if day.kind.is_worked()
            && let Some(month) = worked.get_mut(day.date.month0() as usize)
        {
            *month += 1;
        }
        if matches!(day.kind, DayKind::Holiday | DayKind::MakeUp) {
            say.answer(&format!("{}  {}  {}", day.date, kind(day.kind, say), day.name.unwrap_or("")));
        }
    }
    let months = worked.map(|n: i32| n.to_string()).join(" ");
    let total: i32 = worked.iter().sum();
    let key = if provisional { "workdays-year-counted" } else { "workdays-year" };
    say.answer(&say.f(key, &[("n", &total), ("months", &months)]));
    Ok(())
}

fn month_days(first: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    first.iter_days().take_while(move |day| day.month() == first.month())
}

fn kind(kind: DayKind, say: &Say) -> String {
    let key = match kind {
        DayKind::Workday => "workdays-workday",
        DayKind::Weekend => "workdays-weekend",
        DayKind::Holiday => "workdays-holiday",
        DayKind::MakeUp => "workdays-make-up",
    };
    say.words.t(key).into_owned()
}
