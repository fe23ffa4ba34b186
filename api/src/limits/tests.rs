//! What is counted for whom, without a server.

use std::time::Duration;

use axum::http::{Extensions, HeaderMap};
use kernel::Clock;
use time::macros::datetime;

use super::{LimitSettings, Limits, Meter, Policy, Quota, REMEMBERED, Rate};
use crate::{config::Config, wire::Slug};

/// Limits of one request in ten seconds for each, but for what `change` says.
fn limits(change: impl FnOnce(&mut LimitSettings)) -> (Limits, Clock) {
    let mut settings = Config::defaults().limits;
    let one = Rate(Quota::new(1, 10));
    settings.limit_address = one;
    settings.limit_record = one;
    settings.limit_refused = one;
    change(&mut settings);
    let clock = Clock::manual(datetime!(2026-11-24 08:00 UTC));
    (Limits::new(&settings, clock.clone()), clock)
}

fn passes(limits: &Limits, policy: Policy, key: u128) -> bool {
    match limits.take(&Meter::default(), policy, key) {
        Ok(()) => true,
        Err(problem) => {
            assert_eq!(problem.slug(), Slug::TooManyRequests);
            false
        }
    }
}

#[test]
fn each_has_a_bucket_of_its_own_which_time_refills() {
    let (limits, clock) = limits(|_| {});
    assert!(passes(&limits, Policy::Record, 1));
    assert!(!passes(&limits, Policy::Record, 1));
    assert!(passes(&limits, Policy::Record, 2), "another app");
    assert!(passes(&limits, Policy::Address, 1), "another policy");
    clock.advance(Duration::from_millis(9_999));
    assert!(!passes(&limits, Policy::Record, 1));
    clock.advance(Duration::from_millis(1));
    assert!(passes(&limits, Policy::Record, 1));
}

#[test]
fn without_a_quota_everything_passes_and_nothing_is_said() {
    let (limits, _) = limits(|settings| settings.limit_record = Rate(None));
    let meter = Meter::default();
    for _ in 0..100 {
        limits.take(&meter, Policy::Record, 1).unwrap();
    }
    let mut headers = HeaderMap::new();
    meter.write(&mut headers);
    assert!(headers.is_empty());
}

#[test]
fn an_address_gets_back_what_turns_out_to_be_an_app_s() {
    let (limits, _) = limits(|settings| settings.limit_record = Rate(Quota::new(3, 60)));
    for left in [2, 1, 0] {
        let meter = Meter::at(7);
        limits.take(&meter, Policy::Address, 7).unwrap();
        let mut extensions = Extensions::new();
        extensions.insert(meter.clone());
        limits.known(&extensions, Policy::Record, 1).unwrap();
        let mut headers = HeaderMap::new();
        meter.write(&mut headers);
        assert_eq!(headers["ratelimit-policy"], "\"record\";q=3;w=60");
        let told = headers["ratelimit"].to_str().unwrap();
        assert!(
            told.starts_with(&format!("\"record\";r={left};t=")),
            "{told}"
        );
    }
    assert!(passes(&limits, Policy::Address, 7), "it has what it had");
    assert!(!passes(&limits, Policy::Address, 7));
}

#[test]
fn to_look_takes_nothing() {
    let (limits, _) = limits(|_| {});
    let look = || limits.look(&Meter::default(), Policy::Refused, 1).is_ok();
    assert!(look() && look());
    assert!(passes(&limits, Policy::Refused, 1));
    assert!(!look());
}

#[test]
fn memory_is_bounded_and_who_is_forgotten_begins_anew() {
    let (limits, _) = limits(|_| {});
    let many = u128::try_from(REMEMBERED).unwrap();
    for key in 0..=many {
        assert!(passes(&limits, Policy::Address, key));
    }
    assert_eq!(limits.shelf(Policy::Address).lock().len(), REMEMBERED);
    assert!(
        !passes(&limits, Policy::Address, many),
        "who came last is remembered"
    );
    assert!(passes(&limits, Policy::Address, 0), "who came first is not");
}
