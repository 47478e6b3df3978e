//! Sets of changes in words: from what to what, by how much, and what comes of it.

use super::changes::Way;
use super::engine::Engine;
use super::model::{Change, ChangeSet};
use crate::compile::Output;
use crate::diagnostic::{Lang, Words};
use crate::interpret::{Answer, Value};
use crate::ir::FactId;
use crate::show;

impl Engine<'_> {
    /// A set of changes as people read it, with what it leads to.
    pub(super) fn change_set(&mut self, output: &Output, way: &Way) -> ChangeSet {
        self.apply(way);
        let answer = self.trial.answer(output.node).clone();
        let result = |lang| match &answer {
            Answer::Known(value) => show::value(&self.program.dag, self.pack, output.node, value, &output.shown, lang),
            other => self.answer_shown(output.node, other, &output.shown, lang).text,
        };
        let changes: Vec<Change> = way
            .iter()
            .map(|(fact, to)| {
                let from = self.given(*fact);
                Change {
                    fact: self.info(*fact).map(|info| info.code().to_owned()).unwrap_or_default(),
                    name: self.fact_name(*fact, self.lang),
                    from: from.map(|from| self.fact_value(*fact, from, self.lang)),
                    to: self.fact_value(*fact, to, self.lang),
                    by: from.and_then(|from| self.difference(*fact, from, to, self.lang)),
                    changeable: self.changeable(*fact),
                }
            })
            .collect();
        let said = |lang: Lang| {
            let each: Vec<String> = way.iter().map(|(fact, to)| self.change_said(*fact, to, lang)).collect();
            let each = each.join(if lang == Lang::Zh { "，并且" } else { " and " });
            format!("{each} → {}", result(lang))
        };
        ChangeSet {
            result: result(self.lang),
            changeable: way.iter().all(|(fact, _)| self.changeable(*fact)),
            changes,
            text: Words::new(said(Lang::Zh), said(Lang::En)),
        }
    }

    fn change_said(&self, fact: FactId, to: &Value, lang: Lang) -> String {
        let (name, value) = (self.fact_name(fact, lang), self.fact_value(fact, to, lang));
        let from = self.given(fact);
        let by = from.and_then(|from| self.difference(fact, from, to, lang));
        let more = from.and_then(Value::integer) < to.integer();
        match (lang, from, by) {
            (Lang::Zh, Some(_), Some(by)) if more => format!("{name}增加 {by}，达到 {value}"),
            (Lang::Zh, Some(_), Some(by)) => format!("{name}减少 {by}，降到 {value}"),
            (Lang::Zh, Some(from), None) => format!("{name}由{}变为{value}", self.fact_value(fact, from, lang)),
            (Lang::Zh, None, _) => format!("{name}（未提供）为 {value}"),
            (Lang::En, Some(_), Some(by)) if more => format!("{name} up by {by} to {value}"),
            (Lang::En, Some(_), Some(by)) => format!("{name} down by {by} to {value}"),
            (Lang::En, Some(from), None) => format!("{name} from {} to {value}", self.fact_value(fact, from, lang)),
            (Lang::En, None, _) => format!("{name} (not provided) at {value}"),
        }
    }
}
