//! What is compiled says the same as the evaluator of the standard, on values and on what is missing.

use super::*;
use crate::feel::{Facts, Knowledge, answer, evaluate as evaluate_feel, read_json};

const EXPRESSIONS: &[&str] = &[
    "revenue >= 100 and rd >= 50",
    "revenue >= 100 or rd >= 50 or accident",
    "not(revenue >= 100)",
    "rd / revenue >= 3 %",
    "rd / profit < 2",
    "(if tax > 0 then rd / tax else 0) >= 3",
    "revenue / rd + rd / revenue > 2",
    "min(rd / revenue, 2, tax / revenue) < 1",
    "abs(rd / profit) >= 3",
    "if revenue > 100 then rd else tax",
    "if revenue > 100 then \"high\" else if rd > 50 then \"middle\" else \"low\"",
    "revenue between 50 and 150",
    "revenue in [50..150)",
    "revenue in (50, 100, [120..130])",
    "industry in (\"A\", \"B\")",
    "industry = \"A\"",
    "industry != \"A\" and accident",
    "round half up(rd / 7, 2)",
    "round half even(profit / 8, 1)",
    "round up(profit / 3, 0)",
    "round down(profit / 3, 1)",
    "floor(profit / 3)",
    "ceiling(profit / 3)",
    "abs(profit) - rd",
    "min(revenue, rd, 60)",
    "max(revenue, rd, profit)",
    "sum(revenue, rd, tax) > 200",
    "revenue * 2 - rd + 1",
    "-profit",
    "founded + duration(\"P1Y1M\")",
    "founded < date(\"2021-01-31\")",
    "founded.year",
    "accident = true",
    "accident or young",
    "accident and young and revenue > 60",
];

#[test]
fn packs_and_the_standard_agree() {
    let knowledge = Knowledge::new(dictionary());
    let choices: &[(&str, &[&str])] = &[
        ("revenue", &["50", "100", "120", "149.99", "150"]),
        ("rd", &["1", "50", "50.01", "99"]),
        ("tax", &["0", "7"]),
        ("profit", &["-7.5", "-1", "0", "2", "10"]),
        ("industry", &["\"A\"", "\"B\"", "\"C\""]),
        ("founded", &["\"2020-01-31\"", "\"2020-12-30\"", "\"2021-01-31\""]),
        ("accident", &["true", "false"]),
        ("young", &["true", "false"]),
    ];
    let mut state = 11_u64;
    let mut next = |end: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % end
    };
    for expression in EXPRESSIONS {
        let program = compiled(&definition(expression));
        for _ in 0..40 {
            let mut given: Vec<(&str, &str)> = Vec::new();
            for (fact, values) in choices {
                let at = next(values.len() + 1);
                given.extend(values.get(at).map(|value| (*fact, *value)));
            }
            let json: Vec<String> = given.iter().map(|(fact, value)| format!("\"{fact}\": {value}")).collect();
            let json = format!("{{{}}}", json.join(", "));
            let facts = Facts::read(read_json(&json).unwrap(), &knowledge).unwrap();
            let standard: serde_json::Value =
                serde_json::from_str(&answer(&evaluate_feel(expression, &facts).unwrap())).unwrap();
            let standard = match standard["type"].as_str().unwrap() {
                "unknown" => {
                    let missing: Vec<&str> =
                        standard["missing"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
                    format!("?{}", missing.join(","))
                }
                "null" => "!".to_owned(),
                "boolean" => standard["value"].to_string(),
                _ => standard["value"].as_str().unwrap().to_owned(),
            };
            let given: Vec<(&str, &str)> = given
                .iter()
                .map(|(fact, value)| {
                    (
                        *fact,
                        match *value {
                            "true" => "是",
                            "false" => "否",
                            other => other.trim_matches('"'),
                        },
                    )
                })
                .collect();
            let own = run(&program, &given);
            let own = own.strip_prefix("x=").unwrap();
            let own = if own.starts_with('!') { "!" } else { own };
            assert_eq!(own, standard, "{expression} with {json}");
        }
    }
}
