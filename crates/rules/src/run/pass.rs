//! One pass over the facts: threads read, run the rules and make something of each part; the parts come back in order.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::{Duration, Instant};

use rulepack::sweep::{Batch, Columns, Results, Sweep, Texts, Workspace};

use super::feed::Feed;
use super::{Options, Progress, Summary, Task};
use crate::files::{FileError, ParquetIn, Tile};

pub(super) struct Pass<'a> {
    pub task: &'a Task<'a>,
    pub input: &'a Path,
    pub options: &'a Options<'a>,
    pub sweep: &'a Sweep<'a>,
    pub results: &'a Results,
    /// Whether ids are needed.
    pub ids: bool,
    pub number: usize,
    pub passes: usize,
}

/// What the threads share.
struct Shared<'a> {
    pass: &'a Pass<'a>,
    feed: &'a Feed,
    stop: AtomicBool,
    error: Mutex<Option<FileError>>,
    rows: AtomicU64,
    position: AtomicU64,
    total: Option<u64>,
    times: Mutex<(Duration, Duration, Duration)>,
}

/// Runs a pass. `tile` adds a tile to what a thread makes of a part, `end` closes the part, `receive` gets the parts in the order of
/// their rows, in the calling thread.
pub(super) fn pass<J: Default, R: Send>(
    pass: &Pass,
    summary: &mut Summary,
    tile: impl Fn(&mut J, Columns, &Tile) -> Result<(), FileError> + Sync,
    end: impl Fn(J) -> Result<R, FileError> + Sync,
    mut receive: impl FnMut(R) -> Result<(), FileError>,
) -> Result<(), FileError> {
    let feed = Feed::open(pass.input, &pass.task.facts)?;
    if pass.ids
        && let Some(header) = feed.header()
    {
        header.need_id(pass.input)?;
    }
    let shared = Shared {
        pass,
        feed: &feed,
        stop: AtomicBool::new(false),
        error: Mutex::new(None),
        rows: AtomicU64::new(0),
        position: AtomicU64::new(0),
        total: feed.total(),
        times: Mutex::default(),
    };
    let mut joining = Duration::ZERO;
    std::thread::scope(|scope| {
        // Few parts wait, so that memory stays small whoever is slower.
        let (sender, receiver) = sync_channel::<(usize, R)>(1);
        for _ in 0..pass.options.threads.max(1) {
            let (sender, shared, tile, end) = (sender.clone(), &shared, &tile, &end);
            scope.spawn(move || {
                if let Err(error) = shared.work(&sender, tile, end) {
                    shared.fail(error);
                }
            });
        }
        drop(sender);
        scope.spawn(|| {
            if let Err(error) = feed.pump() {
                shared.fail(error);
            }
        });
        let mut waiting = BTreeMap::new();
        let mut next = 0;
        for (number, part) in receiver {
            waiting.insert(number, part);
            while let Some(part) = waiting.remove(&next) {
                next += 1;
                if shared.stop.load(Ordering::Relaxed) {
                    continue;
                }
                let started = Instant::now();
                if let Err(error) = receive(part) {
                    shared.fail(error);
                }
                joining += started.elapsed();
            }
        }
    });
    if let Ok((reading, rules, writing)) = shared.times.lock().map(|times| *times) {
        summary.reading += reading;
        summary.rules += rules;
        summary.writing += writing + joining;
    }
    summary.rows = shared.rows.load(Ordering::Relaxed);
    match shared.error.into_inner() {
        Ok(Some(error)) => Err(error),
        _ if pass.options.cancel.load(Ordering::Relaxed) => Err(FileError::Cancelled),
        _ => Ok(()),
    }
}

