//! A form that was sent: fields and files, checked for the form token, nothing else guessed.

use std::path::{Path, PathBuf};

use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Multipart, Request};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use kernel::{Error, FieldError, Result};
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;

use crate::errors::Failure;
use crate::extract::{Refused, SignedIn, Visitor};
use crate::href::decode;
use crate::state::AppState;

/// One file may have so many bytes.
pub const FILE_LIMIT: u64 = 20 * 1024 * 1024;
/// Spreadsheets of a whole county may be larger.
pub const IMPORT_LIMIT: u64 = 100 * 1024 * 1024;
/// A file field whose form is shown again when a file is too large, instead of being refused as a whole.
pub const ATTACHMENT: &str = "attachment";
/// Fields of a form, without files.
const FIELDS_LIMIT: usize = 2 * 1024 * 1024;
/// A form over a limit is read on to so many bytes without being kept: who is still sending would not see the answer.
pub(crate) const PATIENCE: usize = 1024 * 1024 * 1024;
/// Texts this short are typed again faster than found again.
const WORTH_KEEPING: usize = 6;

/// A file that came with a form; it lies in a temporary place and is removed when dropped, unless taken.
#[derive(Debug)]
pub struct Upload {
    pub field: String,
    pub name: String,
    pub bytes: u64,
    pub sha256: [u8; 32],
    path: PathBuf,
}

impl Upload {
    /// Where the file lies for now.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Moves the file to where it is kept.
    pub async fn keep(self, to: &Path) -> Result<()> {
        tokio::fs::rename(&self.path, to).await.map_err(Error::internal)
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Fields and files of a sent form.
#[derive(Debug, Default)]
pub struct Fields {
    pairs: Vec<(String, String)>,
    pub files: Vec<Upload>,
    /// Names of files over the limit in fields named [`ATTACHMENT`]; the page says so and keeps the rest of the form.
    pub oversized: Vec<String>,
    /// Brought back after signing in; see [`crate::carried`].
    resumed: bool,
}

impl Fields {
    /// Reads `a=1&b=2`.
    pub fn parse(body: &str) -> Fields {
        let pair = |p: &str| {
            let (key, value) = p.split_once('=').unwrap_or((p, ""));
            // No text that is meant has a NUL, and PostgreSQL keeps none.
            (decode(key), decode(value).replace('\0', ""))
        };
        Fields { pairs: body.split('&').filter(|p| !p.is_empty()).map(pair).collect(), ..Fields::default() }
    }

    pub(crate) fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    /// Marks the form as brought back: its files are gone, and nothing may be done with it but to show it.
    pub(crate) fn resume(&mut self) {
        self.files.clear();
        self.oversized.clear();
        self.resumed = true;
    }

    pub(crate) fn is_resumed(&self) -> bool {
        self.resumed
    }

    /// The trimmed value of a field, empty if absent.
    pub fn get(&self, name: &str) -> &str {
        self.pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim())
    }

    /// The value of a choice made with [`crate::components::Field::pick`], empty if absent.
    pub fn chosen(&self, name: &str) -> &str {
        crate::components::chosen(self.get(name))
    }

    /// All values of a field that may be sent several times.
    pub fn all<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        self.pairs.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.trim())
    }

    /// A text of at most `limit` characters; what is wrong is added to `wrong`.
    pub fn text(&self, name: &'static str, required: bool, limit: usize, wrong: &mut Vec<FieldError>) -> String {
        let value = self.get(name);
        let length = value.chars().count();
        if required && length == 0 {
            wrong.push(FieldError::new(name, "required"));
        } else if length > limit {
            wrong.push(FieldError::new(name, "too-long").arg("limit", limit).arg("length", length));
        }
        // NUL cannot be stored by PostgreSQL and is never meant.
        value.replace('\0', "")
    }

    /// A value read by `FromStr`; empty and unreadable values are told by code `choose`.
    pub fn parsed<T: std::str::FromStr>(&self, name: &'static str, wrong: &mut Vec<FieldError>) -> Option<T> {
        let value = self.get(name).parse().ok();
        if value.is_none() {
            wrong.push(FieldError::new(name, "choose"));
        }
        value
    }
}

/// A form sent by anybody, with a valid form token.
pub struct Posted {
    pub visitor: Visitor,
    pub fields: Fields,
}

/// A form sent by somebody signed in, with a valid form token.
pub struct PostedBy {
    pub by: SignedIn,
    pub fields: Fields,
}

