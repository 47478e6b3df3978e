//! What is said when a pack is not written as it should be.

use crate::diagnostic::{Diagnostic, Place, Words};

fn error(code: &'static str, place: Place, message: (String, String), advice: (&str, &str)) -> Diagnostic {
    Diagnostic::error(code, place, Words::new(message.0, message.1), Words::new(advice.0, advice.1))
}

fn plain(code: &'static str, place: Place, message: (&str, &str), advice: (&str, &str)) -> Diagnostic {
    error(code, place, (message.0.to_owned(), message.1.to_owned()), advice)
}

pub fn no_front(place: Place) -> Diagnostic {
    plain(
        "no-front-matter",
        place,
        ("文件开头没有说明栏。", "The file does not begin with front matter."),
        (
            "第一行写 ---，随后写“名称: …”等，再以 --- 结束。",
            "Write --- on the first line, then `title: …` and so on, then --- again.",
        ),
    )
}

pub fn front_open(place: Place) -> Diagnostic {
    plain(
        "front-matter-open",
        place,
        ("开头的说明栏没有结束。", "The front matter does not end."),
        ("在说明栏之后单独一行写 ---。", "Put a line --- after it."),
    )
}

pub fn front_line(place: Place) -> Diagnostic {
    plain(
        "front-matter-line",
        place,
        ("说明栏每行应为“项目: 内容”。", "Each line of the front matter must be `key: value`."),
        ("在项目名后加冒号。", "Put a colon after the key."),
    )
}

pub fn table_rule(place: Place) -> Diagnostic {
    plain(
        "table-rule",
        place,
        ("表头下面缺少分隔行。", "The line below the header of the table is missing."),
        ("在表头下加一行 |---|---|，每列一段。", "Add a line |---|---| below the header, one part per column."),
    )
}

pub fn second_table(place: Place) -> Diagnostic {
    plain(
        "second-table",
        place,
        ("一节只能有一张表，表中不能有空行。", "A section has one table, without empty lines in it."),
        ("删去空行，或另起一节。", "Remove the empty line, or begin another section."),
    )
}

pub fn cell_count(place: Place, found: usize, expected: usize) -> Diagnostic {
    error(
        "cell-count",
        place,
        (
            format!("这一行有 {found} 格，表头有 {expected} 格。"),
            format!("This row has {found} cells, the header has {expected}."),
        ),
        ("补齐或删去多余的格；单元格里的竖线写作 \\|。", "Add or remove cells; a bar inside a cell is written \\|."),
    )
}

/// A word that is none of those that may stand here; `known` lists them.
pub fn unknown_word(
    code: &'static str,
    what: (&str, &str),
    word: &str,
    nearest: Option<&str>,
    known: &str,
    place: Place,
) -> Diagnostic {
    let advice = match nearest {
        Some(nearest) => (format!("是否应为“{nearest}”？"), format!("Did you mean `{nearest}`?")),
        None => (format!("可写：{known}。"), format!("It may be: {known}.")),
    };
    let message = (format!("不认识的{}“{word}”。", what.0), format!("`{word}` is not a known {}.", what.1));
    error(code, place, message, (&advice.0, &advice.1))
}

pub fn twice(place: Place, word: &str) -> Diagnostic {
    error(
        "written-twice",
        place,
        (format!("“{word}”写了两次。"), format!("`{word}` is written twice.")),
        ("只保留一处。", "Keep one of them."),
    )
}

/// Something that has to be there.
pub fn absent(place: Place, zh: &str, en: &str) -> Diagnostic {
    error("absent", place, (format!("缺少“{zh}”。"), format!("`{en}` is missing.")), ("请补上。", "Add it."))
}

pub fn no_name(place: Place) -> Diagnostic {
    plain(
        "no-name",
        place,
        ("这一节没有名称。", "This section has no name."),
        (
            "在标题中写名称，需要时再写代码，如“## 判定表 企业规模 size_class（首个）”。",
            "Write a name in the heading, as in `## Table size_class (first)`.",
        ),
    )
}

