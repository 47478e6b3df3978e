//! What pages share: the frame, words in two languages, components, assets, spreadsheets out, sessions and errors.
//!
//! COMPONENTS.md beside this crate is the page for authors of pages.

pub mod api;
pub mod assets;
pub mod carried;
pub mod components;
pub mod contact;
mod desk_line;
pub mod disk;
pub mod download;
pub mod errors;
pub mod export;
pub mod extract;
pub mod format;
pub mod href;
pub mod lang;
pub mod openapi;
pub mod openapi_page;
pub mod pages;
pub mod posted;
mod router;
pub mod session;
pub mod shell;
mod sightings;
mod state;
pub mod words;
pub mod words_check;

#[cfg(test)]
mod samples;

pub use carried::{Arriving, ArrivingBy, PostedText, PostedTextBy};
pub use desk_line::{DeskCall, DeskLine, ReadDeskLine};
pub use errors::{Failure, PageResult, describe, describe_fields};
pub use extract::{PeerAddress, Refused, SignedIn, Visitor, redirect, redirect_saying, redirect_warning};
pub use lang::Lang;
pub use pages::{html, nothing_here, safe_back};
pub use posted::{Fields, Posted, PostedBy, Unread, Upload, shown_again};
pub use router::router;
pub use shell::{CSRF_FIELD, NavItem, Shell, ShellUser};
pub use sightings::Sightings;
pub use state::{AppState, Config, DemoSeat, Inner, Module, NavEntry};
pub use words::{WORDS, Words};
