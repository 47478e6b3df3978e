//! Tests that touch rows are written once and run on both engines: `both_engines!` makes one test on SQLite and one on
//! PostgreSQL, each with a database of its own. An engine that is not there fails the test; only who says so leaves it out.
//!
//! It knows the tables of nobody. A crate's own tests use it too, and to them a module that was built for this crate would
//! be another one than their own: who is tested hands in the steps of its tables and fills them ([`Given`]).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "this code is a part of tests")]

mod fresh;
mod server;
mod skip;

pub use db::{Engine, Migration};
pub use fresh::Fresh;
pub use skip::python;

/// What a test is handed: a database as its crate fills it.
pub trait Given: Sized {
    /// What the tables are made with.
    fn steps() -> Vec<Migration>;

    /// Fills a database that has the tables and no rows.
    fn given(fresh: Fresh) -> impl Future<Output = Self>;

    /// What must hold at the end of every test, whatever it was about; it panics if it does not.
    fn ended(&self) -> impl Future<Output = ()> {
        std::future::ready(())
    }
}

/// Writes a test once and runs it on both engines, as `NAME::sqlite` and `NAME::postgres`.
///
/// ```ignore
/// both_engines! {
///     async fn a_draft_is_kept(b: Bench) {
///         let mut tx = b.db.begin().await.unwrap();
///     }
/// }
/// ```
#[macro_export]
macro_rules! both_engines {
    ($($(#[$attribute:meta])* async fn $name:ident($given:ident: $kind:ty) $body:block)+) => {$(
        mod $name {
            #[allow(unused_imports, reason = "a test may need nothing of its module")]
            use super::*;

            async fn body($given: &$kind) $body

            $(#[$attribute])*
            #[test]
            fn sqlite() {
                $crate::run::<$kind>($crate::Engine::Sqlite, async |given| body(given).await);
            }

            $(#[$attribute])*
            #[test]
            fn postgres() {
                $crate::run::<$kind>($crate::Engine::Postgres, async |given| body(given).await);
            }
        }
    )+};
}

/// Runs one test body on one engine with a runtime that has worker threads, so that the body may block on a client.
pub fn run<G: Given>(engine: Engine, body: impl AsyncFnOnce(&G)) {
    if skip::is_left_out(engine.as_str()) {
        return;
    }
    block_on(async {
        let fresh = Fresh::migrated(engine, &G::steps()).await;
        let (db, url) = (fresh.db.clone(), fresh.url.clone());
        let given = G::given(fresh).await;
        body(&given).await;
        given.ended().await;
        db.close().await;
        if engine == Engine::Postgres {
            server::remove(&url).await;
        }
    });
}

/// A runtime of the kind [`run`] gives, for tests without a database.
pub fn block_on<T>(work: impl Future<Output = T>) -> T {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(2).enable_all().build().unwrap().block_on(work)
}
