//! The gap and overlap check of random small tables against trying every combination of boundary points with the interpreter.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::check::check;
use crate::compile::{Body, compile};
use crate::diagnostic::{Diagnostic, Lang};
use crate::dictionary::Dictionary;
use crate::interpret::{Answer, Value, evaluate};
use crate::ir::Dag;
use crate::pack::{Hit, no_side_tables, read_whole};
use crate::random::Random;

const FACTS: &str = "| 代码 | 类型 | 单位 | 小数 | 范围 | 取值 |\n|---|---|---|---|---|---|\n\
    | n_a | 数 | | 0 | [0..12] | |\n| n_b | 数 | | 0 | [0..9] | |\n| t_code | 文字 | | | | |\n\
    | t_word | 文字 | | | | 甲, 乙, 丙 |\n| yes | 是否 | | | | |\n";

/// Everything a cell of these tables can tell apart.
fn points() -> Vec<Vec<Value>> {
    let text = |text: &&str| Value::Text((*text).into());
    vec![
        (0..=12).map(Value::Number).collect(),
        (0..=9).map(Value::Number).collect(),
        ["A", "AB", "ABC", "AC", "B", "其他"].iter().map(text).collect(),
        ["甲", "乙", "丙"].iter().map(text).collect(),
        vec![Value::Boolean(true), Value::Boolean(false)],
    ]
}

fn cell(random: &mut Random, column: usize) -> String {
    if random.below(5) < 3 {
        return "—".into();
    }
    let number = |random: &mut Random| random.below(5) * 3;
    match (column, random.below(5)) {
        (0, 0) => format!(">= {}", number(random)),
        (0, 1) => format!("< {}", number(random)),
        (0, 2) => format!("{}, {}", number(random), number(random)),
        (0, _) => {
            let low = number(random);
            format!("[{low}..{})", low + 3 * (1 + random.below(3)))
        }
        (1, 0 | 1) => format!("> {}.{}", random.below(9), random.below(10)),
        (1, 2) => format!("not({})", random.below(9)),
        (1, _) => format!("<= {}.5", random.below(9)),
        (2, 0) => "\"A\", \"B\"".into(),
        (2, 1) => "not(\"AB\")".into(),
        (2, 2) => "starts with(?, \"AB\")".into(),
        (2, _) => "starts with(?, \"A\")".into(),
        (3, 0 | 1) => "\"甲\"".into(),
        (3, 2) => "not(\"甲\")".into(),
        (3, _) => "\"乙\", \"丙\"".into(),
        (4, of) => if of < 3 { "true" } else { "false" }.into(),
        // A condition that looks at two things at once.
        (_, 0 | 1) => format!("n_a >= {} or yes", number(random)),
        (_, 2) => format!("n_a < {} or n_b > {}", number(random), random.below(9)),
        _ => format!("not(yes and t_word = \"甲\") and n_a >= {}", number(random)),
    }
}

fn pack(random: &mut Random, hit: &str) -> String {
    let rows = 1 + random.below(6);
    let scope = if random.below(3) == 0 { "适用: n_a < 9 or yes\n" } else { "" };
    let mut text = format!(
        "---\n自: 2020-01-01\n{scope}---\n> 法。{{#一}}\n\n## 事实\n\n{FACTS}\n## 判定表 档 grade（{hit}）\n\n\
         | n_a | n_b | t_code | t_word | yes | 条件 | → 档 grade |\n|---|---|---|---|---|---|---|\n"
    );
    let rest = random.below(3) == 0;
    for row in 0..rows {
        let last = rest && row + 1 == rows;
        let cells: Vec<String> =
            (0..6).map(|column| if last { "—".to_owned() } else { cell(random, column) }).collect();
        text.push_str(&format!("| {} | {} |\n", cells.join(" | "), random.below(3)));
    }
    text
}

/// The rows that are told with a code, and whether the table as a whole is.
fn told(found: &[Diagnostic], code: &str) -> BTreeSet<u32> {
    found.iter().filter(|one| one.code == code).map(|one| one.place.line).collect()
}

