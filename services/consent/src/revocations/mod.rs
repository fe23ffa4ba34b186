//! What was revoked lately, in memory, kept fresh: every token is checked against it at every
//! request. A grant that changed revokes its versions so far, one that ended revokes all.
//!
//! Three ways lead into it. A revocation on this node applies before it is acknowledged. One on
//! another node arrives by NOTIFY. And twice a second the log of epochs is read, which catches
//! what a broken connection missed. When that read has not succeeded for [`LEASE`], this node no
//! longer knows what was revoked, and accepts no token until it knows again.

mod app;
mod follow;
pub(crate) mod store;

use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use kernel::{Clock, Db, Fault, GrantId};
use time::OffsetDateTime;

pub use app::{SwitchError, switch_app};
pub use follow::Follower;

use crate::{ConsentToken, TokenError, token};

/// How long a node may serve without having read the log.
pub(crate) const LEASE: Duration = Duration::from_secs(2);

/// How long an ended grant is remembered: far beyond the life of any of its tokens.
const KEEP: Duration = Duration::from_hours(1);

/// Up to which version the tokens of a grant are dead that has ended.
pub(crate) const EVERY_VERSION: i32 = i32::MAX;

/// The grants that changed or ended while one of their tokens may still live. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Revocations {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    /// Grant → the highest version whose tokens are dead, and since when this node knows.
    ended: RwLock<HashMap<GrantId, (i32, Instant)>>,
    /// App → how it was switched last, and since when this node knows.
    apps: RwLock<HashMap<Box<str>, (Switched, Instant)>>,
    /// Monotonic, since a lease must not move with the wall clock.
    started: Instant,
    /// Milliseconds from `started` until which this node may serve; 0 before the first read.
    fresh_until: AtomicU64,
}

/// How an app was switched.
#[derive(Debug, Clone, Copy)]
enum Switched {
    /// Off: all its tokens are dead.
    Off,
    /// On again, at that time: those minted before are dead.
    On(OffsetDateTime),
}

impl Revocations {
    pub(crate) fn new(db: Db, clock: Clock) -> (Self, Follower) {
        let shared = Arc::new(Shared {
            ended: RwLock::default(),
            apps: RwLock::default(),
            started: Instant::now(),
            fresh_until: AtomicU64::new(0),
        });
        let revocations = Self { shared };
        let follower = Follower::new(db, clock, revocations.clone());
        (revocations, follower)
    }

    /// Whether the log was read within the lease.
    pub fn is_fresh(&self) -> bool {
        self.elapsed(Instant::now()) < self.shared.fresh_until.load(Ordering::Acquire)
    }

    /// Whether `token` opens anything, as far as this node knows, which is to know it: whoever has
    /// not read the log within the lease says neither yes nor no.
    pub(crate) fn permit(&self, token: &ConsentToken) -> Result<(), TokenError> {
        self.permit_app(&token.client_id, token.expires_at)?;
        match self.up_to(token.grant) {
            Some(EVERY_VERSION) => Err(TokenError::Revoked),
            Some(up_to) if token.version <= up_to => Err(TokenError::Superseded),
            _ => Ok(()),
        }
    }

    /// Whether a token of `client_id` that expires at `expires_at` opens anything, as far as its app
    /// goes.
    pub(crate) fn permit_app(
        &self,
        client_id: &str,
        expires_at: OffsetDateTime,
    ) -> Result<(), TokenError> {
        if !self.is_fresh() {
            return Err(Fault::Unavailable("the revocation log").into());
        }
        if self.covers_app(client_id, expires_at) {
            return Err(TokenError::Revoked);
        }
        Ok(())
    }

    /// Up to which version tokens of `grant` are dead, if any lately died.
    fn up_to(&self, grant: GrantId) -> Option<i32> {
        let ended = self
            .shared
            .ended
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        ended.get(&grant).map(|(up_to, _since)| *up_to)
    }

    pub(crate) fn apply(&self, grant: GrantId, up_to_version: i32) {
        let mut ended = self
            .shared
            .ended
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let known = ended
            .entry(grant)
            .or_insert((up_to_version, Instant::now()));
        known.0 = up_to_version.max(known.0);
    }

    /// Whether a token of `client_id` that expires at `expires_at` is dead because the app was
    /// switched off after it was minted.
    fn covers_app(&self, client_id: &str, expires_at: OffsetDateTime) -> bool {
        let apps = self
            .shared
            .apps
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        match apps.get(client_id) {
            None => false,
            Some((Switched::Off, _since)) => true,
            Some((Switched::On(at), _since)) => expires_at <= *at + token::LIFETIME,
        }
    }

    pub(crate) fn apply_app(&self, client_id: &str, enabled: bool, at: OffsetDateTime) {
        let switched = if enabled {
            Switched::On(at)
        } else {
            Switched::Off
        };
        let mut apps = self
            .shared
            .apps
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        apps.insert(client_id.into(), (switched, Instant::now()));
    }

    /// Forgets grants and apps whose last token has died long since.
    fn forget(&self) {
        let mut apps = self
            .shared
            .apps
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        apps.retain(|_app, (_switched, since)| since.elapsed() < KEEP);
        drop(apps);
        let mut ended = self
            .shared
            .ended
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        ended.retain(|_grant, (_up_to, since)| since.elapsed() < KEEP);
    }

    /// Extends the lease: the log was read by a query that began at `read_at`.
    fn refreshed(&self, read_at: Instant) {
        let until = self.elapsed(read_at + LEASE);
        self.shared.fresh_until.fetch_max(until, Ordering::AcqRel);
    }

    fn elapsed(&self, at: Instant) -> u64 {
        let since = at.saturating_duration_since(self.shared.started);
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }
}
