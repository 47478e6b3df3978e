//! Explanations against golden texts: `cases/explain/cases.json` and one `.txt` for each. `WANQI_GOLDEN=write` writes them anew, to be
//! read before they are kept.

use chrono::NaiveDate;

use super::*;
use crate::compile::{Program, compile};
use crate::diagnostic::Lang;
use crate::dictionary::Dictionary;
use crate::examples::shipped_for_tests as shipped;

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/cases/explain/");

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
}

fn program(pack: &str) -> Program {
    let pack = shipped(pack);
    let on = pack.nearest_day(day());
    compile(&[pack], &Dictionary::shipped(), on).unwrap()
}

#[test]
fn explanations_read_as_kept() {
    let cases: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(format!("{CASES}cases.json")).unwrap()).unwrap();
    let write = std::env::var_os("WANQI_GOLDEN").is_some_and(|value| value == "write");
    let mut failed = String::new();
    for case in cases.as_array().unwrap() {
        let text = |key: &str| case[key].as_str().unwrap().to_owned();
        let program = program(&text("pack"));
        let lang = if text("lang") == "zh" { Lang::Zh } else { Lang::En };
        let (facts, remarks) = Case::from_json(&program, &Dictionary::shipped(), &case["facts"]).unwrap();
        assert_eq!(remarks, [], "{}", text("name"));
        let got = explain(&program, 0, &facts, lang).unwrap().text(lang);
        let path = format!("{CASES}{}.txt", text("name"));
        if write {
            std::fs::write(&path, &got).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        if got != kept {
            failed.push_str(&format!("--- {}\n{got}\n", text("name")));
        }
    }
    assert!(failed.is_empty(), "\n{failed}");
}

#[test]
fn json_has_the_shape_others_rely_on() {
    let program = program("size-class-2017.md");
    let facts = serde_json::json!({"industry": "C3963", "employees": null, "revenue": "50000 万元"});
    let (case, _) = Case::from_json(&program, &Dictionary::shipped(), &facts).unwrap();
    let json = serde_json::to_value(explain(&program, 0, &case, Lang::En).unwrap()).unwrap();
    assert_eq!(json["pack"], "size-class-2017");
    assert_eq!(json["hash"].as_str().unwrap().len(), 64);
    assert_eq!(json["outputs"]["size_class"]["type"], "unknown");
    assert_eq!(json["outputs"]["size_class"]["missing"], serde_json::json!(["employees"]));
    assert!(json["trace"].as_array().unwrap().len() > 1);
    assert_eq!(json["questions"][0]["fact"], "employees");
    let facts = serde_json::json!({"industry": "C3963", "revenue": "120 万元"});
    let (case, _) = Case::from_json(&program, &Dictionary::shipped(), &facts).unwrap();
    let json = serde_json::to_value(explain(&program, 0, &case, Lang::En).unwrap()).unwrap();
    assert_eq!(json["outputs"]["size_class"]["value"], "micro");
}
