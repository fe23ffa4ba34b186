//! An app asks what its tokens stand for, and learns nothing of anybody else's.

use std::time::Duration;

use attenuate::{Narrowing, narrow};
use serde_json::{Value, json};

use super::{now, read, start};
use crate::harness::{Platform, Reply, TestApp, without};

/// What the platform tells `app` of `token`.
async fn asked(platform: &Platform, app: &TestApp, token: &str) -> Value {
    let reply = ask(platform, app, token).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(reply.headers["cache-control"], "no-store");
    reply.body
}

async fn ask(platform: &Platform, app: &TestApp, token: &str) -> Reply {
    let mut form = app.assertion_form(now(platform));
    form.push(("token".into(), token.into()));
    app.post("/oauth/introspect", &form).await
}

/// All that is told of a token that is none.
fn nothing() -> Value {
    json!({"active": false})
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_learns_what_its_tokens_give_since_when_and_until_when() {
    let (platform, worker) = start().await;
    let begun = now(&platform);
    let tokens = platform.coach.connect(&platform, &worker).await;
    platform.clock.advance(Duration::from_mins(1));
    let told = asked(&platform, &platform.coach, &tokens.access).await;
    assert_eq!(
        (&told["active"], &told["iat"], &told["exp"]),
        (&json!(true), &json!(begun), &json!(begun + 300))
    );
    assert_eq!(told["client_id"], "cap-metier");
    assert_eq!(told["iss"], platform.url);
    assert_eq!(told["aud"], format!("{}/v1", platform.url));
    assert_eq!(told["token_type"], "DPoP");
    assert_eq!(told["purpose"], "career_guidance");
    let key = platform.coach.key.thumbprint();
    assert_eq!(told["cnf"], json!({"jkt": key}));
    assert_eq!(told["authorization_details"], json!([tokens.details]));

    let refresh = tokens.refresh.unwrap();
    let long = asked(&platform, &platform.coach, &refresh).await;
    assert_eq!(
        (&long["active"], &long["iat"]),
        (&json!(true), &json!(begun))
    );
    assert_eq!(long["exp"], begun + 30 * 86_400, "as long as the grant");
    assert_eq!(
        (&long["sub"], &long["grant_id"]),
        (&told["sub"], &told["grant_id"])
    );
    assert!(
        long["token_type"].is_null() && long["cnf"].is_null(),
        "{long}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_dead_unknown_or_another_apps_is_told_of_alike() {
    let (platform, worker) = start().await;
    let stranger = TestApp::named(&platform, "another-app");
    stranger.register(&platform.app).await;
    let tokens = platform.coach.connect(&platform, &worker).await;
    let refresh = tokens.refresh.unwrap();
    for token in [&tokens.access, &refresh] {
        assert_eq!(asked(&platform, &stranger, token).await, nothing());
    }
    let half = &tokens.access[..tokens.access.len() / 2];
    for token in [half, "x", "AAAA", &"A".repeat(20_000), "\u{e9}"] {
        let told = asked(&platform, &platform.coach, token).await;
        assert_eq!(told, nothing(), "{token}");
    }
    platform.clock.advance(Duration::from_mins(5));
    let late = asked(&platform, &platform.coach, &tokens.access).await;
    assert_eq!(late, nothing(), "it has expired");
    let fresh = platform.coach.refresh(&platform, &refresh).await;
    let fresh = fresh.body["access_token"].as_str().unwrap();
    assert_eq!(
        asked(&platform, &platform.coach, fresh).await["active"],
        true
    );
    worker.revoke().await;
    for token in [fresh, &refresh] {
        let told = asked(&platform, &platform.coach, token).await;
        assert_eq!(told, nothing(), "the grant has ended");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_narrowed_token_is_told_of_as_narrow_as_it_is() {
    let (platform, worker) = start().await;
    let token = platform.coach.connect(&platform, &worker).await.access;
    let less = Narrowing::default().to_sections(["skills"]);
    let narrowed = narrow(&token, &less).unwrap();
    let told = asked(&platform, &platform.coach, &narrowed).await;
    let details = &told["authorization_details"];
    assert_eq!(details[0]["sections"], json!(["skills"]), "{told}");
    assert!(details[1].is_null(), "{told}");
    let nowhere = narrow(&token, &Narrowing::default().to_sections([])).unwrap();
    let told = asked(&platform, &platform.coach, &nowhere).await;
    assert_eq!(told, nothing(), "it opens nothing");
    let whole = asked(&platform, &platform.coach, &token).await;
    assert_eq!(
        whole["authorization_details"][0]["sections"],
        json!(["certificates", "skills"])
    );
    assert_eq!(read(&platform, &token).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_about_nothing_is_told_what_is_missing() {
    let (platform, _worker) = start().await;
    for path in ["/oauth/introspect", "/oauth/revoke"] {
        let form = platform.coach.assertion_form(now(&platform));
        let reply = platform.coach.post(path, &form).await;
        assert_eq!(reply.verdict(), (400, "invalid_request"), "{path}");
        let mut form = platform.coach.assertion_form(now(&platform));
        form.push(("token".into(), "x".into()));
        let form = without(form, "client_assertion");
        let reply = platform.coach.post(path, &form).await;
        assert_eq!(reply.verdict(), (401, "invalid_client"), "{path}");
    }
}
