//! The record: all entries of a worker, whatever their section, each declared by her or attested
//! by an organisation.
//!
//! This chapter keeps entries and knows nothing of what their bodies say; the chapters of the
//! sections do. Everything goes through [`consent::Access`] or [`consent::Deposit`].

mod model;
mod store;

pub use model::{Attested, Attestor, Declaration, Entry, Excerpt, Provenance};
pub use store::{
    amend, attest, bodies, counts, declare, declared, entries, insert, latest, remove,
};
