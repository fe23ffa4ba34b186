//! Changing a grant: the worker gives less of it, gives again what was asked, or moves its end.

use catalogue::App;
use identity::Session;
use journal::Actor;
use kernel::{Confinement, Conn, Fault, GrantId, Tx, WorkerId};
use time::OffsetDateTime;

use super::{
    amend::{Amendment, Turn},
    reach::{Asked, Reach},
    store::{self, GrantRow},
};
use crate::{Consent, Scope, Shown, Terms};

/// What a worker makes of a grant, and what she saw when she decided it.
#[derive(Debug, Clone)]
pub struct Revision {
    /// The version that she was shown.
    pub seen: i32,
    /// What of each section she gives from now on.
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
    /// It has ended, and does not come back.
    #[error("the grant has ended")]
    Ended,
    /// It has another version than the one that she was shown.
    #[error("the grant has changed meanwhile")]
    Moved,
    /// More than was asked, or nothing, or an end that has passed.
    #[error("the change is not within what was asked")]
    OutOfBounds,
    /// The platform failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Consent {
    /// Changes a grant of the worker of `session`. When this returns, no token minted before opens
    /// anything here; the app gets another one with its refresh token. What changes nothing makes
    /// no version.
    pub async fn change(
        &self,
        session: &Session,
        grant: GrantId,
        revision: Revision,
    ) -> Result<(), ChangeError> {
        let worker = session.worker();
        let app = self.app_behind(worker, grant).await?;
        let (mut tx, row) = self.steer(worker, grant, revision.seen).await?;
        let now = self.clock.now();
        let asked = asked(&mut tx, worker, &row).await?;
        let reach = Reach::of(&row, &asked, app.as_ref(), now);
        if !reach.permits(&row.terms, &revision.scope, revision.expires_at, now) {
            return Err(ChangeError::OutOfBounds);
        }
        let terms = Terms {
            scope: revision.scope,
            expires_at: revision.expires_at,
            ..row.terms.clone()
        };
        if terms == row.terms {
            return Ok(());
        }
        let amendment = Amendment {
            terms: &terms,
            asked: None,
            shown: &revision.shown,
            by: Actor::Worker,
            turn: Turn::Change,
        };
        self.amend(tx, worker, &row, amendment).await?;
        Ok(())
    }

    /// A grant of `worker`, locked, if it has not ended and still is as she was shown it.
    pub(super) async fn steer(
        &self,
        worker: WorkerId,
        grant: GrantId,
        seen: i32,
    ) -> Result<(Tx, GrantRow), ChangeError> {
        let mut tx = self.db.begin(Confinement::Worker(worker)).await?;
        let row = store::find(&mut tx, worker, grant)
            .await?
            .ok_or(ChangeError::Unknown)?;
        if row.state(self.clock.now()).has_ended() {
            return Err(ChangeError::Ended);
        }
        if row.version != seen {
            return Err(ChangeError::Moved);
        }
        Ok((tx, row))
    }

    /// The app that holds a grant of `worker`, as the catalogue has it now; none when it is gone.
    async fn app_behind(
        &self,
        worker: WorkerId,
        grant: GrantId,
    ) -> Result<Option<App>, ChangeError> {
        let mut tx = self.db.begin_read(Confinement::Worker(worker)).await?;
        let row = store::one(&mut tx, worker, grant).await?;
        tx.commit().await?;
        let row = row.ok_or(ChangeError::Unknown)?;
        let known = self.catalogue.app(&row.client_id).await?;
        Ok(known.map(|(app, _publisher)| app))
    }
}

/// What the app of a grant had asked for.
pub(super) async fn asked(
    conn: &mut Conn,
    worker: WorkerId,
    row: &GrantRow,
) -> Result<Asked, Fault> {
    if let Some(details) = &row.asked {
        return Ok(Asked::of(details));
    }
    // Grants from before keep every version, the first one too.
    let first = store::versions(conn, worker, row.grant, 2, 1).await?.pop();
    let first = first.ok_or_else(|| Fault::Corrupt(format!("versions of grant {}", row.grant)))?;
    Ok(Asked::at_least(&first.terms, first.at))
}
