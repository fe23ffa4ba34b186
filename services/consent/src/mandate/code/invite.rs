//! The counsellor's invitation: a code that she hands out, by which workers find her. It opens
//! nothing of anybody, so that many may type the same.

use kernel::{Confinement, Fault, InvitationId};
use time::OffsetDateTime;

use super::{CodeError, Counsellor, Proposed, store};
use crate::Consent;

/// How long an invitation can be answered.
const LIFETIME: time::Duration = time::Duration::days(7);

/// An invitation that can be answered.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// The code, as it is shown.
    pub code: String,
    /// Until when.
    pub expires_at: OffsetDateTime,
}

impl Consent {
    /// Draws an invitation of `counsellor`. The one before it leads nowhere from now on.
    pub async fn invite(&self, counsellor: &Counsellor) -> Result<(), Fault> {
        let id = InvitationId::generate(&self.clock, &self.entropy);
        let digest = self.code_digest(&self.spoken_code(id.uuid()));
        let expires_at = self.clock.now() + LIFETIME;
        let agent = counsellor.agent.id;
        let mut tx = self.db.begin(Confinement::Agent(agent)).await?;
        store::put_invitation(&mut tx, agent, id, digest, expires_at).await?;
        tx.commit().await
    }

    /// The invitation of `counsellor`, if one can be answered.
    pub async fn invitation(&self, counsellor: &Counsellor) -> Result<Option<Invitation>, Fault> {
        let agent = counsellor.agent.id;
        let mut tx = self.db.begin_read(Confinement::Agent(agent)).await?;
        let found = store::invitation_of(&mut tx, agent).await?;
        tx.commit().await?;
        let live = found.filter(|(_, expires_at)| *expires_at > self.clock.now());
        Ok(live.map(|(id, expires_at)| Invitation {
            code: self.spoken_code(id.uuid()).to_string(),
            expires_at,
        }))
    }

    /// Who invites by the code that the worker of `session` typed.
    pub(in crate::mandate) async fn invited(
        &self,
        session: &identity::Session,
        typed: &str,
    ) -> Result<Proposed, CodeError> {
        let guesser = session.worker().uuid();
        let digest = self.tried(guesser, typed).await?;
        let mut tx = self.db.begin_read(Confinement::Presented(digest)).await?;
        let found = store::inviting(&mut tx, digest).await?;
        tx.commit().await?;
        let live = found.filter(|(_, expires_at)| *expires_at > self.clock.now());
        let (agent, _) = live.ok_or(CodeError::Unknown)?;
        let proposed = self.agent_proposed(agent).await?;
        self.found(guesser).await?;
        proposed.ok_or(CodeError::Unknown)
    }

    /// The agent `id`, as long as her organisation counsels.
    pub(super) async fn agent_proposed(
        &self,
        id: kernel::AgentId,
    ) -> Result<Option<Proposed>, Fault> {
        let mut tx = self.db.begin_read(Confinement::Agent(id)).await?;
        let agent = identity::agent(&mut tx, id).await?;
        tx.commit().await?;
        let Some(agent) = agent else { return Ok(None) };
        let organisation = self.catalogue.counselling(&agent.siret).await?;
        Ok(organisation.map(|organisation| Proposed {
            agent,
            organisation,
        }))
    }
}
