//! Dates as Chinese ledgers write them. Nothing is guessed: what can be read two ways is refused, saying what was
//! expected.

use chrono::{Datelike, Days, Duration, NaiveDate, NaiveDateTime, NaiveTime};

use crate::day_time::{halves, parse_time, without_weekday};
use crate::text::halfwidth;

/// Years a ledger can mean.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;
/// What registers write for the end of what has none.
pub const NO_END: NaiveDate = match NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(day) => day,
    None => NaiveDate::MAX,
};
/// Whole numbers taken for Excel days: 1954-10-03 to 2119-01-20. Below and above they are more likely something else.
const SERIALS: std::ops::Range<u32> = 20_000..80_019;

/// Why a text is not a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// Nothing was there.
    #[error("a date was expected, nothing was found")]
    Empty,
    /// No spelling we know.
    #[error("a date was expected, as in 2026-11-05, 2026年11月5日 or 20261105")]
    Form,
    /// A year of two digits.
    #[error("a year of four digits was expected, as in 2026-11-05")]
    ShortYear,
    /// Month and day only, and nothing says of which year.
    #[error("the year was expected as well, as in 2026年11月5日")]
    NoYear,
    /// Month 13, 31 April, the year 2999.
    #[error("a day that the calendar has was expected")]
    NoSuchDay,
    /// 25:00.
    #[error("a time of day was expected, as in 14:30")]
    Time,
}

impl DateError {
    /// The stable code, for [`crate::FieldError`].
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "date-empty",
            Self::Form => "date-form",
            Self::ShortYear => "date-short-year",
            Self::NoYear => "date-no-year",
            Self::NoSuchDay => "date-no-such-day",
            Self::Time => "date-time",
        }
    }
}

/// A date and, if it was written, a time of day in Shanghai.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateText {
    /// The day.
    pub date: NaiveDate,
    /// The time of day, if any.
    pub time: Option<NaiveTime>,
}

impl DateText {
    /// Date and time, midnight if no time was written.
    pub fn wall(self) -> NaiveDateTime {
        self.date.and_time(self.time.unwrap_or(NaiveTime::MIN))
    }
}

/// Reads a date; a time after it is allowed and left out. `year` is taken for dates such as `11月5日`.
///
/// # Errors
/// [`DateError`] says what was expected.
pub fn parse_date(text: &str, year: Option<i32>) -> Result<NaiveDate, DateError> {
    parse_date_time(text, year).map(|found| found.date)
}

/// Reads the day on which something ends: a date, or that it has no end (`长期`, `9999-12-31`), which is [`NO_END`].
///
/// # Errors
/// [`DateError`] says what was expected.
pub fn parse_end_date(text: &str) -> Result<NaiveDate, DateError> {
    let plain: String = halfwidth(text).split_whitespace().collect();
    if matches!(plain.as_str(), "长期" | "长期有效" | "永久" | "永久有效" | "无固定期限" | "无限期")
    {
        return Ok(NO_END);
    }
    read(text, None, true).map(|found| found.date)
}

/// Reads a date with or without a time: `2026-11-05 14:30`, `2026/11/5`, `2026.11.5`, `2026年11月5日14时30分`,
/// `2026年11月5日 星期四 下午2:30`, `20261105`, `二〇二六年十一月五日`, Excel's `46331` and `46331.5`; full width too. `year` is taken for
/// `11月5日`.
///
/// # Errors
/// [`DateError`] says what was expected.
pub fn parse_date_time(text: &str, year: Option<i32>) -> Result<DateText, DateError> {
    read(text, year, false)
}

