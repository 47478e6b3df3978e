//! A database server that is away is noticed once and not waited for by everybody in turn.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use kernel::Result;

use crate::unavailable;

/// A connection to a server that is there takes far less.
const PATIENCE: Duration = Duration::from_secs(2);
/// So long after a failure nobody else tries: a page asks for several connections, and many pages wait.
const REST: Duration = Duration::from_secs(1);

/// When a connection could last not be had.
#[derive(Debug, Default)]
pub(crate) struct Away(Mutex<Option<Instant>>);

impl Away {
    /// The connection that `acquire` brings, or `database-unavailable` within two seconds; at once if the server was found
    /// away a moment ago.
    pub(crate) async fn guard<T>(&self, acquire: impl Future<Output = Result<T>>) -> Result<T> {
        if self.last().is_some_and(|last| last.elapsed() < REST) {
            return Err(unavailable("database-unavailable"));
        }
        let found = tokio::time::timeout(PATIENCE, acquire).await;
        let found = found.unwrap_or_else(|_| Err(unavailable("database-unavailable")));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = found.is_err().then(Instant::now);
        found
    }

    fn last(&self) -> Option<Instant> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_tries_and_the_others_are_told_until_it_is_there_again() {
        let away = Away::default();
        let refused = async { Err::<(), _>(unavailable("database-unavailable")) };
        assert!(away.guard(refused).await.is_err());
        let untried = std::future::pending::<Result<()>>();
        assert_eq!(away.guard(untried).await.unwrap_err().code, "database-unavailable", "found away a moment ago");
        *away.0.lock().unwrap() = Instant::now().checked_sub(REST);
        assert!(away.guard(async { Ok(()) }).await.is_ok());
        assert!(away.guard(async { Ok(()) }).await.is_ok());
        let (started, silent) = (Instant::now(), std::future::pending::<Result<()>>());
        assert!(away.guard(silent).await.is_err(), "who does not answer is away");
        assert!((PATIENCE..PATIENCE + REST).contains(&started.elapsed()));
    }
}
