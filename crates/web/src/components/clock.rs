//! A clock shown as days: which counted, which did not and why, where today is and where the end.

use askama::Template;
use askama::filters::HtmlSafe;
use chrono::{Datelike, NaiveDate};

use crate::words::Words;

/// How a day enters the count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayKind {
    /// Used up already.
    Counted,
    /// A weekend or holiday: never counts.
    Off,
    /// A working day on which the clock stood still.
    Paused,
    /// A working day still to come.
    Ahead,
}

impl DayKind {
    fn class(self) -> &'static str {
        match self {
            DayKind::Counted => "counted",
            DayKind::Off => "off",
            DayKind::Paused => "paused",
            DayKind::Ahead => "ahead",
        }
    }
}

/// One day of the strip.
#[derive(Clone, Debug)]
pub struct DayCell {
    pub date: NaiveDate,
    pub kind: DayKind,
    /// A weekend day worked in exchange for a holiday.
    pub make_up: bool,
    pub today: bool,
    pub due: bool,
    /// The reason in words: `春节`, `等待企业补件`; may be empty.
    pub note: String,
}

impl DayCell {
    /// A plain day; set the flags on the fields.
    pub fn new(date: NaiveDate, kind: DayKind, note: impl Into<String>) -> DayCell {
        DayCell { date, kind, make_up: false, today: false, due: false, note: note.into() }
    }
}

struct Cell {
    classes: String,
    machine: String,
    top: String,
    bottom: String,
    title: String,
    current: bool,
    make_up: bool,
    date: String,
    how: String,
    note: String,
}

/// The strip of days with its table twin.
#[derive(Template)]
#[template(path = "components/day_strip.html")]
pub struct DayStrip {
    cells: Vec<Cell>,
    sentence: String,
    make_up_word: String,
    table: String,
    columns: [String; 3],
    open: bool,
}

impl DayStrip {
    /// `sentence` says how the days were counted and by which calendar.
    pub fn new(w: &Words, days: &[DayCell], sentence: impl Into<String>) -> DayStrip {
        let word = |key: &str| w.t(key).into_owned();
        DayStrip {
            cells: days.iter().enumerate().map(|(index, day)| cell(w, day, index == 0)).collect(),
            sentence: sentence.into(),
            make_up_word: word("make-up-mark"),
            table: word("days-table"),
            columns: [word("day-column-date"), word("day-column-kind"), word("day-column-note")],
            open: false,
        }
    }

    /// Shows the table unfolded, for print and for a page of its own.
    pub fn open(mut self) -> DayStrip {
        self.open = true;
        self
    }
}

impl HtmlSafe for DayStrip {}

fn cell(w: &Words, day: &DayCell, first: bool) -> Cell {
    // words: days-*
    let mut how = w.t(&format!("days-{}", day.kind.class())).into_owned();
    let mut classes = day.kind.class().to_owned();
    for (set, class, key) in
        [(day.make_up, "make-up", "day-make-up"), (day.today, "today", "day-today"), (day.due, "due", "day-due")]
    {
        if set {
            classes.push(' ');
            classes.push_str(class);
            how.push_str(" · ");
            how.push_str(&w.t(key));
        }
    }
    let date = w.weekday_date(day.date);
    let mut title = format!("{date} · {how}");
    if !day.note.is_empty() {
        title.push_str(" · ");
        title.push_str(&day.note);
    }
    let (month, number) = (day.date.month(), day.date.day());
    // Days off inside a month need no month: fewer digits, calmer strip.
    let bare = day.kind == DayKind::Off && !first && number != 1;
    Cell {
        classes,
        machine: day.date.to_string(),
        top: if bare { number.to_string() } else { format!("{month}/{number}") },
        // words: weekday-short-*
        bottom: w.t(&format!("weekday-short-{}", day.date.weekday().number_from_monday())).into_owned(),
        title,
        current: day.today,
        make_up: day.make_up,
        date,
        how,
        note: day.note.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Lang;
    use crate::words::WORDS;

    #[test]
    fn every_day_says_how_it_counts() {
        let w = Words::build(WORDS.iter().copied()).unwrap().in_lang(Lang::En);
        let day = |d: &str, kind, note: &str| DayCell::new(d.parse().unwrap(), kind, note);
        let mut make_up = day("2026-02-28", DayKind::Ahead, "for 23 Feb");
        make_up.make_up = true;
        let mut due = day("2026-03-02", DayKind::Ahead, "");
        due.due = true;
        let mut today = day("2026-02-27", DayKind::Counted, "");
        today.today = true;
        let days = [day("2026-02-15", DayKind::Off, "Spring <Festival>"), today, make_up, due];
        let html = DayStrip::new(&w, &days, "Counted by calendar 2026-1.").to_string();
        for want in [
            r#"class="off""#,
            r#"class="counted today""#,
            r#"aria-current="date""#,
            "Sat 28 Feb · to come · make-up working day · for 23 Feb",
            "Mon 2 Mar · to come · due day",
            "Spring &#60;Festival&#62;",
            ">work<",
            "Counted by calendar 2026-1.",
        ] {
            assert!(html.contains(want), "{want} is missing in {html}");
        }
        assert_eq!(html.matches("<tr>").count(), 5);
    }
}
