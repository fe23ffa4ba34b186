//! What comes back as it went: `state`, and `nonce` for the ID token.

use serde_json::Value;
use sqlx::Row;

use super::{accepted, good, start, with};
use crate::harness::{Browser, Platform, altered, without};

/// Has the worker accept a request with this `nonce`; answers what is kept of it with the code.
async fn kept(platform: &Platform, worker: &Browser, nonce: Option<&str>) -> Option<String> {
    let mut more = vec![("scope", "openid")];
    more.extend(nonce.map(|nonce| ("nonce", nonce)));
    let form = with(good(platform), &more);
    let back = accepted(&platform.coach, worker, &form, &[]).await;
    let code = back.parameter("code").unwrap();
    let row = sqlx::query("SELECT nonce, openid FROM authorization_codes WHERE code_digest = $1")
        .bind(kernel::Digest::of(&code).as_bytes().as_slice())
        .fetch_one(&platform.owner().await)
        .await
        .unwrap();
    assert!(row.get::<bool, _>("openid"));
    platform.coach.trade(platform, &code).await;
    row.get("nonce")
}

/// OIDF: `EnsureAuthorizationRequestWith64CharNonceSuccess`.
#[tokio::test(flavor = "multi_thread")]
async fn a_nonce_of_64_characters_is_kept_whole() {
    let (platform, worker) = start().await;
    let nonce = "n-0S6_WzA2Mj".repeat(6)[..64].to_owned();
    assert_eq!(kept(&platform, &worker, Some(&nonce)).await, Some(nonce));
}

/// OIDF: `EnsureAuthorizationRequestWithLongNonce`.
#[tokio::test(flavor = "multi_thread")]
async fn a_nonce_of_384_characters_is_kept_whole_and_one_beyond_512_bytes_refused() {
    let (platform, worker) = start().await;
    for length in [384, 512] {
        let nonce = "n-0S6_WzA2Mj ~%&=+#".repeat(30)[..length].to_owned();
        assert_eq!(kept(&platform, &worker, Some(&nonce)).await, Some(nonce));
    }
    let long = with(good(&platform), &[("nonce", &"n".repeat(513))]);
    let reply = platform.coach.post("/oauth/par", &long).await;
    assert_eq!(reply.verdict(), (400, "invalid_request"), "{}", reply.body);
}

/// OIDF: `EnsureAuthorizationRequestWithoutNonceSuccess`.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_without_a_nonce_is_answered_without_one() {
    let (platform, worker) = start().await;
    assert_eq!(kept(&platform, &worker, None).await, None);
}

/// OIDF: `EnsureAuthorizationRequestWithoutStateSuccess`.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_without_a_state_is_answered_without_one() {
    let (platform, worker) = start().await;
    let form = without(good(&platform), "state");
    let back = accepted(&platform.coach, &worker, &form, &[]).await;
    assert_eq!(back.parameter("state"), None);
    assert_eq!(back.parameter("iss").as_ref(), Some(&platform.url));
    let code = back.parameter("code").unwrap();
    let tokens = platform.coach.trade(&platform, &code).await;
    assert_eq!(tokens.details["purpose"], Value::from("career_guidance"));
}

/// OIDF: `EnsureAuthorizationRequestWithLongState`.
#[tokio::test(flavor = "multi_thread")]
async fn a_state_of_a_thousand_characters_comes_back_whole() {
    let (platform, worker) = start().await;
    let state = "aZ09-._~".repeat(125);
    let form = altered(good(&platform), "state", &state);
    let back = accepted(&platform.coach, &worker, &form, &[]).await;
    assert_eq!(back.parameter("state"), Some(state));
    assert!(back.parameter("code").is_some());
}
