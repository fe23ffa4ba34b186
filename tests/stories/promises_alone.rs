//! Promises alone, while the others are being written.
#[path = "harness/mod.rs"]
mod harness;
#[path = "promises/mod.rs"]
mod promises;
