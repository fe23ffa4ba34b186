//! A code is good once, for a minute, for the app it was given to, and with its verifier.

use std::time::Duration;

use serde_json::json;

use super::{now, read, start};
use crate::harness::{ConsentPage, Form, Platform, Reply, TestApp, altered, asked, without};

/// The form in which the coach presents `code`.
fn presented(platform: &Platform, code: &str) -> Form {
    platform.coach.trade_form(now(platform), code)
}

async fn present(platform: &Platform, form: &Form) -> Reply {
    platform.coach.post("/oauth/token", form).await
}

fn is_invalid_grant(reply: &Reply, why: &str) {
    assert_eq!(
        reply.verdict(),
        (400, "invalid_grant"),
        "{why}: {}",
        reply.body
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_presented_twice_ends_the_grant_and_its_tokens_at_once() {
    let (platform, worker) = start().await;
    let code = platform.coach.code(&platform, &worker, &[]).await;
    let tokens = platform.coach.trade(&platform, &code).await;
    assert_eq!(read(&platform, &tokens.access).await.status, 200);

    is_invalid_grant(
        &present(&platform, &presented(&platform, &code)).await,
        "a second time",
    );
    let read = read(&platform, &tokens.access).await;
    assert_eq!(read.verdict(), (401, "grant-ended"));
    let refreshed = platform
        .coach
        .refresh(&platform, &tokens.refresh.unwrap())
        .await;
    is_invalid_grant(&refreshed, "its refresh token");
    is_invalid_grant(
        &present(&platform, &presented(&platform, &code)).await,
        "a third time",
    );
    let page = worker.open_path("/authorizations?lang=en").await;
    assert!(page.html.contains("Stopped for safety"), "{}", page.html);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_present_a_code_at_once_neither_keeps_a_token() {
    let (platform, worker) = start().await;
    let code = platform.coach.code(&platform, &worker, &[]).await;
    let (one, other) = (presented(&platform, &code), presented(&platform, &code));
    let (one, other) = tokio::join!(present(&platform, &one), present(&platform, &other));
    let (won, lost) = if one.status == 200 {
        (one, other)
    } else {
        (other, one)
    };
    assert_eq!(won.status, 200, "{}", won.body);
    is_invalid_grant(&lost, "the slower one");
    let token = won.body["access_token"].as_str().unwrap();
    let read = read(&platform, token).await;
    assert_eq!(read.verdict(), (401, "grant-ended"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stolen_code_is_worth_nothing_and_its_theft_costs_the_worker_nothing() {
    let (platform, worker) = start().await;
    let thief = TestApp::named(&platform, "another-app");
    thief.register(&platform.app).await;
    let code = platform.coach.code(&platform, &worker, &[]).await;
    let stolen = thief
        .post("/oauth/token", &thief.trade_form(now(&platform), &code))
        .await;
    is_invalid_grant(&stolen, "another client");

    let form = || presented(&platform, &code);
    let other = "another-verifier-that-is-long-enough-to-be-one-12345";
    for (form, why) in [
        (altered(form(), "code_verifier", other), "another verifier"),
        (
            altered(form(), "code_verifier", "short"),
            "no verifier at all",
        ),
        (
            altered(form(), "redirect_uri", "https://coach.example/"),
            "another redirect_uri",
        ),
        (
            altered(form(), "redirect_uri", "https://COACH.example/callback"),
            "another case",
        ),
        (
            altered(form(), "code", &code.to_uppercase()),
            "another code",
        ),
        (
            altered(form(), "code", &format!("{code}=")),
            "a padded code",
        ),
    ] {
        is_invalid_grant(&present(&platform, &form).await, why);
    }
    let tokens = platform.coach.trade(&platform, &code).await;
    assert_eq!(read(&platform, &tokens.access).await.status, 200);
    let refresh = tokens.refresh.unwrap();
    is_invalid_grant(
        &thief.refresh(&platform, &refresh).await,
        "another client's refresh token",
    );
    is_invalid_grant(
        &platform.coach.refresh(&platform, &code).await,
        "a code is no refresh token",
    );
    let swapped = present(&platform, &presented(&platform, &refresh)).await;
    is_invalid_grant(&swapped, "a refresh token is no code");
    assert_eq!(
        platform.coach.refresh(&platform, &refresh).await.status,
        200
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_waits_one_minute() {
    let (platform, worker) = start().await;
    let code = platform.coach.code(&platform, &worker, &[]).await;
    platform.clock.advance(Duration::from_secs(59));
    platform.coach.trade(&platform, &code).await;
    let late = platform.coach.code(&platform, &worker, &["skills"]).await;
    platform.clock.advance(Duration::from_secs(61));
    is_invalid_grant(
        &present(&platform, &presented(&platform, &late)).await,
        "after a minute",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_that_ended_before_its_code_was_traded_gives_no_token() {
    let (platform, worker) = start().await;
    let code = platform.coach.code(&platform, &worker, &[]).await;
    worker.revoke().await;
    is_invalid_grant(
        &present(&platform, &presented(&platform, &code)).await,
        "revoked",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_asked_to_read_once_gets_no_refresh_token() {
    let (platform, worker) = start().await;
    let mut once = asked();
    once[0]["frequency"] = json!("once");
    once[0]["duration"] = json!("P1D");
    let page = ConsentPage::open(&platform, &worker, &platform.coach, &once).await;
    assert!(
        page.seen.html.contains("pendant cinq minutes seulement"),
        "{}",
        page.seen.html
    );
    let back = worker
        .submit(&page.action(), &page.form(&[], "1", "accept"))
        .await;
    let tokens = platform
        .coach
        .trade(&platform, &back.parameter("code").unwrap())
        .await;
    assert_eq!(tokens.refresh, None);
    assert_eq!(tokens.details["frequency"], "once");
    assert_eq!(read(&platform, &tokens.access).await.status, 200);
    platform.clock.advance(Duration::from_secs(301));
    assert_eq!(read(&platform, &tokens.access).await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trade_that_lacks_something_or_is_of_another_kind_says_so() {
    let (platform, worker) = start().await;
    let code = platform.coach.code(&platform, &worker, &[]).await;
    for name in ["grant_type", "code", "redirect_uri"] {
        let reply = present(&platform, &without(presented(&platform, &code), name)).await;
        assert_eq!(reply.verdict(), (400, "invalid_request"), "{name}");
    }
    for kind in ["password", "implicit", "Authorization_Code"] {
        let form = altered(presented(&platform, &code), "grant_type", kind);
        let reply = present(&platform, &form).await;
        assert_eq!(reply.verdict(), (400, "unsupported_grant_type"), "{kind}");
    }
    platform.coach.trade(&platform, &code).await;
}
