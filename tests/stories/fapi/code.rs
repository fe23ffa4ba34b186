//! Codes: once, for a minute, for their client, with their verifier.

use std::time::Duration;

use super::{now, read, start};
use crate::harness::{TestApp, altered, without};

/// OIDF: `AttemptReuseAuthorizationCodeAfterOneSecond`.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_used_again_after_a_second_is_refused_and_ends_what_it_gave() {
    let (platform, worker) = start().await;
    let code = platform.coach.code(&platform, &worker, &[]).await;
    let tokens = platform.coach.trade(&platform, &code).await;
    platform.clock.advance(Duration::from_secs(1));
    let form = platform.coach.trade_form(now(&platform), &code);
    let again = platform.coach.post("/oauth/token", &form).await;
    assert_eq!(again.verdict(), (400, "invalid_grant"), "{}", again.body);
    let read = read(&platform, &tokens.access).await;
    assert_eq!(read.verdict(), (401, "grant-ended"));
}

/// OIDF: `AttemptToUseExpiredAuthCode`.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_refused_after_its_minute() {
    let (platform, worker) = start().await;
    let code = platform.coach.code(&platform, &worker, &[]).await;
    platform.clock.advance(Duration::from_mins(1));
    let form = platform.coach.trade_form(now(&platform), &code);
    let late = platform.coach.post("/oauth/token", &form).await;
    assert_eq!(late.verdict(), (400, "invalid_grant"), "{}", late.body);
}

/// OIDF: `EnsureAuthorizationCodeIsBoundToClient`.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_refused_to_another_client() {
    let (platform, worker) = start().await;
    let other = TestApp::named(&platform, "another-app");
    other.register(&platform.app).await;
    let code = platform.coach.code(&platform, &worker, &[]).await;
    let form = other.trade_form(now(&platform), &code);
    let stolen = other.post("/oauth/token", &form).await;
    assert_eq!(stolen.verdict(), (400, "invalid_grant"), "{}", stolen.body);
    platform.coach.trade(&platform, &code).await;
}

/// OIDF: `PAREnsurePKCECodeVerifierRequired`.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_without_its_verifier_is_refused() {
    let (platform, worker) = start().await;
    let code = platform.coach.code(&platform, &worker, &[]).await;
    let form = platform.coach.trade_form(now(&platform), &code);
    let reply = platform
        .coach
        .post("/oauth/token", &without(form, "code_verifier"))
        .await;
    assert_eq!(reply.verdict(), (400, "invalid_grant"), "{}", reply.body);
}

/// OIDF: `PARIncorrectPKCECodeVerifierRejected`.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_with_another_verifier_is_refused() {
    let (platform, worker) = start().await;
    let code = platform.coach.code(&platform, &worker, &[]).await;
    let form = platform.coach.trade_form(now(&platform), &code);
    let other = "another-verifier-that-is-long-enough-to-be-one-12345";
    let form = altered(form, "code_verifier", other);
    let reply = platform.coach.post("/oauth/token", &form).await;
    assert_eq!(reply.verdict(), (400, "invalid_grant"), "{}", reply.body);
}
