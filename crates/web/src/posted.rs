//! A form that was sent. Who sends it, from where and with which token is looked at before any byte of a file is kept; the
//! token stands first in every form of ours. Files are kept only for a page that asks for them; see [`crate::carried`].

mod arrival;
mod fields;
mod origin;
mod parts;
mod upload;

use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use kernel::{Error, Result};

pub(crate) use self::arrival::read_body;
pub use self::fields::Fields;
pub use self::upload::Upload;

use self::arrival::{Arrival, broken, too_large};
use self::parts::{Incoming, Part, Parts};
use self::upload::Writing;
use crate::carried::RESUMED;
use crate::errors::Failure;
use crate::extract::{Refused, SignedIn, Visitor};
use crate::shell::CSRF_FIELD;
use crate::state::AppState;

/// One file may have so many bytes.
pub const FILE_LIMIT: u64 = 20 * 1024 * 1024;
/// Spreadsheets of a whole county may be larger; all files of a form together have no more.
pub const IMPORT_LIMIT: u64 = 100 * 1024 * 1024;
/// A file field whose form is shown again when a file is too large, instead of being refused as a whole.
pub const ATTACHMENT: &str = "attachment";
/// The file field of an import.
const SHEET: &str = "sheet";
/// Fields of a form with their names, without files.
const FIELDS_LIMIT: usize = 2 * 1024 * 1024;

/// A form sent by anybody, with a valid form token; it has no files.
pub struct Posted {
    pub visitor: Visitor,
    pub fields: Fields,
}

/// A form sent by somebody signed in, with a valid form token; it has no files.
pub struct PostedBy {
    pub by: SignedIn,
    pub fields: Fields,
}

impl FromRequest<AppState> for Posted {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &AppState) -> std::result::Result<Self, Failure> {
        let (mut head, arrival) = open(request);
        let visitor = Visitor::from_request_parts(&mut head, state).await?;
        let fields = Unread::open(&head, arrival, state, &visitor).await?.valid().await?;
        Ok(Posted { visitor, fields })
    }
}

impl FromRequest<AppState> for PostedBy {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &AppState) -> std::result::Result<Self, Refused> {
        let (mut head, arrival) = open(request);
        let by = match SignedIn::from_request_parts(&mut head, state).await {
            Ok(by) => by,
            Err(Refused::SignIn(next)) => {
                // Whoever was signed out while writing gets the text back; where nothing was written, sign in first.
                let expired = expired(&texts_of_nobody(&head, arrival, state).await);
                return Err(if expired.args.is_empty() { Refused::SignIn(next) } else { expired.into() });
            }
            Err(failed) => return Err(failed),
        };
        let fields = Unread::open(&head, arrival, state, &by).await?.valid().await?;
        Ok(PostedBy { by, fields })
    }
}

/// Head and body of a request; the body is read to its end even if nobody asks for it.
pub(crate) fn open(request: Request) -> (request::Parts, Arrival) {
    let (head, body): (_, Body) = request.into_parts();
    (head, Arrival::new(body))
}

/// What somebody wrote who is not signed in, where one must be; no file is kept. Empty where it cannot be read.
/// A form of another site is nobody's writing.
pub(crate) async fn texts_of_nobody(head: &request::Parts, arrival: Arrival, state: &AppState) -> Fields {
    if origin::check(&head.headers, &state.config.base_url).is_err() {
        return Fields::default();
    }
    match Unread::begin(head, arrival, state, "").await {
        Ok(form) => form.texts().await.unwrap_or_default(),
        Err(_) => Fields::default(),
    }
}

/// The form cannot be taken: it was not sent from one of our pages, or is older than the session.
fn expired(fields: &Fields) -> Error {
    fields.handed_back(Error::forbidden("form-expired"))
}

/// A form whose token was looked at and whose files are still to come.
pub struct Unread {
    state: AppState,
    /// The address of a visitor who is not signed in.
    guest: Option<String>,
    /// It carries the visitor's token.
    valid: bool,
    /// What came before the files.
    fields: Fields,
    /// The rest, if there is one.
    parts: Option<Parts>,
}

impl Unread {
    /// # Errors
    /// `form-elsewhere` for a form another site made the browser send; as [`Unread::whole`].
    pub(crate) async fn open(
        head: &request::Parts,
        arrival: Arrival,
        state: &AppState,
        visitor: &Visitor,
    ) -> Result<Unread> {
        origin::check(&head.headers, &state.config.base_url)?;
        let form = Unread::begin(head, arrival, state, &visitor.csrf).await?;
        Ok(Unread { guest: visitor.session.is_none().then(|| visitor.address.clone()), ..form })
    }

    /// Reads up to the token, or to the first file of a form that has none before it.
    async fn begin(head: &request::Parts, mut arrival: Arrival, state: &AppState, token: &str) -> Result<Unread> {
        let mut form = Unread {
            state: state.clone(),
            guest: Some(String::new()),
            valid: false,
            fields: Fields::default(),
            parts: None,
        };
        let kind = head.headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
        if kind.starts_with("multipart/form-data") {
            let mut parts = Parts::of(head, arrival, state).await?;
            while form.fields.get(CSRF_FIELD).is_empty() {
                match parts.next().await? {
                    Some(Part::Text(name, text)) => form.fields.pairs.push((name, text)),
                    Some(Part::File(file)) => {
                        file.skip().await?;
                        break;
                    }
                    None => break,
                }
            }
            form.parts = Some(parts);
        } else {
            let body = arrival.whole(FIELDS_LIMIT).await?;
            let text = std::str::from_utf8(&body).map_err(|_| Error::invalid("not-utf8"))?;
            form.fields = Fields::parse(text)?;
        }
        form.valid = !token.is_empty() && form.fields.get(CSRF_FIELD) == token;
        Ok(form)
    }

