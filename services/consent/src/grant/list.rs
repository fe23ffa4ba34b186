//! The worker's own view of her grants.

use identity::Session;
use kernel::{Confinement, Conn, Fault, GrantId, WorkerId};
use time::OffsetDateTime;

use super::store;
use crate::{Access, Consent, GrantState, Obligation, Sealed, Terms, obligation};

/// A grant as its worker sees it.
#[derive(Debug, Clone)]
pub struct Given {
    /// The grant.
    pub grant: GrantId,
    /// To which app.
    pub client_id: String,
    /// What she gave.
    pub terms: Terms,
    /// Since when.
    pub given_at: OffsetDateTime,
    /// Where it stands.
    pub state: GrantState,
    /// When it was last read under, and how many times; nothing when never.
    pub last_read: Option<(OffsetDateTime, i64)>,
    /// What the app owes, once it has ended.
    pub obligation: Option<Obligation>,
}

impl Consent {
    /// All grants of the worker of `session`, newest first.
    pub async fn given(&self, session: &Session) -> Result<Vec<Given>, Fault> {
        let worker = session.worker();
        let mut tx = self.db.begin_read(Confinement::Worker(worker)).await?;
        let given = self.given_of(&mut tx, worker).await?;
        tx.commit().await?;
        Ok(given)
    }

    /// All grants of the worker whom `access` opens, newest first.
    pub(crate) async fn given_through(
        &self,
        access: &mut Access,
    ) -> Result<Sealed<Vec<Given>>, Fault> {
        let worker = access.worker();
        let given = self.given_of(access.conn(), worker).await?;
        Ok(Sealed::new(given, Vec::new()))
    }

    async fn given_of(&self, conn: &mut Conn, worker: WorkerId) -> Result<Vec<Given>, Fault> {
        let rows = store::of_worker(conn, worker).await?;
        let reads = journal::last_read(conn, worker).await?;
        let owed = obligation::store::of_worker(conn, worker).await?;
        let now = self.clock.now();
        let given = rows.into_iter().map(|row| {
            let read = reads.iter().find(|(grant, ..)| *grant == row.grant);
            let state = row.state(now);
            let obligation = row.owed(&owed, now);
            Given {
                grant: row.grant,
                state,
                obligation,
                last_read: read.map(|(_, at, times)| (*at, *times)),
                client_id: row.client_id,
                terms: row.terms,
                given_at: row.given_at,
            }
        });
        Ok(given.collect())
    }
}
