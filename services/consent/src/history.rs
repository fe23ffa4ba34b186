//! The worker's own view of the journal.

use identity::Session;
use journal::Kept;
use kernel::{Confinement, Fault, Limit, LineId, Page};

use crate::Consent;

impl Consent {
    /// The journal of the worker of `session`, newest first, from `before` backwards.
    pub async fn history(
        &self,
        session: &Session,
        before: Option<LineId>,
        limit: Limit,
    ) -> Result<Page<Kept>, Fault> {
        let worker = session.worker();
        let mut tx = self.db.begin_read(Confinement::Worker(worker)).await?;
        let lines = journal::lines(&mut tx, worker, before, limit).await?;
        tx.commit().await?;
        Ok(lines)
    }
}
