//! Who the client is: the assertion it signs for each request.

use aws_lc_rs::{encoding::AsDer, rsa};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::{good, now, start};
use crate::harness::{Form, Platform, TestApp, altered, without};

/// The good claims of the moment, with `changes` made to them; null removes.
fn claims(platform: &Platform, changes: &Value) -> Value {
    let mut claims = platform.coach.claims(now(platform));
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    let members = claims.as_object_mut().unwrap();
    members.retain(|_, value| !value.is_null());
    claims
}

/// `form`, proved by an assertion with `changes`.
fn proved(platform: &Platform, form: Form, changes: &Value) -> Form {
    let assertion = platform.coach.sign(&claims(platform, changes));
    altered(form, "client_assertion", &assertion)
}

/// A good code is refused to `form`, made from the good form that trades it; and traded after.
async fn is_refused_at_token(form: impl AsyncFnOnce(&Platform, Form) -> Form) {
    let (platform, worker) = start().await;
    let code = platform.coach.code(&platform, &worker, &[]).await;
    let trade = platform.coach.trade_form(now(&platform), &code);
    let reply = platform
        .coach
        .post("/oauth/token", &form(&platform, trade).await)
        .await;
    assert_eq!(reply.verdict(), (401, "invalid_client"), "{}", reply.body);
    platform.coach.trade(&platform, &code).await;
}

/// OIDF: `EnsureClientAssertionInTokenEndpoint`.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_traded_by_an_authenticated_client_only() {
    is_refused_at_token(async |_, form| {
        without(without(form, "client_assertion"), "client_assertion_type")
    })
    .await;
}

/// OIDF: `EnsureClientAssertionWithExpIs5MinutesInPastFails`.
#[tokio::test(flavor = "multi_thread")]
async fn an_assertion_that_expired_five_minutes_ago_is_refused() {
    is_refused_at_token(async |platform, form| {
        proved(platform, form, &json!({"exp": now(platform) - 300}))
    })
    .await;
}

/// OIDF: `EnsureClientAssertionWithNoSubFails`.
#[tokio::test(flavor = "multi_thread")]
async fn an_assertion_without_a_subject_is_refused() {
    is_refused_at_token(async |platform, form| proved(platform, form, &json!({"sub": null}))).await;
}

/// OIDF: `EnsureClientAssertionWithWrongAudFails`.
#[tokio::test(flavor = "multi_thread")]
async fn an_assertion_for_another_server_is_refused() {
    is_refused_at_token(async |platform, form| {
        proved(platform, form, &json!({"aud": "https://other.example/"}))
    })
    .await;
}

/// OIDF: `EnsureSignedClientAssertionWithRS256Fails`. The key is registered, and signs by PS256 too.
#[tokio::test(flavor = "multi_thread")]
async fn an_assertion_signed_by_rs256_is_refused() {
    is_refused_at_token(async |platform, form| {
        let key = rsa_key();
        let jwk = jsonwebtoken::jwk::Jwk::from_encoding_key(&key, Algorithm::PS256).unwrap();
        let mut jwks = serde_json::to_value(platform.coach.jwks()).unwrap();
        let keys = jwks["keys"].as_array_mut().unwrap();
        keys.push(serde_json::to_value(jwk).unwrap());
        sqlx::query("UPDATE apps SET jwks = $1 WHERE client_id = $2")
            .bind(&jwks)
            .bind(&platform.coach.client_id)
            .execute(&platform.owner().await)
            .await
            .unwrap();
        let by = |algorithm| {
            let claims = claims(platform, &json!({}));
            encode(&Header::new(algorithm), &claims, &key).unwrap()
        };
        let good = altered(good(platform), "client_assertion", &by(Algorithm::PS256));
        let reply = platform.coach.post("/oauth/par", &good).await;
        assert_eq!(reply.status, 201, "{}", reply.body);
        altered(form, "client_assertion", &by(Algorithm::RS256))
    })
    .await;
}

/// An RSA key of 2,048 bits.
pub(super) fn rsa_key() -> EncodingKey {
    let pair = rsa::KeyPair::generate(rsa::KeySize::Rsa2048).unwrap();
    let der = AsDer::<aws_lc_rs::encoding::Pkcs8V1Der<'_>>::as_der(&pair).unwrap();
    let pem = pem::encode(&pem::Pem::new("PRIVATE KEY", der.as_ref()));
    EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap()
}

/// OIDF: `EnsureClientIdInTokenEndpoint`.
#[tokio::test(flavor = "multi_thread")]
async fn another_client_s_name_beside_an_assertion_is_refused() {
    is_refused_at_token(async |platform, form| {
        let other = TestApp::named(platform, "another-app");
        other.register(&platform.app).await;
        altered(form, "client_id", &other.client_id)
    })
    .await;
}

/// OIDF: `PAREndpointAsArrayAudienceFails`.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_audiences_is_refused_though_the_issuer_is_among_them() {
    let platform = Platform::start().await;
    for audience in [
        json!([platform.url]),
        json!([platform.url, "https://other.example/"]),
    ] {
        let form = proved(&platform, good(&platform), &json!({"aud": audience}));
        let reply = platform.coach.post("/oauth/par", &form).await;
        assert_eq!(reply.verdict(), (401, "invalid_client"), "{audience}");
    }
}

/// OIDF: `PAREndpointAsAudienceFails`.
#[tokio::test(flavor = "multi_thread")]
async fn the_address_of_pushed_requests_is_no_audience() {
    let platform = Platform::start().await;
    let audience = format!("{}/oauth/par", platform.url);
    let form = proved(&platform, good(&platform), &json!({"aud": audience}));
    let reply = platform.coach.post("/oauth/par", &form).await;
    assert_eq!(reply.verdict(), (401, "invalid_client"), "{}", reply.body);
}

/// OIDF: `PARTokenEndpointAsAudienceFails`.
#[tokio::test(flavor = "multi_thread")]
async fn the_token_endpoint_is_no_audience() {
    let platform = Platform::start().await;
    let audience = format!("{}/oauth/token", platform.url);
    let form = proved(&platform, good(&platform), &json!({"aud": audience}));
    let reply = platform.coach.post("/oauth/par", &form).await;
    assert_eq!(reply.verdict(), (401, "invalid_client"), "{}", reply.body);
}

/// OIDF: `PAREnsureJWTClientAssertionWithIatNbf8SecondsInTheFutureIsAccepted`.
#[tokio::test(flavor = "multi_thread")]
async fn an_assertion_of_eight_seconds_ahead_is_accepted() {
    let platform = Platform::start().await;
    let soon = now(&platform) + 8;
    let form = proved(
        &platform,
        good(&platform),
        &json!({"iat": soon, "nbf": soon}),
    );
    let reply = platform.coach.post("/oauth/par", &form).await;
    assert_eq!(reply.status, 201, "{}", reply.body);
}

/// OIDF: `PAREnsureJWTClientAssertionWithIatNbfOver60SecondsInTheFutureFails`.
#[tokio::test(flavor = "multi_thread")]
async fn an_assertion_of_more_than_a_minute_ahead_is_refused() {
    let platform = Platform::start().await;
    let later = now(&platform) + 61;
    let late = json!({"iat": later, "nbf": later, "exp": later + 60});
    let form = proved(&platform, good(&platform), &late);
    let reply = platform.coach.post("/oauth/par", &form).await;
    assert_eq!(reply.verdict(), (401, "invalid_client"), "{}", reply.body);
}
