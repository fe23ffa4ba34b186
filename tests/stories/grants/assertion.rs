//! The assertion by which an app proves who it is.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, crypto, encode};
use serde_json::{Value, json};

use super::{BACK_CHANNEL, good, now};
use crate::harness::{Form, Platform, TestApp, altered, asked};

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

/// Sends `form` to every address that apps prove themselves at; none believes it.
pub(super) async fn is_not_believed(platform: &Platform, form: &Form, why: &str) {
    for path in BACK_CHANNEL {
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
        json!({"exp": now + 611}),
        json!({"iat": now + 11, "exp": now + 611}),
        json!({"exp": 1e300}),
        json!({"iat": "yesterday"}),
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
        json!({"iat": now + 8, "exp": now + 608}),
        json!({"iat": now + 10, "exp": now + 610}),
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

/// `seconds` as a number with a fraction (`NumericDate`, RFC 7519 §2).
fn fraction(seconds: i64, fraction: &str) -> Value {
    serde_json::from_str(&format!("{seconds}.{fraction}")).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn moments_may_have_fractions_of_a_second_and_count_as_what_accepts_less() {
    let platform = Platform::start().await;
    let now = now(&platform);
    for changes in [
        json!({"exp": fraction(now + 60, "5")}),
        json!({"exp": fraction(now + 60, "0"), "iat": fraction(now, "0")}),
        json!({"iat": fraction(now + 9, "5"), "nbf": fraction(now - 1, "25")}),
    ] {
        let assertion = platform.coach.sign(&claims(&platform, &changes));
        let form = proving(&platform, &assertion);
        let reply = platform.coach.post("/oauth/par", &form).await;
        assert_eq!(reply.status, 201, "{changes}: {}", reply.body);
    }
    for changes in [
        json!({"exp": fraction(now, "5")}),
        json!({"exp": fraction(now + 610, "5")}),
        json!({"iat": fraction(now + 10, "5")}),
    ] {
        let assertion = platform.coach.sign(&claims(&platform, &changes));
        let form = proving(&platform, &assertion);
        is_not_believed(&platform, &form, &changes.to_string()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assertion_whose_claims_or_header_are_an_array_is_not_believed() {
    let platform = Platform::start().await;
    let mine = claims(&platform, &json!({}));
    let members = ["iss", "sub", "aud", "exp", "iat", "nbf", "jti"];
    let array = Value::from(members.map(|member| mine[member].clone()).to_vec());
    let assertion = platform.coach.sign(&array);
    is_not_believed(&platform, &proving(&platform, &assertion), "claims").await;
    let [header, body] =
        [json!(["ES256", null, null]), mine].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    let signed = format!("{header}.{body}");
    let key = platform.coach.private_key();
    let signature = crypto::sign(signed.as_bytes(), &key, Algorithm::ES256).unwrap();
    let form = proving(&platform, &format!("{signed}.{signature}"));
    is_not_believed(&platform, &form, "header").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whether_a_client_exists_is_not_told_to_who_cannot_sign_for_it() {
    let platform = Platform::start().await;
    let answer = async |app: &TestApp| {
        let form = app.push_form(now(&platform), &asked());
        let reply = app.post("/oauth/par", &form).await;
        assert_eq!(reply.verdict(), (401, "invalid_client"), "{}", reply.body);
        reply.body
    };
    let thief = TestApp::named(&platform, &platform.coach.client_id);
    let nobody = TestApp::named(&platform, "app-of-nobody");
    assert_eq!(answer(&thief).await, answer(&nobody).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assertion_signed_by_another_algorithm_or_by_none_is_not_believed() {
    let platform = Platform::start().await;
    let mine = claims(&platform, &json!({}));
    let good = platform.coach.sign(&mine);
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let claiming = |algorithm: &str, signature: &str| {
        let header = json!({"alg": algorithm, "typ": "JWT"}).to_string();
        let [header, body] = [header, mine.to_string()].map(|part| URL_SAFE_NO_PAD.encode(part));
        format!("{header}.{body}.{signature}")
    };
    // The public key, taken for a shared secret.
    let public = serde_json::to_vec(&platform.coach.jwks().keys[0]).unwrap();
    let shared = EncodingKey::from_secret(&public);
    let confused = encode(&Header::new(Algorithm::HS256), &mine, &shared).unwrap();
    for (assertion, why) in [
        (claiming("none", ""), "alg none"),
        (claiming("None", signature), "alg None"),
        (confused, "alg HS256"),
        (claiming("RS256", signature), "alg RS256"),
        (claiming("ES384", signature), "alg ES384"),
        (claiming("EdDSA", signature), "alg EdDSA, of an ES256 key"),
        (
            claiming("Ed25519", signature),
            "alg Ed25519, of an ES256 key",
        ),
        (format!("{signed}."), "no signature"),
        (signed.to_owned(), "two parts"),
        (format!("{good}.x"), "four parts"),
        ("not a JWT".to_owned(), "no JWT"),
    ] {
        is_not_believed(&platform, &proving(&platform, &assertion), why).await;
    }
    let form = proving(&platform, &good);
    let reply = platform.coach.post("/oauth/par", &form).await;
    assert_eq!(reply.status, 201, "it is still good: {}", reply.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assertion_signed_by_a_key_that_is_not_registered_is_not_believed() {
    let platform = Platform::start().await;
    let mine = claims(&platform, &json!({}));
    let thief = TestApp::named(&platform, &platform.coach.client_id);
    let mut brought = Header::new(Algorithm::ES256);
    brought.jwk = Some(thief.jwks().keys[0].clone());
    brought.jku = Some("https://evil.example/jwks.json".into());
    let mut borrowed = Header::new(Algorithm::ES256);
    borrowed.kid = platform.coach.jwks().keys[0].common.key_id.clone();
    let mut unknown = Header::new(Algorithm::ES256);
    unknown.kid = Some("../../etc/passwd".into());
    let mut critical = Header::new(Algorithm::ES256);
    critical.crit = Some(vec!["b64".into()]);
    let coach = &platform.coach;
    for (assertion, why) in [
        (thief.sign(&mine), "another key"),
        (thief.sign_under(&brought, &mine), "a key in the header"),
        (thief.sign_under(&borrowed, &mine), "a borrowed key id"),
        (coach.sign_under(&unknown, &mine), "an unknown key id"),
        (coach.sign_under(&critical, &mine), "an unknown extension"),
    ] {
        is_not_believed(&platform, &proving(&platform, &assertion), why).await;
    }
    let signed = coach.sign_under(&borrowed, &mine);
    let form = proving(&platform, &signed);
    let reply = coach.post("/oauth/par", &form).await;
    assert_eq!(reply.status, 201, "under its own key's id: {}", reply.body);
}
