//! An app gives tokens back: they die at once, the grant goes on.

use serde_json::Value;

use super::{now, read, start};
use crate::harness::{Platform, Reply, TestApp, refusal};

/// `app` gives `token` back; whatever it is, the answer is the same.
async fn give_back(platform: &Platform, app: &TestApp, token: &str) {
    let mut form = app.assertion_form(now(platform));
    form.push(("token".into(), token.into()));
    let Reply {
        status,
        headers,
        body,
    } = app.post("/oauth/revoke", &form).await;
    assert_eq!((status, &body), (200, &Value::Null), "{body}");
    assert_eq!(headers["cache-control"], "no-store");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_token_given_back_dies_with_those_of_its_version_on_every_node() {
    let (platform, worker) = start().await;
    let other_node = platform.second_node().await;
    let tokens = platform.coach.connect(&platform, &worker).await;
    let refresh = tokens.refresh.unwrap();
    let second = platform.coach.refresh(&platform, &refresh).await;
    let second = second.body["access_token"].as_str().unwrap();
    assert_eq!(other_node.read(&platform.coach, second).await.status, 200);

    give_back(&platform, &platform.coach, &tokens.access).await;
    for token in [&tokens.access, second] {
        assert_eq!(read(&platform, token).await.status, 401, "at once here");
    }
    let there = refusal(async || other_node.read(&platform.coach, second).await).await;
    assert_eq!(there.status, 401, "nor elsewhere: {}", there.body);
    let third = platform.coach.refresh(&platform, &refresh).await;
    assert_eq!(third.status, 200, "the grant goes on: {}", third.body);
    let third = third.body["access_token"].as_str().unwrap();
    assert_eq!(read(&platform, third).await.status, 200);
    give_back(&platform, &platform.coach, &tokens.access).await;
    assert_eq!(
        read(&platform, third).await.status,
        200,
        "a dead token ends nothing"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_given_back_is_gone_and_what_it_gave_dies() {
    let (platform, worker) = start().await;
    let tokens = platform.coach.connect(&platform, &worker).await;
    let refresh = tokens.refresh.unwrap();
    give_back(&platform, &platform.coach, &refresh).await;
    assert_eq!(read(&platform, &tokens.access).await.status, 401);
    let again = platform.coach.refresh(&platform, &refresh).await;
    assert_eq!(again.verdict(), (400, "invalid_grant"));
    give_back(&platform, &platform.coach, &refresh).await;
    let active = "SELECT count(*) FROM grants WHERE ended_at IS NULL";
    let active: i64 = sqlx::query_scalar(active)
        .fetch_one(&platform.owner().await)
        .await
        .unwrap();
    assert_eq!(active, 1, "the worker's grant has not ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_ends_another_apps_token_or_learns_that_it_lives() {
    let (platform, worker) = start().await;
    let stranger = TestApp::named(&platform, "another-app");
    stranger.register(&platform.app).await;
    let tokens = platform.coach.connect(&platform, &worker).await;
    let refresh = tokens.refresh.unwrap();
    for token in [&tokens.access, &refresh, "x", "AAAA", &"A".repeat(20_000)] {
        give_back(&platform, &stranger, token).await;
    }
    assert_eq!(read(&platform, &tokens.access).await.status, 200);
    let again = platform.coach.refresh(&platform, &refresh).await;
    assert_eq!(again.status, 200);
}