    /// Whether it carries the visitor's token.
    pub(crate) fn is_valid(&self) -> bool {
        self.valid
    }

    /// Whether it was brought back or its token is not the visitor's: it may have been written by somebody else.
    pub(crate) fn is_resumed(&self) -> bool {
        !self.valid || !self.fields.get(RESUMED).is_empty()
    }

    /// The texts, if the form carries the visitor's token and was not brought back: here nobody would look at it again.
    async fn valid(self) -> Result<Fields> {
        let fields = self.texts().await?;
        if fields.is_resumed() { Err(expired(&fields)) } else { Ok(fields) }
    }

    /// `error` with the texts of the form, which are read to their end for that; no file is kept.
    pub async fn refused(self, error: Error) -> Error {
        match self.texts().await {
            Ok(fields) => fields.handed_back(error),
            Err(unread) => unread,
        }
    }

    /// The texts of the form; files are read past and not kept.
    ///
    /// # Errors
    /// As [`Unread::whole`], except for what concerns files.
    pub async fn texts(self) -> Result<Fields> {
        let Unread { valid, mut fields, parts, .. } = self;
        if let Some(mut parts) = parts {
            while let Some(part) = parts.next().await? {
                match part {
                    Part::Text(name, text) => fields.pairs.push((name, text)),
                    Part::File(file) => file.skip().await?,
                }
            }
        }
        Ok(marked(fields, valid))
    }

    /// Texts and files. Files are removed again when the fields are dropped, unless they are taken; of a form that was
    /// brought back none is kept.
    ///
    /// # Errors
    /// `too-large` for too much text and for a file over its limit that is no [`ATTACHMENT`]; `form-many`, `form-files`
    /// for too many fields and files, `uploads-busy` when too much is on its way, all of them with what was written so
    /// far; `not-utf8`, `upload-broken`, `disk-full`, `storage`.
    pub async fn whole(self) -> Result<Fields> {
        if self.is_resumed() {
            return self.texts().await;
        }
        let Unread { state, guest, valid, mut fields, parts } = self;
        let Some(mut parts) = parts else { return Ok(fields) };
        let mut room = IMPORT_LIMIT;
        loop {
            let taken = match parts.next().await {
                Ok(None) => return Ok(marked(fields, valid)),
                Ok(Some(Part::Text(name, text))) => {
                    fields.pairs.push((name, text));
                    continue;
                }
                Ok(Some(Part::File(file))) => take(file, &state, guest.as_deref(), &mut room).await,
                Err(error) => Err(error),
            };
            match taken {
                Ok(Taken::Whole(upload)) => fields.files.push(upload),
                Ok(Taken::TooLarge(name)) => fields.oversized.push(name),
                Err(error) => return Err(fields.handed_back(error)),
            }
        }
    }
}

/// The fields, as resumed if they were brought back or not sent with the visitor's token.
fn marked(mut fields: Fields, valid: bool) -> Fields {
    if !valid || !fields.get(RESUMED).is_empty() {
        fields.resume();
    }
    fields
}

/// What became of a file.
enum Taken {
    Whole(Upload),
    /// Its name; nothing of it is kept.
    TooLarge(String),
}

/// How fast a visitor's file comes. Whoever sends a few bytes a minute holds room that others need.
struct Pace {
    since: Instant,
    bytes: u64,
}

impl Pace {
    /// Bytes in each span at least: 8 KB a second, less than the worst line of a village.
    const LEAST: u64 = 240 * 1024;
    const SPAN: Duration = Duration::from_secs(30);

    fn begin() -> Pace {
        Pace { since: Instant::now(), bytes: 0 }
    }

    /// The next piece of the file.
    ///
    /// # Errors
    /// `upload-broken` for a visitor's that comes too slowly.
    async fn next(&mut self, file: &mut Incoming<'_>, watched: bool) -> Result<Option<Bytes>> {
        if !watched {
            return file.next().await;
        }
        let piece = tokio::time::timeout(Pace::SPAN, file.next()).await.map_err(|_| broken())??;
        self.bytes += piece.as_ref().map_or(0, |piece| piece.len() as u64);
        if self.since.elapsed() > Pace::SPAN {
            if self.bytes < Pace::LEAST && piece.is_some() {
                return Err(broken());
            }
            *self = Pace::begin();
        }
        Ok(piece)
    }
}

/// Writes a file to a temporary place if the form has `room` for it.
async fn take(mut file: Incoming<'_>, state: &AppState, guest: Option<&str>, room: &mut u64) -> Result<Taken> {
    let limit = if file.field == SHEET { IMPORT_LIMIT } else { FILE_LIMIT };
    let attachment = file.field == ATTACHMENT;
    let mut writing =
        Writing::begin(state, guest.map(str::to_owned), std::mem::take(&mut file.field), &file.name).await?;
    let mut pace = Pace::begin();
    while let Some(piece) = pace.next(&mut file, guest.is_some()).await? {
        if writing.bytes() + piece.len() as u64 > limit.min(*room) {
            let name = writing.end().await?.name.clone();
            if !attachment {
                return Err(too_large(limit));
            }
            file.skip().await?;
            return Ok(Taken::TooLarge(name));
        }
        writing.write(&piece).await?;
    }
    *room -= writing.bytes();
    Ok(Taken::Whole(writing.end().await?))
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
