//! Packs as written, read.

use super::*;
use crate::diagnostic::Lang;

const SIZE: &str = include_str!("../../samples/size-class.md");

fn place(written: &Written) -> (u32, u32) {
    (written.place.line, written.place.column)
}

#[test]
fn a_pack_is_read_with_its_places() {
    let pack = read_whole("packs/size-class.md", SIZE, &mut no_side_tables).unwrap();
    assert_eq!(pack.code, "size-class");
    assert_eq!(pack.from, "2018-01-03".parse().ok());
    assert_eq!((pack.level, pack.status), (Some(Level::National), Status::Published));
    assert_eq!(
        pack.units.iter().map(|(f, u)| (f.text.as_str(), u.text.as_str())).collect::<Vec<_>>(),
        [("营业收入", "万元"), ("从业人员", "人")]
    );
    assert_eq!(place(&pack.units[1].0), (8, 16));
    let table = &pack.tables[0];
    assert_eq!(
        (table.heading.name.text.as_str(), table.heading.code.as_str(), table.hit),
        ("企业规模", "size_class", Hit::First)
    );
    assert_eq!(pack.law(table.heading.law).unwrap().anchor.as_deref(), Some("说明三"));
    assert_eq!(table.inputs[1].unit.as_ref().unwrap().text, "万元");
    assert_eq!(table.outputs[0].code, "size_class");
    assert_eq!(table.rows[1].id, "中");
    assert_eq!(table.rows[1].tests[1].text, ">= 2000");
    assert_eq!(place(&table.rows[1].tests[1]), (31, 16));
    assert_eq!(table.rows[0].basis.as_ref().unwrap().text, "附件表");
    let kinds: Vec<ExampleKind> = pack.examples[0].columns.iter().map(|column| column.kind).collect();
    use ExampleKind as K;
    assert_eq!(kinds, [K::Fact, K::Fact, K::Fact, K::Output, K::Missing, K::Note]);
    assert_eq!(pack.hash.len(), 64);
    let (crlf, _) = read("packs/size-class.md", &SIZE.replace('\n', "  \r\n"), &mut no_side_tables);
    assert_eq!(crlf.hash, pack.hash, "line ends do not count");
    let (other, _) = read("packs/size-class.md", &SIZE.replace("40000", "40001"), &mut no_side_tables);
    assert_ne!(other.hash, pack.hash);
}

