//! Examples that hold and examples that do not.

use super::*;
use crate::diagnostic::Lang;
use crate::pack::read_whole;

pub fn shipped(name: &str) -> Pack {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs/");
    let text = std::fs::read_to_string(format!("{root}{name}")).unwrap();
    let mut side = |file: &str| -> Result<Vec<Vec<String>>, String> {
        let text = std::fs::read_to_string(format!("{root}{file}")).map_err(|e| e.to_string())?;
        Ok(text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect())
    };
    read_whole(name, &text, &mut side)
        .unwrap_or_else(|found| panic!("{}", found.iter().map(|one| one.text(Lang::En)).collect::<Vec<_>>().join("\n")))
}

pub(crate) fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
}

#[test]
fn every_example_of_every_shipped_pack_holds() {
    let mut failed = String::new();
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if !name.ends_with(".md") {
            continue;
        }
        match run(&shipped(&name), &Dictionary::shipped(), day()) {
            Ok(outcome) if outcome.all_passed() && !outcome.rows.is_empty() => {}
            Ok(outcome) => failed.push_str(&format!("{}\n", outcome.text(Lang::En))),
            Err(found) => found.iter().for_each(|one| failed.push_str(&format!("{}\n", one.text(Lang::En)))),
        }
    }
    assert!(failed.is_empty(), "\n{failed}");
}

#[test]
fn a_row_that_does_not_hold_says_what_came_out() {
    let text = "---\n代码: a\n自: 2020-01-01\n---\n> 法。\n\n## 判定表 档 grade（首个）\n\n| 营业收入（万元） | → 档 grade |\n|---|---|\n| >= 100 | \"甲\" |\n| — | \"乙\" |\n\n\
                ## 例\n\n| 营业收入（万元） | → 档 | 缺 |\n|---|---|---|\n| 100 | 甲 | |\n| 99 | 甲 | |\n| ? | 未知 | 营业收入 |\n| ? | 未知 | 从业人员 |\n| 很多 | 甲 | |\n";
    let pack = read_whole("a.md", text, &mut crate::pack::no_side_tables).unwrap();
    let outcome = run(&pack, &Dictionary::shipped(), day()).unwrap();
    let expected = "a.md:19:8: 例第 2 行：档 应为 甲，得到 乙\n\
                    a.md:21:12: 例第 4 行：缺 应为 从业人员，得到 营业收入\n\
                    a.md:22:3: 例第 5 行：营业收入 应为 很多，得到 “营业收入”的值“很多”不对：应为数\n\
                    a：5 行例，2 行符合，3 行不符";
    assert_eq!(outcome.text(Lang::Zh), expected);
}
