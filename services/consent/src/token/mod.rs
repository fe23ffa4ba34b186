//! Consent tokens: Biscuits of five minutes, minted from one version of one grant.

mod carried;
mod decode;
mod examiner;
mod exchange;
mod give_back;
mod guard;
mod id_token;
mod introspect;
mod less;
mod limits;
mod manage;
mod mint;
mod store;
mod trade_down;
mod verify;

use std::{num::NonZeroUsize, sync::Mutex};

use biscuit_auth::{KeyPair, PrivateKey, PublicKey, builder::Algorithm, error};
use kernel::{Digest, Fault, Keys};
use lru::LruCache;
use signing::{Purpose, SigningKeys};

pub use examiner::{Opened, TokenExaminer};
pub use exchange::{ExchangeError, Issued, TokenRequest};
pub use guard::{GuardError, guard};
pub use introspect::Introspected;
pub use less::{Less, LessError};
pub use manage::{ManagementToken, Manager, Managing};
pub use trade_down::Exchanged;
pub use verify::{ConsentToken, Presented, TokenError};

/// How long an access token lives, unless its grant ends sooner.
pub(crate) const LIFETIME: time::Duration = time::Duration::minutes(5);

/// How many verified tokens are remembered.
const CACHE: NonZeroUsize = NonZeroUsize::new(65_536).unwrap();
/// How many of those with appended blocks: anybody can append another, and each is kept whole.
const ATTENUATED: NonZeroUsize = NonZeroUsize::new(1_024).unwrap();

/// The root keys, whom their tokens are for, and those they were seen to have signed.
#[derive(Debug)]
pub(crate) struct Tokens {
    signing: SigningKeys,
    keys: Keys,
    audience: String,
    verified: Mutex<LruCache<Digest, ConsentToken>>,
    attenuated: Mutex<LruCache<Digest, ConsentToken>>,
}

impl Tokens {
    pub(crate) fn new(signing: SigningKeys, keys: &Keys, audience: String) -> Self {
        Self {
            signing,
            keys: keys.clone(),
            audience,
            verified: Mutex::new(LruCache::new(CACHE)),
            attenuated: Mutex::new(LruCache::new(ATTENUATED)),
        }
    }

    /// The keys that the platform signs with.
    pub(crate) const fn signing(&self) -> &SigningKeys {
        &self.signing
    }

    /// The root key that signs now, and its generation, which tokens name as their root key id.
    fn root(&self) -> Result<(KeyPair, u16), Fault> {
        let key = self.signing.signer(Purpose::ConsentToken)?;
        let private = PrivateKey::from_bytes(key.secret().expose(), Algorithm::Ed25519)
            .map_err(|_malformed| Fault::Unavailable("the root key"))?;
        Ok((KeyPair::from(&private), key.generation()))
    }

    /// The root key of the generation that a token names, when it is believed. A token that names
    /// none is not one of ours.
    fn root_of(&self, generation: Option<u32>) -> Result<PublicKey, error::Format> {
        let number = generation.and_then(|number| u16::try_from(number).ok());
        let key = number.and_then(|number| {
            let believed = self.signing.verifier(Purpose::ConsentToken, number);
            believed.ok().flatten()
        });
        let key = key.ok_or(error::Format::UnknownPublicKey)?;
        PublicKey::from_bytes(key.public_bytes(), Algorithm::Ed25519)
    }

    /// Whether what `generation` signed is believed now.
    fn believes(&self, generation: u16) -> Result<bool, Fault> {
        let key = self.signing.verifier(Purpose::ConsentToken, generation)?;
        Ok(key.is_some())
    }
}
