//! An app that must stop at once: the operator switches it off, on every node.

use std::time::Duration;

use reqwest::StatusCode;

use crate::{
    commands::{Ended, cpf},
    harness::{Browser, Platform, TestApp, asked, refusal, until},
};

/// Runs `cpf app …` on the database of `platform`, as its operator.
async fn command(platform: &Platform, arguments: &[&str]) -> Ended {
    let mut command = cpf(&["app", "--json"]);
    let database = platform.config.database_url.as_ref().unwrap();
    command
        .args(arguments)
        .env("DATABASE_URL", database.expose());
    Ended::of(command).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_is_switched_off_stops_on_every_node_and_old_tokens_never_come_back() {
    let platform = Platform::start().await;
    let other_node = platform.second_node().await;
    let worker = Browser::of(&platform, "plain").await;
    let coach = &platform.coach;
    let other = TestApp::named(&platform, "another-app");
    other.register(&platform.app).await;
    let tokens = coach.connect(&platform, &worker).await;
    let others = other.connect(&platform, &worker).await;
    let asking = coach.ask(&platform, &asked()).await;
    let here = async || coach.read("/v1/record/certificates", &tokens.access).await;
    let there = async || other_node.read(coach, &tokens.access).await;
    assert_eq!((here().await.status, there().await.status), (200, 200));

    let tried = command(&platform, &["disable", "cap-metier", "--dry-run"]).await;
    assert_eq!(tried.json()["disabled"], false, "{tried:?}");
    assert_eq!(here().await.status, 200, "nothing was done");
    let done = command(&platform, &["disable", "cap-metier"]).await;
    assert_eq!(done.json()["disabled"], true, "{done:?}");
    assert_eq!(done.json()["grants"], 1, "{done:?}");
    for reply in [refusal(here).await, refusal(there).await] {
        assert_eq!(reply.verdict(), (401, "grant-ended"), "{}", reply.body);
    }
    let kept = other.read("/v1/record/certificates", &others.access).await;
    assert_eq!(kept.status, 200, "another app of the same worker");
    let form = coach.push_form(platform.clock.now().unix_timestamp(), &asked());
    let push = coach.post("/oauth/par", &form).await;
    assert_eq!(push.verdict(), (401, "invalid_client"));
    let refresh = tokens.refresh.as_ref().unwrap();
    let refreshed = coach.refresh(&platform, refresh).await;
    assert_eq!(refreshed.verdict(), (401, "invalid_client"));
    let page = worker.open_path(&asking).await;
    assert_ne!(page.status, StatusCode::OK, "nobody is asked any more");
    let again = command(&platform, &["disable", "cap-metier"]).await;
    assert_eq!(again.code, Some(1), "{again:?}");

    let done = command(&platform, &["enable", "cap-metier"]).await;
    assert_eq!(done.json()["enabled"], true, "{done:?}");
    platform.clock.advance(Duration::from_mins(1));
    let refreshed = coach.refresh(&platform, refresh).await;
    assert_eq!(
        refreshed.status, 200,
        "the grant is still the worker's: {}",
        refreshed.body
    );
    let fresh = refreshed.body["access_token"].as_str().unwrap();
    until("it is on again", async || {
        let reply = coach.read("/v1/record/certificates", fresh).await;
        reply.status == 200
    })
    .await;
    for reply in [here().await, there().await] {
        assert_eq!(reply.verdict(), (401, "grant-ended"), "a token from before");
    }
}