impl FromRequest<AppState> for Posted {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &AppState) -> std::result::Result<Self, Failure> {
        let (mut parts, body) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut parts, state).await?;
        let fields = read(Request::from_parts(parts, body), state).await?;
        check(&visitor, &fields)?;
        Ok(Posted { visitor, fields })
    }
}

impl FromRequest<AppState> for PostedBy {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &AppState) -> std::result::Result<Self, Refused> {
        let (mut parts, body) = request.into_parts();
        let by = match SignedIn::from_request_parts(&mut parts, state).await {
            Ok(by) => by,
            Err(Refused::SignIn(next)) => {
                // Whoever was signed out while writing gets the text back; where nothing was written, sign in first.
                let fields = read(Request::from_parts(parts, body), state).await.unwrap_or_default();
                let expired = expired(&fields);
                return Err(if expired.args.is_empty() { Refused::SignIn(next) } else { expired.into() });
            }
            Err(failed) => return Err(failed),
        };
        let fields = read(Request::from_parts(parts, body), state).await.map_err(|e| Refused::Failed(Failure(e)))?;
        check(&by, &fields).map_err(|e| Refused::Failed(Failure(e)))?;
        Ok(PostedBy { by, fields })
    }
}

/// A form whose token is not the visitor's was not sent from one of our pages, or is older than the session.
fn check(visitor: &Visitor, fields: &Fields) -> Result<()> {
    // A form that was brought back may have been written by somebody else; here nobody would look at it again.
    let resumed = !fields.get(crate::carried::RESUMED).is_empty();
    if is_valid(visitor, fields) && !resumed { Ok(()) } else { Err(expired(fields)) }
}

/// Whether the form carries the visitor's token.
pub(crate) fn is_valid(visitor: &Visitor, fields: &Fields) -> bool {
    !visitor.csrf.is_empty() && fields.get("csrf") == visitor.csrf
}

/// The form cannot be taken; the page that says so hands the texts back (args `typed`), so that nobody writes them twice.
fn expired(fields: &Fields) -> Error {
    // What nobody typed, and the passwords of sign-in and account.
    const LEFT_OUT: [&str; 14] = [
        "csrf", "once", "pending", "kept", "next", "town", "verdict", "category", "who", "add_to", "password", "old",
        "new", "again",
    ];
    let typed = fields
        .pairs
        .iter()
        .filter(|(name, value)| !LEFT_OUT.contains(&name.as_str()) && value.trim().chars().count() >= WORTH_KEEPING);
    typed.fold(Error::forbidden("form-expired"), |error, (_, value)| error.arg("typed", value.trim()))
}

pub(crate) async fn read(request: Request, state: &AppState) -> Result<Fields> {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    if kind.starts_with("multipart/form-data") {
        return read_multipart(request, state).await;
    }
    let body = read_body(request.into_body(), FIELDS_LIMIT).await?;
    let text = std::str::from_utf8(&body).map_err(|_| Error::invalid("not-utf8"))?;
    Ok(Fields::parse(text))
}

/// A body of at most `limit` bytes. A larger one is read to its end and dropped, so that the refusal is seen.
///
/// # Errors
/// `too-large`; `upload-broken` if the sender went away.
pub(crate) async fn read_body(mut body: axum::body::Body, limit: usize) -> Result<Vec<u8>> {
    let mut kept = Vec::new();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|e| Error::invalid("upload-broken").inside(e))?;
        let Ok(data) = frame.into_data() else { continue };
        length += data.len();
        if length > PATIENCE {
            break;
        }
        if length <= limit {
            kept.extend_from_slice(&data);
        }
    }
    if length > limit { Err(Error::too_large(size(limit as u64))) } else { Ok(kept) }
}

fn size(bytes: u64) -> String {
    if bytes < 1024 * 1024 { format!("{} KB", bytes / 1024) } else { format!("{} MB", bytes / 1024 / 1024) }
}

