//! The error every crate returns. Its outside half (kind, code, args, fields) is translated for the reader; its inside
//! half is logged once at the boundary and never shown.

use std::borrow::Cow;
use std::fmt;

/// What went wrong, as far as the caller must act differently. The web layer maps it to a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// There is no such thing, or the reader may not know of it.
    NotFound,
    /// Nobody knows who asks: a token is missing or not valid.
    Unauthenticated,
    /// The reader may know of it but not do this.
    Forbidden,
    /// What was sent is wrong; `fields` say where.
    Invalid,
    /// It was right once, but the thing has changed or is in a state that does not allow it.
    Conflict,
    /// The body or file is over the limit.
    TooLarge,
    /// Too many tries in too short a time.
    TooMany,
    /// Something we need is not there at the moment; trying again later may do.
    Unavailable,
    /// Our fault; the inside half says what.
    Internal,
}

/// The inside half of an error.
pub type Inside = Box<dyn std::error::Error + Send + Sync>;

/// What is wrong with one field of what was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name in the form or the JSON body.
    pub field: Cow<'static, str>,
    /// Stable, kebab-case.
    pub code: &'static str,
    /// Values named in the translated text.
    pub args: Vec<(&'static str, String)>,
}

impl FieldError {
    /// A wrong field.
    pub fn new(field: impl Into<Cow<'static, str>>, code: &'static str) -> Self {
        Self { field: field.into(), code, args: Vec::new() }
    }

    /// Adds a value that the text names.
    #[must_use]
    pub fn arg(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.args.push((name, value.to_string()));
        self
    }

    /// The key of the text in `words/`.
    pub fn key(&self) -> String {
        key(self.code)
    }
}

/// An error with an outside and an inside half.
#[derive(Debug)]
pub struct Error {
    /// How the caller must act.
    pub kind: ErrorKind,
    /// Stable, kebab-case, without the prefix `error-` of the text's key; part of the API.
    pub code: &'static str,
    /// Values named in the translated text.
    pub args: Vec<(&'static str, String)>,
    /// What is wrong field by field, for [`ErrorKind::Invalid`].
    pub fields: Vec<FieldError>,
    /// For the log only.
    pub inside: Option<Inside>,
}

/// What fallible functions of the project return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error of a kind with a code.
    pub const fn new(kind: ErrorKind, code: &'static str) -> Self {
        Self { kind, code, args: Vec::new(), fields: Vec::new(), inside: None }
    }

    /// There is no such `what` (`request`, `enterprise`, …): code `not-found`, arg `what`.
    pub fn not_found(what: &'static str) -> Self {
        Self::new(ErrorKind::NotFound, "not-found").arg("what", what)
    }

    /// The person may not do this.
    pub const fn forbidden(code: &'static str) -> Self {
        Self::new(ErrorKind::Forbidden, code)
    }

    /// What was sent is wrong.
    pub const fn invalid(code: &'static str) -> Self {
        Self::new(ErrorKind::Invalid, code)
    }

    /// The state of things does not allow it.
    pub const fn conflict(code: &'static str) -> Self {
        Self::new(ErrorKind::Conflict, code)
    }

    /// Over a limit; `limit` is in words a person reads (`20 MB`). Code `too-large`, arg `limit`.
    pub fn too_large(limit: impl fmt::Display) -> Self {
        Self::new(ErrorKind::TooLarge, "too-large").arg("limit", limit)
    }

    /// Too many tries; try again after `seconds`. Code `too-many`, args `seconds` for programs and `minutes`, rounded up,
    /// for people.
    pub fn too_many(seconds: u64) -> Self {
        Self::new(ErrorKind::TooMany, "too-many").arg("seconds", seconds).arg("minutes", seconds.div_ceil(60).max(1))
    }

    /// Something we need is not there now. Code `unavailable`.
    pub fn unavailable(source: impl Into<Inside>) -> Self {
        Self::new(ErrorKind::Unavailable, "unavailable").inside(source)
    }

    /// Our fault. Code `internal`.
    pub fn internal(source: impl Into<Inside>) -> Self {
        Self::new(ErrorKind::Internal, "internal").inside(source)
    }

    /// Adds a value that the text names.
    #[must_use]
    pub fn arg(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.args.push((name, value.to_string()));
        self
    }

    /// Adds a wrong field without values.
    #[must_use]
    pub fn field(self, field: impl Into<Cow<'static, str>>, code: &'static str) -> Self {
        self.with_field(FieldError::new(field, code))
    }

    /// Adds a wrong field.
    #[must_use]
    pub fn with_field(mut self, field: FieldError) -> Self {
        self.fields.push(field);
        self
    }

    /// Sets the inside half.
    #[must_use]
    pub fn inside(mut self, source: impl Into<Inside>) -> Self {
        self.inside = Some(source.into());
        self
    }

    /// Ok if no field is wrong, otherwise `invalid-fields` with all of them: a form is told everything at once.
    pub fn check(fields: Vec<FieldError>) -> Result<()> {
        if fields.is_empty() {
            return Ok(());
        }
        Err(Self { fields, ..Self::invalid("invalid-fields") })
    }

    /// The key of the text in `words/`.
    pub fn key(&self) -> String {
        key(self.code)
    }
}

fn key(code: &str) -> String {
    format!("error-{code}")
}

fn write_code(f: &mut fmt::Formatter<'_>, code: &str, args: &[(&'static str, String)]) -> fmt::Result {
    f.write_str(&code.replace('-', " "))?;
    for (at, (name, value)) in args.iter().enumerate() {
        let (before, after) = (if at == 0 { " (" } else { ", " }, if at + 1 == args.len() { ")" } else { "" });
        write!(f, "{before}{name}: {value}{after}")?;
    }
    Ok(())
}

/// The outside half in plain English, for logs and the command line: `not found (what: request)`.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_code(f, self.code, &self.args)?;
        for field in &self.fields {
            write!(f, "; {}: ", field.field)?;
            write_code(f, field.code, &field.args)?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.inside.as_ref().map(|inside| &**inside as &(dyn std::error::Error + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::error::Error as _;

    #[test]
    fn errors_read_as_plain_english_and_keep_the_inside_apart() {
        let cases = [
            (Error::not_found("request"), "not found (what: request)"),
            (Error::conflict("already-closed"), "already closed"),
            (Error::invalid("bad-row").arg("row", 3).arg("sheet", "2026"), "bad row (row: 3, sheet: 2026)"),
            (
                Error::invalid("invalid-fields")
                    .field("title", "required")
                    .with_field(FieldError::new("phone", "too-long").arg("limit", 20)),
                "invalid fields; title: required; phone: too long (limit: 20)",
            ),
            (Error::internal("secret path"), "internal"),
        ];
        for (error, text) in cases {
            assert_eq!(error.to_string(), text);
        }
        assert_eq!(Error::internal("disk full").source().unwrap().to_string(), "disk full");
        assert_eq!(Error::not_found("unit").key(), "error-not-found");
    }

    #[test]
    fn a_check_tells_all_fields_at_once() {
        assert!(Error::check(Vec::new()).is_ok());
        let error = Error::check(vec![FieldError::new("a", "required"), FieldError::new("b", "required")]).unwrap_err();
        assert_eq!((error.kind, error.fields.len()), (ErrorKind::Invalid, 2));
    }
}
