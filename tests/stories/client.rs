//! An app proves who it is, or is not believed.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use crate::harness::{Form, Platform, TestApp, altered, asked, without};

/// The form of a pushed request in which `assertion` stands for the app.
fn proving(platform: &Platform, assertion: &str) -> Form {
    altered(good(platform), "client_assertion", assertion)
}

/// The form of a pushed request that lacks nothing.
fn good(platform: &Platform) -> Form {
    platform.coach.push_form(now(platform), &asked())
}

fn now(platform: &Platform) -> i64 {
    platform.clock.now().unix_timestamp()
}

/// The good claims of the moment, with `changes` made to them; null removes.
fn claims(platform: &Platform, changes: &Value) -> Value {
    let mut claims = platform.coach.claims(now(platform));
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    claims
}

/// Sends `form` to both addresses that apps prove themselves at; neither believes it.
async fn is_not_believed(platform: &Platform, form: &Form, why: &str) {
    for path in ["/oauth/par", "/oauth/token"] {
        let reply = platform.coach.post(path, form).await;
        let error = reply.body["error"].as_str();
        assert_eq!((reply.status, error), (401, Some("invalid_client")), "{why}: {}", reply.body);
        assert_eq!(reply.headers["cache-control"], "no-store", "{why}");
    }
}

async fn is_invalid(platform: &Platform, form: &Form, why: &str) {
    for path in ["/oauth/par", "/oauth/token"] {
        let reply = platform.coach.post(path, form).await;
        let error = reply.body["error"].as_str();
        assert_eq!((reply.status, error), (400, Some("invalid_request")), "{why}: {}", reply.body);
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
        json!({"jti": null}),
        json!({"jti": ""}),
        json!({"jti": "j".repeat(201)}),
    ] {
        let assertion = platform.coach.sign(&claims(&platform, &changes));
        is_not_believed(&platform, &proving(&platform, &assertion), &changes.to_string()).await;
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
        let reply = platform.coach.post("/oauth/par", &proving(&platform, &assertion)).await;
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
    let borrowed_id = Header { kid: registered, ..Header::new(Algorithm::ES256) };
    let path = Header { kid: Some("../../etc/passwd".into()), ..Header::new(Algorithm::ES256) };
    let critical = Header { crit: Some(vec!["b64".into()]), ..Header::new(Algorithm::ES256) };
    for (assertion, why) in [
        (unsigned("none", ""), "alg none"),
        (unsigned("None", signature), "alg None"),
        (encode(&Header::new(Algorithm::HS256), &mine, &shared).unwrap(), "alg HS256"),
        (unsigned("RS256", signature), "alg RS256"),
        (unsigned("ES384", signature), "alg ES384"),
        (unsigned("EdDSA", signature), "alg EdDSA with an ES256 key"),
        (thief.sign(&mine), "another key"),
        (thief.sign_under(&own_key, &mine), "a key that the header brings"),
        (thief.sign_under(&borrowed_id, &mine), "another key under the registered key's id"),
        (platform.coach.sign_under(&path, &mine), "a key id that is not registered"),
        (platform.coach.sign_under(&critical, &mine), "an extension that is not understood"),
        (format!("{signed}."), "no signature"),
        (signed.to_owned(), "two parts"),
        (format!("{good}.x"), "four parts"),
        ("not a JWT".to_owned(), "no JWT"),
    ] {
        is_not_believed(&platform, &proving(&platform, &assertion), why).await;
    }
    let reply = platform.coach.post("/oauth/par", &proving(&platform, &good)).await;
    assert_eq!(reply.status, 201, "none of these used it up: {}", reply.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_say_who_it_is_or_is_not_known_is_not_believed() {
    let platform = Platform::start().await;
    let form = good(&platform);
    for (form, why) in [
        (without(form.clone(), "client_assertion"), "no assertion"),
        (without(form.clone(), "client_assertion_type"), "no type"),
        (altered(form.clone(), "client_assertion", ""), "an empty assertion"),
        (altered(form.clone(), "client_assertion_type", "secret"), "another type"),
        (altered(form.clone(), "client_id", "another-app"), "another client id"),
        (vec![("client_id".into(), "cap-metier".into())], "a name alone"),
        (Vec::new(), "nothing"),
    ] {
        is_not_believed(&platform, &form, why).await;
    }
    let stranger = TestApp::named(&platform.url, "stranger");
    let form = stranger.push_form(now(&platform), &asked());
    is_not_believed(&platform, &form, "an app that nobody registered").await;
    let named = altered(good(&platform), "client_id", &platform.coach.client_id);
    assert_eq!(platform.coach.post("/oauth/par", &named).await.status, 201);

    let owner = platform.owner().await;
    sqlx::query("UPDATE apps SET enabled = false").execute(&owner).await.unwrap();
    is_not_believed(&platform, &good(&platform), "an app that was switched off").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assertion_is_good_once_whoever_presents_it_and_wherever() {
    let platform = Platform::start().await;
    let form = good(&platform);
    let (one, other) = tokio::join!(
        platform.coach.post("/oauth/par", &form),
        platform.coach.post("/oauth/par", &form),
    );
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 401], "of two at once, one");
    is_not_believed(&platform, &form, "again").await;
    platform.clock.advance(std::time::Duration::from_secs(61));
    is_not_believed(&platform, &form, "again, once it has expired").await;
    assert_eq!(platform.coach.post("/oauth/par", &good(&platform)).await.status, 201);
    is_not_believed(&platform, &form, "again, once its trace was swept away").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_can_be_read_in_two_ways_is_refused() {
    let platform = Platform::start().await;
    let form = good(&platform);
    for (name, value) in &form {
        let mut twice = form.clone();
        twice.push((name.clone(), value.clone()));
        is_invalid(&platform, &twice, &format!("{name} twice")).await;
        let nul = altered(form.clone(), name, &format!("{value}\0"));
        is_invalid(&platform, &nul, &format!("NUL in {name}")).await;
    }
    let unknown_name = altered(form, "a\0b", "c");
    is_invalid(&platform, &unknown_name, "NUL in a name").await;
    let media_type = "application/x-www-form-urlencoded";
    for body in ["state=%", "state=%zz", "state=%ff", "state=%ed%a0%80", "state=%c0%af"] {
        let reply = platform.coach.post_body("/oauth/par", media_type, body.into()).await;
        assert_eq!((reply.status, reply.body["error"].as_str()), (400, Some("invalid_request")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_media_type_or_a_huge_form_is_refused_with_its_problem() {
    let platform = Platform::start().await;
    let form = serde_urlencoded::to_string(good(&platform)).unwrap();
    for media_type in ["application/json", "multipart/form-data; boundary=x", "text/plain", ""] {
        let reply = platform.coach.post_body("/oauth/par", media_type, form.clone().into()).await;
        assert_eq!(reply.status, 415, "{media_type}");
        let named = reply.body["type"].as_str().unwrap();
        assert!(named.ends_with("/problems/unsupported-media-type"), "{named}");
    }
    let media_type = "application/x-www-form-urlencoded; charset=UTF-8";
    let huge = format!("{form}&padding={}", "a".repeat(1024 * 1024));
    let reply = platform.coach.post_body("/oauth/par", media_type, huge.into()).await;
    assert_eq!(reply.status, 413);
    assert!(reply.body["type"].as_str().unwrap().ends_with("/problems/too-large"));
    let reply = platform.coach.post_body("/oauth/par", media_type, form.into()).await;
    assert_eq!(reply.status, 201, "a parameter of the media type changes nothing");
}
