//! Dates as notices write them: `2月15日（周日）至23日（周一）`, `2022年12月31日至2023年1月2日`, `2027-02-05`.

use chrono::{Datelike, NaiveDate, Weekday};

use super::ProseFault;
use crate::statutory::Festival;

/// What a sentence says, in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// One day, or the days from the first to the last.
    Days(NaiveDate, NaiveDate),
    /// `放假`: the days before it are off.
    Off,
    /// `上班`: the days before it are worked.
    Work,
    /// `共8天`: so many days off.
    Count(i64),
    /// `连休`: the weekend beside them is off as well, so the count says nothing.
    WithWeekend,
}

/// One way to write what is written in several: digits and brackets of half width, one sign for "to", no blanks.
pub(super) fn plain(text: &str) -> String {
    let one = |c: char| match c {
        '０'..='９' => char::from_u32(c as u32 - '０' as u32 + '0' as u32),
        '（' | '［' | '[' | '〔' | '【' | '﹝' => Some('('),
        '）' | '］' | ']' | '〕' | '】' | '﹞' => Some(')'),
        '：' | '∶' => Some(':'),
        '—' | '－' | '–' | '～' | '~' | '到' => Some('至'),
        '\r' | '\u{200b}' | '\u{feff}' => None,
        c if c != '\n' && c.is_whitespace() => None,
        c => Some(c),
    };
    text.chars().filter_map(one).collect()
}

/// The tokens of a sentence about a festival; a month without a year lies in `year`, December of `元旦` in the year before.
pub(super) fn tokens(text: &str, year: i32, about: Festival, faults: &mut Vec<ProseFault>) -> Vec<Token> {
    let mut rest = text;
    let mut found = Vec::new();
    let mut scan = Scan { year, about };
    while let Some(first) = rest.chars().next() {
        let (token, after) = if let Some(after) = rest.strip_prefix("放假").or_else(|| rest.strip_prefix("放")) {
            // `放假1天`, `放3天假`
            let counted = number(after).and_then(|(n, after)| Some((n, after.strip_prefix('天')?)));
            found.push(Token::Off);
            counted.map_or((None, after), |(n, after)| (Some(Token::Count(i64::from(n))), after))
        } else if let Some(after) = rest.strip_prefix("上班") {
            (Some(Token::Work), after)
        } else if let Some(after) = rest.strip_prefix("连休") {
            (Some(Token::WithWeekend), after)
        } else if let Some((n, after)) =
            rest.strip_prefix('共').and_then(number).and_then(|(n, after)| Some((n, after.strip_prefix('天')?)))
        {
            (Some(Token::Count(i64::from(n))), after)
        } else if first.is_ascii_digit() {
            match scan.days(rest, faults) {
                Some((from, to, after)) => (Some(Token::Days(from, to)), after),
                None => (None, rest.trim_start_matches(|c: char| c.is_ascii_digit())),
            }
        } else {
            (None, rest.get(first.len_utf8()..).unwrap_or_default())
        };
        found.extend(token);
        rest = after;
    }
    found
}

struct Scan {
    year: i32,
    about: Festival,
}

/// Year and month as far as they are written, and the day.
struct Written {
    year: Option<i32>,
    month: Option<u32>,
    day: u32,
}

impl Scan {
    /// A day or a span at the beginning of `text`, and what follows it; `None` when there is no date.
    fn days<'t>(&mut self, text: &'t str, faults: &mut Vec<ProseFault>) -> Option<(NaiveDate, NaiveDate, &'t str)> {
        let (written, after) = written(text)?;
        let month = written.month?;
        let year = written.year.unwrap_or(match (self.about, month) {
            (Festival::NewYear, 12) => self.year - 1,
            _ => self.year,
        });
        let (from, after) = self.day(year, month, written.day, text, after, faults)?;
        let ranged = after.strip_prefix('至').or_else(|| after.strip_prefix("..")).or_else(|| after.strip_prefix('-'));
        let Some((last, rest, end)) = ranged.and_then(|rest| written_end(rest).map(|(last, end)| (last, rest, end)))
        else {
            return Some((from, from, after));
        };
        let (to, end) =
            self.day(last.year.unwrap_or(from.year()), last.month.unwrap_or(month), last.day, rest, end, faults)?;
        Some((from, to, end))
    }

    fn day<'t>(
        &self,
        year: i32,
        month: u32,
        day: u32,
        text: &'t str,
        after: &'t str,
        faults: &mut Vec<ProseFault>,
    ) -> Option<(NaiveDate, &'t str)> {
        let Some(date) = NaiveDate::from_ymd_opt(year, month, day) else {
            let written = text.get(..text.len() - after.len()).unwrap_or_default().to_owned();
            faults.push(ProseFault::NoSuchDay { festival: self.about, written });
            return None;
        };
        let Some((inside, after)) = after.strip_prefix('(').and_then(|inside| inside.split_once(')')) else {
            return Some((date, after));
        };
        if let Some(said) = weekday(inside).filter(|said| *said != date.weekday()) {
            faults.push(ProseFault::Weekday { date, said });
        }
        Some((date, after))
    }
}

/// `2026年1月4日`, `1月4日`, `10月1` before a range, `2027-01-04`.
fn written(text: &str) -> Option<(Written, &str)> {
    let (first, after) = number(text)?;
    if let Some(after) = after.strip_prefix('年') {
        let (month, after) = number(after)?;
        let (day, after) = number(after.strip_prefix('月')?)?;
        let after = after.strip_prefix(['日', '号']).unwrap_or(after);
        return Some((Written { year: i32::try_from(first).ok(), month: Some(month), day }, after));
    }
    if let Some(after) = after.strip_prefix('月') {
        let (day, after) = number(after)?;
        let after = after.strip_prefix(['日', '号']).unwrap_or(after);
        return Some((Written { year: None, month: Some(first), day }, after));
    }
    let (month, after) = number(after.strip_prefix(['-', '/', '.'])?)?;
    let (day, after) = number(after.strip_prefix(['-', '/', '.'])?)?;
    Some((Written { year: i32::try_from(first).ok(), month: Some(month), day }, after))
}

/// The end of a span, of which year and month may be left out.
fn written_end(text: &str) -> Option<(Written, &str)> {
    written(text).or_else(|| {
        let (day, after) = number(text)?;
        Some((Written { year: None, month: None, day }, after.strip_prefix(['日', '号'])?))
    })
}

fn number(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, after) = text.split_at_checked(end)?;
    Some((digits.parse().ok()?, after))
}

fn weekday(text: &str) -> Option<Weekday> {
    let after = text.split_once('周').or_else(|| text.split_once("星期"))?.1;
    Some(match after.chars().next()? {
        '一' => Weekday::Mon,
        '二' => Weekday::Tue,
        '三' => Weekday::Wed,
        '四' => Weekday::Thu,
        '五' => Weekday::Fri,
        '六' => Weekday::Sat,
        '日' | '天' => Weekday::Sun,
        _ => return None,
    })
}

/// A whole date with its year anywhere in `text`, the last of them.
pub(super) fn last_full_date(text: &str) -> Option<NaiveDate> {
    let starts = text.char_indices().filter(|(at, c)| {
        c.is_ascii_digit() && !text.get(..*at).is_some_and(|before| before.ends_with(|c: char| c.is_ascii_digit()))
    });
    let mut dates = starts.filter_map(|(at, _)| {
        let (written, _) = written(text.get(at..)?)?;
        NaiveDate::from_ymd_opt(written.year?, written.month?, written.day)
    });
    dates.next_back()
}
