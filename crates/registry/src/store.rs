//! Enterprises in the database. SQL stands here, in `store/` and in `sql/`, nowhere else.

mod alias;
mod chain;
mod counts;
mod facts;
mod helper;
mod imports;
mod list;
mod read;
mod search;
mod unchecked;
mod write;

pub use alias::{Alias, AliasKind, add_alias, aliases};
pub use chain::{kept_chains, list_chains, put_chain};
pub use facts::{FactRow, FactRows, NewFact, Reported, fact_codes, facts_for, facts_found, facts_of, put_facts};
pub use helper::{HelperRow, assign_helper, bonds_of, end_helper, helped_by, helpers_of, leads_of};
pub use imports::{
    Import, ImportResult, ImportState, add_import, find_import, finish_import, import_progress, move_import,
};
pub use list::{After, FacetRow, Filter, count, facets, list, list_before, stream};
pub use read::{brief, duplicates, find, find_by_code, subject};
pub use search::{readings_version, set_readings_version};
pub use write::{create, create_many, update};

pub(crate) use alias::by_former_codes;
pub(crate) use chain::keep_chain;
pub use counts::count_faults;
pub(crate) use facts::{facts_kept, ids_of_codes, refresh_fact_plans};
pub(crate) use read::{by_codes, names_like, root};
pub(crate) use search::{search_rows, write_search};
pub(crate) use unchecked::{drop_unchecked, insert_unchecked, refresh_search, unchecked_like};
pub(crate) use write::{insert_rows, next_serials, refresh_plans, set_facts};