fn read(text: &str, year: Option<i32>, may_be_endless: bool) -> Result<DateText, DateError> {
    let text = without_weekday(halfwidth(text).trim());
    let text = arabic(text.trim());
    if text.is_empty() {
        return Err(DateError::Empty);
    }
    if let Some(found) = from_serial_text(&text) {
        return found;
    }
    let (numbers, time) = if text.contains('月') { split_chinese(&text, year)? } else { split_marks(&text)? };
    let [year, month, day] = numbers;
    let date = i32::try_from(year)
        .ok()
        .filter(|year| YEARS.contains(year) || may_be_endless && *year == 9999)
        .and_then(|year| NaiveDate::from_ymd_opt(year, month, day))
        .filter(|date| YEARS.contains(&date.year()) || *date == NO_END)
        .ok_or(DateError::NoSuchDay)?;
    Ok(DateText { date, time: parse_time(&time)? })
}

/// The day and time of an Excel serial number in the 1900 system. `None` before 1900-03-01 (Excel believes in a
/// 29 February 1900) and after 2199.
pub fn from_excel_serial(serial: f64) -> Option<NaiveDateTime> {
    if !(61.0..109_576.0).contains(&serial) {
        return None;
    }
    // Excel keeps seconds to about a microsecond; whole seconds are what was typed.
    let seconds = (serial.fract() * 86_400.0).round();
    let day = NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(serial.trunc() as u64))?;
    day.and_time(NaiveTime::MIN).checked_add_signed(Duration::seconds(seconds as i64))
}

/// A text of digits only, or with a decimal fraction: a compact date or an Excel serial number.
fn from_serial_text(text: &str) -> Option<Result<DateText, DateError>> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if !format!("{whole}{fraction}").bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    match (whole.len(), fraction.is_empty()) {
        (8, true) => None,
        (6, true) => Some(Err(DateError::ShortYear)),
        (5, _) => {
            let serial = text.parse::<f64>().ok().filter(|_| whole.parse().is_ok_and(|day| SERIALS.contains(&day)));
            let found = serial.and_then(from_excel_serial).ok_or(DateError::Form);
            let time = |wall: NaiveDateTime| (!fraction.is_empty()).then_some(wall.time());
            Some(found.map(|wall| DateText { date: wall.date(), time: time(wall) }))
        }
        _ => Some(Err(DateError::Form)),
    }
}

type Parts = ([u32; 3], String);

/// `2026年11月5日…`, `11月5日…`.
fn split_chinese(text: &str, hint: Option<i32>) -> Result<Parts, DateError> {
    let (year, rest) = match text.split_once('年') {
        Some((year, rest)) => (number(year, 4, 4).map_err(|error| short(year, error))?, rest),
        None => (hint.and_then(|year| u32::try_from(year).ok()).ok_or(DateError::NoYear)?, text),
    };
    let (month, rest) = rest.split_once('月').ok_or(DateError::Form)?;
    let (day, time) = rest.split_once(['日', '号']).ok_or(DateError::Form)?;
    Ok(([year, number(month, 1, 2)?, number(day, 1, 2)?], time.to_owned()))
}

/// `2026-11-05…` with one kind of mark, or `20261105…`.
fn split_marks(text: &str) -> Result<Parts, DateError> {
    // `2026-11-05下午2:30`
    let half = halves().find_map(|word| text.find(word)).map(|at| text.split_at(at));
    let (date, time) = half.or_else(|| text.split_once([' ', 'T'])).unwrap_or((text, ""));
    let date = date.trim_end();
    if date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok((
            [number(&date[..4], 4, 4)?, number(&date[4..6], 2, 2)?, number(&date[6..], 2, 2)?],
            time.to_owned(),
        ));
    }
    let mark = date.chars().find(|c| matches!(c, '-' | '/' | '.')).ok_or(DateError::Form)?;
    let parts: Vec<&str> = date.split(mark).collect();
    match parts.as_slice() {
        [year, month, day] => {
            let year = number(year, 4, 4).map_err(|error| short(year, error))?;
            Ok(([year, number(month, 1, 2)?, number(day, 1, 2)?], time.to_owned()))
        }
        // 11-5: without 年月日 even the order is not certain.
        [_, _] => Err(DateError::NoYear),
        _ => Err(DateError::Form),
    }
}

