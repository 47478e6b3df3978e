//! What is said when a pack cannot be compiled.

use crate::diagnostic::{Diagnostic, Place, Words};

fn error(code: &'static str, place: Place, zh: String, en: String, advice: (String, String)) -> Diagnostic {
    Diagnostic::error(code, place, Words::new(zh, en), Words::new(advice.0, advice.1))
}

fn plain(code: &'static str, place: Place, said: (&str, &str), advice: (&str, &str)) -> Diagnostic {
    error(code, place, said.0.to_owned(), said.1.to_owned(), (advice.0.to_owned(), advice.1.to_owned()))
}

fn meant(nearest: Option<&str>, otherwise: (&str, &str)) -> (String, String) {
    match nearest {
        Some(nearest) => (format!("是否应为“{nearest}”？"), format!("Did you mean `{nearest}`?")),
        None => (otherwise.0.to_owned(), otherwise.1.to_owned()),
    }
}

pub fn unknown_name(place: Place, name: &str, nearest: Option<&str>) -> Diagnostic {
    error(
        "unknown-name",
        place,
        format!("不认识“{name}”。"),
        format!("`{name}` is not known."),
        meant(
            nearest,
            (
                "文字要加引号；新的事实写进“事实”表，新的取值写进“取值”表。",
                "Put text in quotes; declare a new fact under Facts and a new text under Values.",
            ),
        ),
    )
}

pub fn unknown_function(place: Place, name: &str, nearest: Option<&str>) -> Diagnostic {
    error(
        "unknown-function",
        place,
        format!("没有函数“{name}”，或规则包中不能用它。"),
        format!("There is no function `{name}`, or packs cannot use it."),
        meant(nearest, ("可用的函数见编写指南。", "The guide lists the functions.")),
    )
}

pub fn unknown_value(place: Place, value: &str, set: &str, nearest: Option<&str>) -> Diagnostic {
    error(
        "unknown-value",
        place,
        format!("“{value}”不是“{set}”的取值。"),
        format!("`{value}` is not one of the values of `{set}`."),
        meant(nearest, ("写取值表中的值、名称或英文名。", "Write a value, name or English name of its table.")),
    )
}

pub fn ambiguous_value(place: Place, value: &str) -> Diagnostic {
    error(
        "ambiguous-value",
        place,
        format!("“{value}”在几张取值表中代表不同的值。"),
        format!("`{value}` stands for different values in several tables."),
        ("写出它的值（代码）并加引号。".to_owned(), "Write its value (code) in quotes.".to_owned()),
    )
}

pub fn name_twice(place: Place, name: &str, other: &str) -> Diagnostic {
    error(
        "name-twice",
        place,
        format!("名称“{name}”已用于{other}。"),
        format!("The name `{name}` is taken: {other}."),
        ("换一个名称或代码。".to_owned(), "Choose another name or code.".to_owned()),
    )
}

/// `hidden`: the first of the names is also that of a fact, which the pack's own name hides.
pub fn cycle(place: Place, names: &[String], hidden: bool) -> Diagnostic {
    let round = names.join(" → ");
    let advice = if hidden {
        (
            "这个名称也是一项事实的名称：给定义换一个名称。",
            "The name is also that of a fact: give the definition another one.",
        )
    } else {
        ("让其中一个不再引用下一个。", "Make one of them stand without the next.")
    };
    error(
        "cycle",
        place,
        format!("定义互相循环：{round}。"),
        format!("These depend on one another in a circle: {round}."),
        (advice.0.to_owned(), advice.1.to_owned()),
    )
}

pub fn type_mismatch(place: Place, expected: (&str, &str), found: (&str, &str)) -> Diagnostic {
    error(
        "type-mismatch",
        place,
        format!("这里应为{}，却是{}。", expected.0, found.0),
        format!("Expected {} here, found {}.", expected.1, found.1),
        ("检查名称和运算。".to_owned(), "Check the names and the operation.".to_owned()),
    )
}

pub fn unit_mismatch(place: Place, left: (&str, &str), right: (&str, &str)) -> Diagnostic {
    error(
        "unit-mismatch",
        place,
        format!("单位不能相配：一边是{}，另一边是{}。", left.0, right.0),
        format!("The units do not fit: {} on one side, {} on the other.", left.1, right.1),
        (
            "写明单位（如 5000 万元），或先相除再比较。".to_owned(),
            "Write the unit (as in 5000 万元), or divide before comparing.".to_owned(),
        ),
    )
}

pub fn unknown_unit(place: Place, unit: &str) -> Diagnostic {
    error(
        "unknown-unit",
        place,
        format!("不认识单位“{unit}”。"),
        format!("`{unit}` is not a known unit."),
        (
            "写作 元、万元、人、平方米、亩、吨标准煤、千瓦时、%、年 等。".to_owned(),
            "Write 元, 万元, person, m², mu, tce, kWh, %, year and so on.".to_owned(),
        ),
    )
}

pub fn unrounded(place: Place) -> Diagnostic {
    plain(
        "unrounded-quotient",
        place,
        (
            "除法的结果没有舍入，不能直接作为结果或参与排名。",
            "A quotient that is not rounded cannot be a result or be ranked.",
        ),
        ("写明舍入，如“四舍五入(a / b, 4)”。", "Round it, as in `round half up(a / b, 4)`."),
    )
}

