//! For the authority: which apps have not answered for which grants.

use kernel::{Confinement, Db, Fault, GrantId};
use time::OffsetDateTime;

use super::store;

/// An obligation that was not answered in time. It names no worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overdue {
    /// Which app.
    pub client_id: String,
    /// For which grant.
    pub grant: GrantId,
    /// When the grant ended.
    pub ended_at: OffsetDateTime,
    /// Since when an answer is overdue.
    pub due_at: OffsetDateTime,
}

/// Every obligation that is overdue at `now`, the oldest first.
pub async fn overdue(db: &Db, now: OffsetDateTime) -> Result<Vec<Overdue>, Fault> {
    let mut tx = db.begin_read(Confinement::Courier).await?;
    let overdue = store::overdue(&mut tx, now).await?;
    tx.commit().await?;
    Ok(overdue)
}
