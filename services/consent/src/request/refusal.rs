//! A refusal is remembered for a week, so that the same request does not simply ask again.

use std::time::Duration;

use identity::Session;
use kernel::{Confinement, Fault, RefusalId, Tx, WorkerId, repeat};
use time::OffsetDateTime;

use super::{Pending, store};
use crate::{Consent, Purpose, RecordDetails, Scope};

/// How long a refusal is remembered.
const REMEMBERED: time::Duration = time::Duration::days(7);
/// How often those that are older are deleted.
const BEAT: Duration = Duration::from_mins(10);

/// What a worker refused, lately.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// To which app.
    pub client_id: String,
    /// What it wanted it for.
    pub purpose: Purpose,
    /// What it asked.
    pub scope: Scope,
    /// When.
    pub at: OffsetDateTime,
}

impl Refused {
    /// Whether a request of the same app for `details` asks this again: for the same purpose, and for
    /// nothing less of the record. Another duration, or more sections, make no new question.
    fn is_repeated_by(&self, details: &RecordDetails) -> bool {
        details.purpose == self.purpose && details.scope().contains(&self.scope)
    }
}

impl Consent {
    /// What the worker of `session` refused in the last seven days, newest first.
    pub async fn refused(&self, session: &Session) -> Result<Vec<Refused>, Fault> {
        let worker = session.worker();
        let mut tx = self.db.begin_read(Confinement::Worker(worker)).await?;
        let refused = store::refused(&mut tx, worker, self.clock.now() - REMEMBERED).await?;
        tx.commit().await?;
        Ok(refused.into_iter().map(|(_, refused)| refused).collect())
    }

    /// When the worker of `session` last refused what `pending` asks again, if she did in the last
    /// seven days.
    pub async fn refused_before(
        &self,
        session: &Session,
        pending: &Pending,
    ) -> Result<Option<OffsetDateTime>, Fault> {
        let refused = self.refused(session).await?;
        let repeated = refused.into_iter().find(|refused| {
            refused.client_id == pending.app.client_id && refused.is_repeated_by(pending.details())
        });
        Ok(repeated.map(|refused| refused.at))
    }

    /// Forgets the refusals that `pending` repeats, in the transaction that decides it: whatever
    /// `worker` decides now takes their place.
    pub(super) async fn supersede_refusals(
        &self,
        tx: &mut Tx,
        worker: WorkerId,
        pending: &Pending,
    ) -> Result<(), Fault> {
        let earlier = store::refused(tx, worker, self.clock.now() - REMEMBERED).await?;
        for (id, refused) in earlier {
            if refused.client_id == pending.app.client_id
                && refused.is_repeated_by(pending.details())
            {
                store::forget_refusal(tx, worker, id).await?;
            }
        }
        Ok(())
    }

    /// Remembers that `worker` refuses `pending`, in the transaction that decides it.
    pub(super) async fn remember(
        &self,
        tx: &mut Tx,
        worker: WorkerId,
        pending: &Pending,
    ) -> Result<(), Fault> {
        let details = pending.details();
        let id = RefusalId::generate(&self.clock, &self.entropy);
        let refused = Refused {
            client_id: pending.app.client_id.clone(),
            purpose: details.purpose,
            scope: details.scope(),
            at: self.clock.now(),
        };
        store::insert_refusal(tx, worker, id, &refused).await
    }

    /// Deletes refusals after seven days, for as long as it is polled.
    pub async fn keep_forgetting(self) {
        repeat(BEAT, "old refusals cannot be deleted", || {
            self.forget_refusals()
        })
        .await;
    }

    /// Deletes the refusals of more than seven days ago, whoever refused.
    pub async fn forget_refusals(&self) -> Result<(), Fault> {
        let mut tx = self.db.begin(Confinement::Courier).await?;
        store::forget_refusals(&mut tx, self.clock.now() - REMEMBERED).await?;
        tx.commit().await
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use time::OffsetDateTime;

    use super::Refused;
    use crate::{Purpose, RecordDetails, Scope, Section};

    #[test]
    fn asking_for_as_much_or_more_repeats_a_request_and_asking_for_less_does_not() {
        let refused = Refused {
            client_id: "coach".into(),
            purpose: Purpose::CareerGuidance,
            scope: Scope::whole([Section::Certificates, Section::Skills]),
            at: OffsetDateTime::UNIX_EPOCH,
        };
        let asked = json!([{
            "type": "cpf_record", "actions": ["read"], "sections": ["certificates", "skills"],
            "purpose": "career_guidance", "duration": "P90D", "frequency": "ongoing",
            "retention": "P30D",
        }]);
        let repeats = |member: &str, value: serde_json::Value| {
            let mut asked = asked.clone();
            asked[0][member] = value;
            refused.is_repeated_by(&RecordDetails::parse(&asked.to_string()).unwrap())
        };
        assert!(repeats("duration", json!("P89D")));
        assert!(repeats("retention", json!("P1D")));
        assert!(repeats("essential", json!(["certificates"])));
        assert!(repeats(
            "sections",
            json!(["certificates", "skills", "badges"])
        ));
        assert!(!repeats("sections", json!(["certificates"])));
        assert!(!repeats("fields", json!({"certificates": ["score"]})));
        assert!(!repeats("period", json!({"from": "2026-01-01"})));
        assert!(!repeats("purpose", json!("job_search")));
    }
}
