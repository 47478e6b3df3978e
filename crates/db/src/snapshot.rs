//! One moment of the database, for reading in several steps what must fit together: a count and its rows, page after page.

use std::ops::{Deref, DerefMut};

use kernel::Result;

use crate::connect::{Conn, Db, Engine};

/// A reader that sees the database as it was at its first statement. Others write on meanwhile. SQLite cannot shorten its log while
/// one is open, so none should live longer than a file takes to write.
pub struct Snapshot(Conn);

impl Db {
    /// Opens a snapshot.
    ///
    /// # Errors
    /// `unavailable` if there is no connection.
    pub async fn snapshot(&self) -> Result<Snapshot> {
        let mut snapshot = Snapshot(self.read().await?);
        let begin = match snapshot.engine() {
            Engine::Sqlite => "BEGIN",
            Engine::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        snapshot.0.in_snapshot = true;
        snapshot.words(begin).await?;
        Ok(snapshot)
    }
}

impl Snapshot {
    /// Gives the connection back. One that is dropped instead is closed: whoever read on it would read the past.
    ///
    /// # Errors
    /// `unavailable` if the engine has gone.
    pub async fn end(mut self) -> Result<()> {
        self.words("COMMIT").await?;
        self.0.in_snapshot = false;
        Ok(())
    }
}

impl Deref for Snapshot {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        &self.0
    }
}

impl DerefMut for Snapshot {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.0
    }
}

#[cfg(test)]
mod tests {
    use testkit::both_engines;

    use crate::sql;
    use crate::testing::Opened;

    both_engines! {
        async fn it_sees_one_moment_and_leaves_no_reader_in_the_past(o: Opened) {
            let write = async |text: &str| {
                let mut tx = o.db.begin().await.unwrap();
                tx.script(text).await.unwrap();
                tx.commit().await.unwrap();
            };
            let count = "SELECT COUNT(*) FROM thing";
            write("CREATE TABLE thing (id BIGINT); INSERT INTO thing VALUES (1)").await;
            for is_ended in [true, false] {
                let mut seen = o.db.snapshot().await.unwrap();
                let before: i64 = sql(count).one(&mut seen).await.unwrap().get(0).unwrap();
                write("INSERT INTO thing VALUES (2)").await;
                let still: i64 = sql(count).one(&mut seen).await.unwrap().get(0).unwrap();
                assert_eq!(before, still);
                if is_ended {
                    seen.end().await.unwrap();
                } else {
                    drop(seen);
                }
                let now: i64 = sql(count).one(&mut o.db.read().await.unwrap()).await.unwrap().get(0).unwrap();
                assert_eq!(now, before + 1);
            }
        }
    }
}
