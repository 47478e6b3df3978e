//! Fields and files of a sent form, read by name.

use kernel::{Error, FieldError, Result};

use super::upload::Upload;
use crate::href::decode;

/// A form of more fields than this is none of ours.
pub(super) const MOST_FIELDS: usize = 1000;
/// Texts this short are typed again faster than found again.
const WORTH_KEEPING: usize = 6;

/// Fields and files of a sent form.
#[derive(Debug, Default)]
pub struct Fields {
    pub(super) pairs: Vec<(String, String)>,
    pub files: Vec<Upload>,
    /// Names of files over the limit in fields named [`super::ATTACHMENT`]; the page says so and keeps the rest of the form.
    pub oversized: Vec<String>,
    /// Brought back after signing in; see [`crate::carried`].
    resumed: bool,
}

impl Fields {
    /// Reads `a=1&b=2`.
    ///
    /// # Errors
    /// `form-many` for more fields than any form has.
    pub fn parse(body: &str) -> Result<Fields> {
        let pairs = || body.split('&').filter(|p| !p.is_empty());
        if pairs().nth(MOST_FIELDS).is_some() {
            return Err(Error::invalid("form-many").arg("most", MOST_FIELDS));
        }
        let pair = |p: &str| {
            let (key, value) = p.split_once('=').unwrap_or((p, ""));
            (decode(key), kernel::meant(decode(value)))
        };
        Ok(Fields { pairs: pairs().map(pair).collect(), ..Fields::default() })
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

    /// `error` with what was written so far (args `typed`): the page that says it hands the texts back, so that nobody
    /// writes them twice.
    pub(super) fn handed_back(&self, error: Error) -> Error {
        // What nobody typed, and the passwords of sign-in and account.
        const LEFT_OUT: [&str; 14] = [
            "csrf", "once", "pending", "kept", "next", "town", "verdict", "category", "who", "add_to", "password",
            "old", "new", "again",
        ];
        let typed = self.pairs.iter().filter(|(name, value)| {
            !LEFT_OUT.contains(&name.as_str()) && value.trim().chars().count() >= WORTH_KEEPING
        });
        typed.fold(error, |error, (_, value)| error.arg("typed", value.trim()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_that_cannot_be_taken_gives_back_what_was_written_but_no_password() {
        let fields = Fields::parse(
            "csrf=0123456789&title=a+bus+line&old=sunny-Kiln-42&new=autumn-Reed-77&password=river-Oak-12",
        );
        let error = fields.unwrap().handed_back(Error::forbidden("form-expired"));
        let typed: Vec<_> = error.args.into_iter().map(|(_, text)| text).collect();
        assert_eq!(typed, ["a bus line"]);
    }

    #[test]
    fn fields_are_decoded_trimmed_and_checked() {
        let fields = Fields::parse("a=+%E4%BD%A0%20&b=1&b=2&empty=").unwrap();
        assert_eq!(fields.get("a"), "你");
        assert_eq!(fields.all("b").collect::<Vec<_>>(), ["1", "2"]);
        let mut wrong = Vec::new();
        fields.text("empty", true, 5, &mut wrong);
        fields.text("a", true, 0, &mut wrong);
        fields.parsed::<u32>("empty", &mut wrong);
        let codes: Vec<_> = wrong.iter().map(|w| (w.field.as_ref(), w.code)).collect();
        assert_eq!(codes, [("empty", "required"), ("a", "too-long"), ("empty", "choose")]);
    }

    #[test]
    fn a_form_of_more_fields_than_any_of_ours_is_refused() {
        assert!(Fields::parse(&"a=&".repeat(MOST_FIELDS)).is_ok());
        assert_eq!(Fields::parse(&"a=&".repeat(MOST_FIELDS + 1)).unwrap_err().code, "form-many");
    }
}
