//! The end of a mandate: the worker takes it back, or the counsellor gives it up. The next act finds
//! it ended, on every node.

use identity::Session;
use journal::{Action, Actor};
use kernel::{Confinement, Fault, MandateId, WorkerId};

use super::{Counsellor, MandateError, store};
use crate::{Consent, EndReason, receipt::issue};

impl Consent {
    /// Ends a mandate of the worker of `session`; says whether she gave one of this id. To end what
    /// has ended already changes nothing.
    pub async fn end_mandate(&self, session: &Session, id: MandateId) -> Result<bool, Fault> {
        let worker = session.worker();
        let mut tx = self.db.begin_read(Confinement::Worker(worker)).await?;
        let known = store::find(&mut tx, worker, id).await?;
        tx.commit().await?;
        let Some(row) = known else { return Ok(false) };
        if row.state(self.clock.now()).is_active() {
            self.end_as(worker, id, Actor::Worker, EndReason::Revoked)
                .await?;
        }
        Ok(true)
    }

    /// Gives up a mandate that `counsellor` holds.
    pub async fn resign(&self, counsellor: &Counsellor, id: MandateId) -> Result<(), MandateError> {
        let row = self.in_force(counsellor, id).await?;
        let actor = counsellor.under(id);
        Ok(self
            .end_as(row.worker, id, actor, EndReason::Renounced)
            .await?)
    }

    async fn end_as(
        &self,
        worker: WorkerId,
        id: MandateId,
        actor: Actor,
        reason: EndReason,
    ) -> Result<(), Fault> {
        let mut tx = self.db.begin(Confinement::Worker(worker)).await?;
        // Both at once: the first one ended it, and is in the journal.
        let now = self.clock.now();
        if store::end(&mut tx, worker, id, reason, now).await? {
            issue::next(&mut tx, worker, id.uuid(), |latest| {
                latest.ended(Some(reason), now)
            })
            .await?;
            let line = self.mandate_line(worker, actor, Action::EndMandate, id);
            journal::append(&mut tx, &self.entropy, [&line]).await?;
        }
        tx.commit().await?;
        metrics::counter!("cpf_mandates_ended_total", "reason" => reason.as_str()).increment(1);
        Ok(())
    }
}
