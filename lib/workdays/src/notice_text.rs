//! The text format of notices: reading with errors that name the line, and writing.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};

use crate::notice::{Notice, NoticeError, NoticeProblem, SpecialDay, SpecialKind};

const LONGEST_SPAN: i64 = 31;

#[derive(Default)]
struct Draft {
    id: Option<String>,
    title: Option<String>,
    published: Option<NaiveDate>,
    year: Option<i32>,
    amends: Option<String>,
    source: Option<String>,
    note: Option<String>,
    days: Vec<SpecialDay>,
    /// The line each day came from.
    lines: Vec<usize>,
}

impl Notice {
    /// Reads a notice from its text format (see [`Notice`]).
    ///
    /// # Errors
    /// The first fault found, with its line and what was expected.
    pub fn parse(text: &str) -> Result<Self, NoticeError> {
        let mut draft = Draft::default();
        // Windows editors put a byte order mark first.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if !line.is_empty() && !line.starts_with('#') {
                draft.read(line, index + 1).map_err(|problem| NoticeError { line: Some(index + 1), problem })?;
            }
        }
        let lines = std::mem::take(&mut draft.lines);
        let notice = draft.finish().map_err(|problem| NoticeError { line: None, problem })?;
        notice
            .check()
            .map_err(|(day, problem)| NoticeError { line: day.and_then(|index| lines.get(index).copied()), problem })?;
        Ok(notice)
    }
}

impl FromStr for Notice {
    type Err = NoticeError;

    fn from_str(text: &str) -> Result<Self, NoticeError> {
        Self::parse(text)
    }
}

impl Draft {
    fn read(&mut self, line: &str, number: usize) -> Result<(), NoticeProblem> {
        let (word, value) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let value = value.trim();
        match word {
            "notice" => put(&mut self.id, "notice", text("notice", value)?),
            "title" => put(&mut self.title, "title", text("title", value)?),
            "published" => put(&mut self.published, "published", date(text("published", value)?.as_str())?),
            "year" => put(&mut self.year, "year", year(text("year", value)?.as_str())?),
            "amends" => put(&mut self.amends, "amends", text("amends", value)?),
            "source" => put(&mut self.source, "source", text("source", value)?),
            "note" => put(&mut self.note, "note", text("note", value)?),
            "off" => self.read_days(SpecialKind::Off, value, number),
            "work" => self.read_days(SpecialKind::MakeUp, value, number),
            "ordinary" => self.read_days(SpecialKind::Ordinary, value, number),
            _ => Err(NoticeProblem::Word(word.chars().take(40).collect())),
        }
    }

    fn read_days(&mut self, kind: SpecialKind, value: &str, line: usize) -> Result<(), NoticeProblem> {
        let value = text(kind.as_str(), value)?;
        let (span, name) = value.split_once(char::is_whitespace).unwrap_or((&value, ""));
        let (from, to) = match span.split_once("..") {
            Some((from, to)) => (date(from)?, date(to)?),
            None => (date(span)?, date(span)?),
        };
        if !(0..LONGEST_SPAN).contains(&(to - from).num_days()) {
            return Err(NoticeProblem::Span { from, to });
        }
        let name = name.trim();
        if name.is_empty() {
            return Err(NoticeProblem::NoName(from));
        }
        for date in from.iter_days().take_while(|date| *date <= to) {
            self.days.push(SpecialDay { date, kind, name: name.to_owned() });
            self.lines.push(line);
        }
        Ok(())
    }

    fn finish(self) -> Result<Notice, NoticeProblem> {
        Ok(Notice {
            id: self.id.ok_or(NoticeProblem::Missing("notice"))?,
            title: self.title.ok_or(NoticeProblem::Missing("title"))?,
            published: self.published.ok_or(NoticeProblem::Missing("published"))?,
            year: self.year.ok_or(NoticeProblem::Missing("year"))?,
            amends: self.amends,
            source: self.source,
            note: self.note,
            days: self.days,
        })
    }
}

fn put<T>(slot: &mut Option<T>, word: &'static str, value: T) -> Result<(), NoticeProblem> {
    match slot.replace(value) {
        Some(_) => Err(NoticeProblem::TwiceField(word)),
        None => Ok(()),
    }
}

fn text(word: &'static str, value: &str) -> Result<String, NoticeProblem> {
    if value.is_empty() { Err(NoticeProblem::NoValue(word)) } else { Ok(value.to_owned()) }
}

fn date(text: &str) -> Result<NaiveDate, NoticeProblem> {
    // chrono also takes 2026-1-1 and +12026-01-01; a file has one way to write a date.
    match NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        Ok(date) if date.format("%Y-%m-%d").to_string() == text => Ok(date),
        _ => Err(NoticeProblem::Date(text.chars().take(40).collect())),
    }
}

fn year(text: &str) -> Result<i32, NoticeProblem> {
    text.parse().map_err(|_| NoticeProblem::YearText(text.chars().take(40).collect()))
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "notice    {}", self.id)?;
        writeln!(f, "title     {}", self.title)?;
        writeln!(f, "published {}", self.published)?;
        writeln!(f, "year      {}", self.year)?;
        for (word, value) in [("amends", &self.amends), ("source", &self.source), ("note", &self.note)] {
            if let Some(value) = value {
                writeln!(f, "{word:<9} {value}")?;
            }
        }
        writeln!(f)?;
        // Neighbouring days of one kind and name share a line, as people write them; a span stays within the longest
        // that can be read back.
        let continues = |a: &SpecialDay, b: &SpecialDay| {
            a.kind == b.kind && a.name == b.name && a.date.num_days_from_ce() + 1 == b.date.num_days_from_ce()
        };
        for run in self.days.chunk_by(continues).flat_map(|run| run.chunks(LONGEST_SPAN as usize)) {
            if let (Some(first), Some(last)) = (run.first(), run.last()) {
                write!(f, "{:<9} {}", first.kind.as_str(), first.date)?;
                if last.date != first.date {
                    write!(f, "..{}", last.date)?;
                }
                writeln!(f, " {}", first.name)?;
            }
        }
        Ok(())
    }
}
