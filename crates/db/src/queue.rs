//! Writes that wait in an open transaction to be sent together.
//!
//! A hand-over to the engine costs more than most statements of a use case: on SQLite another thread is woken and
//! waited for, on PostgreSQL it is a round trip. So an `INSERT` or `UPDATE` whose result nobody needs is queued, and
//! the queue goes out as one: on SQLite as one text of several statements, on PostgreSQL as one statement whose parts
//! are `WITH` clauses. It goes out before anything that could notice the difference: any other write, a `SELECT` that
//! names a queued table, a second write to the same table (parts of one PostgreSQL statement do not see each other),
//! and the end of the transaction. Foreign keys are judged at the end of a statement, so parts may point to each other.
//! Measurements: docs/adr/0002-one-writer.md.

use std::fmt::Write;

use kernel::{Error, Result};

use crate::connect::{Conn, Engine};
use crate::query::{Query, sql_text};
use crate::value::Value;

/// PostgreSQL takes 65,535 parameters.
const MOST_PARAMETERS: usize = 30_000;

/// What waits, in the order it came.
#[derive(Default)]
pub(crate) struct Queue {
    waiting: Vec<Query>,
    parameters: usize,
    /// A part of what was sent was refused: nothing of this transaction may be kept.
    failed: bool,
}

impl Queue {
    pub(crate) fn clear(&mut self) {
        *self = Queue::default();
    }
}

impl Conn {
    pub(crate) async fn enqueue(&mut self, query: Query) -> Result<()> {
        let engine = self.engine();
        let Some(table) = target(query.words(engine)) else {
            return Err(Error::internal("only an INSERT or UPDATE can be queued"));
        };
        let queue = &self.queue;
        let again = queue.waiting.iter().any(|other| target(other.words(engine)) == Some(table));
        let full = queue.parameters + query.width() > MOST_PARAMETERS;
        if again || full {
            self.send_queue().await?;
        }
        self.queue.parameters += query.width();
        self.queue.waiting.push(query);
        Ok(())
    }

    /// Sends what waits if `query` could notice that it was not sent.
    pub(crate) async fn before(&mut self, query: &Query) -> Result<()> {
        let engine = self.engine();
        let text = query.words(engine);
        let named = |other: &Query| target(other.words(engine)).is_none_or(|table| text.contains(table));
        if !text.trim_start().starts_with("SELECT") || self.queue.waiting.iter().any(named) {
            self.send_queue().await?;
        }
        Ok(())
    }

    /// Sends what waits. Once that failed, it fails until the transaction is given up, also for a caller who went on.
    pub(crate) async fn send_queue(&mut self) -> Result<()> {
        if self.queue.failed {
            return Err(Error::internal("an earlier write of this transaction failed"));
        }
        let waiting = std::mem::take(&mut self.queue.waiting);
        self.queue.parameters = 0;
        let Some(query) = joined(waiting, self.engine()) else { return Ok(()) };
        let sent = query.send(self).await;
        self.queue.failed = sent.is_err();
        sent.map(drop)
    }
}

/// One statement or text that does what all do.
fn joined(mut queries: Vec<Query>, engine: Engine) -> Option<Query> {
    if queries.len() < 2 {
        return queries.pop();
    }
    let (mut text, mut values): (String, Vec<Value>) = (String::new(), Vec::new());
    let last = queries.len() - 1;
    for (at, query) in queries.into_iter().enumerate() {
        let (part, own) = query.parts(engine);
        let part = shifted(&part, values.len());
        // Writing to a String cannot fail.
        let _ = match (engine, at) {
            (Engine::Sqlite, _) => writeln!(text, "{part}\n;"),
            (Engine::Postgres, 0) => write!(text, "WITH q0 AS ({part}\n)"),
            (Engine::Postgres, at) if at == last => write!(text, "\n{part}"),
            (Engine::Postgres, at) => write!(text, ", q{at} AS ({part}\n)"),
        };
        values.extend(own);
    }
    Some(sql_text(text).bind_all(values))
}

/// The text with every parameter `$n` outside of quotes called `$(n + by)`.
fn shifted(text: &str, by: usize) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    let (mut quoted, mut rest) = (false, text);
    while let Some(at) = rest.find(['\'', '$']) {
        let (before, found) = rest.split_at(at);
        out.push_str(before);
        rest = &found[1..];
        if found.starts_with('\'') {
            quoted = !quoted;
            out.push('\'');
            continue;
        }
        out.push('$');
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if let (false, Ok(n)) = (quoted, rest[..digits].parse::<usize>()) {
            let _ = write!(out, "{}", n + by);
            rest = &rest[digits..];
        }
    }
    out.push_str(rest);
    out
}

