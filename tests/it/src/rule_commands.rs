//! `wanqi rules …` as people run it: the real program, files in a folder, what it prints and how it ends.

mod engines;
mod files;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::harness::process;

/// A folder of its own for a test; gone with it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("wanqi-rule-commands-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// `wanqi rules ARGS`, parted at spaces, `@name` being a file of the folder: exit code, answer, remarks.
    fn rules(&self, args: &str) -> (i32, String, String) {
        let file = |name: &str| self.path(name).display().to_string();
        let words: Vec<String> = std::iter::once("rules".to_owned())
            .chain(args.split(' ').map(|word| word.strip_prefix('@').map_or_else(|| word.to_owned(), file)))
            .collect();
        process::run(&words.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// Runs cases: arguments, exit code, what the answer has, what the remarks have. A text that begins with `!` must not be there.
    fn check(&self, cases: &[(&str, i32, &[&str], &[&str])]) {
        for (args, code, answer, remarks) in cases {
            let (ended, out, err) = self.rules(args);
            let told = format!("wanqi rules {args}\nends with {ended}\n{out}\n{err}");
            assert_eq!(ended, *code, "{told}");
            for (text, wanted) in [(&out, answer), (&err, remarks)] {
                for want in *wanted {
                    match want.strip_prefix('!') {
                        Some(not) => assert!(!text.contains(not), "there is “{not}” in: {told}"),
                        None => assert!(text.contains(want), "no “{want}” in: {told}"),
                    }
                }
            }
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A grant that was changed in its third year, with a class by rank.
const GRANT: &str = "---
code: grant
title: 补助
english title: Grant
from: 2025-01-01
to: 2026-06-30
units: {revenue: 万元}
outputs: [eligible, award, place, grade]
---

> Article 1. Industrial enterprises with a revenue of at least 20 million yuan may apply. {#a1}

## Parameters

| name | code | unit | from | to | value | basis |
|---|---|---|---|---|---|---|
| least revenue | least | 万元 | 2025-01-01 | | 2000 | Article 1 |

## Values grades grades

| value | name | english |
|---|---|---|
| A | 甲 | First |
| B | 乙 | Second |

## Definitions

| name | code | expression | basis |
|---|---|---|---|
| may apply | eligible | belongs to(industry, \"C\") and revenue >= least | Article 1 |
| place among all | place | rank(revenue) | Article 1 |

## Amount award award

- condition: eligible
- base: revenue
- rate: 1 %
- cap: 50 万元
- round: round half up to 1 元

## Classes grade grade (rank)

- by: revenue

| class | rank_to |
|---|---|
| A | 25 % |
| B | |

## Examples

| industry | revenue | -> eligible | -> award（万元） | missing |
|---|---|---|---|---|
| C3432 | 2000 | yes | 20 | |
| C3432 | 1999.99 | no | n/a | |
| C3432 | 9000 | yes | 50 | |
| C3432 | ? | unknown | unknown | revenue |
| G5412 | ? | no | n/a | |
";

const FACTS: &str = "id,industry,revenue\n\
    a,C3432,20000000\n\
    b,C3432,1999 万元\n\
    c,G5412,5亿元\n\
    d,C3432,\n\
    e,C13,90000000\n";

fn grant() -> Folder {
    let folder = Folder::new();
    folder.write("grant.md", GRANT);
    folder.write("facts.csv", FACTS);
    folder
}

#[test]
fn check_names_file_line_and_what_to_do() {
    let folder = grant();
    let edits: &[(&str, &str, &str)] = &[
        ("unknown.md", "and revenue >= least ", "and revenu >= least "),
        ("unit.md", "revenue >= least", "revenue >= 20 亩"),
        ("cycle.md", "rank(revenue)", "rank(place)"),
        ("broken.md", "revenue >= least |", "revenue >= |"),
        ("nolaw.md", "> Article 1.", "Article 1."),
        ("wrong.md", "| C3432 | 2000 | yes | 20 | |", "| C3432 | 2000 | yes | 21 | |"),
    ];
    for (name, from, to) in edits {
        assert!(GRANT.contains(from), "{from}");
        folder.write(name, &GRANT.replacen(from, to, 1));
    }
    let line = |text: &str| format!(":{}", GRANT[..GRANT.find(text).unwrap()].lines().count() + 1);
    let definition = line("| may apply");
    folder.check(&[
        ("check size-class-2017 four-ups ladder-2026 --lang en", 0, &[], &["Errors: 0"]),
        ("check @grant.md --lang en", 0, &[], &["Errors: 0"]),
        ("check @grant.md --lang en", 0, &[], &["grant is not in force on", "2026-06-30"]),
        ("check @grant.md --on 2026-01-01 --lang en", 0, &[], &["!not in force"]),
        ("check @unknown.md --lang en", 1, &["error", "unknown.md", &definition, "revenu", "revenue"], &["Errors: 1"]),
        ("check @unknown.md --lang zh", 1, &["错误", "unknown.md", "revenu"], &[]),
        ("check @unit.md --lang en", 1, &["error", "unit.md", &definition], &[]),
        ("check @cycle.md --lang en", 1, &["error", "cycle.md"], &[]),
        ("check @broken.md --lang en", 1, &["error", "broken.md", &definition], &[]),
        ("check @nolaw.md --lang en", 1, &["error", "nolaw.md", "words of the law"], &[]),
        ("check @none.md --lang en", 2, &[], &["none.md"]),
        ("test @grant.md --lang en", 0, &["5"], &["nearest"]),
        ("test @wrong.md --lang en", 1, &["wrong.md", "21", "20"], &[]),
        ("test @wrong.md @unknown.md --lang en", 2, &["21"], &["revenu"]),
        ("test size-class-2017 --lang zh", 0, &[], &[]),
    ]);
}

#[test]
fn explain_says_why_in_both_languages() {
    let folder = grant();
    let json = |facts: &str| format!("{{\"industry\":\"C3432\",{facts}}}");
    let asked = |facts: &str, more: &str| format!("explain @grant.md --facts {} {more}", json(facts));
    folder.check(&[
        (
            &asked("\"revenue\":\"1999万元\"", "--lang en"),
            0,
            &["Eligible: no", "1999", "2000", "1 万元"],
            &["2026-06-30"],
        ),
        (&asked("\"revenue\":\"1999万元\"", "--lang zh --on 2026-01-01"), 0, &["1999", "2000 万元"], &["!未施行"]),
        (&asked("\"revenue\":null", "--lang en"), 0, &["unknown"], &[]),
        // A bare number keeps all its digits: as a floating-point number the third would be half a fen more and round up to
        // 2000, and the fourth would be told as another.
        (&asked("\"revenue\":0.1", "--lang en"), 0, &["Eligible: no"], &[]),
        (&asked("\"revenue\":19999999.99", "--lang en"), 0, &["Eligible: no", "1999.999999"], &[]),
        (&asked("\"revenue\":19999999.994999999999999", "--lang en"), 0, &["Eligible: no", "1999.999999"], &[]),
        (&asked("\"revenue\":12345678901234567.89", "--lang en"), 2, &[], &["12345678901234567.89"]),
        (&asked("\"revenue\":{\"value\":2e7}", "--lang en"), 0, &["Eligible: yes"], &[]),
        (&asked("\"revenu\":5", "--lang en"), 0, &["unknown"], &["revenu", "revenue"]),
        (&asked("\"revenue\":\"20亩\"", "--lang en"), 2, &[], &["20亩"]),
        (&asked("\"revenue\":1", "--on 2030-01-01 --lang en"), 0, &["not applicable"], &["not in force on 2030-01-01"]),
        ("explain @grant.md --facts {\"industry\" --lang en", 2, &[], &["no JSON"]),
        ("explain @grant.md --facts @none.json --lang en", 2, &[], &["none.json"]),
        ("explain @grant.md --facts @facts.csv --lang en", 1, &[], &["5 enterprises", "--id a"]),
        ("explain @grant.md --facts @facts.csv --id x --lang en", 1, &[], &["“x”"]),
        ("explain @grant.md --facts {} --id x --lang en", 2, &[], &["--id"]),
    ]);
    let (code, out, err) = folder.rules(&asked("\"revenue\":\"1999万元\"", "--format json --lang en"));
    assert_eq!(code, 0, "{err}");
    let told: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(told["pack"], "grant");
    assert_eq!((&told["on"], &told["on_is"]), (&"2026-06-30".into(), &"nearest".into()));
    assert_eq!(told["outputs"]["eligible"]["value"], false);
    assert_eq!(told["outputs"]["award"]["why"], "condition_not_met");
    assert_eq!(told["outputs"]["place"]["type"], "unknown");
    assert!(told["hash"].as_str().is_some_and(|hash| hash.len() >= 64) && told["trace"][0]["code"] == "eligible");
}

#[test]
fn one_enterprise_of_a_file_is_ranked_among_all() {
    let folder = grant();
    let facts = "id,industry,revenue\n1,C1,10\n2,C1,20\n3,C1,30\n4,C1,40\n5,C1,\n5,C1,50\n";
    folder.write("twice.csv", facts);
    folder.write("one.csv", "id,industry,revenue\nonly,C1,10\n");
    folder.write("noid.csv", "industry,revenue\nC1,10\nC1,20\n");
    folder.check(&[
        ("explain @grant.md --facts @twice.csv --id 5 --lang en", 1, &[], &["2 times", "rows 6, 7"]),
        ("explain @grant.md --facts @one.csv --lang en", 0, &["only, among 1 enterprises"], &[]),
        ("explain @grant.md --facts @noid.csv --lang en", 1, &[], &["2 enterprises and no id column"]),
        ("explain @grant.md --facts @noid.csv --id 1 --lang en", 1, &[], &["no id column"]),
    ]);
    for (id, place, grade) in [("c", "1", "A"), ("e", "2", "B"), ("a", "3", "B"), ("b", "4", "B")] {
        let (code, out, err) =
            folder.rules(&format!("explain @grant.md --facts @facts.csv --id {id} --format json --lang en"));
        assert_eq!(code, 0, "{err}");
        let told: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert_eq!((&told["id"], &told["among"]), (&id.into(), &5.into()));
        assert_eq!(told["outputs"]["place"]["value"], place, "{id}");
        assert_eq!(told["outputs"]["grade"]["value"], grade, "{id}");
    }
    // The same classes as the run gives.
    folder.rules("run @grant.md --facts @facts.csv --out @out.csv --outputs place,grade");
    assert_eq!(
        folder.read("out.csv"),
        "id,place,place.missing,place.reason,grade,grade.missing,grade.reason\n\
         a,3,,,B,,\nb,4,,,B,,\nc,1,,,A,,\nd,,revenue,,,revenue,\ne,2,,,B,,\n"
    );
}

#[test]
fn diff_says_whose_result_changes() {
    let folder = grant();
    folder.write("new.md", &GRANT.replace("| 2000 | Article 1", "| 2500 | Article 1").replace("50 万元", "60 万元"));
    folder.check(&[
        ("diff @grant.md @grant.md --lang en", 0, &["The rules are the same"], &[]),
        ("diff @grant.md @new.md --lang en", 0, &["2000", "2500", "50", "60", "!affect"], &[]),
        (
            "diff @grant.md @new.md --facts @facts.csv --lang en",
            0,
            &["a  eligible: true → false", "e  award: 500000 → 600000", "2 of 5 enterprises"],
            &["2026-06-30"],
        ),
        ("diff @grant.md @new.md --facts @facts.csv --lang zh", 0, &["5 户"], &[]),
        ("diff @grant.md @none.md --lang en", 2, &[], &["none.md"]),
    ]);
}
