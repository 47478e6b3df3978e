//! The text format of notices: what is written reads back, and what is wrong is said with its line.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use proptest::prelude::*;
use workdays::{Calendar, Notice, NoticeProblem};

const GOOD: &str = "\
# imported by hand
notice 甲〔2026〕1号
title 2027年放假安排
published 2026-11-25
year 2027

off 2027-01-01..2027-01-03 元旦
work 2027-01-09 元旦
";

#[test]
fn what_is_written_reads_back() {
    for notice in Calendar::china().notices() {
        assert_eq!(Notice::parse(&notice.to_string()).as_ref(), Ok(notice));
    }
    let windows = format!("\u{feff}{}", GOOD.replace('\n', "\r\n"));
    assert_eq!(Notice::parse(&windows), Notice::parse(GOOD));
    assert_eq!(Notice::parse(GOOD).unwrap().days.len(), 4);
}

#[test]
fn faults_are_named_with_their_line() {
    // (what to replace, by what, line, words of the message)
    for (from, to, line, words) in [
        ("off 2027-01-01..", "free 2027-01-01..", Some(7), "`free` is not known; expected one of"),
        ("2027-01-09 元旦", "2027-01-08 元旦", Some(8), "2027-01-08 is an ordinary weekday"),
        ("work 2027-01-09", "work 2027-01-03", Some(8), "2027-01-03 is named a second time"),
        ("work 2027-01-09", "off 2028-05-01", Some(8), "2028-05-01 is far from 2027"),
        ("work 2027-01-09", "ordinary 2027-01-09", Some(8), "although the notice amends none"),
        ("work 2027-01-09", "work 2027-02-30", Some(8), "`2027-02-30` is not a date; expected one such as"),
        ("work 2027-01-09", "work 2027-1-9", Some(8), "`2027-1-9` is not a date"),
        ("work 2027-01-09 元旦", "work 2027-01-09", Some(8), "no holiday is named for 2027-01-09"),
        ("work 2027-01-09 元旦", "work", Some(8), "`work` stands without a value"),
        ("..2027-01-03", "..2026-12-31", Some(7), "are not a span"),
        ("..2027-01-03", "..2027-03-03", Some(7), "at most 31 days"),
        ("title 2027年放假安排", "title", Some(3), "`title` stands without a value"),
        ("title 2027年放假安排", "notice 乙", Some(3), "`notice` is given a second time"),
        ("title 2027年放假安排\n", "", None, "`title` is missing"),
        ("year 2027", "year 二〇二七", Some(5), "`二〇二七` is not a year"),
        ("year 2027", "year 20270", None, "the year 20270 is not plausible"),
        ("published 2026-11-25", "published 2062-11-25", None, "is not plausible; expected a date in 2027"),
    ] {
        assert!(GOOD.contains(from), "{from}");
        let error = Notice::parse(&GOOD.replacen(from, to, 1)).unwrap_err();
        assert_eq!(error.line, line, "{to}: {error}");
        assert!(error.to_string().contains(words), "{to}: {error}");
    }
    let empty = Notice::parse("").unwrap_err();
    assert_eq!(empty.problem, NoticeProblem::Missing("notice"));
    let head: String = GOOD.lines().take(5).map(|line| format!("{line}\n")).collect();
    assert_eq!(Notice::parse(&head).unwrap_err().problem, NoticeProblem::NoDays);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_reading_fail_otherwise_than_with_an_error(text in ".{0,200}", at in 0..8_usize) {
        let mut lines: Vec<&str> = GOOD.lines().collect();
        lines[at] = &text;
        if let Ok(notice) = Notice::parse(&lines.join("\n")) {
            prop_assert_eq!(Notice::parse(&notice.to_string()), Ok(notice));
        }
    }
}
