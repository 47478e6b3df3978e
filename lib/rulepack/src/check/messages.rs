//! The findings in words.

use chrono::NaiveDate;

use crate::diagnostic::{Diagnostic, Place, Severity, Words};

fn note(code: &'static str, place: Place, message: Words, advice: Words) -> Diagnostic {
    Diagnostic { code, severity: Severity::Note, place, message, advice }
}

/// `若两项能同时出现`
fn unsure(sure: bool) -> (&'static str, &'static str) {
    if sure { ("", "") } else { ("（若这些值能同时出现）", " (if these can occur together)") }
}

pub fn gap(place: Place, example: &Words, sure: bool) -> Diagnostic {
    let (zh, en) = unsure(sure);
    Diagnostic::warning(
        "table-gap",
        place,
        Words::new(
            format!("有空档：{}{zh} 时没有一行命中。", example.zh),
            format!("There is a gap: no row hits for {}{en}.", example.en),
        ),
        Words::new("补一行，或用“—”的末行兜底。", "Add a row, or a last row of `—` for the rest."),
    )
}

pub fn more_gaps(place: Place, told: usize) -> Diagnostic {
    note(
        "table-more-gaps",
        place,
        Words::new(
            format!("空档不止这 {told} 处，其余没有列出。"),
            format!("There are more gaps than these {told}; the others are not told."),
        ),
        Words::new("先补上列出的，再检查一次。", "Close those told and check again."),
    )
}

pub fn overlap(place: Place, first: &str, second: &str, example: &Words, sure: bool) -> Diagnostic {
    let (zh, en) = unsure(sure);
    let message = Words::new(
        format!("第 {first} 行与第 {second} 行重叠：{}{zh} 时两行都命中。", example.zh),
        format!("Rows {first} and {second} overlap: both hit for {}{en}.", example.en),
    );
    let advice =
        Words::new("收紧其中一行，或把命中方式改为“首个”。", "Narrow one of them, or make the hit policy `first`.");
    if sure {
        Diagnostic::error("table-overlap", place, message, advice)
    } else {
        Diagnostic::warning("table-overlap", place, message, advice)
    }
}

pub fn unreachable(place: Place, row: &str) -> Diagnostic {
    Diagnostic::error(
        "row-unreachable",
        place,
        Words::new(
            format!("第 {row} 行永远轮不到：没有这样的输入，或上面的行都先命中。"),
            format!("Row {row} can never hit: there is no such input, or rows above hit first."),
        ),
        Words::new("删去这一行，或移到上面去、改它的条件。", "Remove it, move it up, or change its conditions."),
    )
}

/// `shown`: the results are fixed and differ, so that it cannot be meant.
pub fn conflict(place: Place, first: &str, second: &str, example: &Words, sure: bool, shown: bool) -> Diagnostic {
    let (zh, en) = unsure(sure);
    let (may_zh, may_en) = if shown { ("不同", "differ") } else { ("可能不同", "may differ") };
    let message = Words::new(
        format!("第 {first} 行与第 {second} 行同时命中而结果{may_zh}：{}{zh}。", example.zh),
        format!("Rows {first} and {second} hit together and their results {may_en}: {}{en}.", example.en),
    );
    let advice = Words::new(
        "“任意”只许结果相同的行重叠：收紧其中一行，或把命中方式改为“首个”或“优先”。",
        "With `any` only rows of equal result may overlap: narrow one of them, or make the hit policy `first` or `priority`.",
    );
    if sure && shown {
        Diagnostic::error("table-conflict", place, message, advice)
    } else {
        Diagnostic::warning("table-conflict", place, message, advice)
    }
}

pub fn too_large(place: Place, name: &Words) -> Diagnostic {
    note(
        "table-too-large",
        place,
        Words::new(
            format!("“{}”各列纠缠太多，空档和重叠没有核对完。", name.zh),
            format!(
                "The columns of “{}” are too entangled; gaps and overlaps were not looked for to the end.",
                name.en
            ),
        ),
        Words::new("把表拆成几张可以核对。", "Tables cut from it can be checked."),
    )
}

