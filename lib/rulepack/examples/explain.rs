//! How long one enterprise × 300 rules takes, from the pack's Markdown to the full explanation:
//! `cargo run --release -p rulepack --example explain`.
//!
//! The rules are those of the sweep's benchmark, in the language of packs: and, or, shares, a list of industries; once with the
//! thresholds of a few ladders, as notices have them, and once with thresholds that no two rules share.

use std::time::{Duration, Instant};

use chrono::NaiveDate;
use rulepack::case::Case;
use rulepack::compile::compile;
use rulepack::diagnostic::{Diagnostic, Lang};
use rulepack::dictionary::Dictionary;
use rulepack::explain::explain;
use rulepack::pack::{no_side_tables, read_whole};
use serde_json::{Value, json};

const RULES: usize = 300;
const REPEATS: usize = 200;

const HEAD: &str = "---
代码: bench
名称: 三百条规则
自: 2020-01-01
输出: [OUTPUTS]
---

> 第三条 同时符合下列条件的企业可以申报。{#三}

## 事实

| 代码 | 名称 | 英文 | 类型 | 单位 | 小数 | 范围 | 可改变 |
|---|---|---|---|---|---|---|---|
| emp | 职工人数 | staff | 数 | 人 | 0 | [0..1000000] | 是 |
| rev | 营业额 | turnover | 数 | 万元 | 0 | [0..100000000] | 是 |
| rd | 研发投入 | research | 数 | 万元 | 0 | [0..100000000] | 是 |
| pat | 专利 | patent count | 数 | 件 | 0 | [0..100000] | 是 |
| age | 年龄 | age | 数 | | 0 | [0..200] | 否 |
| tax | 税额 | tax | 数 | 万元 | 0 | [0..100000000] | 是 |
| ind | 门类 | sector | 数 | | 0 | [0..15] | 否 |

## 定义

| 名称 | 表达式 | 依据 |
|---|---|---|
";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dictionary = Dictionary::shipped();
    let on = NaiveDate::from_ymd_opt(2026, 1, 1).ok_or("no such day")?;
    for (name, shared) in [("thresholds of ladders", true), ("no threshold twice", false)] {
        let text = pack(shared);
        let mut reading = Vec::new();
        let mut compiling = Vec::new();
        let mut program = None;
        for _ in 0..20 {
            let started = Instant::now();
            let pack = read_whole("bench.md", &text, &mut no_side_tables).map_err(said)?;
            reading.push(started.elapsed());
            let started = Instant::now();
            program = Some(compile(&[pack], &dictionary, on).map_err(said)?);
            compiling.push(started.elapsed());
        }
        let program = program.ok_or("no repeats")?;
        println!("{RULES} rules, {name}: {} bytes, {} nodes", text.len(), program.dag.nodes().len());
        println!("  parse    {}", times(&mut reading));
        println!("  compile  {}", times(&mut compiling));
        for (name, facts) in enterprises() {
            let (case, _) = Case::from_json(&program, &dictionary, &facts).map_err(|words| format!("{words:?}"))?;
            let mut explaining = Vec::new();
            for _ in 0..REPEATS {
                let started = Instant::now();
                let explanation = explain(&program, 0, &case, Lang::Zh).ok_or("no pack")?;
                explaining.push(started.elapsed());
                assert_eq!(explanation.outputs.0.len(), RULES);
            }
            let explanation = explain(&program, 0, &case, Lang::Zh).ok_or("no pack")?;
            let outputs = &explanation.outputs.0;
            println!(
                "  explain  {}, {name}: {} outputs with a reason why not, {} sets of changes, {} questions",
                times(&mut explaining),
                outputs.iter().filter(|output| output.why_not.is_some()).count(),
                outputs.iter().map(|output| output.changes.len()).sum::<usize>(),
                explanation.questions.len(),
            );
        }
    }
    Ok(())
}

/// `emp >= a and rev >= b and (rd*100 >= rev*c or pat >= d) and (age <= e or tax*100 >= rev*f) and ind in (…)`
fn pack(shared: bool) -> String {
    // A plain generator, so that every run has the same rules.
    let mut state = 42_u64;
    let mut draw = move |bound: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % bound
    };
    let mut threshold = |ladder: &[u64]| {
        let (low, high) = (ladder[0], ladder[ladder.len() - 1]);
        if shared { ladder[draw(ladder.len() as u64) as usize] } else { low + draw(high - low + 1) }
    };
    let names: Vec<String> = (0..RULES).map(|rule| format!("r{rule}")).collect();
    let mut text = HEAD.replace("OUTPUTS", &names.join(", "));
    for rule in 0..RULES {
        let (emp, rev) =
            (threshold(&[10, 20, 50, 100, 300, 500, 1000]), threshold(&[100, 300, 500, 2000, 5000, 40_000]));
        let (rd, pat) = (threshold(&[2, 3, 4, 5, 6, 8]), threshold(&[1, 2, 3, 4, 5]));
        let (age, tax) = (threshold(&[3, 5, 10, 15, 20]), threshold(&[1, 2, 3, 5]));
        // Shares of ladders are whole, others have three decimals.
        let share = |whole: u64, more: u64| if shared { whole.to_string() } else { format!("{whole}.{more:03}") };
        let (rd, tax) = (share(rd, threshold(&[1, 999])), share(tax, threshold(&[1, 999])));
        let count = threshold(&[2, 3, 4, 5, 6]);
        let mut sectors: Vec<u64> =
            (0..count).map(|_| threshold(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15])).collect();
        sectors.sort_unstable();
        sectors.dedup();
        let sectors: Vec<String> = sectors.iter().map(u64::to_string).collect();
        text.push_str(&format!(
            "| r{rule} | emp >= {emp} and rev >= {rev} and (rd*100 >= rev*{rd} or pat >= {pat}) and \
             (age <= {age} or tax*100 >= rev*{tax}) and ind in ({}) | 第三条第{rule}项 |\n",
            sectors.join(", ")
        ));
    }
    text
}

fn enterprises() -> [(&'static str, Value); 3] {
    [
        (
            "in the middle",
            json!({"emp": 120, "rev": "1900 万元", "rd": "60 万元", "pat": 2, "age": 12, "tax": "40 万元", "ind": 3}),
        ),
        ("small", json!({"emp": 8, "rev": "90 万元", "rd": 0, "pat": 0, "age": 30, "tax": 0, "ind": 3})),
        ("half of it not provided", json!({"rev": "1900 万元", "pat": 2, "age": 12, "ind": 3})),
    ]
}

/// Median, the slowest but five of a hundred, the slowest.
fn times(all: &mut [Duration]) -> String {
    all.sort();
    let at = |share: usize| all[(all.len() * share / 100).min(all.len() - 1)].as_secs_f64() * 1e3;
    format!("p50 {:6.2} ms, p95 {:6.2} ms, worst {:6.2} ms", at(50), at(95), at(100))
}

fn said(found: Vec<Diagnostic>) -> String {
    found.iter().map(|one| one.text(Lang::En)).collect::<Vec<_>>().join("\n")
}
