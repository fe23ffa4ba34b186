//! How much each may ask for: by address until it is known who asks, then by app or organisation.
//!
//! Every request is first counted for its address ([`hold()`]). Once an extractor of
//! [`crate::guard`] or [`crate::oauth`] knows whose it is, the address gets it back and the app or
//! the organisation pays ([`Limits::known`]). A credential that is refused is counted too, by
//! address and more tightly. Whoever has used up a bucket is answered 429 and told when to come
//! back; everyone is told what is left, as draft-ietf-httpapi-ratelimit-headers-10 writes it.
//!
//! Buckets are in the memory of this node, and at most [`REMEMBERED`] of each kind: an address that
//! was forgotten begins anew.

mod address;
mod bucket;
mod hold;
mod meter;
mod settings;

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use axum::http::{Extensions, HeaderMap, HeaderValue, header};
use kernel::{Clock, Digest};
use lru::LruCache;

pub(crate) use address::Peer;
pub use bucket::{Quota, Rate, RateError};
pub(crate) use hold::hold;
pub(crate) use meter::Meter;
pub use settings::{ForwardedHeader, LimitSettings};

use crate::wire::{Problem, Slug};
use address::Proxies;

/// How many buckets of each policy are remembered: those used last.
const REMEMBERED: usize = 65_536;

/// What is counted, and for whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Policy {
    /// Requests, by address.
    Address,
    /// Refused credentials, by address.
    Refused,
    /// Steps of signing in, by address.
    SignIn,
    /// Requests at the OAuth endpoints, by app.
    Client,
    /// Requests for records, by app.
    Record,
    /// Requests, by organisation.
    Organisation,
    /// Deposited files, by organisation.
    Deposits,
    /// Apps registered and amended, by publisher.
    Registrations,
}

impl Policy {
    /// Its name in headers and metrics.
    const fn name(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Refused => "refused",
            Self::SignIn => "sign-in",
            Self::Client => "client",
            Self::Record => "record",
            Self::Organisation => "organisation",
            Self::Deposits => "deposits",
            Self::Registrations => "registrations",
        }
    }
}

/// The buckets of this node. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Limits(Arc<Shelves>);

#[derive(Debug)]
struct Shelves {
    clock: Clock,
    proxies: Proxies,
    warned: AtomicBool,
    address: Shelf,
    refused: Shelf,
    sign_in: Shelf,
    client: Shelf,
    record: Shelf,
    organisation: Shelf,
    deposits: Shelf,
    registrations: Shelf,
}

/// The buckets of one policy: when each is full again, in nanoseconds since 1970.
#[derive(Debug)]
struct Shelf {
    quota: Option<Quota>,
    full_at: Mutex<LruCache<u128, i64>>,
}

impl Shelf {
    fn new(Rate(quota): Rate) -> Self {
        // Unbounded, so that memory is taken as buckets come; `bucket` keeps the bound.
        let full_at = Mutex::new(LruCache::unbounded());
        Self { quota, full_at }
    }

    fn lock(&self) -> MutexGuard<'_, LruCache<u128, i64>> {
        self.full_at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Works on the bucket of `key`, a new one being full.
    fn bucket<T>(&self, key: u128, now: i64, work: impl FnOnce(&mut i64) -> T) -> T {
        let mut buckets = self.lock();
        let worked = work(buckets.get_or_insert_mut(key, || now));
        if buckets.len() > REMEMBERED {
            buckets.pop_lru();
        }
        worked
    }
}

/// What the app named `client_id` is counted under.
pub(crate) fn app_key(client_id: &str) -> u128 {
    let digest = Digest::of(client_id);
    let (half, _) = digest.as_bytes().split_at(16);
    half.iter()
        .fold(0, |key, byte| key << 8 | u128::from(*byte))
}

