//! What an app pushes: each request that must not reach a worker.

use std::time::Duration;

use serde_json::Value;

use super::{good, start};
use crate::harness::{ConsentPage, Form, Platform, TestApp, altered, asked, without};

pub(super) async fn is_refused(platform: &Platform, form: &Form, error: &str, why: &str) {
    let reply = platform.coach.post("/oauth/par", form).await;
    assert_eq!(reply.verdict(), (400, error), "{why}: {}", reply.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_is_sent_back_to_a_registered_address_and_to_no_other() {
    let platform = Platform::start().await;
    for forged in [
        "https://COACH.example/callback",
        "HTTPS://coach.example/callback",
        "http://coach.example/callback",
        "https://coach.example:443/callback",
        "https://coach.example:8443/callback",
        "https://coach.example./callback",
        "https://coach.example/callback/",
        "https://coach.example/Callback",
        "https://coach.example//callback",
        "https://coach.example/./callback",
        "https://coach.example/open/../callback",
        "https://coach.example/callback/..%2fopen",
        "https://coach.example/%63allback",
        "https://coach.example%2fcallback",
        "https://coach.example%2f@evil.example/callback",
        "https://coach.example@evil.example/callback",
        "https://coach.example\\@evil.example/callback",
        "https://coach.example.evil.example/callback",
        "https://evil.example/https://coach.example/callback",
        "https://user:secret@coach.example/callback",
        "https://coach.example/callback?next=1",
        "https://coach.example/callback?",
        "https://coach.example/callback#",
        "https://coach.example/callback#fragment",
        "https://c\u{43e}ach.example/callback",
        "https://coach\u{3002}example/callback",
        "https://coach.example/callback\u{202e}",
        "https://coach.example/callback\n",
        " https://coach.example/callback",
        "//coach.example/callback",
        "/callback",
        "javascript:alert(1)",
        "https://coach.example/callback https://evil.example/",
        "",
    ] {
        let form = altered(good(&platform), "redirect_uri", forged);
        is_refused(&platform, &form, "invalid_request", forged).await;
    }
    let form = without(good(&platform), "redirect_uri");
    is_refused(&platform, &form, "invalid_request", "none").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_without_a_hashed_challenge_or_for_another_flow_is_refused() {
    let platform = Platform::start().await;
    let form = || good(&platform);
    let verifier = "a-verifier-that-nobody-has-hashed-and-that-is-long-enough";
    for (form, why) in [
        (altered(form(), "code_challenge_method", "plain"), "plain"),
        (
            without(form(), "code_challenge_method"),
            "plain is the default of RFC 7636",
        ),
        (
            altered(form(), "code_challenge_method", "s256"),
            "another case",
        ),
        (without(form(), "code_challenge"), "no challenge"),
        (altered(form(), "code_challenge", verifier), "a verifier"),
        (
            altered(form(), "code_challenge", &"A".repeat(44)),
            "33 bytes",
        ),
        (
            altered(form(), "request_uri", "urn:ietf:params:oauth:request_uri:x"),
            "a request_uri",
        ),
        (
            without(form(), "authorization_details"),
            "nothing asked for",
        ),
    ] {
        is_refused(&platform, &form, "invalid_request", why).await;
    }
    for other in [
        "token",
        "id_token",
        "code token",
        "code id_token",
        "none",
        "CODE",
    ] {
        let form = altered(form(), "response_type", other);
        is_refused(&platform, &form, "unsupported_response_type", other).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_of_two_thousand_bytes_comes_back_whole_and_a_longer_one_is_refused() {
    let (platform, worker) = start().await;
    let marks = "é&=+% #?;\"<\u{1f511}\u{2028}/";
    let state = marks.repeat(2_000 / marks.len());
    let state = format!("{state}{}", "x".repeat(2_000 - state.len()));
    let long = altered(good(&platform), "state", &format!("{state}x"));
    is_refused(&platform, &long, "invalid_request", "2,001 bytes").await;

    for (decision, answer) in [("accept", "code"), ("refuse", "error")] {
        let form = altered(good(&platform), "state", &state);
        let pushed = platform.coach.post("/oauth/par", &form).await;
        let page = ConsentPage::open_at(&worker, address(&platform.coach, &pushed.body)).await;
        let back = worker
            .submit(&page.action(), &page.form(&[], "1", decision))
            .await;
        assert_eq!(back.parameter("state").as_ref(), Some(&state), "{decision}");
        assert!(back.parameter(answer).is_some(), "{decision}");
    }
}

/// Where the worker's browser is sent with what was pushed.
fn address(app: &TestApp, pushed: &Value) -> String {
    let request_uri = pushed["request_uri"].as_str().unwrap();
    let query = [
        ("client_id", app.client_id.as_str()),
        ("request_uri", request_uri),
    ];
    format!(
        "/oauth/authorize?{}",
        serde_urlencoded::to_string(query).unwrap()
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_waits_five_minutes_for_its_own_client_and_one_decision() {
    let (platform, worker) = start().await;
    let late = ConsentPage::open(&platform, &worker, &platform.coach, &asked()).await;
    platform.clock.advance(Duration::from_secs(299));
    assert_eq!(worker.open_path(&late.path).await.status, 200);
    platform.clock.advance(Duration::from_secs(2));
    assert_eq!(
        worker.open_path(&late.path).await.status,
        404,
        "after five minutes"
    );
    assert_eq!(
        late.accept(&worker, &[]).await.status,
        404,
        "and the open form is of no use"
    );

    let path = platform.coach.ask(&platform, &asked()).await;
    let other = TestApp::named(&platform, "another-app");
    other.register(&platform.app).await;
    let taken = path.replace("cap-metier", "another-app");
    assert_eq!(
        worker.open_path(&taken).await.status,
        404,
        "another client's"
    );
    let guessed = path.replace("request_uri%3A", "request_uri%3Ax");
    assert_eq!(worker.open_path(&guessed).await.status, 404, "unknown");

    let page = ConsentPage::open_at(&worker, path).await;
    assert!(page.accept(&worker, &[]).await.parameter("code").is_some());
    assert_eq!(worker.open_path(&page.path).await.status, 409, "decided");
    assert_eq!(worker.open_path(&late.path).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_cannot_bring_a_request_of_its_own_making() {
    let (platform, worker) = start().await;
    let form = serde_urlencoded::to_string(good(&platform)).unwrap();
    let seen = worker
        .open_path(&format!("/oauth/authorize?client_id=cap-metier&{form}"))
        .await;
    assert_eq!(
        seen.status, 400,
        "only what was pushed is shown: {}",
        seen.html
    );
    assert_eq!(
        seen.url.host_str(),
        Some("localhost"),
        "nobody is sent on to the app"
    );
}
