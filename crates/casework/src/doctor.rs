//! Compares what lists show with what the events say: every row of a need is a fold of its history and nothing else.

use kernel::{RequestId, Result};

use crate::engine::Casework;
use crate::projection::project;
use crate::store;

/// What a comparison found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    pub requests: usize,
    /// Numbers of requests of which some row differs from its history.
    pub wrong: Vec<String>,
}

/// How many cases are read between two looks at the database.
const PAGE: i64 = 200;

/// Replays the `sample` requests changed last, or all of them.
///
/// # Errors
/// What the database says, and events that cannot be read.
pub async fn check(casework: &Casework, sample: Option<usize>) -> Result<Checked> {
    let mut conn = casework.db.read().await?;
    let settings = casework.settings(&mut conn).await?;
    let mut checked = Checked::default();
    let mut last: Option<(chrono::DateTime<chrono::Utc>, RequestId)> = None;
    loop {
        let page = store::case::changed_before(&mut conn, last, PAGE).await?;
        for (id, number, at) in &page {
            if sample.is_some_and(|sample| checked.requests >= sample) {
                return Ok(checked);
            }
            last = Some((*at, *id));
            checked.requests += 1;
            let Some(kept) = store::case::load(&mut conn, *id).await? else { continue };
            let mut agrees = true;
            for need in &kept.case.needs {
                if let Some(told) = project(&kept.case, need.index, settings.as_ref()) {
                    let hint = kept.category_hint.as_deref();
                    agrees &= store::need_rows::row_agrees(&mut conn, &told, hint, *id).await?;
                }
            }
            if !agrees {
                checked.wrong.push(number.clone());
            }
        }
        if page.is_empty() {
            return Ok(checked);
        }
    }
}
