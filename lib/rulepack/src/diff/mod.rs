//! What changed from one pack to another, in words.

mod items;
#[cfg(test)]
mod tests;

use serde::Serialize;

use crate::diagnostic::{Lang, Place, Words};
use crate::pack::Pack;
use items::{Item, items};

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// `added removed changed`
    pub kind: &'static str,
    /// Where it stands in the new pack; of what was removed, in the old one.
    pub place: Place,
    pub text: Words,
}

impl Difference {
    /// `pack.md:12:1: text`, one line.
    pub fn line(&self, lang: Lang) -> String {
        format!("{}: {}", self.place, self.text.text(lang))
    }
}

/// All changes from `before` to `after`: front matter, law, parameters, definitions, rows and cells of tables, steps, amounts, score
/// items, classes. Examples are not rules and are left out. In the order of the new pack; what was removed comes last.
pub fn diff(before: &Pack, after: &Pack) -> Vec<Difference> {
    let (old, new) = (items(before), items(after));
    let mut found = Vec::new();
    for item in &new {
        match old.iter().find(|other| other.key == item.key) {
            None => found.push(added(item)),
            Some(other) => found.extend(changed(other, item)),
        }
    }
    for item in old.iter().filter(|item| !new.iter().any(|other| other.key == item.key)) {
        let text = Words::new(
            format!("删去{}{}", item.what.zh, said(item, Lang::Zh)),
            format!("Removed: {}{}", item.what.en, said(item, Lang::En)),
        );
        found.push(Difference { kind: "removed", place: item.place.clone(), text });
    }
    found
}

fn added(item: &Item) -> Difference {
    let text = Words::new(
        format!("新增{}{}", item.what.zh, said(item, Lang::Zh)),
        format!("Added: {}{}", item.what.en, said(item, Lang::En)),
    );
    Difference { kind: "added", place: item.place.clone(), text }
}

/// `（营业收入 >= 2000，→ 中型）`
fn said(item: &Item, lang: Lang) -> String {
    let fields = item.fields.iter().filter(|(_, text)| !text.is_empty());
    let each: Vec<String> =
        fields.map(|(name, text)| format!("{} {text}", name.text(lang)).trim().to_owned()).collect();
    match (each.is_empty(), lang) {
        (true, _) => String::new(),
        (false, Lang::Zh) => format!("（{}）", each.join("，")),
        (false, Lang::En) => format!(" ({})", each.join(", ")),
    }
}

fn changed(old: &Item, new: &Item) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut tell = |name: &Words, before: &str, after: &str| {
        let none = |text: &str, zh: bool| {
            if text.is_empty() { if zh { "（空）" } else { "(empty)" }.to_owned() } else { format!("“{text}”") }
        };
        let label = |name: &str, what: &str, zh: bool| match (name.is_empty(), zh) {
            (true, _) => what.to_owned(),
            (false, true) => format!("{what}的{name}"),
            (false, false) => format!("{what}, {name}"),
        };
        let text = Words::new(
            format!("{}由{}改为{}", label(&name.zh, &new.what.zh, true), none(before, true), none(after, true)),
            format!("{}: {} became {}", label(&name.en, &new.what.en, false), none(before, false), none(after, false)),
        );
        found.push(Difference { kind: "changed", place: new.place.clone(), text });
    };
    for (name, text) in &new.fields {
        let before = old.fields.iter().find(|(other, _)| other == name).map_or("", |(_, text)| text.as_str());
        if before != text {
            tell(name, before, text);
        }
    }
    for (name, text) in &old.fields {
        if !text.is_empty() && !new.fields.iter().any(|(other, _)| other == name) {
            tell(name, text, "");
        }
    }
    found
}
