//! Packs compiled and run by the interpreter, against numbers worked out by hand.

use num_traits::ToPrimitive;

mod damage;
mod errors;
mod expressions;
mod rules;
mod standard;

use super::*;
use crate::diagnostic::Lang;
use crate::dictionary::FactKind;
use crate::interpret::{Answer, Value, evaluate, evaluate_population};
use crate::ir::{NodeId, Type};
use crate::pack::{no_side_tables, read_whole};

const FACTS: &str = r#"
[[fact]]
code = "industry"
zh = "行业"
en = "Industry"
kind = "text"
[[fact]]
code = "employees"
zh = "从业人员"
en = "Employees"
unit = "人"
range = ["0", "5000000"]
[[fact]]
code = "revenue"
zh = "营业收入"
en = "Revenue"
unit = "元"
range = ["0", "10000000000000"]
[[fact]]
code = "rd"
zh = "研发费用"
en = "R&D expense"
unit = "元"
range = ["0", "10000000000000"]
[[fact]]
code = "profit"
zh = "利润"
en = "Profit"
unit = "元"
range = ["-10000000000000", "10000000000000"]
[[fact]]
code = "tax"
zh = "税收"
en = "Tax"
unit = "元"
range = ["0", "1000000000000"]
[[fact]]
code = "land"
zh = "用地面积"
en = "Land"
unit = "平方米"
digits = 2
range = ["0", "100000000"]
[[fact]]
code = "founded"
zh = "成立日期"
en = "Founded"
kind = "date"
[[fact]]
code = "accident"
zh = "事故"
en = "Accident"
kind = "boolean"
[[fact]]
code = "young"
zh = "新办"
en = "Young"
kind = "boolean"
[[fact]]
code = "points"
zh = "得分"
en = "Points"
digits = 2
range = ["0", "1000"]
[[fact]]
code = "second"
zh = "第二指标"
en = "Second"
digits = 2
range = ["0", "1000"]
"#;

fn dictionary() -> Dictionary {
    Dictionary::parse(FACTS).unwrap()
}

fn day() -> NaiveDate {
    "2026-06-30".parse().unwrap()
}

fn compiled(text: &str) -> Program {
    compiled_on(text, day())
}

fn compiled_on(text: &str, on: NaiveDate) -> Program {
    let pack = read_whole("p.md", text, &mut no_side_tables).unwrap_or_else(|found| panic!("{}", said(&found)));
    compile(&[pack], &dictionary(), on).unwrap_or_else(|found| panic!("{}", said(&found)))
}

fn said(found: &[Diagnostic]) -> String {
    found.iter().map(|one| one.text(Lang::En)).collect::<Vec<_>>().join("\n")
}

/// A pack with this body and nothing else.
fn body(text: &str) -> String {
    format!("---\n代码: p\n---\n{text}")
}

/// A pack of one definition.
fn definition(expression: &str) -> String {
    let expression = expression.replace('|', "\\|");
    format!("---\n代码: p\n输出: [x]\n---\n## 定义\n| 名称 | 表达式 |\n|---|---|\n| x | {expression} |\n")
}

fn case(program: &Program, facts: &[(&str, &str)]) -> Vec<Option<Value>> {
    let mut values = vec![None; program.dag.facts().len()];
    for (name, text) in facts {
        let dictionary = dictionary();
        let code = dictionary.get(name).map_or((*name).to_owned(), |fact| fact.code.clone());
        let Some(id) = program.dag.fact_of_code(&code) else { continue };
        let Some(FactInfo::Fact(fact)) = program.fact(id) else { panic!("{name}") };
        values[usize::from(id.0)] = (*text != "?").then(|| match fact.kind {
            FactKind::Number => {
                let power = num_rational::BigRational::from_integer(10_i64.pow(fact.digits.into()).into());
                Value::Number((fact.number(text).unwrap() * power).to_integer().to_i128().unwrap())
            }
            FactKind::Boolean => Value::Boolean(*text == "是"),
            FactKind::Text => Value::Text((*text).into()),
            FactKind::Date => Value::Date(compiler::days_of(text.parse().unwrap())),
        });
    }
    values
}

