//! Findings: the shipped packs have none that matter, bad packs (`cases/check/*.md`) have the ones their last line expects.

use chrono::NaiveDate;

use super::*;
use crate::diagnostic::Lang;
use crate::examples::shipped_for_tests as shipped;
use crate::pack::{no_side_tables, read_whole};

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/cases/check");

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
}

#[test]
fn shipped_packs_have_no_findings_that_matter() {
    let mut all = String::new();
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if !name.ends_with(".md") {
            continue;
        }
        let found = check(&shipped(&name), &Dictionary::shipped(), day());
        for one in found.iter().filter(|one| one.severity > Severity::Note || one.code == "table-too-large") {
            all.push_str(&format!("{}\n", one.text(Lang::En)));
        }
    }
    assert!(all.is_empty(), "\n{all}");
}

#[test]
fn bad_packs_have_the_findings_they_expect() {
    for entry in std::fs::read_dir(CASES).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        let expected = text.rsplit_once("<!-- expect: ").unwrap().1.split_once(" -->").unwrap().0;
        let pack = read_whole(name, &text, &mut no_side_tables).unwrap();
        let found = check(&pack, &Dictionary::shipped(), day());
        let got: Vec<String> = found.iter().map(|one| format!("{} {}", one.code, one.place.line)).collect();
        let told: Vec<String> = found.iter().map(|one| one.text(Lang::En)).collect();
        assert_eq!(got.join("; "), expected, "{name}\n{}", told.join("\n"));
        assert_eq!(refused(&found), found.iter().any(|one| one.severity == Severity::Error));
    }
}

#[test]
fn a_gap_names_an_input_that_falls_into_it() {
    let text = std::fs::read_to_string(format!("{CASES}/gap-and-overlap.md")).unwrap();
    let pack = read_whole("a.md", &text, &mut no_side_tables).unwrap();
    let found = check(&pack, &Dictionary::shipped(), day());
    let said = |code: &str| found.iter().find(|one| one.code == code).unwrap().message.zh.clone();
    // Persons are whole: between 49 and 50 there is nobody but 49 itself.
    assert_eq!(said("table-gap"), "有空档：从业人员 = 49 人 时没有一行命中。");
    assert_eq!(said("table-overlap"), "第 大 行与第 中 行重叠：从业人员 = 100 人 时两行都命中。");
}

#[test]
fn every_gap_and_every_hole_is_told_with_an_example_of_its_own() {
    let told = |name: &str, code: &str| -> Vec<String> {
        let text = std::fs::read_to_string(format!("{CASES}/{name}")).unwrap();
        let pack = read_whole("a.md", &text, &mut no_side_tables).unwrap();
        let found = check(&pack, &Dictionary::shipped(), day());
        found.iter().filter(|one| one.code == code).map(|one| one.message.en.clone()).collect()
    };
    let inputs = [
        "revenue = 300 万元",
        "revenue = 5000 万元",
        "founding date = 2019-12-31",
        "founding date = 2023-01-01",
        "employees = 50 people, industry code = 3432",
        "industry code = anything else",
    ];
    assert_eq!(
        told("every-gap.md", "table-gap"),
        inputs.map(|input| format!("There is a gap: no row hits for {input}."))
    );
    let holes = [
        ("晚来", "from 2025-01-01 to 2025-02-28"),
        ("间断", "from 2026-01-01 to 2026-02-28"),
        ("间断", "from 2027-07-01 to 2028-12-31"),
    ];
    let said =
        |(name, days)| format!("The parameter “{name}” has a hole while the pack is in force: {days} it has no value.");
    assert_eq!(told("parameter-holes.md", "parameter-hole"), holes.map(said));
}
