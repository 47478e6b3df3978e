//! What an author is told: a stable code, the place, what is wrong and what to do, in Chinese and English.

use std::sync::Arc;

use serde::Serialize;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Works, but probably not as meant.
    Warning,
    /// The pack cannot be used.
    Error,
}

/// A place in a file, as people count: lines and columns from 1, columns in characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Place {
    /// The file's name as the caller gave it; `name.xlsx#sheet` for a table beside the pack.
    #[serde(serialize_with = "as_text")]
    pub file: Arc<str>,
    pub line: u32,
    pub column: u32,
    /// The cell in a table beside the pack (`C3`); `line` and `column` then count rows and columns of that table.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_optional_text")]
    pub cell: Option<Arc<str>>,
}

impl Place {
    /// A place in a text file.
    pub fn new(file: &Arc<str>, line: usize, column: usize) -> Self {
        Self { file: file.clone(), line: small(line), column: small(column), cell: None }
    }

    /// A cell of a table beside the pack: row and column from 1.
    pub fn cell(file: &Arc<str>, row: usize, column: usize) -> Self {
        let mut letters = String::new();
        let mut rest = column;
        while rest > 0 {
            letters.insert(0, char::from(b'A' + u8::try_from((rest - 1) % 26).unwrap_or(0)));
            rest = (rest - 1) / 26;
        }
        let cell = Some(Arc::from(format!("{letters}{row}")));
        Self { file: file.clone(), line: small(row), column: small(column), cell }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.cell {
            Some(cell) => write!(out, "{}!{cell}", self.file),
            None => write!(out, "{}:{}:{}", self.file, self.line, self.column),
        }
    }
}

fn as_text<S: serde::Serializer>(text: &Arc<str>, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(text)
}

fn as_optional_text<S: serde::Serializer>(text: &Option<Arc<str>>, out: S) -> Result<S::Ok, S::Error> {
    text.as_deref().serialize(out)
}

fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The language of the person who reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    #[default]
    Zh,
    En,
}

/// One sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Default)]
pub struct Words {
    pub zh: String,
    pub en: String,
}

impl Words {
    /// Both languages at once.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    /// The sentence in one language.
    pub fn text(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

/// One thing to tell the author.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Stable, kebab-case: `unknown-name`.
    pub code: &'static str,
    pub severity: Severity,
    pub place: Place,
    /// What is wrong and what was expected.
    pub message: Words,
    /// What to do about it.
    pub advice: Words,
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(code: &'static str, place: Place, message: Words, advice: Words) -> Self {
        Self { code, severity: Severity::Error, place, message, advice }
    }

    /// A warning at a place.
    pub fn warning(code: &'static str, place: Place, message: Words, advice: Words) -> Self {
        Self { code, severity: Severity::Warning, place, message, advice }
    }

    /// `pack.md:12:5: message advice [code]`, one line.
    pub fn text(&self, lang: Lang) -> String {
        let (message, advice) = (self.message.text(lang), self.advice.text(lang));
        let gap = if lang == Lang::En && !advice.is_empty() { " " } else { "" };
        format!("{}: {message}{gap}{advice} [{}]", self.place, self.code)
    }
}
