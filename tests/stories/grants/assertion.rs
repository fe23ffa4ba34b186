//! The assertion by which an app proves who it is.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::{good, now};
use crate::harness::{Form, Platform, TestApp, altered};

/// The form of a pushed request in which `assertion` stands for the app.
fn proving(platform: &Platform, assertion: &str) -> Form {
    altered(good(platform), "client_assertion", assertion)
}

/// The good claims of the moment, with `changes` made to them; null removes.
fn claims(platform: &Platform, changes: &Value) -> Value {
    let mut claims = platform.coach.claims(now(platform));
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
        .as_object_mut()
        .unwrap()
        .retain(|_, value| !value.is_null());
    claims
}

/// Sends `form` to both addresses that apps prove themselves at; neither believes it.
pub(super) async fn is_not_believed(platform: &Platform, form: &Form, why: &str) {
    for path in ["/oauth/par", "/oauth/token"] {
        let reply = platform.coach.post(path, form).await;
        assert_eq!(
            reply.verdict(),
            (401, "invalid_client"),
            "{why}: {}",
            reply.body
        );
        assert_eq!(reply.headers["cache-control"], "no-store", "{why}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assertion_whose_claims_do_not_hold_is_not_believed() {
    let platform = Platform::start().await;
    let (now, issuer) = (now(&platform), platform.url.clone());
    for changes in [
        json!({"aud": [issuer]}),
        json!({"aud": [issuer, "https://other.example"]}),
        json!({"aud": "https://other.example"}),
        json!({"aud": format!("{issuer}/")}),
        json!({"aud": format!("{issuer}/oauth/token")}),
        json!({"aud": null}),
        json!({"exp": now}),
        json!({"exp": now - 1}),
        json!({"exp": now + 601}),
        json!({"exp": i64::MAX}),
        json!({"exp": null}),
        json!({"exp": "tomorrow"}),
        json!({"iat": now + 61}),
        json!({"iat": now + 11}),
        json!({"nbf": now + 61}),
        json!({"nbf": now + 11}),
        json!({"iss": "another-app"}),
        json!({"sub": "another-app"}),
        json!({"sub": null}),
        json!({"iss": "cap-metier\0", "sub": "cap-metier\0"}),
        json!({"iss": "\u{1f511}", "sub": "\u{1f511}"}),
        json!({"jti": null}),
        json!({"jti": ""}),
        json!({"jti": "j".repeat(201)}),
    ] {
        let assertion = platform.coach.sign(&claims(&platform, &changes));
        is_not_believed(
            &platform,
            &proving(&platform, &assertion),
            &changes.to_string(),
        )
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn clocks_may_differ_by_ten_seconds_and_an_assertion_lives_at_most_ten_minutes() {
    let platform = Platform::start().await;
    let now = now(&platform);
    for changes in [
        json!({"iat": now + 10, "nbf": now + 10}),
        json!({"exp": now + 600}),
        json!({"exp": now + 1}),
        json!({"iat": null}),
    ] {
        let assertion = platform.coach.sign(&claims(&platform, &changes));
        let reply = platform
            .coach
            .post("/oauth/par", &proving(&platform, &assertion))
            .await;
        assert_eq!(reply.status, 201, "{changes}: {}", reply.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_of_another_key_or_algorithm_is_not_believed() {
    let platform = Platform::start().await;
    let mine = claims(&platform, &json!({}));
    let unsigned = |algorithm: &str, signature: &str| {
        let header = json!({"alg": algorithm, "typ": "JWT"}).to_string();
        let [header, body] = [header, mine.to_string()].map(|part| URL_SAFE_NO_PAD.encode(part));
        format!("{header}.{body}.{signature}")
    };
    let good = platform.coach.sign(&mine);
    let (signed, signature) = good.rsplit_once('.').unwrap();
    // The public key, taken for a shared secret.
    let public = serde_json::to_vec(&platform.coach.jwks().keys[0]).unwrap();
    let shared = EncodingKey::from_secret(&public);
    let thief = TestApp::named(&platform.url, &platform.coach.client_id);
    let own_key = Header {
        jwk: Some(thief.jwks().keys[0].clone()),
        jku: Some("https://evil.example/jwks.json".into()),
        ..Header::new(Algorithm::ES256)
    };
    let registered = platform.coach.jwks().keys[0].common.key_id.clone();
    let borrowed_id = Header {
        kid: registered,
        ..Header::new(Algorithm::ES256)
    };
    let path = Header {
        kid: Some("../../etc/passwd".into()),
        ..Header::new(Algorithm::ES256)
    };
    let critical = Header {
        crit: Some(vec!["b64".into()]),
        ..Header::new(Algorithm::ES256)
    };
    for (assertion, why) in [
        (unsigned("none", ""), "alg none"),
        (unsigned("None", signature), "alg None"),
        (
            encode(&Header::new(Algorithm::HS256), &mine, &shared).unwrap(),
            "alg HS256",
        ),
        (unsigned("RS256", signature), "alg RS256"),
        (unsigned("ES384", signature), "alg ES384"),
        (unsigned("EdDSA", signature), "alg EdDSA with an ES256 key"),
        (thief.sign(&mine), "another key"),
        (
            thief.sign_under(&own_key, &mine),
            "a key that the header brings",
        ),
        (
            thief.sign_under(&borrowed_id, &mine),
            "another key under the registered key's id",
        ),
        (
            platform.coach.sign_under(&path, &mine),
            "a key id that is not registered",
        ),
        (
            platform.coach.sign_under(&critical, &mine),
            "an extension that is not understood",
        ),
        (format!("{signed}."), "no signature"),
        (signed.to_owned(), "two parts"),
        (format!("{good}.x"), "four parts"),
        ("not a JWT".to_owned(), "no JWT"),
    ] {
        is_not_believed(&platform, &proving(&platform, &assertion), why).await;
    }
    let reply = platform
        .coach
        .post("/oauth/par", &proving(&platform, &good))
        .await;
    assert_eq!(
        reply.status, 201,
        "none of these used it up: {}",
        reply.body
    );
}
