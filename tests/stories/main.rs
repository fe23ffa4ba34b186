//! Journeys and promises. Each story starts a platform of its own, on a database of its own.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on has failed, and says where")]

mod harness;
mod journey;
mod deposits;
mod commands;
mod occupations;
mod promises;
mod grants;
mod sign_in;
