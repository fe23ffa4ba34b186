//! Journeys and promises. Each story starts a platform of its own, on a database of its own.

#![expect(
    clippy::unwrap_used,
    reason = "a story that cannot go on has failed, and says where"
)]
#![expect(
    clippy::disallowed_methods,
    reason = "a story is the world outside: it has clients, connections and keys of its own"
)]

mod commands;
mod declared;
mod declared_pages;
mod deposits;
mod events;
mod fapi;
mod grants;
mod harness;
mod journal;
mod journey;
mod limits;
mod mandates;
mod occupations;
mod promises;
mod publishers;
mod receipts;
mod rotation;
mod sign_in;
