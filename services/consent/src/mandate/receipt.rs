//! Receipts of mandates: for the worker who gave one, and for the counsellor who holds it or held it.

use identity::Session;
use kernel::{Confinement, Fault, MandateId, Tx, WorkerId};

use super::{Counsellor, store};
use crate::{
    Consent, GrantState, Receipt,
    receipt::{Document, issue},
};

/// The number of the receipt of its end: a mandate has one version.
const END: i32 = 2;

impl Consent {
    /// A receipt of a mandate of the worker of `session`, and the texts she was shown.
    pub async fn own_mandate_receipt(
        &self,
        session: &Session,
        mandate: MandateId,
        number: i32,
    ) -> Result<Option<(Receipt, Vec<String>)>, Fault> {
        let worker = session.worker();
        let mut tx = self.db.begin(Confinement::Worker(worker)).await?;
        let receipt = self.of_mandate(&mut tx, worker, mandate, number).await?;
        let texts = store::shown_texts(&mut tx, worker, mandate).await?;
        tx.commit().await?;
        Ok(receipt.zip(texts))
    }

    /// A receipt of a mandate that `counsellor` holds or held.
    pub async fn held_receipt(
        &self,
        counsellor: &Counsellor,
        mandate: MandateId,
        number: i32,
    ) -> Result<Option<Receipt>, Fault> {
        let agent = counsellor.agent.id;
        let mut tx = self.db.begin_read(Confinement::Agent(agent)).await?;
        let held = store::held_by(&mut tx, agent, mandate).await?;
        tx.commit().await?;
        let Some(held) = held else { return Ok(None) };
        let mut tx = self.db.begin(Confinement::Worker(held.worker)).await?;
        let receipt = self.of_mandate(&mut tx, held.worker, mandate, number);
        let receipt = receipt.await?;
        tx.commit().await?;
        Ok(receipt)
    }

    /// Nobody ends a mandate whose date has passed: the receipt of that is written when it is asked
    /// for.
    async fn of_mandate(
        &self,
        tx: &mut Tx,
        worker: WorkerId,
        mandate: MandateId,
        number: i32,
    ) -> Result<Option<Receipt>, Fault> {
        let row = store::find(tx, worker, mandate).await?;
        let state = row.map(|row| row.state(self.clock.now()));
        if let (Some(GrantState::Expired { at }), END) = (state, number) {
            let ended = |latest: Document| match latest.record.events.as_slice() {
                [_given] => latest.ended(None, at),
                _ => latest,
            };
            issue::next(tx, worker, mandate.uuid(), ended).await?;
        }
        self.signed(tx, worker, mandate.uuid(), Some(number)).await
    }
}
