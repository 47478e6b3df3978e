//! The names of a pack: what each stands for. Own names come before facts, facts before declared texts.

use std::collections::HashMap;

use super::compiler::Compiler;
use super::messages;
use super::program::ValueSet;
use crate::diagnostic::{Diagnostic, Place, Words};
use crate::dictionary::{Dictionary, FactValue};
use crate::pack::{Pack, Written};
use crate::suggest::nearest;
use crate::syntax::NameSet;

/// What a name of the pack stands for; numbers are places in the pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entity {
    /// Its rows.
    Parameter(Vec<usize>),
    Definition(usize),
    /// Output column; none: the table counts.
    Table {
        table: usize,
        output: Option<usize>,
    },
    Scale(usize),
    Amount(usize),
    Score(usize),
    Item {
        score: usize,
        item: usize,
    },
    Classes(usize),
}

/// Something with a name.
#[derive(Clone, Debug)]
pub struct Thing {
    pub entity: Entity,
    pub code: String,
    pub name: Words,
    pub place: Place,
}

/// All names of a pack.
pub struct Scope {
    pub things: Vec<Thing>,
    by_name: HashMap<String, usize>,
    /// For reading expressions.
    pub names: NameSet,
    /// Names of things, for suggestions.
    all: Vec<String>,
}

/// Names that stand for the day of evaluation.
pub const TODAY: &[&str] = &["评价日", "today"];

impl Scope {
    /// Collects the names of a pack; the dictionary that comes back knows the pack's own facts too.
    pub fn of(pack: &Pack, dictionary: &Dictionary, found: &mut Vec<Diagnostic>) -> (Self, Dictionary) {
        let mut dictionary = dictionary.clone();
        for row in &pack.facts {
            if let Some(fact) = super::facts::declared(row, pack, found)
                && let Err(why) = dictionary.add(fact)
            {
                found.push(messages::name_twice(row.code.place.clone(), &row.code.text, &why.to_string()));
            }
        }
        let mut scope =
            Self { things: Vec::new(), by_name: HashMap::new(), names: NameSet::from(&dictionary), all: Vec::new() };
        scope.collect(pack, found);
        scope.things.iter().for_each(|thing| scope.all.extend([thing.code.clone(), thing.name.zh.clone()]));
        let values = pack.values.iter().flat_map(|set| &set.rows);
        for row in values.flat_map(|row| [Some(&row.code), row.name.as_ref(), row.english.as_ref()]).flatten() {
            scope.names.add(&row.text);
        }
        for fact in dictionary.facts() {
            for value in &fact.values {
                [&value.code, &value.zh, &value.en].into_iter().for_each(|name| scope.names.add(name));
            }
        }
        TODAY.iter().for_each(|name| scope.names.add(name));
        (scope, dictionary)
    }

    fn collect(&mut self, pack: &Pack, found: &mut Vec<Diagnostic>) {
        let mut parameters: Vec<(String, Vec<usize>)> = Vec::new();
        for (at, row) in pack.parameters.iter().enumerate() {
            match parameters.iter_mut().find(|(name, _)| *name == row.name.text) {
                Some((_, rows)) => rows.push(at),
                None => parameters.push((row.name.text.clone(), vec![at])),
            }
        }
        for (_, rows) in parameters {
            let first = rows.first().and_then(|at| pack.parameters.get(*at));
            let Some(first) = first else { continue };
            let code =
                rows.iter().filter_map(|at| pack.parameters.get(*at)?.code.as_ref()).next().unwrap_or(&first.name);
            let (code, name) = (code.text.clone(), first.name.clone());
            let english = rows.iter().filter_map(|at| pack.parameters.get(*at)?.english.as_ref()).next();
            self.add(Entity::Parameter(rows.clone()), code, &name, english, found);
        }
        for (at, row) in pack.definitions.iter().enumerate() {
            let code = row.code.as_ref().unwrap_or(&row.name).text.clone();
            self.add(Entity::Definition(at), code, &row.name, row.english.as_ref(), found);
        }
        // Sections in the order of the file.
        let mut sections: Vec<(u32, Entity)> = Vec::new();
        sections.extend(
            pack.tables
                .iter()
                .zip(0..)
                .map(|(one, at)| (one.heading.place.line, Entity::Table { table: at, output: None })),
        );
        sections.extend(pack.scales.iter().zip(0..).map(|(one, at)| (one.heading.place.line, Entity::Scale(at))));
        sections.extend(pack.amounts.iter().zip(0..).map(|(one, at)| (one.heading.place.line, Entity::Amount(at))));
        sections.extend(pack.scores.iter().zip(0..).map(|(one, at)| (one.heading.place.line, Entity::Score(at))));
        sections.extend(pack.classes.iter().zip(0..).map(|(one, at)| (one.heading.place.line, Entity::Classes(at))));
        sections.sort_by_key(|(line, _)| *line);
        for (_, entity) in sections {
            self.section(pack, entity, found);
        }
    }

