//! Trees as text, so that a case is one line.

use super::ast::{Arithmetic, Comparison, Kind, Node, Range, Test};
use super::{NameSet, parse_expression, parse_tests};
use crate::number;

fn names() -> NameSet {
    NameSet::new([
        "营业收入",
        "从业人员",
        "main revenue",
        "revenue",
        "a",
        "b",
        "c",
        "研发费用",
        "在建工程",
        "投资与建设",
    ])
}

fn list(nodes: &[Node]) -> String {
    nodes.iter().map(show).collect::<Vec<_>>().join(" ")
}

fn compare(how: Comparison) -> &'static str {
    match how {
        Comparison::Equal => "=",
        Comparison::NotEqual => "!=",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
    }
}

fn range(range: &Range) -> String {
    let (open, close) = (if range.low_closed { '[' } else { '(' }, if range.high_closed { ']' } else { ')' });
    format!("{open}{}..{}{close}", show(&range.low), show(&range.high))
}

fn show(node: &Node) -> String {
    match &node.kind {
        Kind::Null => "null".to_owned(),
        Kind::Boolean(b) => b.to_string(),
        Kind::Text(text) => format!("{text:?}"),
        Kind::Number { value, unit: None } => number::plain(value),
        Kind::Number { value, unit: Some(unit) } => format!("{}‹{unit}›", number::plain(value)),
        Kind::At(text) => format!("@{text}"),
        Kind::Name(name) => format!("`{name}`"),
        Kind::Subject => "?".to_owned(),
        Kind::Negate(a) => format!("(neg {})", show(a)),
        Kind::Arithmetic(how, a, b) => {
            let sign = match how {
                Arithmetic::Add => "+",
                Arithmetic::Subtract => "-",
                Arithmetic::Multiply => "*",
                Arithmetic::Divide => "/",
                Arithmetic::Power => "**",
            };
            format!("({sign} {} {})", show(a), show(b))
        }
        Kind::Compare(how, a, b) => format!("({} {} {})", compare(*how), show(a), show(b)),
        Kind::And(parts) => format!("(and {})", list(parts)),
        Kind::Or(parts) => format!("(or {})", list(parts)),
        Kind::If(a, b, c) => format!("(if {} {} {})", show(a), show(b), show(c)),
        Kind::Between(a, b, c) => format!("(between {} {} {})", show(a), show(b), show(c)),
        Kind::In(a, tests) => format!("(in {} {})", show(a), show_tests(tests)),
        Kind::Range(r) => range(r),
        Kind::List(parts) => format!("[{}]", list(parts)),
        Kind::Context(entries) => {
            let entries: Vec<String> = entries.iter().map(|(k, v)| format!("{k}:{}", show(v))).collect();
            format!("{{{}}}", entries.join(" "))
        }
        Kind::Call { name, arguments } => {
            let arguments: Vec<String> = arguments
                .iter()
                .map(|(label, value)| {
                    format!("{}{}", label.as_ref().map(|l| format!("{l}:")).unwrap_or_default(), show(value))
                })
                .collect();
            format!("{name}({})", arguments.join(" "))
        }
        Kind::Path(a, name) => format!("{}.{name}", show(a)),
        Kind::Filter(a, b) => format!("{}[{}]", show(a), show(b)),
        Kind::InstanceOf(a, name) => format!("(is {} {name})", show(a)),
    }
}

fn show_tests(tests: &[Test]) -> String {
    let show = |test: &Test| match test {
        Test::Any => "any".to_owned(),
        Test::Compare(how, node) => format!("{}{}", compare(*how), show(node)),
        Test::Range(r) => range(r),
        Test::Not(tests) => format!("not({})", show_tests(tests)),
        Test::Value(node) => show(node),
        Test::Expression(node) => format!("!{}", show(node)),
    };
    tests.iter().map(show).collect::<Vec<_>>().join(",")
}

