//! The keys that apps publish at an address of their own (`jwks_uri`, RFC 7591 §2): fetched when
//! needed, kept for as long as the answer says and within our bounds, and fetched again when an
//! assertion names a key that is not among them.
//!
//! Anybody can send an assertion in an app's name, so that each could cost a request to the app's
//! server: at most one a minute is sent, one at a time, and who is not the reason for it does not
//! wait for it. Once begun it is brought to its end, even when whoever caused it hangs up: else
//! hanging up once a minute would keep the app out.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use egress::{Egress, EgressError, Limits};
use kernel::Clock;
use time::{Duration, OffsetDateTime};

use crate::public_key::PublicKey;

/// Keys are good for this long at least, and no address is asked more often.
const SHORTEST: Duration = Duration::minutes(1);
/// Keys are good for this long at most, whatever the answer says: a stolen key that the app took
/// away must stop working.
const LONGEST: Duration = Duration::hours(1);
/// When the answer does not say.
const USUAL: Duration = Duration::minutes(10);
/// How long keys are used when the address does not answer any more.
const STALE: Duration = Duration::hours(24);

/// A set of keys is small and quick.
const LIMITS: Limits = Limits {
    time: std::time::Duration::from_secs(5),
    bytes: 64 * 1024,
};

/// The keys of every app that publishes them.
#[derive(Debug)]
pub(crate) struct Published {
    egress: Egress,
    clock: Clock,
    drawers: Mutex<HashMap<String, Arc<Drawer>>>,
}

/// What is known of one app's keys.
#[derive(Debug, Default)]
struct Drawer {
    kept: Mutex<Option<Kept>>,
    /// Held by who asks the address; says which was asked last, and when.
    asked: Arc<tokio::sync::Mutex<Option<(String, OffsetDateTime)>>>,
}

/// Those of a set of keys that verify, as read.
#[derive(Debug, Clone)]
struct Kept {
    address: String,
    keys: Vec<PublicKey>,
    read_at: OffsetDateTime,
    fresh_until: OffsetDateTime,
}

/// Why an address gave no keys.
#[derive(Debug, thiserror::Error)]
enum Unread {
    #[error("the address is not one to send to")]
    Address(#[from] egress::AddressError),
    #[error(transparent)]
    Egress(#[from] EgressError),
    #[error("the status is {0}")]
    Status(u16),
    #[error("it is not a set of keys")]
    Shape,
}

impl Kept {
    /// Whether nothing newer needs to be asked for to find `kid`.
    fn answers(&self, kid: Option<&str>, now: OffsetDateTime) -> bool {
        let has = |kid| self.keys.iter().any(|key| key.is_called(kid));
        now < self.fresh_until && kid.is_none_or(has)
    }

    fn is_of(&self, address: &str, now: OffsetDateTime) -> bool {
        self.address == address && now < self.read_at + STALE
    }
}

impl Published {
    pub(crate) fn new(egress: Egress, clock: Clock) -> Self {
        Self {
            egress,
            clock,
            drawers: Mutex::default(),
        }
    }

    /// The keys that `client` publishes at `address`, the one named `kid` among them where it is
    /// there; nothing when they cannot be read and none are remembered.
    pub(crate) async fn keys(
        self: &Arc<Self>,
        client: &str,
        address: &str,
        kid: Option<&str>,
    ) -> Option<Vec<PublicKey>> {
        let drawer = Arc::clone(lock(&self.drawers).entry(client.to_owned()).or_default());
        let known = |now| {
            lock(&drawer.kept)
                .clone()
                .filter(|kept| kept.is_of(address, now))
        };
        let now = self.clock.now();
        if let Some(kept) = known(now).filter(|kept| kept.answers(kid, now)) {
            return Some(kept.keys);
        }
        let mut asked = Arc::clone(&drawer.asked).lock_owned().await;
        // Who had the turn before may have brought what is needed.
        let now = self.clock.now();
        if let Some(kept) = known(now).filter(|kept| kept.answers(kid, now)) {
            return Some(kept.keys);
        }
        let lately = |(of, at): &(String, OffsetDateTime)| of == address && now < *at + SHORTEST;
        if !asked.as_ref().is_some_and(lately) {
            *asked = Some((address.to_owned(), now));
            let fetching = (Arc::clone(self), Arc::clone(&drawer), client.to_owned());
            let address = address.to_owned();
            let fetched = tokio::spawn(async move {
                let (published, drawer, client) = fetching;
                published.renew(&drawer, &client, &address, now).await;
                drop(asked);
            });
            // Should it panic, what is known is what there is.
            let _ = fetched.await;
        }
        known(now).map(|kept| kept.keys)
    }

    async fn renew(&self, drawer: &Drawer, client: &str, address: &str, now: OffsetDateTime) {
        match self.fetch(address, now).await {
            Ok(kept) => *lock(&drawer.kept) = Some(kept),
            Err(error) => tracing::warn!(
                client_id = client,
                error = &error as &dyn std::error::Error,
                "published keys cannot be read"
            ),
        }
    }

    async fn fetch(&self, address: &str, now: OffsetDateTime) -> Result<Kept, Unread> {
        let answer = self
            .egress
            .get(&self.egress.address(address)?, LIMITS)
            .await?;
        if answer.status != 200 {
            return Err(Unread::Status(answer.status));
        }
        let set = serde_json::from_slice(&answer.body).map_err(|_quotes| Unread::Shape)?;
        let keys = PublicKey::of_set(&set).ok_or(Unread::Shape)?;
        Ok(Kept {
            address: address.to_owned(),
            keys,
            read_at: now,
            fresh_until: now + lifetime(answer.header("cache-control")),
        })
    }
}

/// For how long an answer with this `Cache-Control` is good (RFC 9111 §5.2.2), within our bounds.
fn lifetime(control: Option<&str>) -> Duration {
    let directives = || control.into_iter().flat_map(|control| control.split(','));
    let seconds = directives().find_map(|directive| {
        let (name, value) = directive.trim().split_once('=')?;
        let named = name.eq_ignore_ascii_case("max-age");
        named.then(|| value.trim_matches('"').parse::<u32>().ok())?
    });
    let forbids = |directive: &str| {
        let directive = directive.trim();
        directive.eq_ignore_ascii_case("no-store") || directive.eq_ignore_ascii_case("no-cache")
    };
    if directives().any(forbids) {
        return SHORTEST;
    }
    let said = seconds.map(|seconds| Duration::seconds(seconds.into()));
    said.unwrap_or(USUAL).clamp(SHORTEST, LONGEST)
}

fn lock<T>(held: &Mutex<T>) -> MutexGuard<'_, T> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::{LONGEST, SHORTEST, USUAL, lifetime};

    #[test]
    fn keys_are_kept_as_long_as_the_answer_says_within_a_minute_and_an_hour() {
        for (control, expected) in [
            (None, USUAL),
            (Some("public"), USUAL),
            (Some("max-age=many"), USUAL),
            (Some("public, max-age=300"), Duration::minutes(5)),
            (Some("MAX-AGE=\"300\""), Duration::minutes(5)),
            (Some("max-age=0"), SHORTEST),
            (Some("max-age=86400"), LONGEST),
            (Some("no-store"), SHORTEST),
            (Some("max-age=3000, no-cache"), SHORTEST),
        ] {
            assert_eq!(lifetime(control), expected, "{control:?}");
        }
    }
}
