//! Narrowing a grant: the worker keeps some of it back, from now on.

use identity::Session;
use journal::Actor;
use kernel::{Confinement, Fault, GrantId};
use time::OffsetDateTime;

use super::{amend::Amendment, store};
use crate::{Consent, Scope, Shown, Terms};

/// What a worker leaves of a grant, and what she saw when she decided it.
#[derive(Debug, Clone)]
pub struct Narrowing {
    /// Of each section what she still gives.
    pub scope: Scope,
    /// Until when.
    pub expires_at: OffsetDateTime,
    /// The page she saw.
    pub shown: Shown,
}

/// Why a grant was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// This worker gave no such grant.
    #[error("no such grant")]
    Unknown,
    /// It has ended.
    #[error("the grant has ended")]
    Ended,
    /// More than it gives, or nothing.
    #[error("the change is not within what was granted")]
    OutOfBounds,
    /// The platform failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Consent {
    /// Narrows a grant of the worker of `session`. When this returns, no token minted before opens
    /// anything here; the app gets a narrower one with its refresh token.
    pub async fn narrow(
        &self,
        session: &Session,
        grant: GrantId,
        narrowing: Narrowing,
    ) -> Result<(), ChangeError> {
        let worker = session.worker();
        let mut tx = self.db.begin(Confinement::Worker(worker)).await?;
        let row = store::find(&mut tx, worker, grant)
            .await?
            .ok_or(ChangeError::Unknown)?;
        let now = self.clock.now();
        if !row.state(now).is_active() {
            return Err(ChangeError::Ended);
        }
        let within = row.terms.scope.contains(&narrowing.scope)
            && narrowing.scope.check().is_ok()
            && (now..=row.terms.expires_at).contains(&narrowing.expires_at);
        if !within {
            return Err(ChangeError::OutOfBounds);
        }
        let terms = Terms {
            scope: narrowing.scope,
            expires_at: narrowing.expires_at,
            ..row.terms.clone()
        };
        let change = Amendment {
            terms: &terms,
            shown: &narrowing.shown,
            by: Actor::Worker,
        };
        self.amend(tx, worker, &row, change).await?;
        Ok(())
    }
}
