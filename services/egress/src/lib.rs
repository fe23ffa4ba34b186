//! The one way out: requests that the platform sends to addresses that somebody else wrote.
//!
//! Whoever may name an address may try to aim the platform at its own network (server-side request
//! forgery). So an [`Address`] is checked when it is read: https, a name and not a number, no
//! credentials. And the machines behind the name are checked at the moment of connecting: the name
//! is resolved once, by a resolver of our own, and what it answers is both what is checked and what
//! is connected to, so that no second answer can differ from the first.
//!
//! Redirects are not followed, proxies of the environment are not used, nothing is decompressed,
//! and each request has its limits of time and size.

mod address;
mod name;
mod public;
mod resolver;
mod send;
#[cfg(test)]
mod tests;

use std::time::Duration;

pub use address::{Address, AddressError};
pub use name::{is_public_name, is_within};
pub use public::is_public;
pub use send::{Answer, Egress, EgressError};

/// What may be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Public machines, by https.
    World,
    /// The same, and this very machine, by plain http too: for a sandbox.
    WorldAndLoopback,
}

/// What one request may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// From the look-up of the name to the last byte of the answer.
    pub time: Duration,
    /// The size of the answer's body.
    pub bytes: usize,
}