#[test]
fn expressions() {
    let cases = [
        ("1 + 2 * 3", "(+ 1 (* 2 3))"),
        ("-3 ** 2 ** 2", "(** (** (neg 3) 2) 2)"),
        ("1..5", "error 1"),
        ("营业收入 >= 5000 万元 且 从业人员 >= 300", "(and (>= `营业收入` 5000‹万元›) (>= `从业人员` 300))"),
        ("营业收入>=5000万元且从业人员≥300人", "(and (>= `营业收入` 5000‹万元›) (>= `从业人员` 300‹人›))"),
        ("营业收入大于等于5000万元或从业人员不足20", "(or (>= `营业收入` 5000‹万元›) (< `从业人员` 20))"),
        ("若营业收入 > 0 则 1 否则 2", "(if (> `营业收入` 0) 1 2)"),
        ("如果 a，那么 b，否则 c", "(if `a` `b` `c`)"),
        ("在建工程 在 [1..2)", "(in `在建工程` [1..2))"),
        ("从业人员 介于 1 与 5 且 a", "(and (between `从业人员` 1 5) `a`)"),
        ("x between 1 and 5 and y", "(and (between `x` 1 5) `y`)"),
        ("非（a 或 b）", "not((or `a` `b`))"),
        ("非 a = b", "not((= `a` `b`))"),
        ("main revenue / revenue >= 3 %", "(>= (/ `main revenue` `revenue`) 3‹%›)"),
        ("main revnue > 1", "(> `main revnue` 1)"),
        ("营业收人且营业收入 > 1", "(and `营业收人` (> `营业收入` 1))"),
        ("15 万元/亩", "15‹万元/亩›"),
        ("15 万元 / 从业人员", "(/ 15‹万元› `从业人员`)"),
        ("0.5 元/千瓦时 + 1", "(+ 0.5‹元/千瓦时› 1)"),
        ("１２０．５ ＋ ２", "(+ 120.5 2)"),
        ("a in (1, 2, > 5)", "(in `a` 1,2,>5)"),
        ("a in (1..5]", "(in `a` (1..5])"),
        ("a in ([1..2], ]3..4[)", "(in `a` [1..2],(3..4))"),
        ("a in < 5 and b", "(and (in `a` <5) `b`)"),
        ("a in [1,2] or b", "(or (in `a` [1 2]) `b`)"),
        ("]1..b[", "(1..`b`)"),
        ("(>= 5)", "[5..null)"),
        ("date and time(\"2026-01-01T00:00:00\").year", "date and time(\"2026-01-01T00:00:00\").year"),
        ("四舍五入(a / b, 2)", "round half up((/ `a` `b`) 2)"),
        ("round half up(n: a, scale: 2)", "round half up(n:`a` scale:2)"),
        ("substring(string: \"a\", start position: 1)", "substring(string:\"a\" start position:1)"),
        ("rank(a, among: b > 1)", "rank(`a` among:(> `b` 1))"),
        ("a >= 2026-02-13", "(>= `a` @2026-02-13)"),
        ("2026年2月3日", "@2026-02-03"),
        ("a < 2026-02-30", "error 4"),
        ("2026 - 02 - 13", "(- (- 2026 2) 13)"),
        ("@\"P1Y\"", "@P1Y"),
        ("{a: 1, \"b c\": a + 1}.b c", "{a:1 b c:(+ `a` 1)}.b c"),
        ("[1,2,3][item > 1][1]", "[1 2 3][(> `item` 1)][1]"),
        ("a instance of date and time and b", "(and (is `a` date and time) `b`)"),
        ("a instance of list<number>", "(is `a` list<number>)"),
        ("\"a\\u4e2d\\n\" // comment", "\"a中\\n\""),
        ("“中文”", "\"中文\""),
        ("1e3 + 1.5E-2", "(+ 1000 0.015)"),
        (".5", "0.5"),
        ("投资与建设 与", "error 16"),
        ("1 + ", "error 4"),
        ("a == b", "error 2"),
        ("1 < a < 3", "error 6"),
        ("some x in [1] satisfies x", "error 0"),
        ("for x in [1] return x", "error 0"),
        ("\"abc", "error 0"),
        ("a & & b", "error 2"),
        ("", "error 0"),
        ("a # b", "error 2"),
        ("(1 + 2", "error 6"),
    ];
    for (text, expected) in cases {
        let got = match parse_expression(text, &names()) {
            Ok(node) => show(&node),
            Err(error) => format!("error {}", error.span.start),
        };
        assert_eq!(got, expected, "{text}");
    }
}

#[test]
fn cells() {
    let cases = [
        ("-", "any"),
        ("—", "any"),
        ("", "any"),
        (">= 300", ">=300"),
        (">= 40000 万元", ">=40000‹万元›"),
        ("≥300 且 <1000", "!(and (>= ? 300) (< ? 1000))"),
        ("[20..300)", "[20..300)"),
        ("\"A\",\"B\"", "\"A\",\"B\""),
        ("大型，中型", "`大型`,`中型`"),
        ("not(\"A\", \"B\")", "not(\"A\",\"B\")"),
        ("非（大型）", "not(`大型`)"),
        ("not(> 5)", "not(>5)"),
        ("< 5, > 10", "<5,>10"),
        ("? > 5 and ? < b", "!(and (> ? 5) (< ? `b`))"),
        ("starts with(?, \"C\")", "!starts with(? \"C\")"),
        ("是", "true"),
        ("3 %", "3‹%›"),
        ("< a + 1", "<(+ `a` 1)"),
        ("-5", "(neg 5)"),
        (">", "error 1"),
        ("1 2", "error 2"),
    ];
    for (text, expected) in cases {
        let got = match parse_tests(text, &names()) {
            Ok(tests) => show_tests(&tests),
            Err(error) => format!("error {}", error.span.start),
        };
        assert_eq!(got, expected, "{text}");
    }
}

#[test]
fn deep_nesting_is_refused_and_no_text_breaks_the_reader() {
    for open in ["(", "[", "-", "not(", "{a:", "if ", "非 "] {
        let text = open.repeat(5000);
        assert!(parse_expression(&text, &()).is_err(), "{open}");
    }
    assert!(parse_expression(&"1+".repeat(300_000), &()).is_err());
    assert!(parse_expression(&format!("{}1", "1+".repeat(399)), &()).is_ok());
    let pieces = [
        "(",
        ")",
        "[",
        "]",
        "..",
        "a",
        "营业收入",
        "且",
        "若",
        "万元",
        "5",
        "\"",
        "in",
        "not",
        "?",
        "-",
        "{",
        ":",
        "，",
        "@",
        "\\",
        "年",
        ".",
    ];
    let mut state = 7u64;
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..8 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.push_str(pieces[(state >> 33) as usize % pieces.len()]);
        }
        let _ = parse_expression(&text, &names());
        let _ = parse_tests(&text, &names());
    }
}