fn short(year: &str, error: DateError) -> DateError {
    if number(year, 1, 2).is_ok() { DateError::ShortYear } else { error }
}

pub(crate) fn number(text: &str, shortest: usize, longest: usize) -> Result<u32, DateError> {
    let text = text.trim();
    if (shortest..=longest).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse().map_err(|_| DateError::Form)
    } else {
        Err(DateError::Form)
    }
}

/// Chinese numerals as digits: place by place in years (`二〇二六`), with 十 in months and days (`二十五`).
fn arabic(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let digit = |at: Option<usize>| at.and_then(|at| characters.get(at)).copied().and_then(chinese_digit);
    let mut plain = String::with_capacity(text.len());
    for (at, c) in characters.iter().enumerate() {
        if let Some(value) = chinese_digit(*c) {
            plain.push(value);
        } else if *c == '十' {
            // 十五 is 15, 二十 is 20, 二十五 is 25: 十 stands for a 1, a 0, or nothing.
            match (digit(at.checked_sub(1)), digit(at.checked_add(1))) {
                (None, None) => plain.push_str("10"),
                (None, Some(_)) => plain.push('1'),
                (Some(_), None) => plain.push('0'),
                (Some(_), Some(_)) => {}
            }
        } else {
            plain.push(*c);
        }
    }
    plain
}

