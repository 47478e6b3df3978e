//! What entries of the audit are called: actions in words, things by the names people know them by.

use std::collections::HashMap;

use db::Conn;
use identity::AuditEntry;
use kernel::Result;
use uuid::Uuid;
use web::Words;

use super::store::{NAMED, names_of};

/// Kinds of things, as entries name them.
pub(super) const RESOURCES: [&str; 11] =
    ["request", "enterprise", "person", "session", "unit", "token", "settings", "ledger", "job", "history", "demo"];

/// Actions that can be chosen in the filter, in the order of a county's day.
pub(super) const ACTIONS: [&str; 60] = [
    "raise",
    "keep-draft",
    "submit",
    "resubmit",
    "accept",
    "return",
    "classify",
    "split",
    "assign",
    "unassign",
    "sign",
    "refuse",
    "report",
    "start-wait",
    "end-wait",
    "request-extension",
    "decide-extension",
    "answer",
    "call-back",
    "close",
    "rate",
    "object",
    "withdraw",
    "attach",
    "comment",
    "recompute-clocks",
    "change-limit",
    "create",
    "change",
    "assign-helper",
    "end-helper",
    "import",
    "import-facts",
    "signed-in",
    "sign-in-refused",
    "sign-out",
    "sign-out-everywhere",
    "change-password",
    "password-reset",
    "add-person",
    "change-person",
    "give-role",
    "take-role",
    "activate",
    "deactivate",
    "add-unit",
    "change-unit",
    "move-unit",
    "token-issued",
    "token-revoked",
    "add-notice",
    "correct-notice",
    "withdraw-notice",
    "put-last-day",
    "put-hours",
    "put-category",
    "backup",
    "restored",
    "copied",
    "seal-as-found",
];

/// Hashes in an entry's detail, which are for the program to compare and not for people to read.
const HASHES: [&str; 2] = ["seal", "head"];

/// The action in the reader's words; one that is not known stays as it was written.
// words: audit-do-*
pub(super) fn action(w: &Words, action: &str) -> String {
    known(w, format!("audit-do-{action}"), action)
}

/// The kind of thing in the reader's words.
// words: audit-of-*
pub(super) fn resource(w: &Words, resource: &str) -> String {
    known(w, format!("audit-of-{resource}"), resource)
}

fn known(w: &Words, key: String, plain: &str) -> String {
    if w.has(&key) { w.t(&key).into_owned() } else { plain.to_owned() }
}

/// A thing by name, with the page that shows it.
#[derive(Clone, Default)]
pub(super) struct Thing {
    pub name: String,
    pub href: Option<String>,
}

/// Names of everything some entries tell of, by (resource, id); at most one query a kind.
pub(super) struct Things(HashMap<(&'static str, Uuid), Thing>);

/// A session belongs to the person whose id its entries carry.
fn of_kind(entry: &AuditEntry) -> &str {
    if entry.resource == "session" { "person" } else { &entry.resource }
}

impl Things {
    /// `sees` says whether the reader may open requests; a link that leads nowhere is none.
    pub(super) async fn load(conn: &mut Conn, entries: &[AuditEntry], sees: bool) -> Result<Things> {
        let mut things = HashMap::new();
        for (kind, text, page) in NAMED {
            let of = entries.iter().filter(|entry| of_kind(entry) == kind);
            let mut ids: Vec<Uuid> = of.filter_map(|entry| entry.resource_id.parse().ok()).collect();
            ids.sort_unstable();
            ids.dedup();
            if ids.is_empty() {
                continue;
            }
            for (id, (name, word)) in names_of(conn, text, &ids).await? {
                let href = (!page.is_empty() && (sees || kind != "request")).then(|| format!("{page}{word}"));
                things.insert((kind, id), Thing { name, href });
            }
        }
        Ok(Things(things))
    }

    /// The thing of an entry; what has no name is named by its id unless that is meant for machines.
    pub(super) fn of(&self, entry: &AuditEntry) -> Thing {
        match entry.resource_id.parse::<Uuid>() {
            Err(_) => Thing { name: entry.resource_id.clone(), href: None },
            Ok(id) => {
                let kind = NAMED.iter().map(|source| source.0).find(|kind| *kind == of_kind(entry));
                kind.and_then(|kind| self.0.get(&(kind, id))).cloned().unwrap_or_default()
            }
        }
    }
}

/// `login zhangwei · role handler`: what changed, on one line; never more than the entry holds.
pub(super) fn detail(text: &str) -> String {
    let Ok(serde_json::Value::Object(all)) = serde_json::from_str(text) else { return String::new() };
    let part = |(key, value): (&String, &serde_json::Value)| match value {
        serde_json::Value::String(text) => format!("{key}: {text}"),
        serde_json::Value::Array(all) => {
            let texts = all.iter().map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned));
            format!("{key}: {}", texts.collect::<Vec<_>>().join(", "))
        }
        other => format!("{key}: {other}"),
    };
    all.iter().filter(|(key, _)| !HASHES.contains(&key.as_str())).map(part).collect::<Vec<_>>().join(" · ")
}
