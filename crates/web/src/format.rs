//! Dates, durations, numbers and money as people of either language write them; Chinese standard time throughout.

use std::fmt;

use askama::filters::HtmlSafe;
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, Timelike, Utc};

use crate::lang::Lang;
use crate::words::Words;

/// China has had one time zone without summer time since 1991.
const CHINA_SECONDS: i32 = 8 * 3600;

/// The wall-clock time in China of an instant.
pub fn local(at: DateTime<Utc>) -> DateTime<FixedOffset> {
    match FixedOffset::east_opt(CHINA_SECONDS) {
        Some(offset) => at.with_timezone(&offset),
        None => at.fixed_offset(),
    }
}

/// A number with thousands separators: `1,234,567`.
pub fn number(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if n < 0 {
        out.push('−');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `numerator / denominator` in percent with one decimal; `—` without a denominator. Never rounds up to 100 % or down to 0 %.
pub fn percent(numerator: i64, denominator: i64) -> String {
    if denominator <= 0 {
        return "—".to_owned();
    }
    let (n, d) = (i128::from(numerator), i128::from(denominator));
    let mut tenths = (n * 2000 + d) / (2 * d);
    if tenths >= 1000 && n < d {
        tenths = 999;
    } else if tenths == 0 && n > 0 {
        tenths = 1;
    }
    if tenths % 1000 == 0 { format!("{}%", tenths / 10) } else { format!("{}.{}%", tenths / 10, tenths % 10) }
}

/// Parts per million as a percentage with up to two decimals: `27000` → `2.7%`.
pub fn ppm(value: i64) -> String {
    format!("{}%", decimal(value, 10_000, 2))
}

/// `value / unit` with at most `places` decimals, trailing zeros dropped, rounded half up.
fn decimal(value: i64, unit: i64, places: u32) -> String {
    let scale = i128::from(10_i64.pow(places));
    let (v, u) = (i128::from(value).abs() * scale, i128::from(unit));
    let rounded = (v * 2 + u) / (2 * u);
    let whole = number(i64::try_from(rounded / scale).unwrap_or(i64::MAX));
    let fraction = format!("{:0width$}", rounded % scale, width = places as usize);
    let fraction = fraction.trim_end_matches('0');
    let sign = if value < 0 && rounded > 0 { "−" } else { "" };
    if fraction.is_empty() || places == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

impl Words {
    /// `11月20日` / `20 Nov`.
    pub fn day(&self, date: NaiveDate) -> String {
        match self.lang() {
            Lang::Zh => format!("{}月{}日", date.month(), date.day()),
            Lang::En => format!("{} {}", date.day(), self.month_name(date.month())),
        }
    }

    /// `11月20日 周五` / `Fri 20 Nov`.
    pub fn weekday_date(&self, date: NaiveDate) -> String {
        match self.lang() {
            Lang::Zh => format!("{} {}", self.day(date), self.weekday(date)),
            Lang::En => format!("{} {}", self.weekday(date), self.day(date)),
        }
    }

    /// `2026年11月20日` / `20 Nov 2026`.
    pub fn date(&self, date: NaiveDate) -> String {
        match self.lang() {
            Lang::Zh => format!("{}年{}", date.year(), self.day(date)),
            Lang::En => format!("{} {}", self.day(date), date.year()),
        }
    }

    /// `2026年11月` / `Nov 2026`.
    pub fn month(&self, year: i32, month: u32) -> String {
        match self.lang() {
            Lang::Zh => format!("{year}年{month}月"),
            Lang::En => format!("{} {year}", self.month_name(month)),
        }
    }

    /// `周五` / `Fri`.
    pub fn weekday(&self, date: NaiveDate) -> String {
        // words: weekday-*
        self.t(&format!("weekday-{}", date.weekday().number_from_monday())).into_owned()
    }

    /// `11月` / `Nov`; month from 1.
    pub fn month_name(&self, month: u32) -> String {
        // words: month-*
        self.t(&format!("month-{month}")).into_owned()
    }

    /// `11月20日 周五 17:30` / `Fri 20 Nov 17:30`, Chinese time.
    pub fn datetime(&self, at: DateTime<Utc>) -> String {
        let at = local(at);
        format!("{} {:02}:{:02}", self.weekday_date(at.date_naive()), at.hour(), at.minute())
    }

    /// The same as `datetime`, with the year, for papers and audit.
    pub fn full_datetime(&self, at: DateTime<Utc>) -> String {
        let at = local(at);
        format!("{} {:02}:{:02}", self.date(at.date_naive()), at.hour(), at.minute())
    }

    /// A `<time>` element with `datetime` as text; print it in a template as it is.
    pub fn stamp(&self, at: DateTime<Utc>) -> Stamp {
        Stamp { machine: local(at).format("%Y-%m-%dT%H:%M:%S+08:00").to_string(), text: self.datetime(at) }
    }

    /// A `<time>` element for a calendar day, `weekday_date` as text.
    pub fn day_stamp(&self, date: NaiveDate) -> Stamp {
        Stamp { machine: date.format("%Y-%m-%d").to_string(), text: self.weekday_date(date) }
    }

    /// `还剩 2 个工作日` / `2 working days left`; with none of them whole: `还剩不足 1 个工作日`.
    pub fn working_days_left(&self, n: i64) -> String {
        if n < 1 { self.t("left-little").into_owned() } else { self.f("left-working-days", &[("n", &n)]) }
    }

    /// `还剩 3 小时` / `3 h left`.
    pub fn hours_left(&self, n: i64) -> String {
        self.f("left-hours", &[("n", &n)])
    }

    /// `超期 6 个工作日` / `6 working days late`; before the first of them has begun: `超期不足 1 个工作日`.
    pub fn days_late(&self, n: i64) -> String {
        if n < 1 { self.t("late-little").into_owned() } else { self.f("late-days", &[("n", &n)]) }
    }

    /// `10 个工作日` / `10 working days`.
    pub fn working_days(&self, n: i64) -> String {
        self.f("working-days", &[("n", &n)])
    }

    /// Money given in fen: `18.6 万元`, `1.25 亿元`, `5,200 元` / `186,000 yuan`, `125 million yuan`.
    pub fn money(&self, fen: i64) -> String {
        const YUAN: i64 = 100;
        const WAN: i64 = 10_000 * YUAN;
        const MILLION: i64 = 1_000_000 * YUAN;
        const YI: i64 = 100_000_000 * YUAN;
        const BILLION: i64 = 1_000_000_000 * YUAN;
        let size = fen.saturating_abs();
        match self.lang() {
            Lang::Zh if size >= YI => format!("{} 亿元", decimal(fen, YI, 2)),
            Lang::Zh if size >= WAN => format!("{} 万元", decimal(fen, WAN, 2)),
            Lang::Zh => format!("{} 元", decimal(fen, YUAN, 2)),
            Lang::En if size >= BILLION => format!("{} billion yuan", decimal(fen, BILLION, 2)),
            Lang::En if size >= MILLION => format!("{} million yuan", decimal(fen, MILLION, 2)),
            Lang::En => format!("{} yuan", decimal(fen, YUAN, 2)),
        }
    }

    /// Area given in 0.01 m², told in mu (2000/3 m²): `38 亩` / `38 mu`.
    pub fn mu(&self, hundredths: i64) -> String {
        let text = decimal(hundredths.saturating_mul(3), 200_000, 2);
        match self.lang() {
            Lang::Zh => format!("{text} 亩"),
            Lang::En => format!("{text} mu"),
        }
    }
}

/// A `<time>` element that does not break over lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    machine: String,
    text: String,
}

impl Stamp {
    /// The text alone.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Both parts are made here from numbers and our own words; nothing in them needs escaping.
        write!(f, r#"<time datetime="{}">{}</time>"#, self.machine, self.text)
    }
}

impl HtmlSafe for Stamp {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::WORDS;

    fn both() -> (Words, Words) {
        let zh = Words::build(WORDS.iter().copied()).unwrap();
        let en = zh.in_lang(Lang::En);
        (zh, en)
    }

    #[test]
    fn dates_and_spans() {
        let (zh, en) = both();
        let at = "2026-11-20T09:30:00Z".parse::<DateTime<Utc>>().unwrap();
        assert_eq!(zh.datetime(at), "11月20日 周五 17:30");
        assert_eq!(en.datetime(at), "Fri 20 Nov 17:30");
        let late = "2026-12-31T16:00:00Z".parse::<DateTime<Utc>>().unwrap();
        assert_eq!(zh.full_datetime(late), "2027年1月1日 00:00");
        assert_eq!(en.full_datetime(late), "1 Jan 2027 00:00");
        assert_eq!(en.stamp(late).to_string(), r#"<time datetime="2027-01-01T00:00:00+08:00">Fri 1 Jan 00:00</time>"#);
        assert_eq!((zh.month(2026, 2), en.month(2026, 2)), ("2026年2月".into(), "Feb 2026".into()));
        assert_eq!(
            (zh.working_days_left(2), en.working_days_left(1)),
            ("还剩 2 个工作日".into(), "1 working day left".into())
        );
        assert_eq!((zh.days_late(6), en.days_late(6)), ("超期 6 个工作日".into(), "6 working days late".into()));
        assert_eq!(zh.days_late(0), "超期不足 1 个工作日");
    }

    #[test]
    fn numbers_and_money() {
        let (zh, en) = both();
        for (n, want) in [(0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "−1,234,567"), (100_000, "100,000")] {
            assert_eq!(number(n), want);
        }
        for (n, d, want) in
            [(288, 298, "96.6%"), (2999, 3000, "99.9%"), (1, 30_000, "0.1%"), (5, 5, "100%"), (0, 7, "0%"), (1, 0, "—")]
        {
            assert_eq!(percent(n, d), want, "{n}/{d}");
        }
        assert_eq!(ppm(27_000), "2.7%");
        let money = [
            (18_600_000, "18.6 万元", "186,000 yuan"),
            (520_000, "5,200 元", "5,200 yuan"),
            (12_500_000_000, "1.25 亿元", "125 million yuan"),
            (-3_100_000_000, "−3,100 万元", "−31 million yuan"),
            (0, "0 元", "0 yuan"),
        ];
        for (fen, a, b) in money {
            assert_eq!((zh.money(fen).as_str(), en.money(fen).as_str()), (a, b));
        }
        assert_eq!((zh.mu(2_533_333), en.mu(2_533_333)), ("38 亩".into(), "38 mu".into()));
    }
}
