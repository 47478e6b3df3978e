//! Townships and chains as ledgers write them: by code, by name, by the name without what kind of place it is.

use std::collections::HashMap;

use db::Conn;
use identity::UnitKind;
use kernel::{Result, UnitId, name_key};

use crate::store;

/// What follows the name proper of a place.
const ENDINGS: [&str; 9] = [
    "街道办事处",
    "经济技术开发区",
    "高新技术产业开发区",
    "先进制造业开发区",
    "开发区",
    "产业集聚区",
    "街道",
    "镇",
    "乡",
];

/// What the words of a file may mean.
#[derive(Debug, Default)]
pub struct Words {
    townships: HashMap<String, Option<UnitId>>,
    chains: HashMap<String, Option<String>>,
    /// A few names, to say what would have been understood.
    pub some_townships: String,
    pub some_chains: String,
}

impl Words {
    pub async fn load(conn: &mut Conn) -> Result<Words> {
        let mut words = Words::default();
        let units = identity::list_units(conn).await?;
        let places =
            units.iter().filter(|unit| matches!(unit.kind, UnitKind::Township | UnitKind::Park) && unit.active);
        let mut names = Vec::new();
        for unit in places {
            names.push(unit.name.as_str());
            let mut keys = vec![name_key(&unit.code), name_key(&unit.name), name_key(&unit.name_en)];
            keys.extend(ENDINGS.iter().filter_map(|ending| unit.name.strip_suffix(ending)).map(name_key));
            note(&mut words.townships, keys, unit.id);
        }
        words.some_townships = some(&names);
        let mut chains = store::kept_chains(conn).await?;
        chains.retain(|kept| kept.active);
        let chains: Vec<_> = chains.into_iter().map(|kept| kept.chain).collect();
        for chain in &chains {
            let mut keys = vec![name_key(&chain.code), name_key(&chain.name), name_key(&chain.name_en)];
            keys.extend(["产业链", "产业"].iter().filter_map(|ending| chain.name.strip_suffix(ending)).map(name_key));
            note(&mut words.chains, keys, chain.code.clone());
        }
        words.some_chains = some(&chains.iter().map(|chain| chain.name.as_str()).collect::<Vec<_>>());
        Ok(words)
    }

    /// `None` if nothing, or more than one, is called so.
    pub fn township(&self, text: &str) -> Option<UnitId> {
        self.townships.get(&name_key(text)).copied().flatten()
    }

    /// The code of a chain.
    pub fn chain(&self, text: &str) -> Option<&str> {
        let key = name_key(text);
        let short = key.strip_suffix("产业链").or_else(|| key.strip_suffix("产业")).unwrap_or(&key);
        self.chains.get(&key).or_else(|| self.chains.get(short))?.as_deref()
    }
}

/// A key that two things share means neither.
fn note<T: Clone>(map: &mut HashMap<String, Option<T>>, mut keys: Vec<String>, what: T) {
    keys.sort_unstable();
    keys.dedup();
    for key in keys.into_iter().filter(|key| !key.is_empty()) {
        map.entry(key).and_modify(|known| *known = None).or_insert_with(|| Some(what.clone()));
    }
}

fn some(names: &[&str]) -> String {
    let mut text = names.iter().take(8).copied().collect::<Vec<_>>().join("、");
    if names.len() > 8 {
        text.push('…');
    }
    text
}
