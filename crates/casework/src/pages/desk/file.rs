//! /files/{id}: an attachment for whoever may see its request; only pictures open in the browser.

use axum::Extension;
use axum::extract::Path;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS};
use kernel::{Error, ErrorKind, FileId};
use web::{PageResult, SignedIn};

use crate::access;
use crate::engine::Casework;
use crate::store;

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
    let shown = if file.media_type.starts_with("image/") { "inline" } else { "attachment" };
    let mut answer = web::download::file(opened, file.bytes, &file.media_type, shown, &file.name)?;
    let headers = answer.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, max-age=3600"));
    Ok(answer)
}
