//! Taking a grant back: at once on this node, within the lease on every other.

use identity::Session;
use journal::{Action, Actor};
use kernel::{Confinement, Fault, GrantId, Tx, WorkerId};

use super::store;
use crate::{Consent, EndReason, revocations};

/// Why nothing was revoked.
#[derive(Debug, thiserror::Error)]
pub enum RevokeError {
    /// This worker gave no such grant.
    #[error("no such grant")]
    Unknown,
    /// The platform failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Consent {
    /// Ends a grant of the worker of `session`. When this returns no token of it opens anything
    /// here. To revoke what has ended already changes nothing and succeeds.
    pub async fn revoke(&self, session: &Session, grant: GrantId) -> Result<(), RevokeError> {
        let worker = session.worker();
        let tx = self.db.begin(Confinement::Worker(worker)).await?;
        self.revoke_as(tx, worker, grant, Actor::Worker).await
    }

    /// Ends a grant of `worker`, by her own hand or by another in her name.
    pub(crate) async fn revoke_as(
        &self,
        mut tx: Tx,
        worker: WorkerId,
        grant: GrantId,
        actor: Actor,
    ) -> Result<(), RevokeError> {
        let row = store::find(&mut tx, worker, grant)
            .await?
            .ok_or(RevokeError::Unknown)?;
        if row.state(self.clock.now()).has_ended() {
            return Ok(());
        }
        let line = self.line(worker, self.clock.now(), actor, Action::Revoke, row.under());
        journal::append(&mut tx, &self.entropy, [&line]).await?;
        self.end(tx, worker, &row, EndReason::Revoked).await?;
        Ok(())
    }

    /// Ends a grant, commits, and stops its tokens on this node before returning.
    pub(crate) async fn end(
        &self,
        mut tx: Tx,
        worker: WorkerId,
        row: &store::GrantRow,
        reason: EndReason,
    ) -> Result<(), Fault> {
        let now = self.clock.now();
        store::end(&mut tx, worker, row.grant, reason, now).await?;
        revocations::store::publish(&mut tx, row.grant, revocations::EVERY_VERSION, now).await?;
        // After the revocation log, whose turn is always taken before the outbox's.
        self.settle(&mut tx, worker, row, now, Some(reason)).await?;
        tx.commit().await?;
        self.revocations
            .apply(row.grant, revocations::EVERY_VERSION);
        metrics::counter!("cpf_grants_ended_total", "reason" => reason.as_str()).increment(1);
        Ok(())
    }
}
