//! What can be wrong with a file.

use std::fmt;
use std::path::Path;

use rulepack::diagnostic::{Lang, Words};

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

    /// What the operating system or a library says of the file.
    pub(crate) fn technical(path: &Path, error: impl fmt::Display) -> Self {
        let what = Words::new(format!("读写文件失败：{error}"), format!("reading or writing failed: {error}"));
        Self::file(path, what)
    }

    /// For people, in their language.
    pub fn text(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Cell { file, row, column, value, expected }, Lang::Zh) => {
                format!("{file} 第 {row} 行“{column}”列的“{value}”不对：应为{}", expected.zh)
            }
            (Self::Cell { file, row, column, value, expected }, Lang::En) => {
                format!("{file}, row {row}, column “{column}”: “{value}” is not {}", expected.en)
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

/// The name of a file without its folder.
pub(crate) fn name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}
