//! What any flow writes into the audit was told under a name: entries and events of a database at the end of a test.

use db::{Db, sql};

/// Entries that no event stands beside: sessions, what was seen or taken out, the history as a whole.
const QUIET: &[&str] = &[
    "signed-in",
    "sign-in-refused",
    "sign-out",
    "sign-out-everywhere",
    "change-password-refused",
    "show-contact",
    "see-contact",
    "export",
    "seal-as-found",
    "backup",
    "restored",
    "copied",
];

/// Actions of which the audit has more entries than can have been told: those that were written past `identity::Change`.
/// None of a database that no longer answers.
pub async fn untold(db: &Db) -> Option<String> {
    let mut conn = db.read().await.ok()?;
    let entries =
        sql("SELECT action, COUNT(*) FROM audit GROUP BY action ORDER BY action").all(&mut conn).await.ok()?;
    let events: i64 = sql("SELECT COUNT(*) FROM outbox").one(&mut conn).await.ok()?.get(0).ok()?;
    let entries: Vec<(String, i64)> = entries.iter().map(|row| (row.get(0).unwrap(), row.get(1).unwrap())).collect();
    let loud: Vec<&(String, i64)> = entries.iter().filter(|(action, _)| !QUIET.contains(&action.as_str())).collect();
    let written: i64 = loud.iter().map(|(_, n)| n).sum();
    (written > events).then(|| format!("{written} entries and {events} events: {loud:?}"))
}

#[cfg(test)]
mod tests {
    use identity::{Actor, Entry};
    use kernel::{Clock, SystemClock};
    use testkit::block_on;

    use super::untold;
    use crate::harness::engines::fresh;

    #[test]
    fn an_entry_written_past_the_change_is_found() {
        block_on(async {
            let t = fresh(db::Engine::Sqlite, true).await;
            for (action, found) in [("signed-in", false), ("close-chain", true)] {
                let mut tx = t.db.begin().await.unwrap();
                let (at, actor, detail) = (SystemClock.now(), Actor::program("test"), serde_json::json!({}));
                let resource_id = "crane".to_owned();
                let entry = Entry { at, actor: &actor, action, resource: "chain", resource_id, detail };
                identity::record(&mut tx, entry).await.unwrap();
                tx.commit().await.unwrap();
                assert_eq!(untold(&t.db).await.is_some(), found, "{action}");
            }
            t.db.close().await;
        });
    }
}
