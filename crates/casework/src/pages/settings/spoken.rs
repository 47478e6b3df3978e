//! Hours and holiday notices as an office writes them: the Chinese words beside the short ones that are stored, and what
//! is wrong with either in the reader's words.

use web::{Lang, Words};
use workdays::{Festival, HoursError, NoticeError, NoticeProblem, ProseFault};

/// Weekdays: as stored, as written.
const DAYS: [(&str, &str); 7] = [
    ("mon", "周一"),
    ("tue", "周二"),
    ("wed", "周三"),
    ("thu", "周四"),
    ("fri", "周五"),
    ("sat", "周六"),
    ("sun", "周日"),
];

/// What a line of a notice begins with: as stored, as written.
const LINES: [(&str, &str); 10] = [
    ("notice", "文号"),
    ("title", "标题"),
    ("published", "公布"),
    ("year", "年份"),
    ("amends", "调整"),
    ("source", "来源"),
    ("note", "说明"),
    ("off", "放假"),
    ("work", "上班"),
    ("ordinary", "照常"),
];

/// Hours as stored: `周一至周五 9:00-12:00` becomes `mon-fri 09:00-12:00`.
pub(super) fn hours_read(text: &str) -> String {
    let mut out = text.replace("星期", "周").replace("周天", "周日");
    for (stored, written) in DAYS {
        out = out.replace(written, stored);
    }
    for (from, to) in [
        ("至", "-"),
        ("到", "-"),
        ("—", "-"),
        ("–", "-"),
        ("～", "-"),
        ("：", ":"),
        ("；", ";"),
        ("，", " "),
        ("、", " "),
    ] {
        out = out.replace(from, to);
    }
    // `9:00` is as clear as `09:00`.
    let word = |word: &str| {
        let time = |time: &str| {
            let short = time.len() == 4 && time.as_bytes().get(1) == Some(&b':');
            if short { format!("0{time}") } else { time.to_owned() }
        };
        word.split('-').map(time).collect::<Vec<_>>().join("-")
    };
    let line = |line: &str| line.split_whitespace().map(word).collect::<Vec<_>>().join(" ");
    out.split([';', '\n']).map(line).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("; ")
}

/// Stored hours in the reader's language.
pub(super) fn hours_said(w: &Words, stored: &str) -> String {
    if w.lang() == Lang::En {
        return stored.to_owned();
    }
    let part = |part: &str| {
        let (days, frames) = part.trim().split_once(' ').unwrap_or((part, ""));
        let days = days.split('-').map(|day| day_said(w, day)).collect::<Vec<_>>().join("至");
        format!("{days} {frames}")
    };
    stored.split(';').map(part).collect::<Vec<_>>().join("；")
}

fn day_said(w: &Words, day: &str) -> String {
    let written = DAYS.iter().find(|(stored, _)| *stored == day && w.lang() == Lang::Zh);
    written.map_or(day, |(_, written)| written).to_owned()
}