impl Limits {
    /// Full buckets, of the sizes that `settings` say.
    pub fn new(settings: &LimitSettings, clock: Clock) -> Self {
        Self(Arc::new(Shelves {
            clock,
            proxies: Proxies::new(settings),
            warned: AtomicBool::new(false),
            address: Shelf::new(settings.limit_address),
            refused: Shelf::new(settings.limit_refused),
            sign_in: Shelf::new(settings.limit_sign_in),
            client: Shelf::new(settings.limit_client),
            record: Shelf::new(settings.limit_record),
            organisation: Shelf::new(settings.limit_organisation),
            deposits: Shelf::new(settings.limit_deposits),
            registrations: Shelf::new(settings.limit_registrations),
        }))
    }

    fn shelf(&self, policy: Policy) -> &Shelf {
        match policy {
            Policy::Address => &self.0.address,
            Policy::Refused => &self.0.refused,
            Policy::SignIn => &self.0.sign_in,
            Policy::Client => &self.0.client,
            Policy::Record => &self.0.record,
            Policy::Organisation => &self.0.organisation,
            Policy::Deposits => &self.0.deposits,
            Policy::Registrations => &self.0.registrations,
        }
    }

    fn now(&self) -> i64 {
        let now = self.0.clock.now().unix_timestamp_nanos();
        i64::try_from(now).unwrap_or(i64::MAX / 2)
    }

    /// What the caller of a request is counted under, before it is known who it is.
    fn caller(&self, headers: &HeaderMap, extensions: &Extensions) -> u128 {
        if self.0.proxies.passes_by(headers) && !self.0.warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "a request says that it was forwarded: if a proxy of yours wrote that, set \
                 CPF_TRUSTED_PROXIES, or all who come through it share one quota"
            );
        }
        address::bucket(self.0.proxies.caller(headers, extensions))
    }

    /// Counts a request of `key`, or refuses it.
    fn take(&self, meter: &Meter, policy: Policy, key: u128) -> Result<(), Problem> {
        let kept = self.shelf(policy);
        let Some(quota) = kept.quota else {
            return Ok(());
        };
        let now = self.now();
        let (taken, left) = kept.bucket(key, now, |full_at| {
            let taken = quota.take(full_at, now);
            (taken, quota.left(*full_at, now))
        });
        meter.note(policy, quota, left);
        taken.map_err(|wait| refusal(policy, wait))
    }

    /// Refuses a request of `key` when there is nothing left, and counts nothing.
    fn look(&self, meter: &Meter, policy: Policy, key: u128) -> Result<(), Problem> {
        let kept = self.shelf(policy);
        let Some(quota) = kept.quota else {
            return Ok(());
        };
        let now = self.now();
        let mut full_at = kept.lock().peek(&key).copied().unwrap_or(now);
        quota.take(&mut full_at, now).map_err(|wait| {
            meter.note(policy, quota, quota.left(full_at, now));
            refusal(policy, wait)
        })
    }

    /// Counts a request for `key`, now that it is known whose it is: its address gets it back.
    pub(crate) fn known(
        &self,
        extensions: &Extensions,
        policy: Policy,
        key: u128,
    ) -> Result<(), Problem> {
        let meter = extensions.get::<Meter>().cloned().unwrap_or_default();
        if let (Some(address), Some(quota)) = (meter.identified(), self.0.address.quota) {
            let now = self.now();
            self.0
                .address
                .bucket(address, now, |full_at| quota.give_back(full_at));
        }
        self.take(&meter, policy, key)
    }
}

/// What is answered to who has used up a bucket of `policy`.
fn refusal(policy: Policy, wait: u32) -> Problem {
    metrics::counter!("cpf_rate_limited_total", "policy" => policy.name()).increment(1);
    Problem::new(Slug::TooManyRequests)
        .detail(format!(
            "the quota named `{}` is used up for {wait} s",
            policy.name()
        ))
        .header(header::RETRY_AFTER, HeaderValue::from(wait))
}

#[cfg(test)]
mod tests;
