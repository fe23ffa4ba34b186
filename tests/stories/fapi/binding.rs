//! A code that is bound to a key before anybody has it (RFC 9449 §10).

use super::{accepted, good, read, start, trade, with};
use crate::harness::{Browser, Platform, ProofKey, Reply};

/// A proof for `path` by `key`, which need not be the coach's.
fn proof_by(platform: &Platform, key: &ProofKey, path: &str) -> String {
    let uri = format!("{}{path}", platform.url);
    key.sign(
        &key.header(),
        &key.claims(super::now(platform), "POST", &uri, None),
    )
}

/// A code of a request with this `dpop_jkt` and these proofs.
async fn code(
    platform: &Platform,
    worker: &Browser,
    named: Option<&str>,
    proofs: &[String],
) -> String {
    let named = named.map(|named| ("dpop_jkt", named));
    let form = with(good(platform), named.as_slice());
    let back = accepted(&platform.coach, worker, &form, proofs).await;
    back.parameter("code").unwrap()
}

async fn is_good(platform: &Platform, reply: &Reply) {
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(reply.body["token_type"], "DPoP");
    let token = reply.body["access_token"].as_str().unwrap();
    assert_eq!(read(platform, token).await.status, 200);
}

/// OIDF: `EnsureDpopAuthCodeBindingSuccess`.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_bound_by_name_and_by_proof_is_traded_by_its_key() {
    let (platform, worker) = start().await;
    let own = platform.coach.key.thumbprint();
    let proof = platform.coach.prove("POST", "/oauth/par", None);
    let code = code(&platform, &worker, Some(&own), &[proof]).await;
    let proof = platform.coach.prove("POST", "/oauth/token", None);
    is_good(&platform, &trade(&platform, &code, proof).await).await;
}

/// OIDF: `EnsureDpopProofAtParEndpointBindingSuccess`.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_bound_by_proof_is_traded_by_its_key() {
    let (platform, worker) = start().await;
    let proof = platform.coach.prove("POST", "/oauth/par", None);
    let code = code(&platform, &worker, None, &[proof]).await;
    let proof = platform.coach.prove("POST", "/oauth/token", None);
    is_good(&platform, &trade(&platform, &code, proof).await).await;
}

/// OIDF: `EnsureMismatchedDpopJktFails`.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_named_and_another_that_is_proved_are_refused_together() {
    let platform = Platform::start().await;
    let other = ProofKey::generate().thumbprint();
    let form = with(good(&platform), &[("dpop_jkt", &other)]);
    let proof = platform.coach.prove("POST", "/oauth/par", None);
    let reply = platform
        .coach
        .post_proving("/oauth/par", &form, &[proof])
        .await;
    assert_eq!(
        reply.verdict(),
        (400, "invalid_dpop_proof"),
        "{}",
        reply.body
    );
    for none in ["", "x", &other[1..], &format!("{other}=")] {
        let form = with(good(&platform), &[("dpop_jkt", none)]);
        let reply = platform.coach.post("/oauth/par", &form).await;
        // An empty parameter counts as none (RFC 6749 §3.1).
        let expected = if none.is_empty() { 201 } else { 400 };
        assert_eq!(reply.status, expected, "{none:?}: {}", reply.body);
    }
}

/// Another key's proof is refused for `code`, and the code is good afterwards.
async fn is_bound(platform: &Platform, code: &str) {
    let other = proof_by(platform, &ProofKey::generate(), "/oauth/token");
    let reply = trade(platform, code, other).await;
    assert_eq!(
        reply.verdict(),
        (400, "invalid_dpop_proof"),
        "{}",
        reply.body
    );
    let own = platform.coach.prove("POST", "/oauth/token", None);
    is_good(platform, &trade(platform, code, own).await).await;
}

/// OIDF: `EnsureTokenEndpointFailsWithMismatchedDpopJkt`.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_bound_by_name_is_refused_to_another_key() {
    let (platform, worker) = start().await;
    let own = platform.coach.key.thumbprint();
    let code = code(&platform, &worker, Some(&own), &[]).await;
    is_bound(&platform, &code).await;
}

/// OIDF: `EnsureTokenEndpointFailsWithMismatchedDpopProofJkt`.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_bound_by_proof_is_refused_to_another_key() {
    let (platform, worker) = start().await;
    let proof = platform.coach.prove("POST", "/oauth/par", None);
    let code = code(&platform, &worker, None, &[proof]).await;
    is_bound(&platform, &code).await;
}

/// OIDF: `EnsureHolderOfKeyRequired`.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_traded_without_one_proof() {
    let (platform, worker) = start().await;
    let code = code(&platform, &worker, None, &[]).await;
    let proof = || platform.coach.prove("POST", "/oauth/token", None);
    for proofs in [
        vec![],
        vec![proof(), proof()],
        vec![String::new()],
        vec!["a.b.c".into()],
    ] {
        let form = platform.coach.trade_form(super::now(&platform), &code);
        let reply = platform
            .coach
            .post_proving("/oauth/token", &form, &proofs)
            .await;
        assert_eq!(
            reply.verdict(),
            (400, "invalid_dpop_proof"),
            "{proofs:?}: {}",
            reply.body
        );
    }
    is_good(&platform, &trade(&platform, &code, proof()).await).await;
}

/// A confidential client's refresh token is bound to the client: its key may change (RFC 9449 §5).
#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_may_bring_another_key_and_its_token_is_of_that_key_alone() {
    let (platform, worker) = start().await;
    let tokens = platform.coach.connect(&platform, &worker).await;
    let mut form = platform.coach.assertion_form(super::now(&platform));
    form.push(("grant_type".into(), "refresh_token".into()));
    form.push(("refresh_token".into(), tokens.refresh.unwrap()));
    let other = ProofKey::generate();
    let proof = proof_by(&platform, &other, "/oauth/token");
    let reply = platform
        .coach
        .post_proving("/oauth/token", &form, &[proof])
        .await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let token = reply.body["access_token"].as_str().unwrap();
    let old = read(&platform, token).await;
    assert_eq!(old.verdict(), (401, "invalid-token"), "{}", old.body);
    assert_eq!(
        read(&platform, &tokens.access).await.status,
        200,
        "the first token lives on"
    );
}
