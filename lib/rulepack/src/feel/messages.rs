//! What `rules eval` says of faulty expressions and facts, in Chinese and English.

use super::value::ValueKind;
use crate::diagnostic::Words;
use crate::dictionary::{Fact, FactKind};
use crate::number::{MOST_DIGITS, is_too_long, quoted};
use crate::syntax::SyntaxError;
use crate::syntax::ast::Span;

pub(super) type Text = (&'static str, Words, Words);

pub(super) fn fail(span: Span, (code, message, advice): Text) -> Box<SyntaxError> {
    Box::new(SyntaxError { code, span, message, advice: Box::new(advice) })
}

pub(super) fn unknown_name(name: &str, near: Option<&str>) -> Text {
    let message = Words::new(format!("不认识名称“{name}”。"), format!("Nothing is called “{name}”."));
    let advice = match near {
        Some(near) => Words::new(format!("是否指“{near}”？"), format!("Did you mean “{near}”?")),
        None => Words::new(
            "请用事实字典中的代码或名称，或在 --facts 中给出它的值；文字要加引号。",
            "Use a code or name of the dictionary of facts, or give its value in --facts; put text in quotes.",
        ),
    };
    ("unknown-name", message, advice)
}

pub(super) fn unknown_function(name: &str, near: Option<&str>) -> Text {
    let message = Words::new(format!("没有函数“{name}”。"), format!("There is no function “{name}”."));
    let advice = match near {
        Some(near) => Words::new(format!("是否指“{near}”？"), format!("Did you mean “{near}”?")),
        None => Words::new(
            "函数清单见规则包指南；不能自定义函数。",
            "The guide to rule packs lists all functions; there are none of one's own.",
        ),
    };
    ("unknown-function", message, advice)
}

pub(super) fn only_in_packs(name: &str) -> Text {
    (
        "only-in-packs",
        Words::new(
            format!("“{name}”要在一组企业上计算，这里只有一家。"),
            format!("“{name}” is computed over a set of enterprises; here is only one."),
        ),
        Words::new("请在规则包中使用，用 rules run 运行。", "Use it in a pack and run it with `rules run`."),
    )
}

pub(super) fn no_clock(name: &str) -> Text {
    (
        "no-clock",
        Words::new(
            format!("规则不读时钟，不能用“{name}()”。"),
            format!("Rules read no clock: “{name}()” cannot be used."),
        ),
        Words::new(
            "把日期作为事实给出，或写成日期，如 2026-02-13。",
            "Give the day as a fact, or write it, such as 2026-02-13.",
        ),
    )
}

pub(super) fn arguments(name: &str, usage: &str) -> Text {
    (
        "arguments",
        Words::new(format!("函数“{name}”的参数个数或名称不对。"), format!("“{name}” does not take these arguments.")),
        Words::new(format!("写法：{usage}"), format!("Write: {usage}")),
    )
}

pub(super) fn argument_kind(name: &str, usage: &str, found: ValueKind) -> Text {
    let (zh, en) = found.name();
    (
        "type",
        Words::new(format!("函数“{name}”不能用于{zh}。"), format!("“{name}” does not work on a {en}.")),
        Words::new(format!("写法：{usage}"), format!("Write: {usage}")),
    )
}

pub(super) fn two_kinds(sign: &str, left: ValueKind, right: ValueKind) -> Text {
    let (a, b) = (left.name(), right.name());
    (
        "type",
        Words::new(
            format!("“{sign}”不能用于{}和{}。", a.0, b.0),
            format!("“{sign}” does not work between a {} and a {}.", a.1, b.1),
        ),
        Words::new(
            "两边要是同一类：数与数，文字与文字，日期与日期；文字可用 number(…)、date(…) 转换。",
            "Both sides must be of one kind: numbers, texts, dates. Convert text with number(…) or date(…).",
        ),
    )
}

pub(super) fn one_kind(sign: &str, found: ValueKind, wanted: ValueKind) -> Text {
    let (a, b) = (found.name(), wanted.name());
    (
        "type",
        Words::new(
            format!("“{sign}”处应为{}，却是{}。", b.0, a.0),
            format!("“{sign}” needs a {}, not a {}.", b.1, a.1),
        ),
        Words::new("请改用比较（如 x > 0）或转换函数。", "Compare (such as x > 0) or convert it."),
    )
}

pub(super) fn no_property(name: &str, of: ValueKind) -> Text {
    let (zh, en) = of.name();
    (
        "property",
        Words::new(format!("{zh}没有属性“{name}”。"), format!("A {en} has no property “{name}”.")),
        Words::new(
            "日期有 year、month、day、weekday；时刻有 hour、minute、second；时长有 years、months、days、hours、minutes、seconds；区间有 start、end。",
            "Dates have year, month, day, weekday; times hour, minute, second; durations years, months, days, hours, minutes, seconds; ranges start and end.",
        ),
    )
}

pub(super) fn subject_outside() -> Text {
    (
        "subject",
        Words::new(
            "“?”只能用在判定表单元格或 in 的条件中。",
            "“?” stands only in cells of tables and in tests after `in`.",
        ),
        Words::new("请写出要比较的名称。", "Write the name of what is compared."),
    )
}

pub(super) fn unknown_unit(unit: &str) -> Text {
    (
        "unit",
        Words::new(format!("不认识单位“{unit}”。"), format!("“{unit}” is no unit.")),
        Words::new(
            "可用 元、万元、亿元、亩、平方米、吨标准煤、千瓦时、人、% 等。",
            "Use yuan, 万元, mu, m², tce, kWh, person, % and the like.",
        ),
    )
}

pub(super) fn unknown_type(name: &str) -> Text {
    (
        "unknown-type",
        Words::new(format!("不认识类型“{name}”。"), format!("“{name}” is no type.")),
        Words::new(
            "可用 number、string、boolean、date、time、date and time、years and months duration、days and time duration。",
            "Use number, string, boolean, date, time, date and time, years and months duration or days and time duration.",
        ),
    )
}

pub(super) fn facts_not_object() -> Text {
    (
        "facts",
        Words::new("事实应为一个 JSON 对象。", "Facts must be one JSON object."),
        Words::new(
            "例如 {\"employees\": 120, \"revenue\": \"5000 万元\"}。",
            "For instance {\"employees\": 120, \"revenue\": \"5000 万元\"}.",
        ),
    )
}

pub(super) fn fact_value(fact: &Fact, found: &str) -> Text {
    use crate::diagnostic::Lang;
    let unit = (fact.unit.name(Lang::Zh), fact.unit.name(Lang::En));
    let advice = match fact.kind {
        FactKind::Number if is_too_long(found) => Words::new(
            format!("一个数最多 {MOST_DIGITS} 位，请核对。"),
            format!("A number has at most {MOST_DIGITS} digits; check it."),
        ),
        FactKind::Number if unit.0.is_empty() => Words::new("请给出一个数。", "Give a number."),
        FactKind::Number => Words::new(
            format!("请给出以{}为单位的数，或带单位的文字，如“120 {}”。", unit.0, fact.shown.name(Lang::Zh)),
            format!("Give a number in {}, or text with a unit such as “120 {}”.", unit.1, fact.shown.name(Lang::Zh)),
        ),
        FactKind::Boolean => Words::new("请给出 true 或 false。", "Give true or false."),
        FactKind::Text => Words::new("请给出文字。", "Give a text."),
        FactKind::Date => Words::new("请给出日期，如 2026-02-13。", "Give a date such as 2026-02-13."),
    };
    let found = quoted(found);
    let message = Words::new(
        format!("{}（{}）的值“{found}”无法使用。", fact.zh, fact.code),
        format!("“{found}” cannot be the value of {} ({}).", fact.en, fact.code),
    );
    ("fact-value", message, advice)
}
