//! Files as answers: what the browser calls them, and their bytes as they are read.

use axum::body::Body;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderValue, Response};
use futures_util::stream::try_unfold;
use kernel::{Error, Result};
use tokio::io::AsyncReadExt;

/// So much of a file is in memory at a time.
const PIECE: usize = 64 * 1024;

/// `Content-Disposition` with the name in UTF-8 (RFC 5987) and, for old programs, in ASCII. `kind` is `attachment` or `inline`.
pub fn disposition(kind: &str, name: &str) -> String {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || ".-_".contains(c) { c } else { '_' }).collect();
    format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{}", crate::href::encode(name))
}

/// The answer with `bytes` bytes of `file`, a piece at a time. `shown` as `kind` of [`disposition`].
///
/// # Errors
/// `internal` for a media type or name no header can carry.
pub fn file(file: tokio::fs::File, bytes: u64, media_type: &str, shown: &str, name: &str) -> Result<Response<Body>> {
    let pieces = try_unfold(file, |mut file| async move {
        let mut piece = vec![0_u8; PIECE];
        let n = file.read(&mut piece).await?;
        piece.truncate(n);
        Ok::<_, std::io::Error>((n > 0).then_some((piece, file)))
    });
    let header = |text: &str| HeaderValue::from_str(text).map_err(Error::internal);
    let mut answer = Response::new(Body::from_stream(pieces));
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, header(media_type)?);
    headers.insert(CONTENT_LENGTH, HeaderValue::from(bytes));
    headers.insert(CONTENT_DISPOSITION, header(&disposition(shown, name))?);
    Ok(answer)
}
