//! Intake: what certifiers deposit in bulk, and what became of it.
//!
//! A file of the certifiers' flux (`cpf:flux`, version 1.1.2) goes through three doors:
//! 1. [`Screen`], while it is received: a damaged, cut, hostile or foreign file is refused with
//!    its line, and nothing of it is kept ([`Intake::deposit`]);
//! 2. [`OutlineReader`], once it is queued: the emitter must be the depositing organisation, and
//!    what surrounds the passages must be sound, or the batch is refused whole;
//! 3. [`PassageReader`]: each passage becomes a certificate and its holder, or the list of *all*
//!    that is wrong with it. The official cascade ([`decide`]) says whose certificate it is.
//!
//! A batch is processed in one transaction ([`Intake::process_next`]): entries, sealed
//! certificates, journal lines and the report appear together. The same technical id again is
//! harmless. Memory is bounded whatever the file.
//!
//! Nothing here says who exists: a certifier learns whether a certificate was attached or waits,
//! and which trait decided.

mod code;
mod deposit;
mod feed;
mod finding;
mod flux;
mod group;
mod holder;
mod legacy;
mod markup;
mod matching;
mod model;
mod outline;
mod process;
mod report;
mod schema;
mod screen;
mod shape;
mod store;
mod tag;
mod understand;
mod walk;

use std::sync::Arc;

use catalogue::Catalogue;
use consent::Consent;
use kernel::{Clock, Db, Entropy, Keys};
use tokio::sync::Semaphore;

pub use code::{Code, RefusalKind};
pub use deposit::{Delivery, DepositError, Received};
pub use finding::{Finding, Refusal};
pub use flux::PassageReader;
pub use legacy::LegacyReport;
pub use matching::{DecidedBy, Decision, decide};
pub use model::{Batch, Counts, ReportLine, Status, Verdict};
pub use outline::{Outline, OutlineReader};
pub use process::Processed;
pub use screen::Screen;
pub use understand::{Content, Passage};

/// The chapter, with what it needs. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Intake {
    db: Db,
    clock: Clock,
    entropy: Entropy,
    keys: Keys,
    catalogue: Catalogue,
    consent: Consent,
    limits: Limits,
    receiving: Arc<Semaphore>,
}

/// What the chapter is built from.
#[derive(Debug, Clone)]
pub struct Foundations {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// The randomness.
    pub entropy: Entropy,
    /// The platform's keys.
    pub keys: Keys,
    /// Where organisations are known.
    pub catalogue: Catalogue,
    /// Where the right to write to a worker comes from.
    pub consent: Consent,
    /// What is accepted at most.
    pub limits: Limits,
}

/// What is accepted at most.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of one file.
    pub file_bytes: u64,
    /// Files being received at once; each holds a connection to the database.
    pub files_at_once: usize,
}

impl Limits {
    /// Files of at most this many bytes, received by at most half of the database's connections:
    /// however slowly they arrive, everybody else is served.
    pub fn new(file_bytes: u64, connections: u32) -> Self {
        let half = usize::try_from(connections / 2).unwrap_or(usize::MAX);
        Self {
            file_bytes,
            files_at_once: Self::default().files_at_once.min(half).max(1),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 200 * 1024 * 1024,
            files_at_once: 4,
        }
    }
}

impl Intake {
    /// The chapter.
    pub fn new(on: Foundations) -> Self {
        Self {
            db: on.db,
            clock: on.clock,
            entropy: on.entropy,
            keys: on.keys,
            catalogue: on.catalogue,
            consent: on.consent,
            limits: on.limits,
            receiving: Arc::new(Semaphore::new(on.limits.files_at_once)),
        }
    }
}