pub fn no_table(place: Place) -> Diagnostic {
    plain(
        "no-table",
        place,
        ("这一节没有表。", "This section has no table."),
        (
            "在标题下写一张表，或用“- 文件: 名称.csv”指明表在何处。",
            "Write a table below the heading, or name it with `- file: name.csv`.",
        ),
    )
}

pub fn no_output(place: Place) -> Diagnostic {
    plain(
        "no-output-column",
        place,
        ("判定表没有输出列。", "The table has no output column."),
        (
            "输出列的表头以 → 开头，如“→ 企业规模”。",
            "The header of an output column begins with ->, as in `-> size_class`.",
        ),
    )
}

pub fn column_order(place: Place) -> Diagnostic {
    plain(
        "column-order",
        place,
        ("输入列应在输出列之前。", "Input columns stand before output columns."),
        ("把这一列移到 → 列之前，或在表头加 →。", "Move the column before those with ->, or begin its header with ->."),
    )
}

pub fn bad_date(place: Place, text: &str) -> Diagnostic {
    error(
        "bad-date",
        place,
        (format!("“{text}”不是日期。"), format!("`{text}` is not a date.")),
        ("写作 2026-04-01。", "Write it as 2026-04-01."),
    )
}

pub fn bad_digits(place: Place, text: &str) -> Diagnostic {
    error(
        "bad-digits",
        place,
        (format!("“{text}”不是小数位数。"), format!("`{text}` is not a number of decimal places.")),
        ("写 0 到 9 的整数。", "Write a whole number from 0 to 9."),
    )
}

pub fn bad_rounding(place: Place, text: &str) -> Diagnostic {
    error(
        "bad-rounding",
        place,
        (format!("看不懂舍入方式“{text}”。"), format!("The rounding `{text}` cannot be read.")),
        ("写作“四舍五入到元”“舍去到 100 元”。", "Write it as `half up to 元` or `round down to 100 元`."),
    )
}

pub fn bad_exclusion(place: Place) -> Diagnostic {
    plain(
        "bad-exclusion",
        place,
        (
            "应为“条件 → 不得为 类, 类”；不参评为“条件 → 类”。",
            "Expected `condition -> not CLASS, CLASS`; for unrated `condition -> CLASS`.",
        ),
        ("在条件后写 → 和类别。", "Write -> and the classes after the condition."),
    )
}

pub fn bad_half(place: Place, text: &str) -> Diagnostic {
    error(
        "bad-half",
        place,
        (format!("看不懂“{text}”。"), format!("`{text}` cannot be read.")),
        ("写作“前 50 %”“后 50 %”或“其余”。", "Write `top 50 %`, `bottom 50 %` or `rest`."),
    )
}

pub fn unknown_anchor(place: Place, anchor: &str, nearest: Option<&str>) -> Diagnostic {
    let advice = match nearest {
        Some(nearest) => (format!("是否应为 #{nearest}？"), format!("Did you mean #{nearest}?")),
        None => ("在引文后写 {#名称}。".to_owned(), "Put {#name} after the quoted words.".to_owned()),
    };
    error(
        "unknown-anchor",
        place,
        (format!("没有条文 #{anchor}。"), format!("There is no quoted passage #{anchor}.")),
        (&advice.0, &advice.1),
    )
}

pub fn side_table(place: Place, name: &str, why: &str) -> Diagnostic {
    error(
        "side-table",
        place,
        (format!("读不到旁表“{name}”：{why}。"), format!("The table `{name}` beside the pack cannot be read: {why}.")),
        (
            "把文件放在规则包旁边，并检查文件名和工作表名。",
            "Put the file beside the pack and check its name and sheet.",
        ),
    )
}

pub fn order_of_dates(place: Place) -> Diagnostic {
    plain(
        "date-order",
        place,
        ("截止日期早于开始日期。", "The end is before the beginning."),
        ("检查两个日期。", "Check both dates."),
    )
}
