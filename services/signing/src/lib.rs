//! Signing keys: which generation of which key signs, and which are still believed.
//!
//! No key is stored. Each is derived from the master secret by its purpose and its generation; what
//! is stored is the schedule of the generations, so that all nodes agree by their clocks
//! ([`Schedule`]). A new generation is published first and signs later ([`Keeper::rotate`]): by then
//! every node, and whoever keeps a copy of the published keys, knows it. The one before is believed
//! until the last thing it signed has died. A generation that has leaked ends at once
//! ([`Keeper::retire`]).
//!
//! [`SigningKeys`] answers from memory. [`Keeper`] reads the schedule into it every second; a node
//! that could not for [`LEASE`] signs nothing and believes nothing.

mod keeper;
mod key;
mod model;
mod store;

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard},
    time::{Duration, Instant},
};

use kernel::{Clock, Fault, Keys};
use serde::Serialize;

pub use keeper::{ChangeError, Keeper};
pub use key::Key;
pub use model::{Generation, Purpose, Retirement, Schedule, ScheduleError, Standing};

/// How long a node may sign and believe without having read the schedule: what was retired is
/// refused by every node within this time, even by one that cannot read.
pub const LEASE: Duration = Duration::from_secs(10);

/// The keys as this node knows them. Cheap to clone; clones share what they know.
#[derive(Debug, Clone)]
pub struct SigningKeys {
    clock: Clock,
    keys: Keys,
    known: Arc<RwLock<Known>>,
}

#[derive(Debug, Default)]
struct Known {
    /// When the schedules were read: monotonic, since a lease must not move with the wall clock.
    read_at: Option<Instant>,
    purposes: BTreeMap<Purpose, Held>,
}

/// The generations of one purpose, and their keys in the same order.
#[derive(Debug)]
struct Held {
    schedule: Schedule,
    keys: Vec<Arc<Key>>,
}

impl Held {
    fn key(&self, generation: u16) -> Option<Arc<Key>> {
        let found = self.keys.iter().find(|key| key.generation() == generation);
        found.cloned()
    }
}

impl SigningKeys {
    /// Keys derived from `keys`. It knows no generation before it has learnt of one.
    pub fn new(clock: Clock, keys: Keys) -> Self {
        let known = Arc::default();
        Self { clock, keys, known }
    }

    /// Whether the schedules were learnt within the lease: readiness asks.
    pub fn is_fresh(&self) -> bool {
        self.known().is_fresh()
    }

    /// The key of `purpose` that signs now.
    pub fn signer(&self, purpose: Purpose) -> Result<Arc<Key>, Fault> {
        let now = self.clock.now();
        let known = self.known();
        let held = known.of(purpose)?;
        let signing = held.schedule.signing(now);
        signing
            .and_then(|generation| held.key(generation))
            .ok_or(Fault::Unavailable("a key that signs"))
    }

    /// The key of `generation`, when what it signed is believed now.
    pub fn verifier(&self, purpose: Purpose, generation: u16) -> Result<Option<Arc<Key>>, Fault> {
        let now = self.clock.now();
        let known = self.known();
        let held = known.of(purpose)?;
        let believed = held.schedule.verifies(generation, now);
        Ok(held.key(generation).filter(|_| believed))
    }

    /// The keys of `purpose` to publish now, oldest first: those that are believed, and the one
    /// that will sign next.
    pub fn published(&self, purpose: Purpose) -> Result<Vec<Arc<Key>>, Fault> {
        let now = self.clock.now();
        let known = self.known();
        let held = known.of(purpose)?;
        let believed = |key: &&Arc<Key>| held.schedule.verifies(key.generation(), now);
        Ok(held.keys.iter().filter(believed).cloned().collect())
    }

    /// `claims` as a JWT of type `typ` (RFC 7519, RFC 8725 §3.11), signed by the key that signs
    /// now. Its `kid` is among the published keys of [`Purpose::Jwt`].
    pub fn sign_jwt(&self, typ: &str, claims: &impl Serialize) -> Result<String, Fault> {
        self.signer(Purpose::Jwt)?.sign_jwt(typ, claims)
    }

    /// All generations of all purposes, with their keys.
    pub fn schedules(&self) -> Vec<(Schedule, Vec<Arc<Key>>)> {
        let known = self.known();
        let held = known.purposes.values();
        held.map(|held| (held.schedule.clone(), held.keys.clone()))
            .collect()
    }

    /// Learns the schedules that were read at `read_at`, unless later ones are known.
    pub fn learn(&self, schedules: Vec<Schedule>, read_at: Instant) -> Result<(), Fault> {
        let mut purposes = BTreeMap::new();
        for schedule in schedules {
            let keys = self.derive(&schedule)?;
            purposes.insert(schedule.purpose(), Held { schedule, keys });
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.read_at.is_none_or(|before| before < read_at) {
            *known = Known {
                read_at: Some(read_at),
                purposes,
            };
        }
        Ok(())
    }

    /// The keys of `schedule`: those that are known already, and new ones.
    fn derive(&self, schedule: &Schedule) -> Result<Vec<Arc<Key>>, Fault> {
        let purpose = schedule.purpose();
        let derived = schedule.generations().iter().map(|generation| {
            let known = self.known();
            let held = known.purposes.get(&purpose);
            match held.and_then(|held| held.key(generation.number)) {
                Some(key) => Ok(key),
                None => Key::derive(&self.keys, purpose, generation.number).map(Arc::new),
            }
        });
        derived.collect()
    }

    fn known(&self) -> RwLockReadGuard<'_, Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn is_fresh(&self) -> bool {
        self.read_at.is_some_and(|at| at.elapsed() < LEASE)
    }

    fn of(&self, purpose: Purpose) -> Result<&Held, Fault> {
        let held = self.purposes.get(&purpose).filter(|_| self.is_fresh());
        held.ok_or(Fault::Unavailable("the schedule of signing keys"))
    }
}
