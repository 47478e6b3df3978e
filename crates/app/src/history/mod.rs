//! Whether the history of this place is whole: the audit chain, the heads of it noted in a file beside the data, and the
//! events and texts that its entries seal. Reasons and limits: docs/adr/0006-anchors.md.

pub mod anchors;
mod findings;
mod keeper;
mod note;
mod standing;
#[cfg(test)]
mod tests;

use casework::history::{Checked, Witness};
use db::{Conn, Db, Engine};
use identity::Verdict;
use kernel::{Random, Result};

use anchors::Anchors;
pub(crate) use findings::findings;
pub use findings::verify;
pub use keeper::Keeper;
pub use note::copied;
pub(crate) use note::{Came, note};
pub use standing::{Cut, Forged, Restored, Standing};

/// People who work here so long have had a server that takes an anchor every hour.
const SERVED: chrono::Duration = chrono::Duration::hours(2);

/// Everything that can be said of a history.
#[derive(Clone, Debug)]
pub struct Examined {
    pub chain: Verdict,
    pub standing: Standing,
    /// Whether people have worked here for hours, so that a server must have taken anchors.
    pub served: bool,
    /// `None` while what was there before seals waits to be sealed.
    pub sealed: Option<Checked>,
}

impl Examined {
    /// Whether nothing was forged, cut off or lost. A place that was restored is whole.
    pub fn is_whole(&self) -> bool {
        self.chain.is_whole()
            && self.standing.cut.is_none()
            && self.standing.forged.is_none()
            && self.sealed.as_ref().is_none_or(|sealed| sealed.wrong == 0)
    }
}

/// Looks a history over as of one moment. `sample` compares some hundred requests with their seals, else all are.
///
/// # Errors
/// What the database says, and an anchor file that cannot be read.
pub async fn examine(db: &Db, anchors: &Anchors, sample: Option<&dyn Random>) -> Result<Examined> {
    // Read first: an anchor taken meanwhile may be of an entry that the snapshot does not see.
    let noted = anchors.read().await?;
    let mut conn = db.read().await?;
    conn.script(snapshot(conn.engine())).await?;
    let examined = look(&mut conn, &noted, sample).await;
    // A read transaction that fails to end goes with its connection.
    let _ = conn.script("ROLLBACK").await;
    examined
}

async fn look(conn: &mut Conn, noted: &anchors::Noted, sample: Option<&dyn Random>) -> Result<Examined> {
    let mut witness = Witness::default();
    let mut heads = standing::Heads::wanted(noted);
    let (mut first, mut last) = (None, None);
    let chain = identity::verify_with(conn, |entry, hash| {
        if entry.action == "signed-in" {
            first.get_or_insert(entry.at);
            last = Some(entry.at);
        }
        witness.see(entry);
        heads.see(entry.seq, hash);
    })
    .await?;
    let standing = standing::judge(noted, &heads, &chain);
    let sealed = match casework::history::due(conn).await? {
        true => None,
        false => Some(casework::history::check(conn, &witness, sample).await?),
    };
    let served = first.zip(last).is_some_and(|(first, last)| last - first > SERVED);
    Ok(Examined { chain, standing, served, sealed })
}

/// What a reader runs first so that it sees one moment of the database.
pub(crate) fn snapshot(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "BEGIN",
        Engine::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    }
}
