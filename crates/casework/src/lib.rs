//! Requests of enterprises: raised, accepted, assigned, answered in time, confirmed, closed.

pub mod access;
pub mod case;
mod case_fold;
pub mod clocks;
pub mod command;
pub mod event;
pub mod limits;
pub mod projection;
pub mod state;
pub mod clocks_explain;
pub mod decide;
mod decide_close;
mod decide_work;
pub mod projection_tally;
pub mod replay;
mod replay_read;
mod replay_events;
mod replay_check;
pub mod engine;
pub mod files;
pub mod filter;
pub mod settings;
pub mod store;

pub use engine::{Casework, Raise, Raised};
pub use filter::{FilterQuery, href};
pub use settings::{Category, Settings};
