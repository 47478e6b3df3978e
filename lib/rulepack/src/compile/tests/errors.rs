//! What is told when a pack cannot be compiled, and where.

use super::*;

#[test]
fn errors_say_where_and_what_to_do() {
    let cases = [
        ("营业收人 > 5", "unknown-name", 1, "Did you mean `营业收入`?"),
        ("营业收入 > 从业人员", "unit-mismatch", 1, "yuan"),
        ("营业收入 > 5 人", "unit-mismatch", 1, "person"),
        ("税收 + 用地面积 > 5", "unit-mismatch", 1, "m²"),
        ("行业 > 5", "type-mismatch", 6, "a number"),
        ("税收 = \"A\"", "type-mismatch", 6, "a text"),
        ("税收 且 事故", "type-mismatch", 1, "a condition"),
        ("若 事故 则 1 否则 \"a\"", "type-mismatch", 13, "a text"),
        ("税收 / 用地面积", "unrounded-quotient", 0, "round half up"),
        ("min(税收 / 利润, 税收 / 营业收入) > 1", "unrounded-order", 1, "Round each"),
        ("营业收入 * 营业收入 * 营业收入 > 5", "overflow", 1, "ranges"),
        ("属于(行业, \"Z\")", "unknown-industry", 8, "GB/T 4754"),
        ("四舍五人(税收, 2)", "unknown-function", 1, "Did you mean"),
        ("税收 = null", "null-compared", 1, "provided"),
        ("税收 > ", "unexpected", 5, "missing"),
        ("成立日期 + 5", "unit-mismatch", 8, "months or days"),
    ];
    for (expression, code, column, words) in cases {
        let pack = read_whole("p.md", &definition(expression), &mut no_side_tables).unwrap();
        let found = compile(&[pack], &dictionary(), day()).map(|_| ()).expect_err(expression);
        assert_eq!(found.len(), 1, "{expression}: {}", said(&found));
        assert_eq!(found[0].code, code, "{}", said(&found));
        assert!(found[0].text(Lang::En).contains(words), "{}", said(&found));
        if column > 0 {
            assert_eq!((found[0].place.line, found[0].place.column), (8, column + 6), "{}", said(&found));
        }
    }
    let hiding = body("## 定义\n| 名称 | 表达式 |\n|---|---|\n| 税收 | 税收 / 2 |\n");
    let pack = read_whole("p.md", &hiding, &mut no_side_tables).unwrap();
    let found = compile(&[pack], &dictionary(), day()).expect_err("hiding");
    assert!(found[0].text(Lang::En).contains("also that of a fact"), "{}", said(&found));
    let circle = "---\n代码: p\n---\n## 定义\n| 名称 | 表达式 |\n|---|---|\n| a | b + 1 |\n| b | c |\n| c | 2 * a |\n";
    let pack = read_whole("p.md", circle, &mut no_side_tables).unwrap();
    let found = compile(&[pack], &dictionary(), day()).expect_err("circle");
    assert_eq!(found.len(), 1);
    assert!(found[0].message.en.contains("a → b → c → a"), "{}", said(&found));
}
