//! /files/{id}: an attachment for whoever may see its request; only pictures open in the browser.

use axum::Extension;
use axum::body::Body;
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, Response};
use futures_util::stream::try_unfold;
use kernel::{Error, ErrorKind, FileId};
use tokio::io::AsyncReadExt;
use web::{PageResult, SignedIn};

use super::export::disposition;
use crate::access;
use crate::engine::Casework;
use crate::store;

/// So much of a file is in memory at a time.
const PIECE: usize = 64 * 1024;

pub async fn download(by: SignedIn, Extension(casework): Extension<Casework>, Path(id): Path<String>) -> PageResult {
    let missing = || Error::not_found("file");
    let id: FileId = id.parse().map_err(|_| missing())?;
    let mut conn = by.state.db.read().await?;
    let file = store::files::find(&mut conn, id).await?.ok_or_else(missing)?;
    let kept = store::case::load(&mut conn, file.request).await?.ok_or_else(missing)?;
    identity::authorize(&by.actor, &access::READ, &kept.subject)?;
    drop(conn);
    let opened = tokio::fs::File::open(casework.file_path(id)).await;
    let opened = opened.map_err(|e| Error::new(ErrorKind::Unavailable, "storage").inside(e))?;
    let pieces = try_unfold(opened, |mut file| async move {
        let mut piece = vec![0_u8; PIECE];
        let n = file.read(&mut piece).await?;
        piece.truncate(n);
        Ok::<_, std::io::Error>((n > 0).then_some((piece, file)))
    });
    let shown = if file.media_type.starts_with("image/") { "inline" } else { "attachment" };
    let header = |text: &str| HeaderValue::from_str(text).map_err(Error::internal);
    let mut answer = Response::new(Body::from_stream(pieces));
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, header(&file.media_type)?);
    headers.insert(CONTENT_LENGTH, HeaderValue::from(file.bytes));
    headers.insert(CONTENT_DISPOSITION, header(&disposition(shown, &file.name))?);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, max-age=3600"));
    Ok(answer)
}
