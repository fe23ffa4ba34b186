//! Randomness, as a value that is handed over: the system's in production, a seeded one in tests.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha20Rng;

use crate::Secret;

/// Where unguessable bytes come from. Clones share it.
#[derive(Debug, Clone)]
pub struct Entropy(Arc<Mutex<Source>>);

#[derive(Debug)]
struct Source {
    rng: ChaCha20Rng,
    /// The millisecond of the last id, and its place within it.
    last: (u64, u16),
}

/// The places within one millisecond: the 12 bits that version 7 leaves for them.
const PLACES: u16 = 1 << 12;

impl Entropy {
    /// A generator seeded by the operating system.
    pub fn system() -> Self {
        Self::of(ChaCha20Rng::from_os_rng())
    }

    /// The same bytes for the same seed: for tests only.
    pub fn seeded(seed: u64) -> Self {
        Self::of(ChaCha20Rng::seed_from_u64(seed))
    }

    fn of(rng: ChaCha20Rng) -> Self {
        Self(Arc::new(Mutex::new(Source { rng, last: (0, 0) })))
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.lock().rng.fill_bytes(&mut bytes);
        bytes
    }

    /// 256 random bits in base64url: a session, code, refresh token or state.
    pub fn token(&self) -> Secret<String> {
        Secret::new(URL_SAFE_NO_PAD.encode(self.bytes::<32>()))
    }

    /// The millisecond and the ten bytes of an id drawn at `millis`: later than every id that this
    /// source drew before, even within one millisecond or when the clock is set back (RFC 9562
    /// §6.2, method 1). Its other 62 bits are random.
    pub(crate) fn ordered(&self, millis: u64) -> (u64, [u8; 10]) {
        let mut source = self.lock();
        let mut bytes = [0; 10];
        source.rng.fill_bytes(&mut bytes);
        let [high, low, ..] = bytes;
        // The upper half of the places stays free for those who come in the same millisecond.
        let fresh = u16::from_be_bytes([high, low]) % (PLACES / 2);
        let (then, place) = source.last;
        source.last = if millis > then {
            (millis, fresh)
        } else if place + 1 < PLACES {
            (then, place + 1)
        } else {
            (then + 1, fresh)
        };
        let (millis, place) = source.last;
        [bytes[0], bytes[1]] = place.to_be_bytes();
        (millis, bytes)
    }

    fn lock(&self) -> MutexGuard<'_, Source> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
