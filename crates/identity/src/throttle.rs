//! Counting tries per key in the database, so that every node counts the same.

use chrono::{DateTime, Duration, Utc};
use db::Tx;
use kernel::{Error, Result};

use crate::store;

/// Counts a try for `key` and refuses the one after `limit` within `window`. Keys carry no personal data.
///
/// A refused try is not kept when the caller drops its transaction, which is all the same: the count stays full.
///
/// # Errors
/// `too-many` with the seconds until the window is over.
pub async fn throttle(tx: &mut Tx, key: &str, limit: u32, window: Duration, now: DateTime<Utc>) -> Result<()> {
    throttle_spend(tx, key, 1, limit, window, now).await
}

/// As [`throttle`], for something that is measured and not counted: `amount` of what `limit` allows within `window`.
///
/// # Errors
/// `too-many` with the seconds until the window is over; nothing is spent then if the caller drops its transaction.
pub async fn throttle_spend(
    tx: &mut Tx,
    key: &str,
    amount: u32,
    limit: u32,
    window: Duration,
    now: DateTime<Utc>,
) -> Result<()> {
    let (since, n) = store::throttle_count(tx, key, i64::from(amount), now, now - window).await?;
    if n <= i64::from(limit) { Ok(()) } else { Err(full(since, window, now)) }
}

/// Takes back one counted try that turned out right, where only refused ones are to count.
pub async fn throttle_forgive(tx: &mut Tx, key: &str) -> Result<()> {
    store::throttle_refund(tx, key).await
}

fn full(since: DateTime<Utc>, window: Duration, now: DateTime<Utc>) -> Error {
    let left = (since + window - now).num_milliseconds().max(1000);
    Error::too_many(u64::try_from(left).unwrap_or(1000).div_ceil(1000))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Bench;
    use testkit::both_engines;

    both_engines! {
        async fn a_window_takes_its_limit_and_opens_again(b: Bench) {
            let mut tx = b.db.begin().await.unwrap();
            let window = Duration::minutes(10);
            for _ in 0..3 {
                throttle(&mut tx, "a", 3, window, b.now()).await.unwrap();
            }
            throttle(&mut tx, "b", 3, window, b.now()).await.unwrap();
            let refused = throttle(&mut tx, "a", 3, window, b.now() + Duration::minutes(4)).await.unwrap_err();
            assert_eq!(
                (refused.code, refused.args),
                ("too-many", vec![("seconds", "360".to_owned()), ("minutes", "6".to_owned())])
            );
            throttle(&mut tx, "a", 3, window, b.now() + window).await.unwrap();
            assert_eq!(store::sweep_throttles(&mut tx, b.now()).await.unwrap(), 1, "only b is from before");
        }
    }

    both_engines! {
        async fn what_is_measured_is_spent_until_the_window_is_over(b: Bench) {
            let window = Duration::days(1);
            let spend = async |amount, at| {
                let mut tx = b.db.begin().await.unwrap();
                let spent = throttle_spend(&mut tx, "mb", amount, 300, window, at).await;
                if spent.is_ok() {
                    tx.commit().await.unwrap();
                }
                spent.is_ok()
            };
            assert!(spend(200, b.now()).await && !spend(101, b.now()).await && spend(100, b.now()).await);
            assert!(!spend(1, b.now()).await && spend(300, b.now() + window).await);
        }
    }

    both_engines! {
        async fn what_turned_out_right_does_not_count(b: Bench) {
            let mut tx = b.db.begin().await.unwrap();
            let window = Duration::minutes(10);
            for _ in 0..9 {
                throttle(&mut tx, "a", 2, window, b.now()).await.unwrap();
                throttle_forgive(&mut tx, "a").await.unwrap();
            }
            for _ in 0..2 {
                throttle(&mut tx, "a", 2, window, b.now()).await.unwrap();
            }
            assert_eq!(throttle(&mut tx, "a", 2, window, b.now()).await.unwrap_err().code, "too-many");
        }
    }
}
