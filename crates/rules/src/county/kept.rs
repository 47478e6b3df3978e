//! Keeps the county as columns until the register changes: reading all enterprises takes longer than a pack over them.
//!
//! Valid for the change number of the register, which every request reads anew, so that it is right on any number of nodes. One county is kept, the last that was asked for: of a city it takes some tens of megabytes.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;
use db::Conn;
use identity::Actor;
use kernel::{Error, Quarter, Result};
use registry::ask::Everything;
use registry::facts::Asked;
use rulepack::compile::Program;

use super::{County, codes};

/// Cheap to clone; all clones are one.
#[derive(Clone, Default)]
pub struct Keeper(Arc<Mutex<Option<Held>>>);

struct Held {
    number: i64,
    /// Days of one quarter ask for the same facts.
    quarter: Quarter,
    county: Arc<County>,
}

impl Keeper {
    /// All enterprises with the facts of a program, as they are asked for on a day.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn county(&self, conn: &mut Conn, program: &Arc<Program>, day: NaiveDate) -> Result<Arc<County>> {
        let quarter = Quarter::of(day);
        let number = identity::change_number(conn, &["registry"]).await?;
        if let Some(held) = self.0.lock().unwrap_or_else(PoisonError::into_inner).as_ref()
            && held.number == number
            && held.quarter == quarter
            && Arc::ptr_eq(&held.county.program, program)
        {
            return Ok(held.county.clone());
        }
        // Kept for all who may see the county; what each of them is shown is narrowed to what they reach.
        let all = Everything::seen_by(&Actor::program("rules"))?;
        let found = registry::ask::facts_for(conn, all, &codes(program), Asked::On(day)).await?;
        let program = program.clone();
        let county = tokio::task::spawn_blocking(move || Arc::new(County::of(program, found)));
        let county = county.await.map_err(Error::internal)?;
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Held { number, quarter, county: county.clone() });
        Ok(county)
    }
}
