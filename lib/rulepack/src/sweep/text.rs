//! Texts as numbers: the graph's own first, then those of the data.

use std::collections::HashMap;
use std::sync::Arc;

use crate::ir::{Dag, TextId};

/// Gives every distinct text a number; the texts of the graph keep their [`TextId`].
#[derive(Clone, Debug)]
pub struct Texts {
    ids: HashMap<Arc<str>, u32>,
    texts: Vec<Arc<str>>,
    fixed: usize,
    generation: u64,
}

impl Texts {
    pub fn new(dag: &Dag) -> Self {
        let texts = dag.texts().to_vec();
        let ids = texts.iter().enumerate().map(|(id, text)| (text.clone(), id as u32)).collect();
        Self { ids, fixed: texts.len(), texts, generation: 0 }
    }

    /// The number of a text.
    pub fn id(&mut self, text: &str) -> u32 {
        if let Some(id) = self.ids.get(text) {
            return *id;
        }
        let id = self.texts.len() as u32;
        let text: Arc<str> = text.into();
        self.texts.push(text.clone());
        self.ids.insert(text, id);
        id
    }

    pub fn text(&self, id: u32) -> &Arc<str> {
        &self.texts[id as usize]
    }

    /// How many are known, those of the graph among them.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Forgets the texts of the data if there are more than `most`, so that memory stays bounded. Numbers given before are void.
    pub fn trim(&mut self, most: usize) {
        if self.texts.len() > self.fixed + most {
            for text in self.texts.drain(self.fixed..) {
                self.ids.remove(&text);
            }
            self.generation += 1;
        }
    }
}

/// For each number, whether its text passes a test; grows with the texts.
#[derive(Clone, Debug, Default)]
pub(super) struct Verdicts {
    table: Vec<bool>,
    generation: u64,
}

impl Verdicts {
    /// Whether texts start with one of the prefixes.
    pub(super) fn of_prefixes(&mut self, dag: &Dag, texts: &Texts, prefixes: &[TextId]) -> &[bool] {
        if self.generation != texts.generation {
            self.table.truncate(texts.fixed);
            self.generation = texts.generation;
        }
        for text in &texts.texts[self.table.len()..] {
            self.table.push(prefixes.iter().any(|prefix| text.starts_with(&**dag.text_of(*prefix))));
        }
        &self.table
    }
}
