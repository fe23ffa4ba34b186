//! Face to face: the worker's code, which she reads out to the counsellor. That it was typed opens
//! nothing: she sees by whom, and decides.

use identity::Session;
use kernel::{Confinement, Fault, MandateId};
use time::OffsetDateTime;

use super::{CodeError, Counsellor, Proposed, store};
use crate::Consent;

/// How long the code can be typed, and from then on how long she has to decide.
const LIFETIME: time::Duration = time::Duration::minutes(10);

/// A meeting under way.
#[derive(Debug, Clone)]
pub struct Meeting {
    /// What the mandate will be called, if there is one.
    pub id: MandateId,
    /// The code, as she reads it out.
    pub code: String,
    /// Until when it can be typed, or she can decide.
    pub expires_at: OffsetDateTime,
    /// Who has typed it; nobody yet.
    pub met: Option<Proposed>,
}

impl Consent {
    /// Draws a code for the worker of `session`. The one before it leads nowhere from now on.
    pub async fn meet(&self, session: &Session) -> Result<(), Fault> {
        let worker = session.worker();
        let id = MandateId::generate(&self.clock, &self.entropy);
        let digest = self.code_digest(&self.spoken_code(id.uuid()));
        let expires_at = self.clock.now() + LIFETIME;
        let mut tx = self.db.begin(Confinement::Worker(worker)).await?;
        store::put_meeting(&mut tx, worker, id, digest, expires_at).await?;
        tx.commit().await
    }

    /// The meeting of the worker of `session`, if one is under way.
    pub async fn meeting(&self, session: &Session) -> Result<Option<Meeting>, Fault> {
        let worker = session.worker();
        let mut tx = self.db.begin_read(Confinement::Worker(worker)).await?;
        let found = store::meeting_of(&mut tx, worker).await?;
        tx.commit().await?;
        let live = found.filter(|meeting| meeting.expires_at > self.clock.now());
        let Some(live) = live else { return Ok(None) };
        let met = match live.agent {
            None => None,
            Some(agent) => match self.agent_proposed(agent).await? {
                // Her organisation has stopped counselling meanwhile: there is nothing to decide.
                None => return Ok(None),
                some => some,
            },
        };
        Ok(Some(Meeting {
            id: live.mandate,
            code: self.spoken_code(live.mandate.uuid()).to_string(),
            expires_at: live.expires_at,
            met,
        }))
    }

    /// Ends the meeting of the worker of `session` without a mandate.
    pub async fn leave_meeting(&self, session: &Session) -> Result<(), Fault> {
        let worker = session.worker();
        let mut tx = self.db.begin(Confinement::Worker(worker)).await?;
        store::leave_meeting(&mut tx, worker).await?;
        tx.commit().await
    }

    /// Tells the worker who read out the code that `counsellor` has typed it. Says nothing of who
    /// she is, and opens nothing.
    pub async fn join(&self, counsellor: &Counsellor, typed: &str) -> Result<(), CodeError> {
        let agent = counsellor.agent.id;
        let digest = self.tried(agent.uuid(), typed).await?;
        let mut tx = self.db.begin_read(Confinement::Presented(digest)).await?;
        let worker = store::meeting_under(&mut tx, digest).await?;
        tx.commit().await?;
        let worker = worker.ok_or(CodeError::Unknown)?;
        let now = self.clock.now();
        let mut tx = self.db.begin(Confinement::Worker(worker)).await?;
        let joined = store::join(&mut tx, worker, digest, agent, now, now + LIFETIME).await?;
        tx.commit().await?;
        if !joined {
            return Err(CodeError::Unknown);
        }
        Ok(self.found(agent.uuid()).await?)
    }
}
