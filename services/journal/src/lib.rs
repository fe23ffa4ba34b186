//! The journal: who touched which entries of whom, when, under which grant, for what purpose.
//!
//! It is append-only and readable by the worker it speaks of. A line is durable before a byte of
//! what it tells leaves the platform: [`append`] writes lines in the transaction that causes
//! them, [`Journal::record`] hands a reader's line to one writer that commits many readers' lines
//! at once and answers each only after that commit.

mod model;
mod recorder;
mod store;

pub use model::{Action, Actor, Line, OnBehalf, Under};
pub use recorder::{Journal, Recorder};
pub use store::{append, last_acts, last_read, lines};