#[test]
fn findings_are_those_of_trying_everything() {
    let day = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
    let (mut gaps, mut lines, mut overlaps) = (0, 0, 0);
    for seed in 0..120 {
        let mut random = Random::new(seed);
        let hit = ["首个", "唯一", "任意"][random.below(3)];
        let text = pack(&mut random, hit);
        let pack = read_whole("a.md", &text, &mut no_side_tables).unwrap();
        let program = compile(std::slice::from_ref(&pack), &Dictionary::shipped(), day).unwrap();
        let found = check(&pack, &Dictionary::shipped(), day);
        let Body::Table { hit, rows, results, .. } = &program.packs[0].rules[0].body else { panic!() };
        let applies = program.packs[0].applies.as_ref().and_then(|tree| tree.value).map(|value| value.node);
        let roots: Vec<_> = rows.iter().map(|row| row.condition).chain(applies).collect();
        let (mut gap, mut reached, mut overlapping) = (false, BTreeSet::<usize>::new(), BTreeSet::new());
        let all = points();
        // Only the facts this table has are gone through.
        let codes = ["n_a", "n_b", "t_code", "t_word", "yes"];
        let own = |code: &str| codes.iter().position(|other| *other == code).unwrap();
        let places: Vec<&Vec<Value>> = program.dag.facts().iter().map(|fact| &all[own(&fact.code)]).collect();
        let total: usize = places.iter().map(|points| points.len()).product();
        for mut at in 0..total {
            let point = |points: &&Vec<Value>, at: &mut usize| {
                let point = points[*at % points.len()].clone();
                *at /= points.len();
                Some(point)
            };
            let case: Vec<Option<Value>> = places.iter().map(|points| point(points, &mut at)).collect();
            let answers = evaluate(&program.dag, &roots, &case, |_| None);
            if applies.is_some_and(|node| !answers.of(node).is_true()) {
                continue;
            }
            let hits: Vec<usize> = rows
                .iter()
                .enumerate()
                .filter(|(_, row)| answers.of(row.condition).is_true())
                .map(|(at, _)| at)
                .collect();
            gap |= hits.is_empty();
            match hit {
                Hit::First => reached.extend(hits.first()),
                _ => reached.extend(&hits),
            }
            for (place, second) in hits.iter().enumerate() {
                for first in &hits[..place] {
                    let same = results[*first].value == results[*second].value;
                    if *hit == Hit::Unique || *hit == Hit::Any && !same {
                        overlapping.insert(rows[*second].place.line);
                    }
                }
            }
        }
        let shown = || {
            let found: Vec<_> = found.iter().map(|one| one.text(Lang::Zh)).collect();
            format!("seed {seed}\n{text}\n{}", found.join("\n"))
        };
        assert!(!found.iter().any(|one| one.code == "table-too-large"), "{}", shown());
        assert_eq!(!told(&found, "table-gap").is_empty(), gap, "gap, {}", shown());
        let never: BTreeSet<u32> =
            rows.iter().enumerate().filter(|(at, _)| !reached.contains(at)).map(|(_, row)| row.place.line).collect();
        assert_eq!(told(&found, "row-unreachable"), never, "unreachable, {}", shown());
        let code = if *hit == Hit::Any { "table-conflict" } else { "table-overlap" };
        assert_eq!(told(&found, code), overlapping, "overlaps, {}", shown());
        gaps += usize::from(gap);
        lines += never.len();
        overlaps += overlapping.len();
    }
    assert!(gaps > 30 && gaps < 118 && lines > 15 && overlaps > 30, "{gaps} {lines} {overlaps}");
}

/// 100 rows × 8 columns: the product of the columns is beyond counting, the search is not.
#[test]
fn a_large_table_is_checked() {
    let day = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
    let facts: String = (0..8).map(|at| format!("| f_{at} | 数 | | 0 | [0..1000000] |\n")).collect();
    let head = (0..8).map(|at| format!("f_{at}")).collect::<Vec<_>>().join(" | ");
    let table = |hole: bool| {
        let mut random = Random::new(7);
        let mut text = format!(
            "---\n自: 2020-01-01\n---\n> 法。{{#一}}\n\n## 事实\n\n| 代码 | 类型 | 单位 | 小数 | 范围 |\n|---|---|---|---|---|\n{facts}\n\
             ## 判定表 档 grade（首个）\n\n| {head} | → 档 grade |\n|{}\n",
            "---|".repeat(9)
        );
        for row in 0..99 {
            // Ten bands of the first column; in each, steps over the others.
            let band = row / 10 * 1000;
            let mut cells: Vec<String> = (1..8)
                .map(|_| if random.below(3) == 0 { format!(">= {}", random.below(900_000)) } else { "—".into() })
                .collect();
            if row % 10 == 9 {
                cells = vec!["—".into(); 7];
            }
            let first = if row >= 90 { format!(">= {band}") } else { format!("[{band}..{})", band + 1000) };
            text.push_str(&format!("| {first} | {} | {row} |\n", cells.join(" | ")));
        }
        let last = if hole { "< 12345" } else { "—" };
        text.push_str(&format!("| >= 9000 | — | — | — | {last} | — | — | — | 99 |\n"));
        text
    };
    for hole in [false, true] {
        let pack = read_whole("a.md", &table(hole), &mut no_side_tables).unwrap();
        let found = check(&pack, &Dictionary::shipped(), day);
        assert!(told(&found, "table-too-large").is_empty());
        let gaps: Vec<_> = found.iter().filter(|one| one.code == "table-gap").collect();
        assert_eq!(gaps.is_empty(), !hole, "{gaps:?}");
        if let Some(gap) = gaps.first() {
            assert!(gap.message.zh.contains("f_4 = ") && gap.message.zh.contains("f_0 = "), "{}", gap.message.zh);
        }
    }
}

