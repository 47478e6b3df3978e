//! What is wrong with the writing of an expression: code, place, message and advice in Chinese and English.

use super::ast::Span;
use crate::diagnostic::Words;
use crate::number::MOST_DIGITS;

/// A faulty expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Stable, kebab-case.
    pub code: &'static str,
    /// Where in the text, in bytes.
    pub span: Span,
    pub message: Words,
    pub advice: Box<Words>,
}

/// What can go wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    Empty,
    /// Something else was expected; what was found (none: the end) and what was expected, zh and en.
    Unexpected {
        found: Option<String>,
        zh: &'static str,
        en: &'static str,
    },
    Character(char),
    UnclosedText,
    Escape(String),
    Number(String),
    /// More digits than anything is counted with.
    LongNumber(String),
    Date(String),
    DoubleEquals,
    Chained,
    Loop(String),
    TooDeep,
}

impl Problem {
    pub(super) fn at(self, span: Span) -> SyntaxError {
        let (code, message, advice) = self.texts();
        SyntaxError {
            code,
            span,
            message: Words::new(message.0, message.1),
            advice: Box::new(Words::new(advice.0, advice.1)),
        }
    }

    fn texts(self) -> (&'static str, (String, String), (String, String)) {
        let both = |zh: &str, en: &str| (zh.to_owned(), en.to_owned());
        match self {
            Problem::Empty => (
                "empty",
                both("表达式是空的。", "The expression is empty."),
                both(
                    "请写一个表达式，例如“营业收入 >= 2000 万元”。",
                    "Write one, for instance `revenue >= 2000 万元`.",
                ),
            ),
            Problem::Unexpected { found, zh, en } => (
                "unexpected",
                match &found {
                    Some(found) => {
                        (format!("这里应为{zh}，却是“{found}”。"), format!("Expected {en} here, found “{found}”."))
                    }
                    None => {
                        (format!("表达式到此中断，还缺{zh}。"), format!("The expression ends here; {en} is missing."))
                    }
                },
                match found {
                    Some(_) => both(
                        "请检查前面是否漏写运算符、逗号或括号。",
                        "Look whether an operator, a comma or a bracket is missing before it.",
                    ),
                    None => both("请把它写完整。", "Complete it."),
                },
            ),
            Problem::Character(c) => (
                "character",
                (format!("表达式中不能用“{c}”。"), format!("“{c}” means nothing in an expression.")),
                both(
                    "文字要加引号：\"…\"；逻辑运算写 且、或、非（and、or、not）。",
                    "Put text in quotes: \"…\"; write and, or, not(…) for logic.",
                ),
            ),
            Problem::UnclosedText => (
                "unclosed-text",
                both("文字缺少右引号。", "The text is not closed."),
                both("请在文字末尾补上引号。", "Add the quotation mark at its end."),
            ),
            Problem::Escape(text) => (
                "escape",
                (format!("文字中的“{text}”不是有效的转义。"), format!("“{text}” is no escape within a text.")),
                both(
                    "可用 \\n、\\t、\\r、\\\"、\\\\、\\u0000；反斜杠本身写 \\\\。",
                    "Use \\n, \\t, \\r, \\\", \\\\ or \\u0000; write \\\\ for a backslash.",
                ),
            ),
            Problem::Number(text) => (
                "number",
                (format!("“{text}”不是数。"), format!("“{text}” is not a number.")),
                both(
                    "写成 12000、0.5 或 1e6，不加千分位逗号。",
                    "Write 12000, 0.5 or 1e6, without commas between thousands.",
                ),
            ),
            Problem::LongNumber(text) => (
                "number-too-long",
                (
                    format!("“{text}”的位数太多：一个数最多 {MOST_DIGITS} 位。"),
                    format!("“{text}” has too many digits: a number has at most {MOST_DIGITS}."),
                ),
                both(
                    "请核对这个数；很大或很小的数写成 1e60、1e-60。",
                    "Check it; write very large and very small ones as 1e60 and 1e-60.",
                ),
            ),
            Problem::Date(text) => (
                "date",
                (format!("没有{text}这一天。"), format!("There is no day {text}.")),
                both("请核对月和日。", "Check month and day."),
            ),
            Problem::DoubleEquals => (
                "double-equals",
                both("比较相等只写一个等号。", "Equality is written with one sign."),
                both("把 == 改成 =。", "Write = instead of ==."),
            ),
            Problem::Chained => (
                "chained-comparison",
                both("比较不能连写。", "Comparisons cannot be chained."),
                both("写成“a < x 且 x < b”，或“x 在 (a..b)”。", "Write `a < x and x < b`, or `x in (a..b)`."),
            ),
            Problem::Loop(word) => (
                "loop",
                (
                    format!("规则中没有循环、递归和自定义函数（“{word}”）。"),
                    format!("Rules have no loops, recursion or functions of their own (“{word}”)."),
                ),
                both(
                    "用列表筛选 list[item > 0] 或 count、sum、min、max 等函数；在规则包里写成判定表或定义。",
                    "Use a filter list[item > 0] or functions such as count, sum, min and max; in a pack, write a table or a definition.",
                ),
            ),
            Problem::TooDeep => (
                "too-deep",
                both("括号或条件嵌套太深。", "Brackets or conditions are nested too deeply."),
                both("请把其中一部分写成单独的定义。", "Make a part of it a definition of its own."),
            ),
        }
    }
}
