//! Agents: people who act for an organisation, as a ProConnect-shaped provider vouches for them.
//!
//! The same person who acts for another establishment is another agent: what was entrusted to the
//! one is not to the other. Their sessions are apart from those of workers: another provider,
//! another cookie, another table.

mod session;
mod sign_in;
mod store;

use std::fmt;

use kernel::{AgentId, Clock, Db, Entropy, Keys};

use crate::{RelyingParty, visit::Visits};

pub use session::AgentSession;
pub use sign_in::{AgentSignedIn, VouchedAgent};
pub use store::agent;

/// A person who acts for an organisation.
#[derive(Clone, PartialEq, Eq)]
pub struct Agent {
    /// Her id here.
    pub id: AgentId,
    /// Her first names.
    pub given_name: String,
    /// Her family name in use.
    pub usual_name: String,
    /// The establishment that she acts for, as her provider writes it.
    pub siret: String,
}

impl Agent {
    /// Her name, as people write it.
    pub fn name(&self) -> String {
        format!("{} {}", self.given_name, self.usual_name)
    }
}

impl fmt::Debug for Agent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Agent").field(&self.id).finish()
    }
}

/// Agents and their sessions, with what they need.
#[derive(Debug, Clone)]
pub struct Agents {
    db: Db,
    clock: Clock,
    entropy: Entropy,
    keys: Keys,
    visits: Visits,
}

impl Agents {
    /// Agents over `db`, with `relying_party` as their provider.
    pub fn new(
        db: Db,
        clock: Clock,
        entropy: Entropy,
        keys: Keys,
        relying_party: RelyingParty,
    ) -> Self {
        let visits = Visits {
            db: db.clone(),
            clock: clock.clone(),
            entropy: entropy.clone(),
            relying_party,
        };
        Self {
            db,
            clock,
            entropy,
            keys,
            visits,
        }
    }
}
