//! Attachments: photographs, PDF and Office files, told by their content and not by their name.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use kernel::{Error, ErrorKind, FileId, RequestId, Result};
use tokio::io::AsyncReadExt;

use crate::event::{ActorKind, Event, Recorded};

/// So many files may each side of a request attach: the enterprise with whoever helps it, and the offices.
pub const MOST_FILES: usize = 20;

/// Whether the side of an actor of this kind may attach so many more. Each side has its own share, so that neither can use up
/// what the other needs for its work.
///
/// # Errors
/// `too-many-files` (invalid)
pub(crate) fn room(events: &[Recorded], kind: ActorKind, more: usize) -> Result<()> {
    let outside = |kind: ActorKind| matches!(kind, ActorKind::Enterprise | ActorKind::Helper);
    let own =
        |event: &&Recorded| matches!(event.event, Event::Attached { .. }) && outside(event.by.kind) == outside(kind);
    match events.iter().filter(own).count() + more > MOST_FILES {
        true => Err(Error::invalid("too-many-files").arg("most", MOST_FILES)),
        false => Ok(()),
    }
}

/// A file as it was uploaded; it still lies in a temporary place.
#[derive(Debug)]
pub struct NewFile {
    pub name: String,
    pub path: PathBuf,
    pub bytes: u64,
    pub sha256: [u8; 32],
}

/// A file that is kept: its row; the bytes lie under [`path`].
#[derive(Clone, Debug)]
pub struct Attachment {
    pub id: FileId,
    pub request: RequestId,
    pub name: String,
    pub media_type: String,
    pub bytes: u64,
    pub sha256: [u8; 32],
    pub added_by: String,
    pub created_at: DateTime<Utc>,
}

/// Where the bytes of a file lie under the folder of attachments.
pub fn path(files: &Path, id: FileId) -> PathBuf {
    let name = id.to_string();
    files.join(name.get(..8).unwrap_or("x")).join(name)
}

impl Attachment {
    /// Checks the type and moves the bytes to their place.
    ///
    /// # Errors
    /// `file-type` for anything but photographs, PDF and Office files; `unavailable` when the disk does not take it.
    pub async fn keep(
        id: FileId,
        request: RequestId,
        file: NewFile,
        files: &Path,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<Attachment> {
        let mut head = [0_u8; 16];
        let mut opened = tokio::fs::File::open(&file.path).await.map_err(disk)?;
        let read = opened.read(&mut head).await.map_err(disk)?;
        let media_type = media_type(head.get(..read).unwrap_or(&[]), &file.name)
            .ok_or_else(|| Error::invalid("file-type").arg("name", &file.name))?;
        let to = path(files, id);
        if let Some(folder) = to.parent() {
            tokio::fs::create_dir_all(folder).await.map_err(disk)?;
        }
        tokio::fs::rename(&file.path, &to).await.map_err(disk)?;
        Ok(Attachment {
            id,
            request,
            name: file.name,
            media_type: media_type.to_owned(),
            bytes: file.bytes,
            sha256: file.sha256,
            added_by: by.to_owned(),
            created_at: now,
        })
    }
}

/// Brings the bytes to the disk, so that what is acknowledged survives a loss of power. Before the write turn: everybody
/// waits for that.
///
/// # Errors
/// `disk-full`, `storage`
pub(crate) async fn settle(files: &[NewFile]) -> Result<()> {
    for file in files {
        tokio::fs::File::open(&file.path).await.map_err(disk)?.sync_all().await.map_err(disk)?;
    }
    Ok(())
}

/// The type by first bytes and, where a container is shared by several, the ending.
pub fn media_type(head: &[u8], name: &str) -> Option<&'static str> {
    let ending = name.rsplit('.').next().unwrap_or("").to_ascii_lowercase();
    let zip = head.starts_with(b"PK\x03\x04");
    let ole = head.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]);
    match ending.as_str() {
        _ if head.starts_with(&[0xff, 0xd8, 0xff]) => Some("image/jpeg"),
        _ if head.starts_with(b"\x89PNG\r\n\x1a\n") => Some("image/png"),
        _ if head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP") => Some("image/webp"),
        _ if head.get(4..8) == Some(b"ftyp") && matches!(ending.as_str(), "heic" | "heif") => Some("image/heic"),
        _ if head.starts_with(b"%PDF-") => Some("application/pdf"),
        "docx" if zip => Some("application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        "xlsx" if zip => Some("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        "pptx" if zip => Some("application/vnd.openxmlformats-officedocument.presentationml.presentation"),
        "doc" | "wps" if ole => Some("application/msword"),
        "xls" | "et" if ole => Some("application/vnd.ms-excel"),
        "ppt" | "dps" if ole => Some("application/vnd.ms-powerpoint"),
        _ => None,
    }
}

pub(crate) fn disk(error: std::io::Error) -> Error {
    let code = if error.kind() == std::io::ErrorKind::StorageFull { "disk-full" } else { "storage" };
    Error::new(ErrorKind::Unavailable, code).inside(error)
}

#[cfg(test)]
mod tests {
    use super::media_type;

    #[test]
    fn types_are_told_by_content() {
        let cases: [(&[u8], &str, Option<&str>); 7] = [
            (&[0xff, 0xd8, 0xff, 0xe0], "photo.png", Some("image/jpeg")),
            (b"%PDF-1.7", "report", Some("application/pdf")),
            (
                b"PK\x03\x04....",
                "a.exe.docx",
                Some("application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
            ),
            (b"PK\x03\x04....", "a.zip", None),
            (b"MZ", "a.pdf", None),
            (b"<html>", "a.png", None),
            (b"", "empty.pdf", None),
        ];
        for (head, name, want) in cases {
            assert_eq!(media_type(head, name), want, "{name}");
        }
    }
}
