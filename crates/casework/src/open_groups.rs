//! The counts of open needs beside lists, kept until something it is read from changes.

use std::sync::Arc;

use db::Conn;
use identity::Reached;
use kernel::Result;

use crate::store::list::{Facet, Moment, NeedFilter, facets, reaches_all};
use crate::until_changed::{UntilChanged, valid_for};

/// Groups of open needs by filter.
pub(crate) type OpenGroups = UntilChanged<Vec<Facet>>;

impl OpenGroups {
    /// The groups under a filter. `at` must be a whole minute, or lights would be those of another moment.
    pub(crate) async fn load(
        &self,
        conn: &mut Conn,
        reached: &Reached,
        filter: &NeedFilter,
        at: Moment,
    ) -> Result<Arc<Vec<Facet>>> {
        // What a part of the county sees is counted each time: there are few such rows.
        if !reaches_all(reached) {
            return facets(conn, reached, filter, at).await.map(Arc::new);
        }
        let of = valid_for(conn, at.now).await?;
        let question = format!("{filter:?}");
        if let Some(known) = self.known(of, &question) {
            return Ok(known);
        }
        Ok(self.keep(of, question, facets(conn, reached, filter, at).await?))
    }
}