impl Shared<'_> {
    /// Keeps the error of the earliest row and lets all threads end.
    fn fail(&self, error: FileError) {
        self.stop.store(true, Ordering::Relaxed);
        if let Ok(mut kept) = self.error.lock() {
            let row = |error: &FileError| if let FileError::Cell { row, .. } = error { *row } else { 0 };
            if kept.as_ref().is_none_or(|kept| row(&error) < row(kept)) {
                *kept = Some(error);
            }
        }
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.pass.options.cancel.load(Ordering::Relaxed)
    }

    fn work<J: Default, R>(
        &self,
        sender: &SyncSender<(usize, R)>,
        tile: &impl Fn(&mut J, Columns, &Tile) -> Result<(), FileError>,
        end: &impl Fn(J) -> Result<R, FileError>,
    ) -> Result<(), FileError> {
        let facts = &self.pass.task.facts;
        let mut workspace = self.pass.sweep.workspace();
        let mut buffers = Tile::new(facts, Texts::new(self.pass.task.dag));
        let mut times = (Duration::ZERO, Duration::ZERO, Duration::ZERO);
        if let Feed::Parquet { .. } = self.feed {
            let mut file = ParquetIn::open(self.pass.input, facts, self.pass.ids)?;
            if self.pass.ids {
                file.header.need_id(self.pass.input)?;
            }
            while let Some((number, part)) = self.feed.next_part() {
                let mut job = J::default();
                let started = Instant::now();
                file.enter(part, facts)?;
                times.0 += started.elapsed();
                loop {
                    if self.stopped() {
                        return Ok(());
                    }
                    let started = Instant::now();
                    file.next(&mut buffers, facts)?;
                    times.0 += started.elapsed();
                    if buffers.rows == 0 {
                        break;
                    }
                    self.tile(&mut job, &mut workspace, &buffers, tile, &mut times)?;
                }
                if self.finish(number, job, sender, end, &mut times)? {
                    break;
                }
            }
        } else if let Some(header) = self.feed.header() {
            loop {
                let started = Instant::now();
                let Some(rows) = self.feed.next_job()? else { break };
                times.0 += started.elapsed();
                self.position.fetch_max(rows.position, Ordering::Relaxed);
                let mut job = J::default();
                for (first_row, raw) in &rows.tiles {
                    if self.stopped() {
                        return Ok(());
                    }
                    let started = Instant::now();
                    buffers.read(self.pass.input, header, facts, raw, *first_row)?;
                    times.0 += started.elapsed();
                    self.tile(&mut job, &mut workspace, &buffers, tile, &mut times)?;
                }
                if self.finish(rows.number, job, sender, end, &mut times)? {
                    break;
                }
            }
        }
        if let Ok(mut all) = self.times.lock() {
            *all = (all.0 + times.0, all.1 + times.1, all.2 + times.2);
        }
        Ok(())
    }

    fn tile<J>(
        &self,
        job: &mut J,
        workspace: &mut Workspace,
        buffers: &Tile,
        tile: &impl Fn(&mut J, Columns, &Tile) -> Result<(), FileError>,
        times: &mut (Duration, Duration, Duration),
    ) -> Result<(), FileError> {
        let columns = buffers.columns(&self.pass.task.facts);
        let batch =
            Batch { rows: buffers.rows, columns: &columns, texts: &buffers.texts, first_row: buffers.first_row };
        let started = Instant::now();
        let answers = self.pass.sweep.run(workspace, &batch, self.pass.results);
        times.1 += started.elapsed();
        let started = Instant::now();
        tile(job, answers, buffers)?;
        times.2 += started.elapsed();
        self.rows.fetch_add(buffers.rows as u64, Ordering::Relaxed);
        Ok(())
    }

    /// Hands a part over; true if nobody wants more.
    fn finish<J, R>(
        &self,
        number: usize,
        job: J,
        sender: &SyncSender<(usize, R)>,
        end: &impl Fn(J) -> Result<R, FileError>,
        times: &mut (Duration, Duration, Duration),
    ) -> Result<bool, FileError> {
        let started = Instant::now();
        let part = end(job)?;
        times.2 += started.elapsed();
        let rows = self.rows.load(Ordering::Relaxed);
        let done = if self.feed.header().is_some() { self.position.load(Ordering::Relaxed) } else { rows };
        let share = self.total.filter(|total| *total > 0).map(|total| (done.min(total) * 1000 / total) as u32);
        (self.pass.options.progress)(Progress { pass: self.pass.number, passes: self.pass.passes, rows, share });
        Ok(sender.send((number, part)).is_err())
    }
}