fn shown(program: &Program, node: NodeId, answer: &Answer) -> String {
    match answer {
        Answer::Known(Value::Number(value)) => {
            let Type::Number { scale, low, high } = program.dag.ty(node) else { panic!() };
            assert!((low..=high).contains(value), "{value} is not in {low}..{high}");
            let power = num_rational::BigRational::from_integer(num_bigint::BigInt::from(10).pow(scale.into()));
            crate::number::plain(&(num_rational::BigRational::from_integer((*value).into()) / power))
        }
        Answer::Known(Value::Boolean(value)) => value.to_string(),
        Answer::Known(Value::Text(text)) => text.to_string(),
        Answer::Known(Value::Date(days)) => {
            crate::ir::date::civil(*days).0.to_string()
                + &format!("-{:02}-{:02}", crate::ir::date::civil(*days).1, crate::ir::date::civil(*days).2)
        }
        Answer::Unknown(missing) => format!("?{}", missing.codes(&program.dag).join(",")),
        Answer::NotApplicable(reason) => format!("!{}", program.dag.reason_of(*reason).code),
    }
}

/// All outputs for one case: `code=value` by spaces.
fn run(program: &Program, facts: &[(&str, &str)]) -> String {
    let answers = evaluate(&program.dag, &program.roots(), &case(program, facts), |_| None);
    let outputs = &program.packs[0].outputs;
    outputs
        .iter()
        .map(|output| format!("{}={}", output.code, shown(program, output.node, answers.of(output.node))))
        .collect::<Vec<_>>()
        .join(" ")
}

/// One output for all cases.
fn run_all(program: &Program, output: &str, cases: &[Vec<(&str, &str)>]) -> Vec<String> {
    let cases: Vec<_> = cases.iter().map(|facts| case(program, facts)).collect();
    let node = program.packs[0].output(output).unwrap().node;
    evaluate_population(&program.dag, &[node], &cases).iter().map(|answers| shown(program, node, &answers[0])).collect()
}

/// Facts as `name=value; name=value`.
fn facts(text: &str) -> Vec<(&str, &str)> {
    text.split(';').map(str::trim).filter(|part| !part.is_empty()).map(|part| part.split_once('=').unwrap()).collect()
}

fn expect(pack: &str, cases: &[(&str, &str)]) {
    let program = compiled(pack);
    for (given, expected) in cases {
        assert_eq!(run(&program, &facts(given)), *expected, "{given}");
    }
}

/// Each expression alone with its facts and the value of `x`.
fn expressions(cases: &[(&str, &str, &str)]) {
    for (expression, given, expected) in cases {
        let program = compiled(&definition(expression));
        assert_eq!(run(&program, &facts(given)), format!("x={expected}"), "{expression} with {given}");
    }
}

#[test]
fn the_test_no_peer_passes() {
    expect(
        include_str!("../../../samples/size-class.md"),
        &[
            ("行业=C3963; 从业人员=1200; 营业收入=50000 万元", "size_class=large"),
            ("行业=C3963; 从业人员=1200; 营业收入=1500 万元", "size_class=small"),
            ("行业=3963; 从业人员=?; 营业收入=120 万元", "size_class=micro"),
            ("行业=3963; 从业人员=?; 营业收入=50000 万元", "size_class=?employees"),
            ("行业=C3963; 从业人员=1000; 营业收入=399999990 元", "size_class=medium"),
            ("行业=C3963; 从业人员=1000; 营业收入=400000000 元", "size_class=large"),
            ("行业=C3963", "size_class=?employees,revenue"),
            ("行业=K7010; 从业人员=1000; 营业收入=400000000 元", "size_class=!outside_scope:p"),
            ("从业人员=1000; 营业收入=400000000 元", "size_class=?industry"),
        ],
    );
    let program = compiled(include_str!("../../../samples/size-class.md"));
    let pack = &program.packs[0];
    let output = pack.output("企业规模").unwrap();
    assert_eq!(output.name, crate::diagnostic::Words::new("企业规模", "Size class"));
    let rule = pack.rule(output.rule).unwrap();
    let Body::Table { rows, .. } = &rule.body else { panic!() };
    let cell = &rows[0].cells[1];
    assert_eq!((cell.text.as_str(), cell.place.to_string().as_str()), (">= 40000", "p.md:30:17"));
    let TreeKind::Compare { left, right, .. } = &cell.kind else { panic!() };
    assert_eq!(left.text, "营业收入");
    let Shown::Number { unit, .. } = &right.shown else { panic!() };
    assert_eq!(unit.name(Lang::En), "10k yuan");
    assert_eq!(pack.source.law(rule.law).unwrap().anchor.as_deref(), Some("说明三"));
}

