//! What the audit says of data that leaves the program as a file.

use chrono::{DateTime, Utc};
use db::Tx;
use kernel::{Result, mask_phones_in};
use serde_json::{Map, Value};

use crate::actor::Actor;
use crate::audit::{Entry, record};

/// A file of rows, about to be handed out.
#[derive(Clone, Debug, Default)]
pub struct Exported {
    /// Kind of thing in the rows, as the audit names it: `enterprise`, `request`.
    pub resource: &'static str,
    /// Name of the file.
    pub file: String,
    /// The page or command it was made with.
    pub from: String,
    pub rows: u64,
    /// Which rows: what the list was narrowed to, by name and value.
    pub filter: Vec<(String, String)>,
    /// Telephone numbers stand in it in full.
    pub has_contacts: bool,
}

impl Exported {
    /// Writes it down. Commit before the first byte goes out.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn record(self, tx: &mut Tx, actor: &Actor, at: DateTime<Utc>) -> Result<()> {
        let mut detail = Map::new();
        // What was searched for may be somebody's number.
        let filter: Vec<String> =
            self.filter.iter().map(|(name, value)| format!("{name}={}", mask_phones_in(value))).collect();
        detail.insert("rows".into(), self.rows.into());
        detail.insert("from".into(), self.from.into());
        if !filter.is_empty() {
            detail.insert("filter".into(), filter.join("&").into());
        }
        if self.has_contacts {
            detail.insert("contacts".into(), true.into());
        }
        let entry = Entry {
            at,
            actor,
            action: "export",
            resource: self.resource,
            resource_id: self.file,
            detail: Value::Object(detail),
        };
        record(tx, entry).await
    }
}
