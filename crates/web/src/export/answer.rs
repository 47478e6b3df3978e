//! An export as an answer: counted first, refused if Excel has no room for it, written, told to the audit, then sent.

use std::fs::File;
use std::path::PathBuf;

use axum::response::Response;
use futures_util::{Stream, StreamExt};
use identity::Exported;
use kernel::{Error, Result};

use super::writer::Writer;
use super::{Cell, Head, MOST_ROWS, XLSX};
use crate::extract::SignedIn;
use crate::href::Href;
use crate::state::AppState;

/// Rows that are handed to the writer together.
const PIECE: usize = 500;
/// Parameters of an address that say nothing of which rows are meant.
const NOT_THE_FILTER: [&str; 4] = ["export", "after", "before", "order"];

/// What the audit says of an export besides who, when, how many rows and by which filter.
#[derive(Clone, Debug)]
pub struct Told {
    /// Kind of thing in the rows: `enterprise`, `request`.
    pub resource: &'static str,
    /// Name of the file, with its ending.
    pub file: String,
    /// Telephone numbers stand in it in full.
    pub has_contacts: bool,
}

impl Told {
    pub fn new(resource: &'static str, file: String) -> Told {
        Told { resource, file, has_contacts: false }
    }
}

/// A spreadsheet of data on its way to somebody.
pub struct Export<'a> {
    by: &'a SignedIn,
    told: Told,
    writer: Writer,
    rows: u64,
}

impl<'a> Export<'a> {
    /// Begins a sheet of `rows` rows, counted in the same snapshot they will be read from.
    ///
    /// # Errors
    /// `export-too-long` for more rows than a sheet has room for: half a list that looks whole helps nobody.
    pub fn begin(by: &'a SignedIn, told: Told, head: Head, rows: u64) -> Result<Export<'a>> {
        fits(rows, MOST_ROWS)?;
        Ok(Export { by, told, writer: Writer::begin(&folder(&by.state), head), rows: 0 })
    }

    /// Writes the next rows.
    ///
    /// # Errors
    /// `disk-full` or `storage`; `export-too-long` if more come than were counted and than there is room for.
    pub async fn rows(&mut self, rows: Vec<Vec<Cell>>) -> Result<()> {
        self.rows += rows.len() as u64;
        fits(self.rows, MOST_ROWS)?;
        self.writer.rows(rows).await
    }

    /// Writes rows as they come.
    ///
    /// # Errors
    /// Those of [`Export::rows`] and of the rows.
    pub async fn stream(&mut self, rows: impl Stream<Item = Result<Vec<Cell>>>) -> Result<()> {
        let mut pieces = std::pin::pin!(rows.chunks(PIECE));
        while let Some(piece) = pieces.next().await {
            self.rows(piece.into_iter().collect::<Result<_>>()?).await?;
        }
        Ok(())
    }

    /// Writes the export into the audit; the answer with the file is then ready to go.
    ///
    /// # Errors
    /// `disk-full` or `storage`, and those of the database: what cannot be written down does not go out.
    pub async fn answer(self) -> Result<Response> {
        let file = self.writer.finish().await?;
        let by = self.by;
        let filter = Href::parse(&by.here).without(&NOT_THE_FILTER);
        let exported = Exported {
            resource: self.told.resource,
            file: self.told.file.clone(),
            from: filter.path().to_owned(),
            rows: self.rows,
            filter: filter.pairs().iter().filter(|(_, value)| !value.is_empty()).cloned().collect(),
            has_contacts: self.told.has_contacts,
        };
        let mut tx = by.state.db.begin().await?;
        exported.record(&mut tx, &by.actor, by.now).await?;
        tx.commit().await?;
        answer(file, &self.told.file)
    }

    /// A sheet of rows that are at hand.
    ///
    /// # Errors
    /// Those of [`Export::begin`], [`Export::rows`] and [`Export::answer`].
    pub async fn whole(by: &'a SignedIn, told: Told, head: Head, rows: Vec<Vec<Cell>>) -> Result<Response> {
        let mut export = Export::begin(by, told, head, rows.len() as u64)?;
        export.rows(rows).await?;
        export.answer().await
    }
}

/// An empty sheet to be filled in, with an example; it tells nothing that the program knows.
///
/// # Errors
/// `disk-full` or `storage`.
pub async fn blank(state: &AppState, head: Head, example: Vec<Cell>, name: &str) -> Result<Response> {
    let mut writer = Writer::begin(&folder(state), head);
    writer.rows(vec![example]).await?;
    answer(writer.finish().await?, name)
}

fn answer(file: File, name: &str) -> Result<Response> {
    let bytes = file.metadata().map_err(Error::internal)?.len();
    crate::download::file(tokio::fs::File::from_std(file), bytes, XLSX, "attachment", name)
}

/// Beside the files that are being sent in: on the disk of the data, not in a memory disk.
fn folder(state: &AppState) -> PathBuf {
    state.config.data_dir.join("incoming")
}

fn fits(rows: u64, most: u64) -> Result<()> {
    if rows <= most {
        return Ok(());
    }
    let number = |n: u64| crate::format::number(i64::try_from(n).unwrap_or(i64::MAX));
    Err(Error::invalid("export-too-long").arg("rows", number(rows)).arg("limit", number(most)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_holds_so_many_rows_and_no_more() {
        assert!(fits(MOST_ROWS, MOST_ROWS).is_ok());
        let error = fits(MOST_ROWS + 1, MOST_ROWS).unwrap_err();
        assert_eq!(error.code, "export-too-long");
        assert_eq!(error.args, [("rows", "1,048,574".to_owned()), ("limit", "1,048,573".to_owned())]);
    }
}
