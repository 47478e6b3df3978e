//! The register filled where nobody is there to be asked: a new installation, the invented counties, benches and tests. No right
//! is asked for and nothing is written into the audit; business code goes through [`crate::keep`] and [`crate::import`].

pub use crate::store::{NewFact, assign_helper, create, create_many, put_chain, put_facts};