/// A notice as stored: the first word of each line in its short form, `至` between two days as `..`.
pub(super) fn notice_read(text: &str) -> String {
    let line = |line: &str| {
        let (word, rest) = line.trim().split_once([' ', '\u{3000}', '\t', '：', ':']).unwrap_or((line.trim(), ""));
        match LINES.iter().find(|(stored, written)| *stored == word || *written == word) {
            Some((stored @ ("off" | "work" | "ordinary"), _)) => {
                format!("{stored} {}", rest.trim().replacen('至', "..", 1))
            }
            Some((stored, _)) => format!("{stored} {}", rest.trim()),
            None => line.to_owned(),
        }
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// A stored notice in the words of the reader's office, to be corrected there.
pub(super) fn notice_spoken(w: &Words, stored: &str) -> String {
    let line = |line: &str| {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let rest = rest.trim();
        let rest = if w.lang() == Lang::Zh { rest.replacen("..", "至", 1) } else { rest.to_owned() };
        if word.is_empty() { String::new() } else { format!("{} {rest}", line_said(w, word)) }
    };
    stored.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// What is wrong with a notice in prose or in the form.
/// words: settings-fault-* settings-festival-*
pub(super) fn fault_said(w: &Words, fault: &ProseFault) -> String {
    use ProseFault as F;
    let name =
        |festival: &Festival| w.t(&format!("settings-festival-{}", festival.as_str().replace('_', "-"))).into_owned();
    let named = |key: &str, festival: &Festival| w.f(&format!("settings-fault-{key}"), &[("name", &name(festival))]);
    match fault {
        F::NoYear => w.t("settings-fault-no-year").into_owned(),
        F::NoNumber => w.t("settings-fault-no-number").into_owned(),
        F::NoPublished => w.t("settings-fault-no-published").into_owned(),
        F::NoFestival => w.t("settings-fault-no-festival").into_owned(),
        F::Missing(festival) => named("missing", festival),
        F::Twice(festival) => named("twice", festival),
        F::NoDaysOff(festival) => named("no-days-off", festival),
        F::NoSuchDay { festival, written } => {
            w.f("settings-fault-no-such-day", &[("name", &name(festival)), ("written", written)])
        }
        F::Weekday { date, said } => {
            let monday = date.week(chrono::Weekday::Mon).first_day();
            let said = monday + chrono::Days::new(u64::from(said.num_days_from_monday()));
            let said = w.weekday(said).clone();
            w.f(
                "settings-fault-weekday",
                &[("day", &w.date(*date)), ("said", &said), ("is", &w.weekday(*date).clone())],
            )
        }
        F::Count { festival, said, found } => {
            w.f("settings-fault-count", &[("name", &name(festival)), ("said", said), ("found", found)])
        }
        F::StatutoryWorked { date, festival } => {
            w.f("settings-fault-by-law", &[("name", &name(festival)), ("day", &w.date(*date))])
        }
        F::Notice(problem) => notice_wrong(w, &NoticeError { line: None, problem: problem.clone() }),
    }
}

fn line_said(w: &Words, word: &str) -> String {
    let written = LINES.iter().find(|(stored, _)| *stored == word && w.lang() == Lang::Zh);
    written.map_or(word, |(_, written)| written).to_owned()
}

/// What is wrong with a notice, and where.
/// words: settings-notice-*
pub(super) fn notice_wrong(w: &Words, error: &NoticeError) -> String {
    use NoticeProblem as P;
    let named = |key: &str, name: &str| w.f(&format!("settings-notice-{key}"), &[("name", &name)]);
    let day = |key: &str, day: chrono::NaiveDate| named(key, &w.date(day));
    let detail = match &error.problem {
        P::Word(word) => named("word", word),
        P::NoValue(word) => named("no-value", &line_said(w, word)),
        P::TwiceField(word) => named("twice", &line_said(w, word)),
        P::Missing(word) => named("missing", &line_said(w, word)),
        P::Date(text) => named("date", text),
        P::YearText(text) => named("year-text", text),
        P::Year(year) => named("year-far", &year.to_string()),
        P::Published { published, .. } => day("published-far", *published),
        P::NoDays => w.t("settings-notice-no-days").into_owned(),
        P::Span { from, .. } => day("span", *from),
        P::NoName(date) => day("no-name", *date),
        P::FarDay { date, .. } => day("far-day", *date),
        P::TwiceDay(date) => day("twice-day", *date),
        P::MakeUpOnWeekday(date) => day("make-up", *date),
        P::OrdinaryWithoutAmends(date) => day("ordinary", *date),
    };
    match error.line {
        Some(line) => w.f("settings-notice-wrong", &[("line", &line), ("detail", &detail)]),
        None => detail,
    }
}

/// What is wrong with hours.
/// words: settings-hours-*
pub(super) fn hours_wrong(w: &Words, error: &HoursError) -> String {
    use HoursError as E;
    let named = |key: &str, name: &str| w.f(&format!("settings-hours-{key}"), &[("name", &name)]);
    match error {
        E::Weekday(text) => named("weekday", text),
        E::Twice(day) => named("twice", &day_said(w, day)),
        E::NoFrame(day) => named("no-frame", &day_said(w, day)),
        E::Time(text) => named("time", text),
        E::FrameText(text) => named("frame", text),
        E::Backwards { day, .. } => named("backwards", &day_said(w, day)),
        E::Overlap { day, .. } => named("overlap", &day_said(w, day)),
    }
}

#[cfg(test)]
mod tests {
    use workdays::{Hours, Notice};

    use super::*;

    #[test]
    fn what_an_office_writes_is_what_is_stored() {
        let hours = Hours::standard();
        for text in [
            "周一至周五 9:00-12:00 13:30-17:30",
            "星期一到星期五 09：00—12：00，13：30～17：30",
            "mon-fri 09:00-12:00 13:30-17:30",
        ] {
            assert_eq!(hours_read(text).parse::<Hours>(), Ok(hours.clone()), "{text}");
        }
        assert_eq!(hours_read("周一 9:00-12:00；周二至周五 8:30-17:00"), "mon 09:00-12:00; tue-fri 08:30-17:00");
        let written = "文号 国办发明电〔2026〕9号\n标题：关于2027年部分节假日安排的通知\n公布 2026-11-03\n年份 2027\n放假 2027-01-01至2027-01-03 元旦\n";
        let stored = "notice 国办发明电〔2026〕9号\ntitle 关于2027年部分节假日安排的通知\npublished 2026-11-03\nyear 2027\noff 2027-01-01..2027-01-03 元旦";
        assert_eq!(notice_read(written), stored);
        assert_eq!(notice_read(stored), stored);
        assert!(Notice::parse(stored).is_ok());
    }
}
