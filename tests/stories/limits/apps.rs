//! An app is counted as itself, wherever it asks from.

use std::time::Duration;

use super::{a_minute, is_limited, told};
use crate::harness::{Browser, Platform, TestApp, asked};

const CERTIFICATES: &str = "/v1/record/certificates";

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_reads_too_much_waits_alone_and_is_told_what_is_left() {
    let platform = Platform::start_with(|config| config.limits.limit_record = a_minute(3)).await;
    let other = TestApp::named(&platform, "another-app");
    other.register(&platform.app).await;
    let worker = Browser::of(&platform, "plain").await;
    let tokens = platform.coach.connect(&platform, &worker).await;
    let others = other.connect(&platform, &worker).await;
    for left in [2, 1, 0] {
        let reply = platform.coach.read(CERTIFICATES, &tokens.access).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        assert_eq!(told(&reply, "ratelimit-policy"), "\"record\";q=3;w=60");
        let seconds = 60 - 20 * left;
        let expected = format!("\"record\";r={left};t={seconds}");
        assert_eq!(told(&reply, "ratelimit"), expected);
    }
    let refused = platform.coach.read(CERTIFICATES, &tokens.access).await;
    is_limited(&refused, "record", 20);
    let reply = other.read(CERTIFICATES, &others.access).await;
    assert_eq!(reply.status, 200, "another app, from the same address");

    platform.clock.advance(Duration::from_secs(20));
    let reply = platform.coach.read(CERTIFICATES, &tokens.access).await;
    assert_eq!(reply.status, 200, "as told");
    let refused = platform.coach.read(CERTIFICATES, &tokens.access).await;
    is_limited(&refused, "record", 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_pushes_too_much_waits_alone() {
    let platform = Platform::start_with(|config| config.limits.limit_client = a_minute(2)).await;
    let other = TestApp::named(&platform, "another-app");
    other.register(&platform.app).await;
    let push = async |app: &TestApp| {
        let form = app.push_form(platform.clock.now().unix_timestamp(), &asked());
        app.post("/oauth/par", &form).await
    };
    for _ in 0..2 {
        assert_eq!(push(&platform.coach).await.status, 201);
    }
    is_limited(&push(&platform.coach).await, "client", 30);
    assert_eq!(push(&other).await.status, 201, "another app");
    platform.clock.advance(Duration::from_secs(30));
    assert_eq!(push(&platform.coach).await.status, 201, "as told");
}
