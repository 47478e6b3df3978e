//! What is known of needs of each kind this year, kept until something it is read from changes.

use std::sync::Arc;

use chrono::Datelike;
use db::Conn;
use identity::Reached;
use kernel::{Result, local_date};

use crate::store::kind::{Kind, kind};
use crate::store::list::{Moment, reaches_all};
use crate::until_changed::{UntilChanged, valid_for};

/// Kinds by category.
pub(crate) type Kinds = UntilChanged<Kind>;

impl Kinds {
    /// The kind of a category, or of all needs together.
    pub(crate) async fn load(
        &self,
        conn: &mut Conn,
        reached: &Reached,
        category: Option<&str>,
        at: Moment,
    ) -> Result<Arc<Kind>> {
        let year = local_date(at.now).with_ordinal(1);
        // As with the open groups, what a part of the county sees is counted each time.
        if !reaches_all(reached) {
            return kind(conn, reached, category, year, at).await.map(Arc::new);
        }
        let of = valid_for(conn, at.now).await?;
        // No category has an empty code.
        let question = category.unwrap_or_default();
        if let Some(known) = self.known(of, question) {
            return Ok(known);
        }
        Ok(self.keep(of, question.to_owned(), kind(conn, reached, category, year, at).await?))
    }
}
