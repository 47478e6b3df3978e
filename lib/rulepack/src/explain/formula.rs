//! Values and formulas of a trace: in words, and with numbers.

use super::engine::Engine;
use super::model::{AnswerShown, Part, Scalar};
use crate::compile::{Shown, Tree, TreeKind, Value};
use crate::interpret::Answer;
use crate::ir::NodeId;
use crate::show;

/// A value for people; a quotient that was never divided is divided.
pub fn value_shown(engine: &Engine<'_>, value: Value, shown: &Shown) -> AnswerShown {
    let answer = engine.answer(value);
    if let (Some(_), Shown::Number { unit, .. }, Answer::Known(_)) = (value.denominator, shown, answer)
        && let Some(base) = engine.quantity(value)
    {
        let text = show::rational(&base, unit, engine.lang);
        return AnswerShown {
            kind: "number",
            value: Some(Scalar::Text(crate::number::plain(&base))),
            unit: None,
            missing: None,
            why: None,
            text,
        };
    }
    if matches!(shown, Shown::Other) {
        return AnswerShown { kind: "list", value: None, unit: None, missing: None, why: None, text: String::new() };
    }
    engine.answer_shown(value.node, answer, shown, engine.lang)
}

/// A node's answer for people.
pub fn number(engine: &Engine<'_>, node: NodeId, shown: &Shown) -> String {
    engine.answer_shown(node, engine.answers.of(node), shown, engine.lang).text
}

/// A named number; with its formula unless it is a constant.
pub fn part(engine: &Engine<'_>, name: &str, tree: &Tree) -> Part {
    let lang = engine.lang;
    let value =
        engine.tree_value(tree, lang).or_else(|| tree.value.map(|value| value_shown(engine, value, &tree.shown).text));
    let formula = (!matches!(tree.kind, TreeKind::Constant)).then(|| formula(engine, tree));
    Part { name: name.to_owned(), value: value.unwrap_or_default(), formula }
}

/// In words, and with numbers: `实缴税金 ÷ 用地面积 = 200 万元 ÷ 10 亩`.
pub fn formula(engine: &Engine<'_>, tree: &Tree) -> String {
    let words = engine.phrase(tree, engine.lang);
    match &tree.kind {
        TreeKind::Arithmetic(..) | TreeKind::Negate(_) => format!("{words} = {}", numbers(engine, tree)),
        _ => words.into_owned(),
    }
}

/// With numbers: `200 万元 ÷ 10 亩`.
pub fn numbers(engine: &Engine<'_>, tree: &Tree) -> String {
    use crate::syntax::ast::Arithmetic;
    match &tree.kind {
        TreeKind::Arithmetic(how, left, right) => {
            let sign = match how {
                Arithmetic::Add => "+",
                Arithmetic::Subtract => "−",
                Arithmetic::Multiply => "×",
                Arithmetic::Divide => "÷",
                Arithmetic::Power => "^",
            };
            let side = |side: &Tree| match &side.kind {
                TreeKind::Arithmetic(..) => format!("({})", numbers(engine, side)),
                _ => numbers(engine, side),
            };
            format!("{} {sign} {}", side(left), side(right))
        }
        TreeKind::Negate(inner) => format!("−{}", numbers(engine, inner)),
        _ => engine.tree_value(tree, engine.lang).unwrap_or_else(|| "?".to_owned()),
    }
}
