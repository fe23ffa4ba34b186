//! The labour market, as public reference data: which occupations exist, under which titles
//! people know them, and which qualifications lead to them.
//!
//! The reference is ROME 4.0 of France Travail (Licence Ouverte), imported release by release
//! with [`Labour::import_rome`]; one release is in force at a time. Searches and the question
//! where a qualification leads are answered from memory, because they are asked at each keystroke
//! and for each certificate shown; everything else is read from the database.
//!
//! Nothing here is personal: no worker, no record, no grant.

mod anomaly;
mod guide;
mod import_qualifications;
mod import_rome;
mod index;
mod look_up;
mod model;
mod rome;
mod search;
mod sheet;
mod store;
#[cfg(test)]
mod tests;
mod title;

use std::{fmt, io, path::PathBuf, sync::Arc};

use kernel::{Clock, Db, Fault};
use tokio::sync::Mutex;

pub use anomaly::{Anomalies, Anomaly, AnomalyKind};
pub use import_qualifications::QualificationsImport;
pub use import_rome::{Progress, RomeImport};
pub use model::{
    Appellation, CodeError, Edition, Hit, Occupation, OccupationLabel, Qualification,
    QualificationCode, RomeCode,
};

/// The chapter's front: cheap to clone, clones share the memory.
#[derive(Clone)]
pub struct Labour {
    db: Db,
    clock: Clock,
    current: guide::Current,
    renewal: Arc<Mutex<()>>,
}

/// What an import left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The very same content was already in force: nothing changed.
    AlreadyInForce,
    /// The content came into force.
    PutInForce,
}

/// Why labour data could not be read.
#[derive(Debug, thiserror::Error)]
pub enum LabourError {
    /// The machinery failed, or memory is not filled yet.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The search index failed.
    #[error("search index")]
    Index(#[from] tantivy::TantivyError),
}

/// Why an import changed nothing.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The machinery failed.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The files are not as they should be: each fault with its file and line.
    #[error(transparent)]
    Refused(#[from] Anomalies),
    /// The folder or a file could not be read.
    #[error("{} cannot be read", path.display())]
    Unreadable {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Qualifications lead to occupations of ROME, and no release of it is in force.
    #[error("no release of ROME is in force: import one first")]
    NoRelease,
}

impl Labour {
    /// The chapter over `db`. Its memory is empty until [`follow`](Self::follow) or
    /// [`reload`](Self::reload) filled it.
    pub fn new(db: Db, clock: Clock) -> Self {
        Self {
            db,
            clock,
            current: guide::Current::default(),
            renewal: Arc::default(),
        }
    }
}

impl fmt::Debug for Labour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Labour")
            .field("ready", &self.is_ready())
            .finish_non_exhaustive()
    }
}
