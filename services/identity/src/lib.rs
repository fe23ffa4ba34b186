//! Workers: who they are, as an identity provider vouches for it, and their sessions.
//!
//! The platform keeps no password. A worker signs in at a FranceConnect-shaped OpenID Connect
//! provider ([`sign_in`](SignIn)), comes back with identity traits, and holds a session. The
//! traits also make the keyed digests ([`Traits::match_keys`]) by which a deposit finds her
//! without anybody comparing names in clear.

mod model;
mod relying_party;
mod session;
mod sign_in;
mod store;

use kernel::{Clock, Db, Entropy, Keys};

pub use model::{ReturnTo, Sex, Traits};
pub use relying_party::{ProviderError, ProviderSettings, RelyingParty};
pub use session::{Session, SessionError};
pub use sign_in::{Departure, SignIn, SignInError, SignedIn};
pub use store::{Candidate, candidates, traits};

/// The chapter, with what it needs.
#[derive(Debug, Clone)]
pub struct Identity {
    db: Db,
    clock: Clock,
    entropy: Entropy,
    keys: Keys,
    relying_party: RelyingParty,
}

impl Identity {
    /// The chapter over `db`, with `relying_party` as its provider.
    pub const fn new(
        db: Db,
        clock: Clock,
        entropy: Entropy,
        keys: Keys,
        relying_party: RelyingParty,
    ) -> Self {
        Self {
            db,
            clock,
            entropy,
            keys,
            relying_party,
        }
    }
}
