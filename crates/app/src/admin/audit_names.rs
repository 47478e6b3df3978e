//! What entries of the audit are called: actions in words, things by the names people know them by.

use std::collections::HashMap;

use db::Conn;
use identity::AuditEntry;
use kernel::Result;
use uuid::Uuid;
use web::{Lang, Words};

use super::store::{NAMED, names_of};

/// Actions that can be chosen in the filter: every one that has a name, in the order of the words.
pub(super) fn actions() -> Vec<&'static str> {
    named("audit-do-")
}

/// Kinds of things, likewise.
pub(super) fn resources() -> Vec<&'static str> {
    named("audit-of-")
}

/// What stands behind a prefix among the keys of all words. A test holds that whatever is written down is among them.
fn named(prefix: &str) -> Vec<&'static str> {
    let texts = crate::modules::words().into_iter().filter(|(tag, _)| *tag == Lang::Zh.tag());
    let keys = texts.flat_map(|(_, text)| text.lines()).filter_map(|line| line.strip_prefix(prefix)?.split_once(" ="));
    keys.map(|(code, _)| code).collect()
}

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

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;

    /// Files of Rust below a folder, tests aside.
    fn sources(folder: &Path, all: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if path.is_dir() && name != "tests" {
                sources(&path, all);
            } else if name.ends_with(".rs") && !name.contains("test") {
                all.push(path);
            }
        }
    }

    /// The literals that stand after `opening` in a file, up to its tests, as far as they look like names of actions.
    fn literals<'t>(text: &'t str, opening: &str) -> Vec<&'t str> {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let after = code.split(opening).skip(1).filter_map(|rest| rest.split('"').next());
        after.filter(|name| name.len() > 2 && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')).collect()
    }

    #[test]
    fn every_action_a_module_writes_down_can_be_chosen() {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let mut files = Vec::new();
        for entry in std::fs::read_dir(crates).unwrap().flatten() {
            sources(&entry.path().join("src"), &mut files);
        }
        let (named, mut found) = (actions(), 0);
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            let mut written = literals(&text, "action: \"");
            // The commands of a request, and the calls that write an entry for their caller.
            if text.contains("The name of a command in the audit") {
                written.extend(literals(text.split("fn name_of").nth(1).unwrap(), "=> \""));
            }
            for call in ["change.done(done(\"", "change.tell(done(\"", "end(change, (\""] {
                written.extend(literals(&text, call));
            }
            found += written.len();
            for action in written {
                assert!(named.contains(&action), "{}: add the words audit-do-{action}", file.display());
            }
        }
        assert!(found > 50, "only {found} were found: do entries look otherwise now?");
    }

    #[test]
    fn the_filter_offers_what_it_left_out_before() {
        let (actions, resources) = (actions(), resources());
        for action in
            ["add-limit", "end-limit", "close-unit", "open-unit", "cancel", "retry", "take-back-rating", "raise"]
        {
            assert!(actions.contains(&action), "{action}");
        }
        assert!(resources.contains(&"request") && resources.contains(&"settings"), "{resources:?}");
    }
}
