//! An app gives a grant up by itself.

use journal::{Action, Actor};
use kernel::{Confinement, Fault, GrantId};

use super::store;
use crate::{AuthenticatedApp, Consent, EndReason, Obligation};

/// Why nothing was renounced.
#[derive(Debug, thiserror::Error)]
pub enum RenounceError {
    /// The app holds no such grant, and never held it.
    #[error("no such grant")]
    Unknown,
    /// The platform failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Consent {
    /// Ends a grant that `app` holds, and answers what it owes. When this returns no token of it
    /// opens anything here. To renounce what has ended already changes nothing and succeeds.
    pub async fn renounce(
        &self,
        app: &AuthenticatedApp,
        grant: GrantId,
    ) -> Result<Obligation, RenounceError> {
        let worker = self.holder(app, grant).await?;
        let worker = worker.ok_or(RenounceError::Unknown)?;
        let mut tx = self.db.begin(Confinement::Worker(worker)).await?;
        let row = store::find(&mut tx, worker, grant).await?;
        let row = row.ok_or(RenounceError::Unknown)?;
        let now = self.clock.now();
        if let Some(ended_at) = row.state(now).ended_at() {
            return Ok(Obligation::of(ended_at, row.terms.retention));
        }
        let line = self.line(
            worker,
            now,
            Actor::App(app.app().client_id.clone()),
            Action::Renounce,
            row.under(),
        );
        journal::append(&mut tx, &self.entropy, [&line]).await?;
        let owed = Obligation::of(now, row.terms.retention);
        self.end(tx, worker, &row, EndReason::Renounced).await?;
        Ok(owed)
    }
}
