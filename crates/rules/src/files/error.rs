//! What can be wrong with a file.

use std::fmt;
use std::path::Path;
use std::sync::LazyLock;

use rulepack::diagnostic::{Lang, Words};
use rulepack::number::quoted;

/// A file that cannot be read or written, or a cell that is not what it should be. Nothing was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileError {
    Cell {
        file: String,
        /// As a spreadsheet counts: the header is row 1. In Parquet, the first row of data is row 1.
        row: usize,
        column: String,
        value: String,
        expected: Box<Words>,
    },
    File {
        file: String,
        what: Words,
    },
    Cancelled,
}

impl FileError {
    pub(crate) fn file(path: &Path, what: Words) -> Self {
        Self::File { file: name(path), what }
    }

    /// What a reader of the platform says of the file.
    pub(crate) fn of(path: &Path, error: &kernel::Error) -> Self {
        match &error.inside {
            // What the operating system says is more than that the file cannot be had just now.
            Some(inside) if error.kind == kernel::ErrorKind::Unavailable => Self::technical(path, inside),
            _ => Self::file(path, said(error)),
        }
    }

    /// What the operating system or a library says of the file.
    pub(crate) fn technical(path: &Path, error: impl fmt::Display) -> Self {
        let what = Words::new(format!("读写文件失败：{error}"), format!("reading or writing failed: {error}"));
        Self::file(path, what)
    }

    /// For people, in their language.
    pub fn text(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Cell { file, row, column, value, expected }, Lang::Zh) => {
                format!("{file} 第 {row} 行“{column}”列的“{}”不对：应为{}", quoted(value), expected.zh)
            }
            (Self::Cell { file, row, column, value, expected }, Lang::En) => {
                format!("{file}, row {row}, column “{column}”: “{}” is not {}", quoted(value), expected.en)
            }
            (Self::File { file, what }, Lang::Zh) => format!("{file}：{}", what.zh),
            (Self::File { file, what }, Lang::En) => format!("{file}: {}", what.en),
            (Self::Cancelled, Lang::Zh) => "已取消，没有写出任何结果".into(),
            (Self::Cancelled, Lang::En) => "cancelled; nothing was written".into(),
        }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Lang::En))
    }
}

impl std::error::Error for FileError {}

/// The outside half of an error of the platform, in both languages.
pub(crate) fn said(error: &kernel::Error) -> Words {
    static TEXTS: LazyLock<Option<web::Words>> =
        LazyLock::new(|| web::Words::build(web::WORDS.iter().copied().chain(kernel::WORDS).chain(sheets::WORDS)).ok());
    let text = |lang| match &*TEXTS {
        Some(texts) => web::describe(&texts.in_lang(lang), error),
        None => error.code.to_owned(),
    };
    Words::new(text(web::Lang::Zh), text(web::Lang::En))
}

/// The name of a file without its folder.
pub(crate) fn name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}
