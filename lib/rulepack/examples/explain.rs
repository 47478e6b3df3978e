//! How long one enterprise × 300 rules takes, fully explained: `cargo run --release -p rulepack --example explain`.
//!
//! The rules are those of the sweep's benchmark: and, or, shares, an industry list, thresholds of a few ladders.

use std::time::Instant;

use chrono::NaiveDate;
use rulepack::case::Case;
use rulepack::compile::compile;
use rulepack::diagnostic::Lang;
use rulepack::dictionary::Dictionary;
use rulepack::explain::explain;
use rulepack::pack::{no_side_tables, read_whole};

const RULES: usize = 300;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut text =
        "---\n代码: bench\n自: 2020-01-01\n单位: {营业收入: 万元, 研发费用: 万元, 实缴税金: 万元}\n输出: [".to_owned();
    let names: Vec<String> = (0..RULES).map(|at| format!("r{at}")).collect();
    text.push_str(&names.join(", "));
    text.push_str("]\n---\n> 样例条文。{#一}\n\n## 定义\n\n| 名称 | 表达式 |\n|---|---|\n");
    // A plain generator, so that every run has the same rules.
    let mut state = 42_u64;
    let mut pick = |choices: &[&'static str]| -> &'static str {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        choices[(state >> 33) as usize % choices.len()]
    };
    for name in &names {
        let (emp, rev, rd) = (
            pick(&["10", "20", "50", "100", "300", "1000"]),
            pick(&["300", "1000", "2000", "5000", "20000", "40000"]),
            pick(&["1", "2", "3", "5", "8"]),
        );
        let (patents, date, tax) =
            (pick(&["1", "3", "5", "10", "20"]), pick(&["2010", "2015", "2018", "2020"]), pick(&["1", "2", "3", "5"]));
        let (first, second) = (pick(&["C", "B", "I", "M"]), pick(&["F51", "F52", "G", "K7010"]));
        text.push_str(&format!(
            "| {name} | 从业人员 >= {emp} and 营业收入 >= {rev} and (研发费用 / 营业收入 >= {rd} % or 有效发明专利 >= {patents}) and \
             (成立日期 >= date(\"{date}-01-01\") or 实缴税金 / 营业收入 >= {tax} %) and 属于(行业, \"{first}\", \"{second}\") |\n"
        ));
    }
    let said = |found: Vec<rulepack::diagnostic::Diagnostic>| {
        found.iter().map(|one| one.text(Lang::En)).collect::<Vec<_>>().join("\n")
    };
    let pack = read_whole("bench.md", &text, &mut no_side_tables).map_err(said)?;
    let on = NaiveDate::from_ymd_opt(2026, 1, 1).ok_or("date")?;
    let dictionary = Dictionary::shipped();
    let program = compile(&[pack], &dictionary, on).map_err(said)?;
    for facts in [
        serde_json::json!({"industry": "C3963", "employees": 120, "revenue": "4000 万元", "rd_expense": "90 万元", "patents": 4, "founded_on": "2012-05-01", "tax_paid": "70 万元"}),
        serde_json::json!({"industry": "C3963", "revenue": "4000 万元", "patents": 4}),
    ] {
        let (case, _) = Case::from_json(&program, &dictionary, &facts).map_err(|_| "facts")?;
        let mut times = Vec::new();
        for _ in 0..50 {
            let started = Instant::now();
            let explanation = explain(&program, 0, &case, Lang::Zh).ok_or("no pack")?;
            times.push(started.elapsed());
            assert_eq!(explanation.outputs.0.len(), RULES);
        }
        times.sort();
        let explanation = explain(&program, 0, &case, Lang::Zh).ok_or("no pack")?;
        let (no, ways) = explanation.outputs.0.iter().fold((0, 0), |(no, ways), output| {
            (no + usize::from(output.why_not.is_some()), ways + output.changes.len())
        });
        println!(
            "{RULES} rules, {} nodes, {no} explained why not, {ways} sets of changes: fastest {:?}, median {:?}, slowest {:?}",
            program.dag.nodes().len(),
            times[0],
            times[times.len() / 2],
            times[times.len() - 1]
        );
    }
    Ok(())
}
