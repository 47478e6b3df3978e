//! Every flow of the program, on both databases and in a real browser: one test binary, so that it links once.

#[allow(clippy::unwrap_used, reason = "a measurement that cannot go on may stop")]
pub mod bench;
pub mod harness;

#[cfg(test)]
mod admin;
#[cfg(test)]
mod api;
#[cfg(test)]
mod browser;
#[cfg(test)]
mod closed_loop;
#[cfg(test)]
mod contact;
#[cfg(test)]
mod demo_days;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod desk_line;
#[cfg(test)]
mod desk_page;
#[cfg(test)]
mod doors;
#[cfg(test)]
mod enterprise;
#[cfg(test)]
mod enterprise_county;
#[cfg(test)]
mod enterprise_many;
#[cfg(test)]
mod exports;
#[cfg(test)]
mod figures;
#[cfg(test)]
mod figures_county;
#[cfg(test)]
mod history;

#[cfg(test)]
mod kill;
#[cfg(test)]
mod ledger;

#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod operations;
#[cfg(test)]
mod registry;
#[cfg(test)]
mod releases;
#[cfg(test)]
mod roles;
#[cfg(test)]
mod routes;
#[cfg(test)]
mod rule_commands;
#[cfg(test)]
mod rule_engines;
#[cfg(test)]
mod rule_pages;
#[cfg(test)]
mod schema_parity;
#[cfg(test)]
mod serving;
#[cfg(test)]
mod statements;
#[cfg(test)]
mod strangers;
#[cfg(test)]
mod told;
#[cfg(test)]
mod two_processes;
#[cfg(test)]
mod unreachable;
#[cfg(test)]
mod unregistered;
#[cfg(test)]
mod uploads;
