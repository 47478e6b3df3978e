//! Where tiles come from: Parquet in parts that threads read for themselves, csv and Excel row by row in turn.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use crate::files::{CsvIn, ExcelIn, FactColumn, FileError, Header, Kind, ParquetIn, Part, Raw};

/// Tiles a thread takes at a time from a file that is read in turn.
const TILES_IN_TURN: usize = 16;

pub(super) enum Feed {
    Parquet { parts: Mutex<VecDeque<(usize, Part)>>, rows: u64 },
    Csv { reader: Mutex<(CsvIn, Turn)>, header: Header },
    Excel { reader: Mutex<(Receiver<Raw>, Turn)>, file: ExcelIn, sender: Mutex<Option<SyncSender<Raw>>> },
}

/// What comes next of a file that is read in turn.
#[derive(Default)]
pub(super) struct Turn {
    job: usize,
    first_row: usize,
    ended: bool,
}

/// Rows of text for one thread, with the number of the job.
pub(super) struct Job {
    pub number: usize,
    pub tiles: Vec<(usize, Raw)>,
    /// Bytes of the file read so far.
    pub position: u64,
}

impl Feed {
    pub(super) fn open(path: &Path, facts: &[FactColumn]) -> Result<Self, FileError> {
        Ok(match Kind::of(path)? {
            Kind::Parquet => {
                let file = ParquetIn::open(path, facts, false)?;
                Self::Parquet {
                    parts: Mutex::new(file.parts().into_iter().enumerate().collect()),
                    rows: file.rows as u64,
                }
            }
            Kind::Csv => {
                let file = CsvIn::open(path, facts)?;
                let header = file.header.clone();
                Self::Csv { reader: Mutex::new((file, Turn::default())), header }
            }
            Kind::Excel => {
                let (sender, receiver) = sync_channel(2);
                let file = ExcelIn::open(path, facts)?;
                Self::Excel { reader: Mutex::new((receiver, Turn::default())), file, sender: Mutex::new(Some(sender)) }
            }
        })
    }

    /// The header of a file that is read in turn.
    pub(super) fn header(&self) -> Option<&Header> {
        match self {
            Self::Parquet { .. } => None,
            Self::Csv { header, .. } => Some(header),
            Self::Excel { file, .. } => Some(&file.header),
        }
    }

    /// The whole, in rows or bytes.
    pub(super) fn total(&self) -> Option<u64> {
        match self {
            Self::Parquet { rows, .. } => Some(*rows),
            Self::Csv { reader, .. } => reader.lock().ok().map(|reader| reader.0.bytes),
            Self::Excel { .. } => None,
        }
    }

    pub(super) fn next_part(&self) -> Option<(usize, Part)> {
        match self {
            Self::Parquet { parts, .. } => parts.lock().ok()?.pop_front(),
            _ => None,
        }
    }

    /// Reads an Excel file to its end; other files are read by those who need them.
    pub(super) fn pump(&self) -> Result<(), FileError> {
        let Self::Excel { file, sender, .. } = self else { return Ok(()) };
        let Some(sender) = sender.lock().ok().and_then(|mut sender| sender.take()) else { return Ok(()) };
        file.send(&sender)
    }

    /// The next rows of a file that is read in turn.
    pub(super) fn next_job(&self) -> Result<Option<Job>, FileError> {
        let mut job = Job { number: 0, tiles: Vec::new(), position: 0 };
        match self {
            Self::Parquet { .. } => return Ok(None),
            Self::Csv { reader, .. } => {
                let Ok(mut reader) = reader.lock() else { return Ok(None) };
                let (file, turn) = &mut *reader;
                turn.fill(&mut job, |raw| file.next(raw))?;
                job.position = file.position();
            }
            Self::Excel { reader, .. } => {
                let Ok(mut reader) = reader.lock() else { return Ok(None) };
                let (receiver, turn) = &mut *reader;
                turn.fill(&mut job, |raw| {
                    // A closed channel is the end of the file.
                    *raw = receiver.recv().unwrap_or_default();
                    Ok(())
                })?;
            }
        }
        Ok((!job.tiles.is_empty()).then_some(job))
    }
}

impl Turn {
    fn fill(
        &mut self,
        job: &mut Job,
        mut next: impl FnMut(&mut Raw) -> Result<(), FileError>,
    ) -> Result<(), FileError> {
        job.number = self.job;
        self.job += 1;
        while !self.ended && job.tiles.len() < TILES_IN_TURN {
            let mut raw = Raw::default();
            next(&mut raw)?;
            if raw.rows.is_empty() {
                self.ended = true;
                break;
            }
            let first_row = self.first_row;
            self.first_row += raw.rows.len();
            job.tiles.push((first_row, raw));
        }
        Ok(())
    }
}
