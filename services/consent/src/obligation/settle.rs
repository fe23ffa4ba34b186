//! Settling the end of a grant: the app is told, and what it owes is written down.

use std::time::Duration;

use events::{Event, Kind};
use kernel::{Confinement, EventId, Fault, GrantId, Tx, WorkerId};
use time::OffsetDateTime;

use super::{Obligation, store};
use crate::{
    Consent, EndReason,
    grant::{self, store::GrantRow},
    receipt::issue,
};

/// How often grants whose date has passed are looked for.
const BEAT: Duration = Duration::from_mins(1);

impl Consent {
    /// Settles the end of a grant in the transaction `tx`, once: again changes nothing. For no
    /// `reason`, its time had come.
    pub(crate) async fn settle(
        &self,
        tx: &mut Tx,
        worker: WorkerId,
        row: &GrantRow,
        ended_at: OffsetDateTime,
        reason: Option<EndReason>,
    ) -> Result<(), Fault> {
        if !store::settle(tx, worker, row.grant, self.clock.now()).await? {
            return Ok(());
        }
        let owed = Obligation::of(ended_at, row.terms.retention);
        store::insert(tx, worker, row, ended_at, owed.due_at).await?;
        issue::next(tx, worker, row.grant.uuid(), |latest| {
            latest.ended(reason, ended_at)
        })
        .await?;
        self.tell(tx, row, Kind::GrantEnded, row.version, ended_at)
            .await
    }

    /// Has the app of a grant told what happened to it, once `tx` is committed.
    pub(crate) async fn tell(
        &self,
        tx: &mut Tx,
        row: &GrantRow,
        kind: Kind,
        version: i32,
        at: OffsetDateTime,
    ) -> Result<(), Fault> {
        let event = Event {
            id: EventId::generate(&self.clock, &self.entropy),
            client_id: row.client_id.clone(),
            kind,
            grant: row.grant,
            version,
            at,
        };
        events::record(tx, &event).await
    }

    /// Settles grants as their dates pass, for as long as it is polled.
    pub async fn keep_settling(self) {
        let overdue = metrics::gauge!("cpf_obligations_overdue");
        loop {
            let settled = self.settle_expired().await;
            match settled.and(self.count_overdue().await) {
                Ok(count) => overdue.set(count),
                Err(fault) => tracing::warn!(
                    error = &fault as &dyn std::error::Error,
                    "the ends of grants cannot be settled; trying again"
                ),
            }
            tokio::time::sleep(BEAT).await;
        }
    }

    /// Settles the grants whose date has passed and that nobody has settled.
    pub async fn settle_expired(&self) -> Result<(), Fault> {
        loop {
            let mut tx = self.db.begin_read(Confinement::Courier).await?;
            let expired = store::unsettled(&mut tx, self.clock.now()).await?;
            tx.commit().await?;
            let mut settled = false;
            for (worker, grant) in expired {
                match self.settle_one(worker, grant).await {
                    Ok(()) => settled = true,
                    // One that cannot be settled does not hold up the others.
                    Err(fault) => tracing::error!(
                        grant.id = %grant,
                        error = &fault as &dyn std::error::Error,
                        "the end of a grant cannot be settled"
                    ),
                }
            }
            if !settled {
                return Ok(());
            }
        }
    }

    async fn settle_one(&self, worker: WorkerId, grant: GrantId) -> Result<(), Fault> {
        let mut tx = self.db.begin(Confinement::Worker(worker)).await?;
        let Some(row) = grant::store::find(&mut tx, worker, grant).await? else {
            return Ok(());
        };
        let state = row.state(self.clock.now());
        if let Some(ended_at) = state.ended_at() {
            self.settle(&mut tx, worker, &row, ended_at, state.reason())
                .await?;
        }
        tx.commit().await
    }

    async fn count_overdue(&self) -> Result<f64, Fault> {
        let overdue = super::overdue(&self.db, self.clock.now()).await?;
        Ok(f64::from(u32::try_from(overdue.len()).unwrap_or(u32::MAX)))
    }
}