pub fn no_law(place: Place, name: &Words) -> Diagnostic {
    Diagnostic::error(
        "no-law",
        place,
        Words::new(
            format!("“{}”上面没有引用原文。", name.zh),
            format!("There are no words of the law above “{}”.", name.en),
        ),
        Words::new(
            "在它上面用“> 原文 {#条目}”引用所依据的条文。",
            "Quote what it rests on above it: `> words of the law {#anchor}`.",
        ),
    )
}

pub fn definition_without_law(place: Place, name: &Words) -> Diagnostic {
    Diagnostic::warning(
        "no-law",
        place,
        Words::new(
            format!("定义“{}”上面没有引用原文，也没有写依据。", name.zh),
            format!("The definition “{}” has neither words of the law above it nor a basis.", name.en),
        ),
        Words::new("在上面引用原文，或填“依据”一列。", "Quote the law above it, or fill in the column `basis`."),
    )
}

pub fn parameter_without_date(place: Place, name: &str) -> Diagnostic {
    Diagnostic::warning(
        "parameter-without-date",
        place,
        Words::new(
            format!("参数“{name}”没有写自何日起。"),
            format!("The parameter “{name}” has no date from which it holds."),
        ),
        Words::new("填“自”一列。", "Fill in the column `from`."),
    )
}

/// `from` and `to`: the days without a value; no last one: without end.
pub fn parameter_hole(place: Place, name: &str, from: NaiveDate, to: Option<NaiveDate>) -> Diagnostic {
    let (zh, en) = match to {
        Some(to) => (format!("{from} 至 {to}"), format!("from {from} to {to}")),
        None => (format!("{from} 起"), format!("from {from} on")),
    };
    Diagnostic::warning(
        "parameter-hole",
        place,
        Words::new(
            format!("参数“{name}”在规则有效期内有间断：{zh} 没有值。"),
            format!("The parameter “{name}” has a hole while the pack is in force: {en} it has no value."),
        ),
        Words::new(
            "补一行；还不知道的值写“待公布”；本来就只管到那天的，把规则的“至”写上。",
            "Add a row, `to be published` if its value is not known yet; if the pack ends then, fill in its `to`.",
        ),
    )
}

pub fn parameter_without_basis(place: Place, name: &str) -> Diagnostic {
    Diagnostic::warning(
        "parameter-without-basis",
        place,
        Words::new(format!("参数“{name}”没有依据。"), format!("The parameter “{name}” has no basis.")),
        Words::new("填“依据”一列，或在上面引用原文。", "Fill in the column `basis`, or quote the law above it."),
    )
}

pub fn no_date_of_pack(place: Place) -> Diagnostic {
    Diagnostic::warning(
        "no-date",
        place,
        Words::new(
            "已发布的规则包没有写自何日起施行。",
            "A published pack does not say from which day it is in force.",
        ),
        Words::new("在文件头写“自: 年-月-日”。", "Write `from: YYYY-MM-DD` in the front matter."),
    )
}

pub fn unused(place: Place, name: &Words) -> Diagnostic {
    Diagnostic::warning(
        "unused",
        place,
        Words::new(format!("没有地方用到“{}”。", name.zh), format!("Nothing uses “{}”.", name.en)),
        Words::new("删去，或列入输出。", "Remove it, or make it an output."),
    )
}

pub fn unused_fact(place: Place, name: &str) -> Diagnostic {
    Diagnostic::warning(
        "unused",
        place,
        Words::new(format!("没有地方用到事实“{name}”。"), format!("Nothing uses the fact “{name}”.")),
        Words::new("删去这一行。", "Remove the row."),
    )
}

pub fn division(place: Place, text: &str) -> Diagnostic {
    Diagnostic::error(
        "division-by-zero",
        place,
        Words::new(
            format!("“{text}”可能为零，除以它没有结果。"),
            format!("“{text}” may be zero; nothing can be divided by it then."),
        ),
        Words::new(
            format!(
                "先判断它大于零，如“若 {text} > 0 则 … 否则 null”；或在适用条件、集合、指标或金额的条件里写明；事实的范围在零以上也行；评分的缺项写“零”或“平均”也管这种情形。"
            ),
            format!(
                "Test first that it is greater than zero, as in `if {text} > 0 then … else null`, or say so in what the pack applies to, in the set or in the condition of the item or amount; a range of the fact above zero does as well, and so does `zero` or `average` for a missing item of a score."
            ),
        ),
    )
}