pub fn unrounded_order(place: Place) -> Diagnostic {
    plain(
        "unrounded-order",
        place,
        (
            "除数可能为负，不能直接取这些商的最大或最小。",
            "The least or greatest of these quotients cannot be taken: a divisor may be negative.",
        ),
        ("先各自舍入，如“四舍五入(a / b, 4)”。", "Round each first, as in `round half up(a / b, 4)`."),
    )
}

pub fn overflow(place: Place) -> Diagnostic {
    plain(
        "overflow",
        place,
        ("结果可能超过 38 位数字或超出日历。", "The result may need more than 38 digits or leave the calendar."),
        ("在事实表中写明范围，或先舍入再相乘。", "Declare the ranges of the facts, or round before multiplying."),
    )
}

pub fn division_by_zero(place: Place) -> Diagnostic {
    plain(
        "division-by-zero",
        place,
        ("除数总是零。", "The divisor is always zero."),
        ("检查除数。", "Check the divisor."),
    )
}

pub fn not_constant(place: Place) -> Diagnostic {
    plain(
        "not-constant",
        place,
        ("这里应为固定的值。", "A fixed value is needed here."),
        ("写一个数、日期或文字。", "Write a number, a date or a text."),
    )
}

pub fn arguments(place: Place, name: &str, zh: &str, en: &str) -> Diagnostic {
    error(
        "arguments",
        place,
        format!("{name} 的参数不对。"),
        format!("The arguments of {name} are not right."),
        (format!("写作 {zh}。"), format!("Write {en}.")),
    )
}

pub fn unsupported(place: Place, what: (&str, &str)) -> Diagnostic {
    error(
        "unsupported",
        place,
        format!("规则包中不能用{}。", what.0),
        format!("Packs cannot use {}.", what.1),
        ("换一种写法，或用判定表。".to_owned(), "Write it another way, or use a table.".to_owned()),
    )
}

pub fn null_compared(place: Place) -> Diagnostic {
    plain(
        "null-compared",
        place,
        ("不能与 null 比较。", "Nothing can be compared with null."),
        ("判断是否提供写“已提供(x)”。", "Write `provided(x)` to ask whether there is a value."),
    )
}

pub fn population_here(place: Place) -> Diagnostic {
    plain(
        "population-here",
        place,
        (
            "适用条件和参评集合不能依赖排名等集合运算。",
            "What a pack applies to cannot depend on ranks or other functions over the set.",
        ),
        ("改用企业自身的事实。", "Use facts of the enterprise itself."),
    )
}

pub fn not_an_industry(place: Place, text: &str) -> Diagnostic {
    error(
        "unknown-industry",
        place,
        format!("“{text}”不是国民经济行业代码（GB/T 4754—2017）。"),
        format!("`{text}` is not a code of GB/T 4754-2017."),
        (
            "写门类字母、2 至 4 位数字或两者，如 \"C\"、\"C39\"、\"592-599\"。".to_owned(),
            "Write a section letter, 2 to 4 digits or both: \"C\", \"C39\", \"592-599\".".to_owned(),
        ),
    )
}

pub fn fact_field(place: Place, what: (&str, &str), text: &str) -> Diagnostic {
    error(
        "fact-field",
        place,
        format!("事实的{}“{text}”看不懂。", what.0),
        format!("The {} `{text}` of this fact cannot be read.", what.1),
        ("见编写指南中的事实表。".to_owned(), "See the table of facts in the guide.".to_owned()),
    )
}

pub fn fact_differs(place: Place, code: &str) -> Diagnostic {
    error(
        "fact-differs",
        place,
        format!("事实“{code}”在另一规则包中的定义不同，不能一起运行。"),
        format!("The fact `{code}` is declared differently by another pack; they cannot run together."),
        (
            "统一两处的类型、单位、小数和范围。".to_owned(),
            "Make type, unit, digits and range the same in both.".to_owned(),
        ),
    )
}

pub fn parameter_rows(place: Place, name: &str) -> Diagnostic {
    error(
        "parameter-overlap",
        place,
        format!("参数“{name}”在同一天有两个值。"),
        format!("The parameter `{name}` has two values on the same day."),
        ("给前一个值写上“至”，或改开始日期。".to_owned(), "Give the older one an end, or change a date.".to_owned()),
    )
}

pub fn class_unknown(place: Place, class: &str) -> Diagnostic {
    error(
        "unknown-class",
        place,
        format!("没有类别“{class}”。"),
        format!("There is no class `{class}`."),
        ("写类别表中的类。".to_owned(), "Write a class of the table.".to_owned()),
    )
}

pub fn no_priority(place: Place) -> Diagnostic {
    plain(
        "no-priority",
        place,
        (
            "命中方式是“优先”，但没有一列输出的文字是声明过先后的。",
            "The hit policy is `priority`, but no output column gives texts whose order is declared.",
        ),
        (
            "用“取值”一节声明输出的各个值，排在前面的优先；或改用“首个”“汇总最大”。",
            "Declare the output's texts in a section Values, the one that goes before the others first; or use `first` or `collect max`.",
        ),
    )
}

pub fn absent(place: Place, zh: &str, en: &str) -> Diagnostic {
    error(
        "absent",
        place,
        format!("缺少“{zh}”。"),
        format!("`{en}` is missing."),
        ("请补上。".to_owned(), "Add it.".to_owned()),
    )
}