async fn read_multipart(mut request: Request, state: &AppState) -> Result<Fields> {
    DefaultBodyLimit::max(PATIENCE).apply(&mut request);
    let mut form =
        Multipart::from_request(request, state).await.map_err(|e| Error::invalid("bad-request").inside(e))?;
    let mut fields = Fields::default();
    let (mut texts, mut files) = (0, 0);
    // What is over a limit is read to its end all the same, so that the refusal is seen.
    let mut refused = None;
    while let Some(mut field) = form.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or("").to_owned();
        match field.file_name().map(str::to_owned) {
            None => {
                let mut text = Vec::new();
                while let Some(chunk) = field.chunk().await.map_err(broken)? {
                    texts += chunk.len();
                    if texts <= FIELDS_LIMIT {
                        text.extend_from_slice(&chunk);
                    }
                }
                if texts > FIELDS_LIMIT {
                    refused = Some(Error::too_large(size(FIELDS_LIMIT as u64)));
                }
                let text = String::from_utf8(text).map_err(|_| Error::invalid("not-utf8"));
                match text {
                    Ok(text) => fields.pairs.push((name, text.replace('\0', ""))),
                    Err(error) => refused = refused.or(Some(error)),
                }
            }
            Some(file) if file.is_empty() => {}
            Some(file) => {
                let attachment = name == ATTACHMENT;
                let limit = if name == "sheet" { IMPORT_LIMIT } else { FILE_LIMIT };
                let allowed = limit.min(IMPORT_LIMIT - files);
                let upload = save(field, name, file, allowed, state).await?;
                if upload.bytes <= allowed {
                    files += upload.bytes;
                    fields.files.push(upload);
                } else if attachment {
                    fields.oversized.push(upload.name.clone());
                } else {
                    refused = Some(Error::too_large(size(limit)));
                }
            }
        }
    }
    refused.map_or(Ok(fields), Err)
}

fn broken(error: axum::extract::multipart::MultipartError) -> Error {
    match error.status().as_u16() {
        413 => Error::too_large(size(IMPORT_LIMIT)),
        _ => Error::invalid("upload-broken").inside(error),
    }
}

/// Writes a file to a temporary place; of one over `limit` bytes nothing is kept and only its size is told.
async fn save(
    mut field: axum::extract::multipart::Field<'_>,
    name: String,
    file: String,
    limit: u64,
    state: &AppState,
) -> Result<Upload> {
    let dir = state.config.data_dir.join("incoming");
    tokio::fs::create_dir_all(&dir).await.map_err(disk)?;
    let mut unique = [0_u8; 16];
    state.random.fill(&mut unique);
    let hex: String = unique.iter().map(|b| format!("{b:02x}")).collect();
    let mut upload =
        Upload { field: name, name: kernel::file_name(&file), bytes: 0, sha256: [0; 32], path: dir.join(hex) };
    let mut out = tokio::fs::File::create(&upload.path).await.map_err(disk)?;
    let mut hash = Sha256::new();
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        let before = upload.bytes;
        upload.bytes += chunk.len() as u64;
        if upload.bytes <= limit {
            hash.update(&chunk);
            out.write_all(&chunk).await.map_err(disk)?;
        } else if before <= limit {
            out.set_len(0).await.map_err(disk)?;
        }
    }
    out.sync_all().await.map_err(disk)?;
    upload.sha256 = hash.finalize().into();
    Ok(upload)
}

fn disk(error: std::io::Error) -> Error {
    let code = if error.kind() == std::io::ErrorKind::StorageFull { "disk-full" } else { "storage" };
    Error::new(kernel::ErrorKind::Unavailable, code).inside(error)
}

/// So that a handler may return `Result<Response, Refused>` where it asks for a person itself.
impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Refused::Failed(Failure(error))
    }
}

/// A page that refuses a form and shows it again keeps status 422.
pub fn shown_again(page: impl IntoResponse) -> Response {
    let mut response = page.into_response();
    *response.status_mut() = axum::http::StatusCode::UNPROCESSABLE_ENTITY;
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_that_cannot_be_taken_gives_back_what_was_written_but_no_password() {
        let fields = Fields::parse(
            "csrf=0123456789&title=a+bus+line&old=sunny-Kiln-42&new=autumn-Reed-77&password=river-Oak-12",
        );
        let typed: Vec<_> = expired(&fields).args.into_iter().map(|(_, text)| text).collect();
        assert_eq!(typed, ["a bus line"]);
    }

    #[test]
    fn fields_are_decoded_trimmed_and_checked() {
        let fields = Fields::parse("a=+%E4%BD%A0%20&b=1&b=2&empty=");
        assert_eq!(fields.get("a"), "你");
        assert_eq!(fields.all("b").collect::<Vec<_>>(), ["1", "2"]);
        let mut wrong = Vec::new();
        fields.text("empty", true, 5, &mut wrong);
        fields.text("a", true, 0, &mut wrong);
        fields.parsed::<u32>("empty", &mut wrong);
        let codes: Vec<_> = wrong.iter().map(|w| (w.field.as_ref(), w.code)).collect();
        assert_eq!(codes, [("empty", "required"), ("a", "too-long"), ("empty", "choose")]);
    }
}
