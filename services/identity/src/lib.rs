//! People: who they are, as an identity provider vouches for it, and their sessions.
//!
//! The platform keeps no password. A worker signs in at a FranceConnect-shaped OpenID Connect
//! provider ([`sign_in`](SignIn)), comes back with identity traits, and holds a session. The
//! traits also make the keyed digests ([`Traits::match_keys`]) by which a deposit finds her
//! without anybody comparing names in clear. An agent of an organisation signs in at a
//! ProConnect-shaped one ([`Agents`]); the protocol is the same, and written once.

mod agent;
mod france_connect;
mod model;
mod pro_connect;
mod relying_party;
mod session;
mod sign_in;
mod store;
mod visit;

use kernel::{Clock, Db, Entropy, Keys};

pub use agent::{Agent, AgentSession, AgentSignedIn, Agents, VouchedAgent, agent};
pub use model::{ReturnTo, Sex, Traits};
pub use relying_party::{Authentication, ProviderError, ProviderSettings, RelyingParty};
pub use session::{Session, SessionError};
pub use sign_in::SignedIn;
pub use store::{Candidate, candidates, traits};
use visit::Visits;
pub use visit::{Departure, SignIn, SignInError};

/// The levels of assurance (`acr`) at which a worker may have signed in, the lowest first.
pub const LEVELS: &[&str] = france_connect::ASKING.levels;

/// Workers and their sessions, with what they need.
#[derive(Debug, Clone)]
pub struct Identity {
    db: Db,
    clock: Clock,
    entropy: Entropy,
    keys: Keys,
    visits: Visits,
}

impl Identity {
    /// Workers over `db`, with `relying_party` as their provider.
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