pub fn compared_quotient(place: Place, text: &str) -> Diagnostic {
    note(
        "quotient-by-zero",
        place,
        Words::new(
            format!("“{text}”为零时这个比较不适用：在行里算不命中，在条件里算不成立。"),
            format!(
                "If “{text}” is zero this comparison is not applicable: its row does not hit, its condition is not met."
            ),
        ),
        Words::new("若不该如此，先判断它大于零。", "If that is not meant, test first that it is greater than zero."),
    )
}

/// `suggested`: the same number in the unit people use.
pub fn bare_number(place: Place, number: &str, fact: &Words, base: &Words, suggested: &Words) -> Diagnostic {
    Diagnostic::warning(
        "bare-number",
        place,
        Words::new(
            format!("“{number}”没有写单位，与“{}”比较时按{}算。", fact.zh, base.zh),
            format!("“{number}” has no unit; compared with “{}” it counts {}.", fact.en, base.en),
        ),
        Words::new(
            format!("写明单位，如“{}”；或在文件头的“单位”里、列头里写明“{}”的单位。", suggested.zh, fact.zh),
            format!(
                "Write the unit, as in `{}`, or give “{}” a unit under `units` of the front matter or in the column's header.",
                suggested.en, fact.en
            ),
        ),
    )
}

pub fn whole_industry(place: Place, code: &str) -> Diagnostic {
    Diagnostic::warning(
        "industry-as-a-whole",
        place,
        Words::new(
            format!("“{code}”与整个行业代码比较：企业的代码是四位数字，永远不会相等。"),
            format!("“{code}” is held against the whole industry code, which has four digits: they are never equal."),
        ),
        Words::new(format!("写“属于(行业, \"{code}\")”。"), format!("Write `belongs to(industry, \"{code}\")`.")),
    )
}

pub fn hidden_fact(place: Place, name: &str, fact: &Words, code: &str) -> Diagnostic {
    Diagnostic::warning(
        "hides-fact",
        place,
        Words::new(
            format!("“{name}”也是词典里事实“{}”（{code}）的名字；在这个包里它指这里定义的，不再指事实。", fact.zh),
            format!(
                "“{name}” is also a name of the fact “{}” ({code}); in this pack it means what is defined here, not the fact.",
                fact.en
            ),
        ),
        Words::new("换一个名称或代码。", "Choose another name or code."),
    )
}

pub fn no_examples(place: Place) -> Diagnostic {
    Diagnostic::warning(
        "no-examples",
        place,
        Words::new(
            "没有例，无从知道规则是否如文件所说。",
            "There are no examples to show that the rules do what the document says.",
        ),
        Words::new(
            "加一节“## 例”，每一行判定都举一例。",
            "Add a section `## Examples` with one for each row of the tables.",
        ),
    )
}

pub fn example_failed(place: Place, what: &Words, expected: &str, got: &Words) -> Diagnostic {
    Diagnostic::error(
        "example-failed",
        place,
        Words::new(
            format!("例不符：{} 应为 {expected}，得到 {}。", what.zh, got.zh),
            format!("The example does not hold: {} should be {expected}, but is {}.", what.en, got.en),
        ),
        Words::new("改规则，或改例。", "Change the rules, or the example."),
    )
}

pub fn not_reached(place: Place, what: &Words) -> Diagnostic {
    Diagnostic::warning(
        "not-covered",
        place,
        Words::new(format!("没有例走到{}。", what.zh), format!("No example reaches {}.", what.en)),
        Words::new("加一行例。", "Add an example."),
    )
}

pub fn never_unknown(place: Place, name: &Words) -> Diagnostic {
    note(
        "unknown-not-tested",
        place,
        Words::new(
            format!("没有例说明缺数据时“{}”是什么。", name.zh),
            format!("No example shows what “{}” is when data are missing.", name.en),
        ),
        Words::new(
            "加一行例，缺的写“?”，结果写“未知”。",
            "Add an example with `?` for what is missing and `unknown` for the result.",
        ),
    )
}
