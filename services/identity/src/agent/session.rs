//! An agent's session.

use kernel::{Confinement, Digest, Fault};

use super::{Agent, Agents, store};
use crate::{SessionError, session::FormToken};

/// An agent's session that is open now. Only a presented secret yields one.
#[derive(Debug, Clone)]
pub struct AgentSession {
    agent: Agent,
    digest: Digest,
    form_token: FormToken,
}

impl AgentSession {
    /// Whose session it is.
    pub const fn agent(&self) -> &Agent {
        &self.agent
    }

    /// The token that every form of this session carries and gives back.
    pub fn form_token(&self) -> &str {
        self.form_token.as_str()
    }

    /// Whether a form came from a page of this session.
    pub fn accepts_form(&self, token: &str) -> bool {
        self.form_token.is(token)
    }
}

impl Agents {
    /// The open session under `secret`.
    pub async fn session(&self, secret: &str) -> Result<AgentSession, SessionError> {
        let digest = Digest::of(secret);
        let mut tx = self.db.begin_read(Confinement::Presented(digest)).await?;
        let found = store::session(&mut tx, digest).await?;
        tx.commit().await?;
        let (id, expires_at) = found.ok_or(SessionError::None)?;
        if expires_at <= self.clock.now() {
            return Err(SessionError::None);
        }
        let mut tx = self.db.begin_read(Confinement::Agent(id)).await?;
        let agent = store::agent(&mut tx, id).await?;
        tx.commit().await?;
        Ok(AgentSession {
            agent: agent.ok_or(SessionError::None)?,
            digest,
            form_token: FormToken::of(&self.keys, digest),
        })
    }

    /// Ends `session`: its secret opens nothing more.
    pub async fn sign_out(&self, session: &AgentSession) -> Result<(), Fault> {
        let agent = session.agent.id;
        let mut tx = self.db.begin(Confinement::Agent(agent)).await?;
        store::end_session(&mut tx, agent, session.digest).await?;
        tx.commit().await
    }
}
