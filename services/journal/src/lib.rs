//! The journal: who touched which entries of whom, when, under which grant, for what purpose.
//!
//! It is append-only and readable by the worker it speaks of. A line is durable before a byte of
//! what it tells leaves the platform: [`append`] writes lines in the transaction that causes
//! them, [`Journal::record`] hands a reader's line to one writer that commits many readers' lines
//! at once and answers each only after that commit.
//!
//! It is tamper-evident too. Each line is written with a commitment to it, [`Log`] takes the
//! commitments into a public Merkle tree and signs its heads, [`Exporter`] gives a worker her lines
//! with the proof of each, [`verify`] checks them without the platform, and [`audit`] compares the
//! whole database with the log.

mod commitment;
mod evidence;
mod kept;
mod log;
mod model;
mod recorder;
mod store;

pub use commitment::{Content, Salt};
pub use evidence::{
    Evidence, Export, Exporter, Flaw, Published, Report, Totals, Unreadable, verify,
};
pub use kept::{Kept, Seal};
pub use log::{
    Audit, AuditFlaw, Checkpoint, Key, KeyError, Log, NoteError, TileName, TileNameError, audit,
};
pub use model::{Action, Actor, Line, OnBehalf, Under};
pub use recorder::{Journal, Recorder};
pub use store::{append, last_acts, last_read, lines, reads_under};
