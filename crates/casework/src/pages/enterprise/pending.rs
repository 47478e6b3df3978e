//! Files that came with a form which is shown again: they wait on disk, so that nobody has to choose them twice.
//!
//! They lie in `data_dir/pending/NAME/`, where NAME is a hash of a random token in the form and of the form token of the
//! visitor: knowing one of them opens nothing. What is older than a day goes. All of them together, those of one form and
//! those from one address without an account have a limit; beyond it what was typed is still kept, and the page says so.

use std::path::PathBuf;

use kernel::{Error, FieldError, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::io::AsyncReadExt;
use web::{Fields, Upload, Visitor};

use super::pending_room::{ROOM, Room, mark};
use crate::files::{NewFile, disk, media_type};

/// One form takes so many files.
pub(super) const MOST: usize = 10;
/// Where they lie, beside the database.
pub(super) const FOLDER: &str = "pending";
const LIST: &str = "list.json";

/// A file that waits.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Waiting {
    name: String,
    bytes: u64,
    sha256: [u8; 32],
    /// Its name in the folder.
    at: String,
}

/// What one form brought so far.
#[derive(Debug, Default)]
pub(super) struct Pending {
    /// Goes into the form; empty while nothing waits.
    pub token: String,
    folder: PathBuf,
    waiting: Vec<Waiting>,
    /// Files of this very request; they go when this is dropped, unless they were moved.
    fresh: Vec<Upload>,
}

impl Pending {
    /// What waits from before and is still wanted, with what came now. Files of other types than attachments may have,
    /// too large ones and too many are named in `wrong` and left out.
    pub(super) async fn take(visitor: &Visitor, fields: &mut Fields, wrong: &mut Vec<FieldError>) -> Result<Pending> {
        let token = fields.get("pending").to_owned();
        let mut pending = Pending::default();
        if token.len() == 32 && token.bytes().all(|b| b.is_ascii_hexdigit()) {
            pending.folder = folder(visitor, &token);
            pending.token = token;
            if let Ok(text) = tokio::fs::read(pending.folder.join(LIST)).await {
                pending.waiting = serde_json::from_slice(&text).map_err(Error::internal)?;
            }
            // A box that is not ticked any more is a file not wanted any more.
            pending.waiting.retain(|own| fields.all("kept").any(|at| at == own.at));
        }
        for name in &fields.oversized {
            wrong.push(FieldError::new("attachment", "enterprise-file-large").arg("name", name));
        }
        for upload in std::mem::take(&mut fields.files) {
            if !is_attachment(&upload).await? {
                wrong.push(FieldError::new("attachment", "file-type").arg("name", &upload.name));
            } else if pending.waiting.len() + pending.fresh.len() == MOST {
                wrong.push(FieldError::new("attachment", "enterprise-files-many").arg("limit", MOST));
                break;
            } else if !pending.waiting.iter().any(|own| own.sha256 == upload.sha256) {
                pending.fresh.push(upload);
            }
        }
        Ok(pending)
    }

    /// Names of all files with the value of their box.
    pub(super) fn names(&self) -> Vec<(String, String)> {
        self.waiting.iter().map(|own| (own.at.clone(), own.name.clone())).collect()
    }

    /// Puts what came now with what waits, for the next time the form is sent. Files for which there is no room are named
    /// in `wrong` and go.
    pub(super) async fn keep(&mut self, visitor: &Visitor, wrong: &mut Vec<FieldError>) -> Result<()> {
        if self.fresh.is_empty() && self.waiting.is_empty() {
            return Ok(());
        }
        if self.token.is_empty() {
            self.token = random_hex(visitor);
            self.folder = folder(visitor, &self.token);
        }
        let guest = visitor.session.is_none().then(|| mark(&visitor.address));
        // One after the other: two forms at once would both find the last room.
        let turn = ROOM.lock().await;
        let all = visitor.state.config.data_dir.join(FOLDER);
        let mut room = Room::measure(all, self.folder.clone(), guest.clone()).await;
        for upload in std::mem::take(&mut self.fresh) {
            if !room.take(upload.bytes) {
                wrong.push(FieldError::new("attachment", "enterprise-file-unkept").arg("name", &upload.name));
                continue;
            }
            tokio::fs::create_dir_all(&self.folder).await.map_err(disk)?;
            let waiting = Waiting {
                name: upload.name.clone(),
                bytes: upload.bytes,
                sha256: upload.sha256,
                at: random_hex(visitor),
            };
            upload.set_aside(&self.folder.join(&waiting.at)).await?;
            self.waiting.push(waiting);
        }
        if self.waiting.is_empty() {
            return Ok(());
        }
        if let Some(mark) = guest {
            tokio::fs::write(self.folder.join(mark), []).await.map_err(disk)?;
        }
        drop(turn);
        let list = serde_json::to_vec(&self.waiting).map_err(Error::internal)?;
        tokio::fs::write(self.folder.join(LIST), list).await.map_err(disk)
    }

    /// All of them as they are handed to casework, which moves them.
    pub(super) fn files(&self) -> Vec<NewFile> {
        let waiting = self.waiting.iter().map(|own| NewFile {
            name: own.name.clone(),
            path: self.folder.join(&own.at),
            bytes: own.bytes,
            sha256: own.sha256,
        });
        let fresh = self.fresh.iter().map(|own| NewFile {
            name: own.name.clone(),
            path: own.path().to_owned(),
            bytes: own.bytes,
            sha256: own.sha256,
        });
        waiting.chain(fresh).collect()
    }

    /// Forgets what came with this very request: nothing is kept of an address that sends too much.
    pub(super) fn drop_new(&mut self) {
        self.fresh.clear();
    }

    /// How large they are together.
    pub(super) fn bytes(&self) -> u64 {
        self.waiting.iter().map(|own| own.bytes).chain(self.fresh.iter().map(|own| own.bytes)).sum()
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.waiting.len() + self.fresh.len()
    }

    /// The form has done its work: what is left of it goes.
    pub(super) async fn done(self) {
        if !self.token.is_empty() {
            let _ = tokio::fs::remove_dir_all(&self.folder).await;
        }
    }
}

/// 32 hexadecimal digits nobody can guess.
pub(super) fn random_hex(visitor: &Visitor) -> String {
    let mut bytes = [0_u8; 16];
    visitor.state.random.fill(&mut bytes);
    hex(&bytes)
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn folder(visitor: &Visitor, token: &str) -> PathBuf {
    let name = Sha256::digest(format!("{token} {}", visitor.csrf).as_bytes());
    visitor.state.config.data_dir.join(FOLDER).join(hex(&name[..16]))
}

async fn is_attachment(upload: &Upload) -> Result<bool> {
    let mut head = [0_u8; 16];
    let mut file = tokio::fs::File::open(upload.path()).await.map_err(disk)?;
    let read = file.read(&mut head).await.map_err(disk)?;
    Ok(media_type(head.get(..read).unwrap_or(&[]), &upload.name).is_some())
}
