//! Use case: bring a release of ROME 4.0 into force.
//!
//! The files are read and checked as a whole before the first row is written, and everything is
//! written in one transaction: readers see the old release until the new one is complete.

use std::path::Path;

use kernel::{Confinement, Conn, Fault};

use crate::{ImportError, Labour, Outcome, model::Edition, rome, rome::Rome, store};

/// How many rows go in one statement: some megabytes at most.
const CHUNK: usize = 2_000;

/// What an import of ROME did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RomeImport {
    /// The edition that is now in force.
    pub edition: Edition,
    /// Whether it was before.
    pub outcome: Outcome,
    /// How many occupations it has.
    pub occupations: usize,
    /// How many job titles it has.
    pub appellations: usize,
    /// How many skills it has.
    pub skills: usize,
}

/// How far an import has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Rows written.
    pub done: usize,
    /// Rows to write.
    pub total: usize,
}

impl Labour {
    /// Imports the three files of ROME 4.0 in `folder`, under the names that France Travail gives
    /// them, and tells `progress` after each chunk. The same content again changes nothing; a
    /// release stored before is put back in force. Any anomaly refuses the whole.
    pub async fn import_rome(
        &self,
        folder: &Path,
        mut progress: impl FnMut(Progress) + Send,
    ) -> Result<RomeImport, ImportError> {
        let place = folder.to_owned();
        let rome = tokio::task::spawn_blocking(move || rome::read(&place))
            .await
            .map_err(|_stopped| Fault::Unavailable("reading files"))?
            .map_err(|source| ImportError::Unreadable {
                path: folder.to_owned(),
                source,
            })??;
        let mut tx = self.db.begin(Confinement::Open).await?;
        store::lock_imports(&mut tx).await?;
        let in_force = store::edition(&mut tx).await?;
        let outcome = if in_force.as_ref() == Some(&rome.edition) {
            Outcome::AlreadyInForce
        } else {
            if !store::is_stored(&mut tx, &rome.edition).await? {
                store::clear(&mut tx, &rome.edition.release).await?;
                write(&mut tx, &rome, &mut progress).await?;
            }
            store::put_in_force(&mut tx, &rome.edition, self.clock.now()).await?;
            store::announce(&mut tx).await?;
            tx.commit().await?;
            Outcome::PutInForce
        };
        Ok(RomeImport {
            outcome,
            occupations: rome.occupations.len(),
            appellations: rome.appellations.len(),
            skills: rome.skills.len(),
            edition: rome.edition,
        })
    }
}

async fn write(
    conn: &mut Conn,
    rome: &Rome,
    progress: &mut (impl FnMut(Progress) + Send),
) -> Result<(), Fault> {
    let release = rome.edition.release.as_str();
    let total = rome.occupations.len() + rome.appellations.len() + rome.skills.len();
    let mut done = 0;
    let mut wrote = |rows: usize| {
        done += rows;
        progress(Progress { done, total });
    };
    for chunk in rome.occupations.chunks(CHUNK) {
        store::add_occupations(conn, release, chunk).await?;
        wrote(chunk.len());
    }
    for chunk in rome.appellations.chunks(CHUNK) {
        store::add_appellations(conn, release, chunk).await?;
        wrote(chunk.len());
    }
    let mut position = 1;
    for chunk in rome.skills.chunks(CHUNK) {
        store::add_skills(conn, release, position, chunk).await?;
        position = position.saturating_add(i32::try_from(chunk.len()).unwrap_or(i32::MAX));
        wrote(chunk.len());
    }
    Ok(())
}
