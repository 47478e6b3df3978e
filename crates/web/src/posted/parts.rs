//! The parts of a multipart form, one after the other, with everything counted that a part can be large in.

use axum::extract::multipart::{Field, Multipart};
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::request;
use bytes::Bytes;
use kernel::{Error, Result};

use super::FIELDS_LIMIT;
use super::arrival::{Arrival, broken, too_large};
use super::fields::MOST_FIELDS;
use crate::state::AppState;

/// A form has at most so many files.
const MOST_FILES: usize = 20;

/// A multipart form that is being read.
pub(super) struct Parts {
    form: Multipart,
    arrival: Arrival,
    parts: usize,
    files: usize,
    /// Bytes of names and texts.
    texts: usize,
}

/// One part.
pub(super) enum Part<'a> {
    Text(String, String),
    File(Incoming<'a>),
}

/// A file whose bytes are still to come.
pub(super) struct Incoming<'a> {
    pub(super) field: String,
    pub(super) name: String,
    part: Box<Field<'a>>,
    arrival: &'a mut Arrival,
}

impl Parts {
    /// # Errors
    /// `bad-request` for a form that does not say where its parts end.
    pub(super) async fn of(head: &request::Parts, arrival: Arrival, state: &AppState) -> Result<Parts> {
        let mut request = Request::from_parts(head.clone(), arrival.body());
        // Counted here, part by part.
        DefaultBodyLimit::disable().apply(&mut request);
        let form = Multipart::from_request(request, state).await.map_err(|_| Error::invalid("bad-request"))?;
        Ok(Parts { form, arrival, parts: 0, files: 0, texts: 0 })
    }

    /// The next part. A file must be read or skipped to its end before the one after it.
    ///
    /// # Errors
    /// `form-many` for too many parts, `form-files` for too many files, `too-large` for too much text, `not-utf8`,
    /// `upload-broken`.
    pub(super) async fn next(&mut self) -> Result<Option<Part<'_>>> {
        let Some(mut part) = self.arrival.feed(self.form.next_field()).await?.map_err(|_| broken())? else {
            return Ok(None);
        };
        self.parts += 1;
        if self.parts > MOST_FIELDS {
            self.arrival.give_up();
            return Err(Error::invalid("form-many").arg("most", MOST_FIELDS));
        }
        let name = part.name().unwrap_or("").to_owned();
        let file = part.file_name().map(str::to_owned);
        self.texts += name.len() + file.as_ref().map_or(0, String::len);
        if let Some(file) = file.filter(|file| !file.is_empty()) {
            self.files += 1;
            if self.files > MOST_FILES {
                return Err(Error::invalid("form-files").arg("most", MOST_FILES));
            }
            return Ok(Some(Part::File(Incoming {
                field: name,
                name: file,
                part: Box::new(part),
                arrival: &mut self.arrival,
            })));
        }
        let mut text = Vec::new();
        while let Some(piece) = self.arrival.feed(part.chunk()).await?.map_err(|_| broken())? {
            self.texts += piece.len();
            if self.texts > FIELDS_LIMIT {
                break;
            }
            text.extend_from_slice(&piece);
        }
        if self.texts > FIELDS_LIMIT {
            return Err(too_large(FIELDS_LIMIT as u64));
        }
        let text = String::from_utf8(text).map_err(|_| Error::invalid("not-utf8"))?;
        Ok(Some(Part::Text(name, kernel::meant(text))))
    }
}

impl Incoming<'_> {
    /// The next bytes of the file, `None` at its end.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>> {
        self.arrival.feed(self.part.chunk()).await?.map_err(|_| broken())
    }

    /// Reads past the file.
    pub(super) async fn skip(mut self) -> Result<()> {
        while self.next().await?.is_some() {}
        Ok(())
    }
}
