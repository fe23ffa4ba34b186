//! What one request was counted for, and how its answer says so.

use std::{
    fmt::Write as _,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use super::{Policy, Quota, bucket::Left};

/// What each policy permits: `"record";q=300000;w=60`.
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
/// What is left of it: `"record";r=299999;t=1`.
const LEFT: HeaderName = HeaderName::from_static("ratelimit");

/// Travels with a request, in its extensions. Clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Meter(Arc<Mutex<Counted>>);

#[derive(Debug, Default)]
struct Counted {
    /// The address that a request was counted for, until it is known whose it is.
    address: Option<u128>,
    notes: Vec<(Policy, Quota, Left)>,
}

impl Meter {
    /// The meter of a request that was counted for `address`.
    pub(super) fn at(address: u128) -> Self {
        let meter = Self::default();
        meter.lock().address = Some(address);
        meter
    }

    fn lock(&self) -> MutexGuard<'_, Counted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what is left of `quota`.
    pub(super) fn note(&self, policy: Policy, quota: Quota, left: Left) {
        self.lock().notes.push((policy, quota, left));
    }

    /// The request is no stranger's any more: the address to give it back to, the first time.
    pub(super) fn identified(&self) -> Option<u128> {
        let mut counted = self.lock();
        counted
            .notes
            .retain(|(policy, ..)| *policy != Policy::Address);
        counted.address.take()
    }

    /// Writes what was noted (draft-ietf-httpapi-ratelimit-headers-10: lists of structured fields).
    pub(super) fn write(&self, headers: &mut HeaderMap) {
        let counted = self.lock();
        let (mut policies, mut lefts) = (String::new(), String::new());
        for (policy, quota, left) in &counted.notes {
            let separator = if policies.is_empty() { "" } else { ", " };
            let name = policy.name();
            // Writing to a string cannot fail.
            let _ = write!(
                policies,
                "{separator}\"{name}\";q={};w={}",
                quota.requests(),
                quota.seconds()
            );
            let _ = write!(
                lefts,
                "{separator}\"{name}\";r={};t={}",
                left.requests, left.full_in
            );
        }
        for (name, value) in [(POLICY, policies), (LEFT, lefts)] {
            if let Some(value) = HeaderValue::from_str(&value)
                .ok()
                .filter(|value| !value.is_empty())
            {
                headers.insert(name, value);
            }
        }
    }
}
