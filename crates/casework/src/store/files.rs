//! Rows of attachments.

use db::{Conn, Tx, sql};
use kernel::{Error, FileId, Result};

use crate::files::Attachment;

const COLUMNS: &str = "id, request_id, name, media_type, bytes, sha256, added_by, created_at";

/// Writes the row of a file that already lies in its place.
pub async fn insert(tx: &mut Tx, a: &Attachment) -> Result<()> {
    sql(include_str!("../../sql/attachment_insert.sql"))
        .bind(a.id)
        .bind(a.request)
        .bind(a.name.as_str())
        .bind(a.media_type.as_str())
        .bind(i64::try_from(a.bytes).map_err(Error::internal)?)
        .bind(a.sha256.as_slice())
        .bind(a.added_by.as_str())
        .bind(a.created_at)
        .run(tx)
        .await?;
    Ok(())
}

/// One file.
pub async fn find(conn: &mut Conn, id: FileId) -> Result<Option<Attachment>> {
    let text = format!("SELECT {COLUMNS} FROM attachment WHERE id = $1");
    db::sql_text(text).bind(id).optional(conn).await?.as_ref().map(read).transpose()
}

fn read(row: &db::Row) -> Result<Attachment> {
    let mut c = row.cursor();
    Ok(Attachment {
        id: c.id()?,
        request: c.id()?,
        name: c.next()?,
        media_type: c.next()?,
        bytes: u64::try_from(c.next::<i64>()?).map_err(Error::internal)?,
        sha256: c.next::<Vec<u8>>()?.try_into().unwrap_or([0; 32]),
        added_by: c.next()?,
        created_at: c.next()?,
    })
}
