//! Asking too much: who is counted, for what, and that waiting helps. The stories move the clock;
//! no bucket is refilled while it stands.

mod addresses;
mod apps;
mod connections;
mod organisations;

use api::limits::{Quota, Rate};
use reqwest::header;

use crate::harness::Reply;

/// A rate of `requests` in a minute.
fn a_minute(requests: u32) -> Rate {
    Rate(Quota::new(requests, 60))
}

/// What a header of `reply` says.
fn told<'a>(reply: &'a Reply, name: &str) -> &'a str {
    reply.headers[name].to_str().unwrap()
}

/// `reply` says that the quota named `policy` is used up, and for how many seconds at most.
fn is_limited(reply: &Reply, policy: &str, wait: u32) {
    assert_eq!(
        reply.verdict(),
        (429, "too-many-requests"),
        "{}",
        reply.body
    );
    let seconds: u32 = told(reply, header::RETRY_AFTER.as_str()).parse().unwrap();
    assert!((1..=wait).contains(&seconds), "{seconds}");
    let left = told(reply, "ratelimit");
    assert!(left.contains(&format!("\"{policy}\";r=0;t=")), "{left}");
    let permitted = told(reply, "ratelimit-policy");
    assert!(
        permitted.contains(&format!("\"{policy}\";q=")),
        "{permitted}"
    );
}