/// The table an `INSERT` or `UPDATE` writes to.
fn target(text: &str) -> Option<&str> {
    let mut words = text.split_whitespace();
    match words.next()? {
        "UPDATE" => words.next(),
        "INSERT" => {
            words.find(|word| *word == "INTO")?;
            words.next()
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use testkit::both_engines;

    use super::*;
    use crate::testing::Opened;
    use crate::{Db, sql};

    #[test]
    fn parameters_are_renamed_outside_of_quotes() {
        for (text, want) in [
            ("VALUES ($1, $12)", "VALUES ($41, $52)"),
            ("SET a = '$1' || $2, b = 'it''s $3'", "SET a = '$1' || $42, b = 'it''s $3'"),
            ("SELECT 5", "SELECT 5"),
        ] {
            assert_eq!(shifted(text, 40), want);
        }
    }

    async fn tables(db: &Db) {
        let mut tx = db.begin().await.unwrap();
        let text = "CREATE TABLE queue_a (id BIGINT PRIMARY KEY, word TEXT); \
                    CREATE TABLE queue_b (id BIGINT PRIMARY KEY, a BIGINT NOT NULL REFERENCES queue_a (id))";
        tx.script(text).await.unwrap();
        tx.commit().await.unwrap();
    }

    fn a(id: i64, word: &str) -> Query {
        sql("INSERT INTO queue_a (id, word) VALUES ($1, $2)").bind(id).bind(word)
    }

    fn b(id: i64, a: i64) -> Query {
        sql("INSERT INTO queue_b (id, a) VALUES ($1, $2)").bind(id).bind(a)
    }

    /// What stands in both tables, as a transaction sees it that is then given up.
    async fn kept(db: &Db) -> (i64, i64) {
        let mut tx = db.begin().await.unwrap();
        let row =
            sql("SELECT (SELECT COUNT(*) FROM queue_a), (SELECT COUNT(*) FROM queue_b)").one(&mut tx).await.unwrap();
        let both = (row.get(0).unwrap(), row.get(1).unwrap());
        tx.rollback().await;
        both
    }

    both_engines! {
        async fn queued_writes_are_seen_in_time_kept_together_and_lost_together(o: Opened) {
            let db = &o.db;
            tables(db).await;
            let mut tx = db.begin().await.unwrap();
            a(1, "one").queue(&mut tx).await.unwrap();
            b(1, 1).queue(&mut tx).await.unwrap();
            a(2, "two").queue(&mut tx).await.unwrap();
            let change = sql("UPDATE queue_a SET word = $2 WHERE id = $1").bind(2_i64).bind("zwei");
            change.queue(&mut tx).await.unwrap();
            let word = sql("SELECT word FROM queue_a WHERE id = $1").bind(2_i64).one(&mut tx).await.unwrap();
            assert_eq!(word.get::<String>(0).unwrap(), "zwei");
            b(2, 2).queue(&mut tx).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(kept(db).await, (2, 2), "{:?}", db.engine());

            // Given up by word, dropped, and refused at the end: nothing stays, and the next one begins clean.
            let mut tx = db.begin().await.unwrap();
            a(3, "three").queue(&mut tx).await.unwrap();
            tx.rollback().await;
            let mut tx = db.begin().await.unwrap();
            a(3, "three").queue(&mut tx).await.unwrap();
            drop(tx);
            let mut tx = db.begin().await.unwrap();
            a(3, "three").queue(&mut tx).await.unwrap();
            b(3, 99).queue(&mut tx).await.unwrap();
            assert_eq!(tx.commit().await.unwrap_err().code, "still-in-use");
            assert_eq!(kept(db).await, (2, 2), "{:?}", db.engine());

            // Somebody who goes on after a refusal keeps nothing either.
            let mut tx = db.begin().await.unwrap();
            b(3, 2).queue(&mut tx).await.unwrap();
            a(1, "again").queue(&mut tx).await.unwrap();
            assert_eq!(a(4, "four").run(&mut tx).await.unwrap_err().code, "exists-already");
            assert!(a(5, "five").run(&mut tx).await.is_err());
            assert!(tx.commit().await.is_err());
            assert_eq!(kept(db).await, (2, 2), "{:?}", db.engine());
        }
    }

    both_engines! {
        async fn a_writer_that_is_stopped_anywhere_spoils_nothing(o: Opened) {
            let db = &o.db;
            tables(db).await;
            let mut kept_before = kept(db).await;
            for id in 0..150_i64 {
                let (own, other) = (db.clone(), db.clone());
                let stopped = tokio::spawn(async move {
                    let mut tx = own.begin().await?;
                    a(2 * id, "x").queue(&mut tx).await?;
                    b(2 * id, 2 * id).queue(&mut tx).await?;
                    tx.commit().await
                });
                let finished = tokio::spawn(async move {
                    let mut tx = other.begin().await?;
                    a(2 * id + 1, "x").queue(&mut tx).await?;
                    tx.commit().await
                });
                // Somewhere between its beginning and its end, another place each time.
                for _ in 0..id {
                    tokio::task::yield_now().await;
                }
                stopped.abort();
                let told = stopped.await;
                finished.await.unwrap().unwrap();
                let now = kept(db).await;
                let (whole, none) = ((kept_before.0 + 2, kept_before.1 + 1), (kept_before.0 + 1, kept_before.1));
                assert!(now == whole || now == none, "{id}: {kept_before:?} {now:?}");
                assert!(now == whole || !matches!(told, Ok(Ok(()))), "an acknowledged write was lost");
                kept_before = now;
            }
        }
    }

    both_engines! {
        async fn one_refused_member_leaves_the_others_of_its_batch(o: Opened) {
            let db = &o.db;
            tables(db).await;
            let write = |id: i64| {
                let db = db.clone();
                tokio::spawn(async move {
                    let mut tx = db.begin().await?;
                    a(id, "x").queue(&mut tx).await?;
                    b(id, if id % 5 == 0 { -1 } else { id }).queue(&mut tx).await?;
                    tx.commit().await
                })
            };
            let writers: Vec<_> = (100..200).map(write).collect();
            for (id, writer) in (100..).zip(writers) {
                assert_eq!(writer.await.unwrap().is_ok(), id % 5 != 0, "{id}");
            }
            assert_eq!(kept(db).await, (80, 80), "{:?}", db.engine());
            let written = db.written();
            assert!(written.batches < written.transactions, "{written:?}");
        }
    }
}
