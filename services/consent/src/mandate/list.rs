//! Mandates, as the worker sees those she gave, and a counsellor those she holds.

use identity::Session;
use kernel::{Confinement, Fault, MandateId, OrganisationId};
use time::OffsetDateTime;

use super::{Counsellor, MandateTerms, store};
use crate::{Consent, GrantState};

/// A mandate as its worker sees it.
#[derive(Debug, Clone)]
pub struct Mandate {
    /// The mandate.
    pub id: MandateId,
    /// The counsellor's name, as the worker saw it.
    pub counsellor: String,
    /// For whom the counsellor works.
    pub organisation: OrganisationId,
    /// What it permits.
    pub terms: MandateTerms,
    /// Since when.
    pub given_at: OffsetDateTime,
    /// Until when, unless it is ended before.
    pub expires_at: OffsetDateTime,
    /// Where it stands.
    pub state: GrantState,
    /// When the counsellor last acted under it, and how many times; nothing when never.
    pub last_act: Option<(OffsetDateTime, i64)>,
}

/// A mandate as the counsellor sees it who holds it.
#[derive(Debug, Clone)]
pub struct Held {
    /// The mandate.
    pub id: MandateId,
    /// In whose name the counsellor acts.
    pub worker_name: String,
    /// What it permits.
    pub terms: MandateTerms,
    /// Until when.
    pub expires_at: OffsetDateTime,
}

impl Consent {
    /// All mandates of the worker of `session`, newest first.
    pub async fn mandates(&self, session: &Session) -> Result<Vec<Mandate>, Fault> {
        let worker = session.worker();
        let mut tx = self.db.begin_read(Confinement::Worker(worker)).await?;
        let rows = store::of_worker(&mut tx, worker).await?;
        let acts = journal::last_acts(&mut tx, worker).await?;
        tx.commit().await?;
        let now = self.clock.now();
        let given = rows.into_iter().map(|row| {
            let act = acts.iter().find(|(mandate, ..)| *mandate == row.mandate);
            Mandate {
                id: row.mandate,
                state: row.state(now),
                last_act: act.map(|(_, at, times)| (*at, *times)),
                counsellor: row.agent_name,
                organisation: row.organisation,
                terms: row.terms,
                given_at: row.given_at,
                expires_at: row.expires_at,
            }
        });
        Ok(given.collect())
    }

    /// The mandates in force that `counsellor` holds, newest first. Of those that have ended she
    /// sees nothing.
    pub async fn held(&self, counsellor: &Counsellor) -> Result<Vec<Held>, Fault> {
        let agent = counsellor.agent.id;
        let now = self.clock.now();
        let mut tx = self.db.begin_read(Confinement::Agent(agent)).await?;
        let rows = store::in_force(&mut tx, agent, now).await?;
        tx.commit().await?;
        Ok(rows.into_iter().map(Held::from).collect())
    }
}

impl From<store::MandateRow> for Held {
    fn from(row: store::MandateRow) -> Self {
        Self {
            id: row.mandate,
            worker_name: row.worker_name,
            terms: row.terms,
            expires_at: row.expires_at,
        }
    }
}