const fn chinese_digit(c: char) -> Option<char> {
    Some(match c {
        '〇' | '○' | '零' | '◯' | 'Ｏ' => '0',
        '一' => '1',
        '二' => '2',
        '三' => '3',
        '四' => '4',
        '五' => '5',
        '六' => '6',
        '七' => '7',
        '八' => '8',
        '九' => '9',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn usual_spellings_are_read() {
        for text in [
            "2026-11-05",
            "2026-11-5",
            "2026/11/5",
            "2026.11.05",
            "2026年11月5日",
            "2026年11月05号",
            "20261105",
            "11月5日",
            "46331",
            "２０２６－１１－０５",
            "２０２６年１１月５日",
            "二〇二六年十一月五日",
            "二零二六年十一月五日",
            "2026 年 11 月 5 日",
            " 2026-11-05 ",
            "十一月五日",
        ] {
            let found = parse_date_time(text, Some(2026));
            assert_eq!(
                found.map(|found| (found.date.to_string(), found.time)),
                Ok(("2026-11-05".into(), None)),
                "{text}"
            );
        }
        for text in [
            "2026-11-05 14:30",
            "2026-11-05T14:30:00",
            "2026/11/5 14:30",
            "20261105 14:30",
            "2026年11月5日14时30分",
            "2026年11月5日 14:30",
            "2026年11月5日14点30分",
            "46331.6041666667",
            "2026-11-05 14：30",
            "2026年11月5日 星期四 下午2:30",
            "2026年11月5日（周四）下午2点半",
            "2026/11/5 下午2:30",
            "2026-11-05下午2时30分",
            "2026-11-05 2:30 PM",
            "2026年11月5日下午14:30",
        ] {
            let found = parse_date_time(text, None).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(found.wall().to_string(), "2026-11-05 14:30:00", "{text}");
        }
        for text in ["2026年11月5日 星期四", "2026年11月5日星期四", "2026-11-05 周四", "2026/11/5（星期四）"]
        {
            assert_eq!(parse_date(text, None).unwrap().to_string(), "2026-11-05", "{text}");
        }
        for (text, time) in
            [("上午9:00", "09:00:00"), ("中午12:30", "12:30:00"), ("中午11:30", "11:30:00"), ("晚上8点", "20:00:00")]
        {
            let found = parse_date_time(&format!("2026年11月5日{text}"), None).unwrap();
            assert_eq!(found.time.unwrap().to_string(), time, "{text}");
        }
        assert_eq!(parse_date_time("2026-11-05 12:05 AM", None).unwrap().time.unwrap().to_string(), "00:05:00");
        for text in ["长期", "9999-12-31", "9999年12月31日", " 长期有效 "] {
            assert_eq!(parse_end_date(text), Ok(NO_END), "{text}");
        }
        assert_eq!(parse_end_date("2026-11-05").unwrap().to_string(), "2026-11-05");
        assert_eq!(parse_end_date("9999-12-30"), Err(DateError::NoSuchDay));
        assert_eq!(parse_date("9999-12-31", None), Err(DateError::NoSuchDay));
        assert_eq!(parse_date_time("2026年11月5日9时", None).unwrap().wall().to_string(), "2026-11-05 09:00:00");
    }

    #[test]
    fn what_could_be_read_two_ways_is_refused() {
        for (text, error) in [
            ("", DateError::Empty),
            ("尽快", DateError::Form),
            ("26-11-05", DateError::ShortYear),
            ("05/11/26", DateError::ShortYear),
            ("26年11月5日", DateError::ShortYear),
            ("261105", DateError::ShortYear),
            ("11月5日", DateError::NoYear),
            ("11-5", DateError::NoYear),
            ("2026-11", DateError::NoYear),
            ("2026年11月", DateError::Form),
            ("2026-13-05", DateError::NoSuchDay),
            ("2026-02-29", DateError::NoSuchDay),
            ("2999-01-01", DateError::NoSuchDay),
            ("20261131", DateError::NoSuchDay),
            ("2026-11-05 25:00", DateError::Time),
            ("2026-11-05 下午", DateError::Time),
            ("2026-11-05 14", DateError::Time),
            ("2026-11-05至2026-11-08", DateError::Form),
            ("12345", DateError::Form),
            ("2026/11-05", DateError::NoYear),
            ("1", DateError::Form),
        ] {
            assert_eq!(parse_date_time(text, None), Err(error), "{text}");
        }
    }

    #[test]
    fn excel_days_follow_the_1900_system() {
        for (serial, day) in [
            (61.0, "1900-03-01 00:00:00"),
            (43_831.0, "2020-01-01 00:00:00"),
            (46_331.999_999_99, "2026-11-06 00:00:00"),
        ] {
            assert_eq!(from_excel_serial(serial).unwrap().to_string(), day);
        }
        for wrong in [0.0, 60.0, -1.0, 1e9, f64::NAN] {
            assert_eq!(from_excel_serial(wrong), None, "{wrong}");
        }
    }

    /// A number below 100 in Chinese.
    fn chinese(n: u32) -> String {
        const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
        let (tens, ones) = ((n / 10) as usize, DIGITS[(n % 10) as usize]);
        match tens {
            0 => ones.to_owned(),
            1 => format!("十{ones}"),
            _ => format!("{}十{ones}", DIGITS[tens]),
        }
    }

    proptest! {
        #[test]
        fn every_day_is_read_in_every_spelling(offset in 0u64..50_000) {
            let day = NaiveDate::from_ymd_opt(1955, 1, 1).unwrap() + Days::new(offset);
            let (y, m, d) = (day.year(), day.month(), day.day());
            let serial = (day - NaiveDate::from_ymd_opt(1899, 12, 30).unwrap()).num_days();
            let year: String = y.to_string().chars().map(|c| "〇一二三四五六七八九".chars().nth(c as usize - 48).unwrap()).collect();
            for text in [
                format!("{y}-{m:02}-{d:02}"), format!("{y}/{m}/{d}"), format!("{y}.{m}.{d}"), format!("{y}年{m}月{d}日"),
                format!("{y}{m:02}{d:02}"), serial.to_string(), format!("{year}年{}月{}日", chinese(m), chinese(d)),
            ] {
                prop_assert_eq!(parse_date(&text, None), Ok(day), "{}", text);
            }
        }
    }
}