/// A divisor of the facts of [`a_pack_without_findings_never_divides_by_zero`].
fn divisor(random: &mut Random) -> &'static str {
    ["a", "b", "c", "a + b", "a - b", "a * b", "max(a, b)", "min(a, c)", "abs(b)", "a + 1", "whole"][random.below(11)]
}

fn condition(random: &mut Random, deep: usize) -> String {
    let side = |random: &mut Random| divisor(random);
    match random.below(if deep == 0 { 6 } else { 10 }) {
        0 => format!("{} > 0", side(random)),
        1 => format!("{} != 0", side(random)),
        2 => format!("{} = 0", side(random)),
        3 => format!("{} >= {}", side(random), random.below(3)),
        4 => format!("{} < {}", side(random), random.below(3)),
        5 => format!("{} > {}", side(random), side(random)),
        6 => format!("({} and {})", condition(random, deep - 1), condition(random, deep - 1)),
        7 => format!("({} or {})", condition(random, deep - 1), condition(random, deep - 1)),
        8 => format!("not({})", condition(random, deep - 1)),
        _ => format!("round half up(1 / ({}), 1) > 1", divisor(random)),
    }
}

fn number(random: &mut Random, deep: usize) -> String {
    match random.below(if deep == 0 { 2 } else { 5 }) {
        0 | 1 => format!("round half up(c / ({}), 2)", divisor(random)),
        2 | 3 => {
            let (then, otherwise) = (number(random, deep - 1), number(random, deep - 1));
            let (then, otherwise) = if random.below(2) == 0 { (then, "0".into()) } else { ("0".into(), otherwise) };
            format!("(if {} then {then} else {otherwise})", condition(random, deep))
        }
        _ => format!("coalesce({}, 0)", number(random, deep - 1)),
    }
}

#[test]
fn a_pack_without_findings_never_divides_by_zero() {
    let day = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
    let (mut sound, mut refused, mut harmed) = (0, 0, 0);
    for seed in 0..800 {
        let mut random = Random::new(seed);
        let expression = match random.below(4) {
            0 => format!("{} and {} > 1", condition(&mut random, 1), number(&mut random, 0)),
            1 => format!("{} or {} > 1", condition(&mut random, 1), number(&mut random, 0)),
            _ => number(&mut random, 2),
        };
        let scope =
            if random.below(3) == 0 { format!("适用: {}\n", condition(&mut random, 1)) } else { String::new() };
        let text = format!(
            "---\n自: 2020-01-01\n输出: [x]\n{scope}---\n> 法。{{#一}}\n\n## 事实\n\n| 代码 | 类型 | 小数 | 范围 |\n|---|---|---|---|\n\
             | a | 数 | 0 | [0..9] |\n| b | 数 | 0 | [-3..3] |\n| c | 数 | 1 | [0..9] |\n\n## 定义\n\n| 代码 | 名称 | 表达式 |\n\
             |---|---|---|\n| whole | 合 | a + abs(b) |\n| x | 果 | {expression} |\n"
        );
        let pack = read_whole("a.md", &text, &mut no_side_tables).unwrap();
        let Ok(program) = compile(std::slice::from_ref(&pack), &Dictionary::shipped(), day) else { continue };
        let found = check(&pack, &Dictionary::shipped(), day);
        let told = found.iter().any(|one| one.code == "division-by-zero");
        let roots = program.roots();
        let bounds: Vec<(i128, i128)> = program
            .dag
            .facts()
            .iter()
            .map(|fact| match fact.code.as_str() {
                "a" => (0, 3),
                "b" => (-2, 2),
                _ => (0, 20),
            })
            .collect();
        let total: i128 = bounds.iter().map(|(low, high)| high - low + 1).product();
        let mut divides = false;
        for mut at in 0..total {
            let values = bounds.iter().map(|(low, high)| {
                let size = high - low + 1;
                let value = low + at % size;
                at /= size;
                Some(Value::Number(value))
            });
            let case: Vec<_> = values.collect();
            let answers = evaluate(&program.dag, &roots, &case, |_| None);
            divides |= *answers.of(roots[0]) == Answer::NotApplicable(Dag::DIVISION_BY_ZERO);
        }
        assert!(told || !divides, "seed {seed}\n{text}");
        sound += usize::from(!told && text.contains(" / "));
        refused += usize::from(told);
        harmed += usize::from(divides);
    }
    // Much is proved, and much of what is refused does divide by zero.
    assert!(sound > 80 && refused > 80 && harmed * 2 > refused, "{sound} {refused} {harmed}");
}
