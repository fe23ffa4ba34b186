//! Consent tokens: Biscuits of five minutes, minted from one version of one grant.

mod exchange;
mod guard;
mod limits;
mod mint;
mod store;
mod verify;

use std::{num::NonZeroUsize, sync::Mutex};

use biscuit_auth::{KeyPair, PrivateKey, builder::Algorithm};
use kernel::{Digest, Keys};
use lru::LruCache;

pub use exchange::{ExchangeError, Issued, TokenRequest};
pub use guard::{GuardError, guard};
pub use verify::{ConsentToken, Presented, TokenError};

/// How long an access token lives, unless its grant ends sooner.
pub(crate) const LIFETIME: time::Duration = time::Duration::minutes(5);

/// How many verified tokens are remembered.
const CACHE: NonZeroUsize = NonZeroUsize::new(65_536).unwrap();
/// How many of those with appended blocks: anybody can append another, and each is kept whole.
const ATTENUATED: NonZeroUsize = NonZeroUsize::new(1_024).unwrap();

/// The generation of the root key, which tokens name as their key id.
const GENERATION: u16 = 1;

/// The root key, whom its tokens are for, and those it was seen to have signed.
#[derive(Debug)]
pub(crate) struct Tokens {
    root: KeyPair,
    keys: Keys,
    audience: String,
    verified: Mutex<LruCache<Digest, ConsentToken>>,
    attenuated: Mutex<LruCache<Digest, ConsentToken>>,
}

impl Tokens {
    pub(crate) fn new(keys: &Keys, audience: String) -> Self {
        let seed = keys.derive("consent-token", GENERATION);
        #[expect(
            clippy::expect_used,
            reason = "any 32 bytes are an Ed25519 seed (RFC 8032 §5.1.5)"
        )]
        let key = PrivateKey::from_bytes(seed.expose(), Algorithm::Ed25519).expect("32 bytes");
        Self {
            root: KeyPair::from(&key),
            keys: keys.clone(),
            audience,
            verified: Mutex::new(LruCache::new(CACHE)),
            attenuated: Mutex::new(LruCache::new(ATTENUATED)),
        }
    }
}
