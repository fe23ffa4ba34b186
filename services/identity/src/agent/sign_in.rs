//! An agent's sign-in, in two steps: between them stands the question whether her organisation is
//! one that the platform knows. Of anybody else nothing is kept.

use std::fmt;

use kernel::{AgentId, Confinement, Digest, Fault, Secret};

use super::{Agents, store};
use crate::{
    Departure, ReturnTo, SignIn, SignInError,
    pro_connect::{self, Acting},
    session::LIFETIME,
};

/// Where an agent goes who wanted to go nowhere else.
const HOME: &str = "/counsellor";

/// An agent whom the provider has just vouched for. Nothing of her is kept yet.
pub struct VouchedAgent {
    subject: Digest,
    acting: Acting,
    return_to: ReturnTo,
}

/// An agent who has just signed in.
#[derive(Debug)]
pub struct AgentSignedIn {
    /// Who.
    pub agent: AgentId,
    /// The secret of her session, for the cookie.
    pub secret: Secret<String>,
    /// Where she wanted to go.
    pub return_to: ReturnTo,
}

impl VouchedAgent {
    /// The establishment that she acts for, as her provider writes it.
    pub fn siret(&self) -> &str {
        &self.acting.siret
    }
}

impl fmt::Debug for VouchedAgent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VouchedAgent(…)")
    }
}

impl Agents {
    /// Prepares a departure to the provider.
    pub async fn depart(&self, return_to: Option<&str>) -> Result<Departure, SignInError> {
        let return_to = ReturnTo::or(HOME, return_to.unwrap_or(HOME));
        self.visits.depart(&return_to, false).await
    }

    /// Whom the provider vouches for.
    pub async fn arrive(&self, sign_in: SignIn) -> Result<VouchedAgent, SignInError> {
        let visitor = self.visits.arrive(sign_in).await?;
        let acting = pro_connect::acting(&visitor.claims)?;
        let who = format!("{}\n{}", visitor.subject, acting.siret);
        Ok(VouchedAgent {
            subject: self.keys.keyed_digest("agent-sign-in", who.as_bytes()),
            acting,
            return_to: ReturnTo::or(HOME, &visitor.return_to),
        })
    }

    /// Opens a session for `vouched`.
    pub async fn open_session(&self, vouched: VouchedAgent) -> Result<AgentSignedIn, Fault> {
        let agent = self.agent_of(vouched.subject, &vouched.acting).await?;
        let secret = self.entropy.token();
        let now = self.clock.now();
        let mut tx = self.db.begin(Confinement::Agent(agent)).await?;
        store::put_names(&mut tx, agent, &vouched.acting).await?;
        store::drop_ended_sessions(&mut tx, agent, now).await?;
        let digest = Digest::of(secret.expose());
        store::insert_session(&mut tx, agent, digest, now, now + LIFETIME).await?;
        tx.commit().await?;
        Ok(AgentSignedIn {
            agent,
            secret,
            return_to: vouched.return_to,
        })
    }

    /// The agent known under `subject`, or a new one.
    async fn agent_of(&self, subject: Digest, acting: &Acting) -> Result<AgentId, Fault> {
        loop {
            let mut tx = self.db.begin_read(Confinement::Presented(subject)).await?;
            let known = store::agent_of(&mut tx, subject).await?;
            tx.commit().await?;
            if let Some(agent) = known {
                return Ok(agent);
            }
            let agent = AgentId::generate(&self.clock, &self.entropy);
            let mut tx = self.db.begin(Confinement::Agent(agent)).await?;
            let now = self.clock.now();
            match store::insert_agent(&mut tx, agent, subject, acting, now).await {
                Ok(()) => {
                    tx.commit().await?;
                    return Ok(agent);
                }
                // Two first sign-ins at once: the other one won, and its agent is ours.
                Err(fault) if fault.constraint() == Some("agents_subject_once") => {}
                Err(fault) => return Err(fault),
            }
        }
    }
}
