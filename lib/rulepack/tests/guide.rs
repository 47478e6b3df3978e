//! The packs of the guide: they compile, their examples pass, and what the guide prints of them stands in them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop")]

use chrono::NaiveDate;
use rulepack::diagnostic::Lang;
use rulepack::dictionary::Dictionary;
use rulepack::examples;
use rulepack::pack::{no_side_tables, read_whole};

const SAMPLES: &[(&str, &str)] = &[
    ("equipment-grant.zh-CN.md", include_str!("../samples/equipment-grant.zh-CN.md")),
    ("equipment-grant.en.md", include_str!("../samples/equipment-grant.en.md")),
    ("every-section.zh-CN.md", include_str!("../samples/every-section.zh-CN.md")),
    ("every-section.en.md", include_str!("../samples/every-section.en.md")),
];

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 6, 1).unwrap()
}

#[test]
fn every_pack_of_the_guide_passes_its_examples() {
    for (file, text) in SAMPLES {
        let told = |found: Vec<rulepack::diagnostic::Diagnostic>| {
            found.iter().map(|one| one.text(Lang::En)).collect::<Vec<_>>().join("\n")
        };
        let pack = read_whole(file, text, &mut no_side_tables).unwrap_or_else(|found| panic!("{}", told(found)));
        let outcome =
            examples::run(&pack, &Dictionary::shipped(), today()).unwrap_or_else(|found| panic!("{}", told(found)));
        assert!(outcome.rows.len() >= 5, "{file}");
        let found = rulepack::check::check(&pack, &Dictionary::shipped(), today());
        assert!(!rulepack::check::refused(&found), "{}", told(found));
        for row in &outcome.rows {
            let wrong: Vec<_> =
                row.wrong.iter().map(|w| format!("{}: expected {}, got {}", w.what.en, w.expected, w.got.en)).collect();
            assert!(row.passed(), "{} row {}: {}", row.place, row.row, wrong.join("; "));
        }
    }
}

const ZH: &str = include_str!("../../../docs/guide/rule-packs.zh-CN.md");
const EN: &str = include_str!("../../../docs/guide/rule-packs.md");

/// The blocks between ```` ```kind ```` and the next fence.
fn fenced<'a>(text: &'a str, kind: &str) -> Vec<&'a str> {
    let opening = format!("\n```{kind}\n");
    text.split(&opening).skip(1).filter_map(|rest| rest.split("\n```").next()).collect()
}

#[test]
fn every_piece_the_guide_prints_stands_in_a_pack_that_was_tried() {
    for (guide, tag) in [(ZH, ".zh-CN.md"), (EN, ".en.md")] {
        let pieces = fenced(guide, "markdown");
        assert!(pieces.len() >= 15, "{tag}: {}", pieces.len());
        for piece in pieces {
            let stands = SAMPLES.iter().any(|(file, text)| file.ends_with(tag) && text.contains(piece));
            assert!(stands, "not in a sample {tag}:\n{piece}");
        }
    }
}

#[test]
fn every_word_of_the_format_is_explained_in_both_languages() {
    use rulepack::pack::keywords as words;
    let mut all: Vec<&str> = Vec::new();
    let kinds = words::SECTIONS.iter().map(|word| word.0);
    all.extend(words::SECTIONS.iter().flat_map(|word| word.1));
    all.extend(words::FRONT.iter().flat_map(|word| word.1));
    for kind in kinds {
        all.extend(words::options(kind).into_iter().chain(words::columns(kind)).flat_map(|word| word.1));
    }
    all.extend(words::HITS.iter().flat_map(|word| word.1));
    all.extend(words::SCALE_KINDS.iter().flat_map(|word| word.1));
    all.extend(words::CLASS_KINDS.iter().flat_map(|word| word.1));
    all.extend(words::LEVELS.iter().flat_map(|word| word.1));
    all.extend(words::STATUSES.iter().flat_map(|word| word.1));
    all.extend(words::MONTH_ENDS.iter().flat_map(|word| word.1));
    all.extend(words::METHODS.iter().flat_map(|word| word.1));
    all.extend(words::MISSINGS.iter().flat_map(|word| word.1));
    for lists in
        [words::ROW, words::CONDITION, words::BASIS, words::MISSING_COLUMN, words::ON, words::NOTE, words::UNPUBLISHED]
    {
        all.extend(lists);
    }
    for (guide, name) in [(ZH, "rule-packs.zh-CN.md"), (EN, "rule-packs.md")] {
        let absent: Vec<_> = all.iter().filter(|word| !guide.contains(&format!("`{word}`"))).collect();
        assert!(absent.is_empty(), "{name} does not name {absent:?}");
    }
}

#[test]
fn every_function_the_guide_names_is_known() {
    use rulepack::syntax::functions::canonical;
    for (guide, heading) in [(ZH, "\n### 函数\n"), (EN, "\n### Functions\n")] {
        let table = guide.split(heading).nth(1).unwrap().trim_start().split("\n\n").next().unwrap();
        let mut seen = 0;
        for row in table.lines().skip(2) {
            let cells: Vec<&str> = row.split('|').collect();
            for name in
                cells[1].split('`').chain(cells[2].split('`')).map(|name| name.split('(').next().unwrap().trim())
            {
                if !name.is_empty() {
                    assert!(canonical(name).is_some(), "there is no function {name}");
                    seen += 1;
                }
            }
        }
        assert!(seen > 60, "{seen}");
    }
}

#[test]
fn expressions_of_the_guide_answer_as_it_says() {
    use rulepack::feel::{Facts, Knowledge, evaluate, read_json};
    let knowledge = Knowledge::new(Dictionary::shipped());
    for guide in [ZH, EN] {
        let table = guide.split("| expression | facts | answer |\n|---|---|---|\n").nth(1).unwrap();
        let rows: Vec<&str> = table.lines().take_while(|line| line.starts_with('|')).collect();
        assert!(rows.len() >= 10);
        for row in rows {
            let cells: Vec<&str> = row.split('|').map(|cell| cell.trim().trim_matches('`')).collect();
            let facts = if cells[2].is_empty() { "{}" } else { cells[2] };
            let facts = Facts::read(read_json(facts).unwrap(), &knowledge);
            let answer = match facts.and_then(|facts| evaluate(cells[1], &facts)) {
                Ok(value) => match value.missing() {
                    Some(missing) => format!("unknown: {}", missing.facts.into_iter().collect::<Vec<_>>().join(", ")),
                    None => value.write(true),
                },
                Err(error) => format!("error: {}", error.code),
            };
            assert_eq!(answer, cells[3], "{}", cells[1]);
        }
    }
}