    fn section(&mut self, pack: &Pack, entity: Entity, found: &mut Vec<Diagnostic>) {
        let heading = match &entity {
            Entity::Table { table, .. } => pack.tables.get(*table).map(|one| &one.heading),
            Entity::Scale(at) => pack.scales.get(*at).map(|one| &one.heading),
            Entity::Amount(at) => pack.amounts.get(*at).map(|one| &one.heading),
            Entity::Score(at) => pack.scores.get(*at).map(|one| &one.heading),
            Entity::Classes(at) => pack.classes.get(*at).map(|one| &one.heading),
            _ => None,
        };
        let Some(heading) = heading.cloned() else { return };
        if let Entity::Table { table, .. } = entity
            && let Some(own) = pack.tables.get(table)
            && !own.outputs.is_empty()
        {
            for (at, output) in own.outputs.iter().enumerate() {
                let entity = Entity::Table { table, output: Some(at) };
                let thing = self.add(
                    entity,
                    output.code.clone(),
                    &output.name,
                    heading.english.as_ref().filter(|_| own.outputs.len() == 1),
                    found,
                );
                // A table with one output column is named by its heading too.
                if own.outputs.len() == 1 {
                    for name in [&heading.code, &heading.name.text] {
                        self.alias(name, thing);
                    }
                    // The code of the heading is the code of the output, unless the column has one of its own.
                    if output.code == output.name.text
                        && heading.code != heading.name.text
                        && let Some(thing) = self.things.get_mut(thing)
                    {
                        thing.code.clone_from(&heading.code);
                    }
                }
            }
            return;
        }
        self.add(entity.clone(), heading.code.clone(), &heading.name, heading.english.as_ref(), found);
        if let Entity::Score(score) = entity
            && let Some(own) = pack.scores.get(score)
        {
            for (item, row) in own.items.iter().enumerate() {
                let code = format!("{}.{}", heading.code, row.code);
                let english = (row.code != row.name.text).then(|| readable(&row.code));
                let name = Words::new(row.name.text.clone(), english.unwrap_or_else(|| row.name.text.clone()));
                let place = row.place.clone();
                self.things.push(Thing { entity: Entity::Item { score, item }, code, name, place });
                let thing = self.things.len() - 1;
                for score in [&heading.code, &heading.name.text] {
                    for item in [&row.code, &row.name.text] {
                        self.alias(&format!("{score}.{item}"), thing);
                    }
                }
            }
        }
    }

    fn add(
        &mut self,
        entity: Entity,
        code: String,
        name: &Written,
        english: Option<&Written>,
        found: &mut Vec<Diagnostic>,
    ) -> usize {
        let at = self.things.len();
        for own in [&code, &name.text] {
            let other = self.by_name.get(&key(own)).and_then(|other| self.things.get(*other));
            if let Some(other) = other {
                found.push(messages::name_twice(name.place.clone(), own, &other.place.to_string()));
                break;
            }
        }
        let english_name = english.map_or_else(|| readable(&code), |english| english.text.clone());
        self.alias(&code.clone(), at);
        self.alias(&name.text, at);
        let place = name.place.clone();
        let name = Words::new(name.text.clone(), english_name);
        self.things.push(Thing { entity, code, name, place });
        at
    }

    fn alias(&mut self, name: &str, thing: usize) {
        if !name.is_empty() && !self.by_name.contains_key(&key(name)) {
            self.by_name.insert(key(name), thing);
            self.names.add(name);
        }
    }

    /// The thing a name stands for.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.by_name.get(&key(name)).copied()
    }

    /// The nearest own name.
    pub fn suggest(&self, name: &str) -> Option<String> {
        nearest(name, self.all.iter().map(String::as_str)).map(str::to_owned)
    }
}

fn key(name: &str) -> String {
    name.trim().to_lowercase()
}

/// `size_class` → `Size class`, if there is no English name.
pub fn readable(code: &str) -> String {
    if !code.is_ascii() {
        return code.to_owned();
    }
    let words = code.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
}

/// Declared texts as a set.
pub fn set_of(values: &crate::pack::Values) -> ValueSet {
    let text = |cell: &Option<Written>, code: &Written| cell.as_ref().unwrap_or(code).text.clone();
    let rows = values.rows.iter().map(|row| FactValue {
        code: row.code.text.clone(),
        zh: text(&row.name, &row.code),
        en: text(&row.english, &row.code),
    });
    ValueSet { name: values.heading.name.text.clone(), values: rows.collect() }
}

impl Compiler<'_> {
    /// The sets the pack declares; those of facts and classes are added when they are used.
    pub fn declare_sets(&mut self) {
        let pack = self.pack.clone();
        for values in &pack.values {
            self.add_set(set_of(values));
        }
        for fact in self.dictionary.facts().to_vec() {
            if !fact.values.is_empty() && pack.facts.iter().any(|row| row.code.text == fact.code) {
                self.add_set(ValueSet { name: fact.zh.clone(), values: fact.values.clone() });
            }
        }
    }
}