#[test]
fn english_words_and_all_sections() {
    let text = r##"---
code: every
title: Every section
from: 2026-01-01
units:
  revenue: 万元
outputs: [Award]
month_end: carry
---
> A {#a} B {#b}

## Parameters
| name | code | unit | from | value | basis |
|---|---|---|---|---|---|
| Line | line | 万元 | 2026-01-01 | `2000` | #a |
| Line2 | line2 | | 2026-01-01 | to be published | |

## Definitions
| name | expression |
|---|---|
| Either | a \| b |

## Scale Duty duty (marginal)
- base: revenue
- basis: #a

| from（万元） | to | rate |
|---|---|---|
| 0 | 100 | 1 % |
| 100 | | 2 % |

## Amount Award award
- condition: revenue > 5
- base: revenue
- rate: 10 %
- cap: 100 万元
- round: round down to 100 元
- group: g

## Score Total score
- among: revenue > 0
- total digits: 1

| code | item | method | value | base | weight | cap | missing |
|---|---|---|---|---|---|---|---|
| tax | Tax | ratio | tax_paid / land_area | 10 | 30 | × 1.5 | average |

## Classes Grade grade (two-stage)
- by: score
- veto: accident → not A, B
- unrated: new → T
- then: score.tax high to low

| class | half | then_by | direction | take |
|---|---|---|---|---|
| A | top 50 % | score.tax | high to low | 15 % |
| C | bottom 50 % | score.tax | low to high | 10 % |
| B | rest | | | |

## Table Large beside (unique)
- file: large.csv
"##;
    let mut side = |name: &str| match name {
        "large.csv" => {
            Ok(vec![vec!["revenue".into(), "→ beside".into()], vec![">= 5".into(), "1".into()], vec!["< 5".into()]])
        }
        _ => Err("no".to_owned()),
    };
    let pack = read_whole("x.md", text, &mut side).unwrap();
    assert_eq!((pack.code.as_str(), pack.month_end, pack.units.len()), ("every", MonthEnd::Carry, 1));
    assert_eq!(pack.parameters[0].value.text, "2000");
    assert_eq!(place(&pack.parameters[0].value), (15, 36));
    assert!(pack.parameters[1].unpublished);
    assert_eq!(pack.law(pack.parameters[0].law).unwrap().text, "A");
    assert_eq!(pack.law(pack.parameters[1].law).unwrap().text, "B");
    assert_eq!(pack.definitions[0].expression.text, "a | b");
    assert_eq!(pack.definitions[0].expression.at(4).column, pack.definitions[0].expression.place.column + 5);
    assert_eq!(pack.law(pack.scales[0].heading.law).unwrap().text, "A");
    assert_eq!((pack.scales[0].bounds_unit.as_ref().unwrap().text.as_str(), pack.scales[0].steps.len()), ("万元", 2));
    let round = pack.amounts[0].round.as_ref().unwrap();
    assert_eq!(round.mode, crate::ir::Mode::Down);
    assert!(matches!(&round.step, RoundTo::Quantity(step) if step.text == "100 元"));
    let score = &pack.scores[0];
    assert_eq!(
        (score.total_digits, score.items[0].method, score.items[0].missing),
        (1, Method::Ratio, Missing::Average)
    );
    let classes = &pack.classes[0];
    assert_eq!(classes.veto[0].classes.len(), 2);
    assert_eq!((classes.then[0].by.text.as_str(), classes.then[0].descending), ("score.tax", true));
    assert_eq!((classes.rows[1].half, classes.rows[1].descending), (Half::Bottom, false));
    let beside = &pack.tables[0];
    assert_eq!((beside.heading.code.as_str(), beside.rows.len()), ("beside", 2));
    assert_eq!(beside.rows[0].tests[0].place.to_string(), "large.csv!A2");
}

#[test]
fn what_is_wrong_is_told_where_it_stands() {
    let cases = [
        ("自: 2018-01-03", "自: 2018-13-03", "bad-date", 5, 4),
        ("层级: 国家", "层级: 国", "unknown-word", 6, 5),
        ("状态: 已发布", "壮态: 已发布", "unknown-key", 7, 1),
        ("（首个）", "（首各）", "unknown-word", 26, 24),
        ("（首个）", "", "absent", 26, 1),
        ("→ 企业规模 size_class | 依据", "企业规模 size_class | 依据", "no-output-column", 28, 1),
        ("| 大 | >= 1000 |", "| 大 |", "cell-count", 30, 1),
        ("|---|---|---|---|---|\n| 大", "| 大", "table-rule", 29, 1),
        ("## 取值 企业规模 size", "## 取直 企业规模 size", "unknown-section", 15, 4),
        ("| 值 | 名称 |", "| 值 | 名字 |", "unknown-column", 17, 7),
        ("---\n名称", "名称", "no-front-matter", 1, 1),
    ];
    for (from, to, code, line, column) in cases {
        assert!(SIZE.contains(from), "{from}");
        let (_, found) = read("p.md", &SIZE.replacen(from, to, 1), &mut no_side_tables);
        let one = found.iter().find(|one| one.code == code).unwrap_or_else(|| panic!("{code}: {found:?}"));
        assert_eq!((one.place.line, one.place.column), (line, column), "{}", one.text(Lang::En));
    }
    let (_, found) = read(
        "p.md",
        &SIZE.replace(
            "## 判定表 企业规模 size_class（首个）",
            "## 判定表 企业规模 size_class（首个）\n- 文件: 大表.csv",
        ),
        &mut no_side_tables,
    );
    assert_eq!(found[0].code, "side-table");
}
