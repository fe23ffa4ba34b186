//! What an app may know of a grant that it holds or held (Grant Management for OAuth 2.0, draft 03, §6.4).

use kernel::{Confinement, Fault, GrantId};
use time::OffsetDateTime;

use super::store;
use crate::{AuthenticatedApp, Consent, GrantState, Obligation, Terms, obligation};

/// A grant as its app sees it.
#[derive(Debug, Clone)]
pub struct HeldGrant {
    /// What it gives; once it has ended, what it gave.
    pub terms: Terms,
    /// In which version.
    pub version: i32,
    /// Since when there is such a grant.
    pub given_at: OffsetDateTime,
    /// Since when it says what it says.
    pub changed_at: OffsetDateTime,
    /// Where it stands.
    pub state: GrantState,
    /// What the app owes, once it has ended.
    pub obligation: Option<Obligation>,
}

impl Consent {
    /// The grant of this id that `app` holds or held; one answer for none and for another app's.
    pub async fn held_by(
        &self,
        app: &AuthenticatedApp,
        grant: GrantId,
    ) -> Result<Option<HeldGrant>, Fault> {
        let Some(worker) = self.holder(app, grant).await? else {
            return Ok(None);
        };
        let mut tx = self.db.begin_read(Confinement::Worker(worker)).await?;
        let Some(row) = store::one(&mut tx, worker, grant).await? else {
            return Ok(None);
        };
        let changed_at = store::changed_at(&mut tx, worker, &row).await?;
        let written = obligation::store::of_worker(&mut tx, worker).await?;
        tx.commit().await?;
        let now = self.clock.now();
        Ok(Some(HeldGrant {
            version: row.version,
            given_at: row.given_at,
            changed_at,
            state: row.state(now),
            obligation: row.owed(&written, now),
            terms: row.terms,
        }))
    }
}
