//! What any flow writes into the audit has a name there, in both languages.

use std::sync::OnceLock;

use db::{Db, sql};
use web::{Lang, Words};

static WORDS: OnceLock<Words> = OnceLock::new();

/// Actions and kinds of things in the audit of a database that people would read as they are written. None of a database
/// that has no audit, or no longer answers.
pub async fn unnamed(db: &Db) -> Vec<String> {
    let words = WORDS.get_or_init(|| Words::build(app::modules::words()).unwrap());
    let Ok(mut conn) = db.read().await else { return Vec::new() };
    let read = sql("SELECT DISTINCT action, resource FROM audit").all(&mut conn).await;
    let mut keys: Vec<String> = read
        .unwrap_or_default()
        .iter()
        .flat_map(|row| {
            let (action, resource): (String, String) = (row.get(0).unwrap(), row.get(1).unwrap());
            [format!("audit-do-{action}"), format!("audit-of-{resource}")]
        })
        .collect();
    keys.sort_unstable();
    keys.dedup();
    keys.retain(|key| Lang::ALL.iter().any(|lang| !words.in_lang(*lang).has(key)));
    keys
}
