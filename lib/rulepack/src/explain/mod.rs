//! One enterprise explained: every output with why, every condition with its value and where it comes from, what is lacking, what
//! would suffice, and which question to ask next.

mod amount;
mod atom;
mod below;
mod better;
mod change_words;
mod changes;
mod comparison;
mod engine;
mod formula;
mod line;
mod model;
mod phrase;
mod question;
mod quick;
mod rating;
mod sentence;
mod shared;
mod solve;
#[cfg(test)]
mod tests;
mod text;
mod trace;
mod turn;
mod way;
mod ways;

pub use model::*;

use crate::case::Case;
use crate::compile::Program;
use crate::diagnostic::Lang;
pub(crate) use below::trees;
use engine::Engine;

/// Explains what a pack of the program (by its place) says of one enterprise.
///
/// `lang` is the language of names and conditions; sentences come in both.
pub fn explain(program: &Program, pack: usize, case: &Case, lang: Lang) -> Option<Explanation> {
    let compiled = program.packs.get(pack)?;
    let mut engine = Engine::new(program, compiled, case, lang);
    let (outputs, trace) = trace::outputs(&mut engine);
    let source = &compiled.source;
    let title = match (lang, &source.title, &source.english_title) {
        (Lang::En, _, Some(title)) | (_, Some(title), _) => title.text.clone(),
        _ => source.code.clone(),
    };
    Some(Explanation {
        pack: source.code.clone(),
        title,
        document: source.document.as_ref().map(|document| document.text.clone()),
        hash: source.hash.clone(),
        on: compiled.on.to_string(),
        questions: question::questions(&engine, &trace),
        facts: engine.facts_used(),
        outputs: Outputs(outputs),
        trace,
    })
}