#[test]
fn parameters_follow_the_day() {
    let pack = body("## 参数\n| 名称 | 代码 | 单位 | 自 | 至 | 值 |\n|---|---|---|---|---|---|\n| 线 | line | 万元 | 2020-01-01 | 2025-12-31 | 2000 |\n| 线 | line | 万元 | 2026-01-01 | | 2500 |\n| 新线 | new_line | 万元 | | | 待公布 |\n| 名单 | listed | | | | [\"A\", \"B\"] |\n\n## 定义\n| 名称 | 表达式 |\n|---|---|\n| 过线 | 营业收入 >= 线 |\n| 过新线 | 营业收入 >= 新线 |\n| 在列 | 行业 in 名单 |\n")
        .replace("代码: p", "代码: p\n输出: [过线, 过新线, 在列]");
    let given = facts("营业收入=2200 万元; 行业=B");
    assert_eq!(run(&compiled(&pack), &given), "过线=false 过新线=?new_line 在列=true");
    assert_eq!(run(&compiled_on(&pack, "2025-12-31".parse().unwrap()), &given), "过线=true 过新线=?new_line 在列=true");
    assert_eq!(
        run(&compiled_on(&pack, "2019-12-31".parse().unwrap()), &given),
        "过线=!parameter_not_in_force 过新线=?new_line 在列=true"
    );
    let late = pack.replace("代码: p", "代码: p\n自: 2027-01-01");
    assert!(run(&compiled(&late), &given).starts_with("过线=!not_in_force"));
}

#[test]
fn three_hundred_rules_in_milliseconds() {
    let mut text = body("## 定义\n| 名称 | 表达式 |\n|---|---|\n");
    for at in 0..300 {
        text.push_str(&format!(
            "| r{at} | 从业人员 >= {} and 营业收入 >= {} 万元 and (研发费用 / 营业收入 >= {} % or 利润 > 0) |\n",
            at % 7,
            at % 11,
            at % 5 + 1
        ));
    }
    let names: Vec<String> = (0..300).map(|at| format!("r{at}")).collect();
    let text = text.replace("代码: p", &format!("代码: p\n输出: [{}]", names.join(", ")));
    let started = std::time::Instant::now();
    let program = compiled(&text);
    let took = started.elapsed();
    assert_eq!(program.roots().len(), 300);
    assert!(program.dag.nodes().len() < 700, "{}", program.dag.nodes().len());
    // Unoptimised and beside other tests; a release build takes a few milliseconds.
    assert!(took.as_millis() < 3000, "{took:?}");
}

#[test]
fn packs_share_one_graph() {
    let text = definition("营业收入 >= 5 and 研发费用 / 营业收入 >= 3 %");
    let one = read_whole("a.md", &text, &mut no_side_tables).unwrap();
    let other =
        read_whole("b.md", &text.replace("and", "or").replace("代码: p", "代码: q"), &mut no_side_tables).unwrap();
    let alone = compile(std::slice::from_ref(&one), &dictionary(), day()).unwrap();
    let both = compile(&[one.clone(), other], &dictionary(), day()).unwrap();
    assert_eq!(both.dag.nodes().len(), alone.dag.nodes().len() + 1, "only the `or` is new");
    assert_eq!(both.facts.len(), both.dag.facts().len());
    let own = "## 事实\n| 代码 | 名称 | 类型 | 单位 | 范围 |\n|---|---|---|---|---|\n| visits | 走访 | 数 | 次 | [0..100] |\n\n## 定义\n| 名称 | 表达式 |\n|---|---|\n| x | 走访 >= 3 |\n";
    let own = text.replace("## 定义\n| 名称 | 表达式 |\n|---|---|\n", own).replace("| x | 营业", "| y | 营业");
    let narrow = read_whole("c.md", &own, &mut no_side_tables).unwrap();
    let wide = read_whole("d.md", &own.replace("[0..100]", "[0..200]"), &mut no_side_tables).unwrap();
    let program = compile(&[narrow.clone(), narrow.clone()], &dictionary(), day()).unwrap();
    assert_eq!(run(&program, &[]), "x=?visits");
    assert_eq!(
        compile(&[narrow, wide], &dictionary(), day()).map(|_| ()).expect_err("differs")[0].code,
        "fact-differs"
    );
}
