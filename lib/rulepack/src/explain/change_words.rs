//! Sets of changes in words: from what to what, by how much, and what comes of it.

use std::rc::Rc;

use super::engine::Engine;
use super::model::{Change, ChangeSet, Shared};
use super::way::{Move, Way};
use crate::compile::Output;
use crate::diagnostic::{Lang, Words};
use crate::interpret::{Answer, Value};
use crate::ir::FactId;
use crate::show;

/// One change in words.
pub struct MoveSaid {
    change: Shared<Change>,
    text: Words,
}

impl Engine<'_> {
    /// A set of changes as people read it, with what it leads to.
    pub(super) fn change_set(&mut self, output: &Output, way: &Way) -> ChangeSet {
        self.apply(way);
        let answer = self.trial.answer(output.node).clone();
        let result = |lang| match &answer {
            Answer::Known(value) => show::value(&self.program.dag, self.pack, output.node, value, &output.shown, lang),
            other => self.answer_shown(output.node, other, &output.shown, lang).text,
        };
        let (zh, en) = (result(Lang::Zh), result(Lang::En));
        let said: Vec<Rc<MoveSaid>> = way.moves().iter().map(|one| self.move_said(*one)).collect();
        let mut text = |lang: Lang, result: &str| {
            let text = &mut self.buffer;
            text.clear();
            for (at, one) in said.iter().enumerate() {
                if at > 0 {
                    text.push_str(if lang == Lang::Zh { "，并且" } else { " and " });
                }
                text.push_str(one.text.text(lang));
            }
            text.push_str(" → ");
            text.push_str(result);
            text.as_str().to_owned()
        };
        ChangeSet {
            text: Words::new(text(Lang::Zh, &zh), text(Lang::En, &en)),
            result: if self.lang == Lang::Zh { zh } else { en },
            changeable: said.iter().all(|one| one.change.changeable),
            changes: said.iter().map(|one| one.change.clone()).collect(),
        }
    }

    fn move_said(&mut self, one: Move) -> Rc<MoveSaid> {
        let place = one.place as usize;
        if let Some(Some(known)) = self.told_moves.get(place) {
            return known.clone();
        }
        let (fact, to) = (one.fact, self.moves.value(one));
        let from = self.given(fact);
        let shown = |lang| {
            let by = from.zip(to).and_then(|(from, to)| self.difference(fact, from, to, lang));
            (to.map(|to| self.fact_value(fact, to, lang)).unwrap_or_default(), by)
        };
        let (zh, en) = (shown(Lang::Zh), shown(Lang::En));
        let text = |lang, (value, by): &(String, Option<String>)| {
            to.map(|to| self.change_said(fact, to, value, by.as_deref(), lang)).unwrap_or_default()
        };
        let text = Words { zh: text(Lang::Zh, &zh), en: text(Lang::En, &en) };
        let (to, by) = if self.lang == Lang::Zh { zh } else { en };
        let change = Shared::new(Change {
            fact: self.info(fact).map(|info| info.code().to_owned()).unwrap_or_default(),
            name: self.fact_name(fact, self.lang).to_owned(),
            from: from.map(|from| self.fact_value(fact, from, self.lang)),
            to,
            by,
            changeable: self.changeable(fact),
        });
        let said = Rc::new(MoveSaid { change, text });
        if self.told_moves.len() <= place {
            self.told_moves.resize(place + 1, None);
        }
        if let Some(slot) = self.told_moves.get_mut(place) {
            *slot = Some(said.clone());
        }
        said
    }

    /// `value` and `by` are what it becomes and by how much it changes, as they are shown.
    fn change_said(&self, fact: FactId, to: &Value, value: &str, by: Option<&str>, lang: Lang) -> String {
        let name = self.fact_name(fact, lang);
        let from = self.given(fact);
        let more = from.and_then(Value::integer) < to.integer();
        match (lang, from, by) {
            (Lang::Zh, Some(_), Some(by)) if more => [name, "增加 ", by, "，达到 ", value].concat(),
            (Lang::Zh, Some(_), Some(by)) => [name, "减少 ", by, "，降到 ", value].concat(),
            (Lang::Zh, Some(from), None) => format!("{name}由{}变为{value}", self.fact_value(fact, from, lang)),
            (Lang::Zh, None, _) => format!("{name}（未提供）为 {value}"),
            (Lang::En, Some(_), Some(by)) if more => [name, " up by ", by, " to ", value].concat(),
            (Lang::En, Some(_), Some(by)) => [name, " down by ", by, " to ", value].concat(),
            (Lang::En, Some(from), None) => format!("{name} from {} to {value}", self.fact_value(fact, from, lang)),
            (Lang::En, None, _) => format!("{name} (not provided) at {value}"),
        }
    }
}
