//! A worker pauses a grant and resumes it, and sees what was read under it.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{read, start};
use crate::{
    harness::{Browser, Platform, Reply, refusal},
    promises::scene::{deposit, flux, seed},
};

/// What introspection says of `token`.
async fn is_active(platform: &Platform, token: &str) -> Value {
    let asked = platform
        .coach
        .call(platform, "/oauth/introspect", &[("token", token)])
        .await;
    asked.body["active"].clone()
}

fn check_paused(reply: &Reply) {
    assert_eq!(
        (reply.status, &reply.body["error"]),
        (400, &json!("grant_paused"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_grant_is_paused_nothing_is_given_and_then_the_same_refresh_token_works_again() {
    let (platform, worker) = start().await;
    let other_node = platform.second_node().await;
    let tokens = platform.coach.connect(&platform, &worker).await;
    let refresh = tokens.refresh.unwrap();
    assert_eq!(
        other_node
            .read(&platform.coach, &tokens.access)
            .await
            .status,
        200
    );

    let paused = worker.steer(&tokens.grant, "pause", &[]).await;
    assert!(paused.html.contains("Paused since"), "{}", paused.html);
    let here = read(&platform, &tokens.access).await;
    assert_eq!(here.verdict(), (401, "invalid-token"), "at once");
    let there = refusal(async || other_node.read(&platform.coach, &tokens.access).await).await;
    assert_eq!(there.verdict(), (401, "invalid-token"), "everywhere");
    for _ in 0..2 {
        check_paused(&platform.coach.refresh(&platform, &refresh).await);
    }
    for token in [&tokens.access, &refresh] {
        assert_eq!(is_active(&platform, token).await, false);
    }
    let list = worker.open_path("/authorizations?lang=en").await.html;
    let (in_force, _) = list.split_once("may have kept a copy").unwrap();
    assert!(in_force.contains("Paused since"), "{list}");
    // What she changes meanwhile stays paused.
    worker
        .steer(&tokens.grant, "part", &[("section", "skills")])
        .await;
    check_paused(&platform.coach.refresh(&platform, &refresh).await);

    worker.steer(&tokens.grant, "resume", &[]).await;
    let refreshed = platform.coach.refresh(&platform, &refresh).await;
    assert_eq!(refreshed.status, 200, "{}", refreshed.body);
    let details = &refreshed.body["authorization_details"][0];
    assert_eq!(details["sections"], json!(["certificates"]));
    let access = refreshed.body["access_token"].as_str().unwrap();
    assert_eq!(read(&platform, access).await.status, 200);
    assert_eq!(is_active(&platform, &refresh).await, true);
    let old = read(&platform, &tokens.access).await;
    assert_eq!(
        old.verdict(),
        (401, "invalid-token"),
        "what died stays dead"
    );
    check_told(&platform, &worker).await;
}

/// The app was told each step, and her journal has it.
async fn check_told(platform: &Platform, worker: &Browser) {
    let events = platform.coach.call(platform, "/oauth/events", &[]).await;
    let told = events.body["items"].as_array().unwrap().clone();
    let told: Vec<_> = told
        .iter()
        .map(|event| (event["type"].clone(), event["data"]["version"].clone()))
        .collect();
    let expected = [
        ("grant.paused", 2),
        ("grant.changed", 3),
        ("grant.resumed", 4),
    ];
    assert_eq!(
        told,
        expected.map(|(kind, version)| (json!(kind), json!(version)))
    );
    let journal = worker.open_path("/journal?lang=en").await.html;
    for words in ["Paused the authorisation", "Resumed the authorisation"] {
        assert!(journal.contains(words), "{words}: {journal}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_stops_neither_the_end_nor_the_worker_from_ending_it() {
    let (platform, worker) = start().await;
    let tokens = platform.coach.connect(&platform, &worker).await;
    worker.steer(&tokens.grant, "pause", &[]).await;
    platform.clock.advance(Duration::from_hours(30 * 24));
    let worker = Browser::of(&platform, "plain").await;
    let page = worker.grant_page(&tokens.grant).await.html;
    for words in ["Reached its end", "must ask you", "https://coach.example/"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let late = worker.steer_seen(&tokens.grant, "2", "resume", &[]).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "it does not come back");
    let refused = platform
        .coach
        .refresh(&platform, &tokens.refresh.unwrap())
        .await;
    assert_eq!(refused.body["error"], "invalid_grant");

    let again = platform.coach.connect(&platform, &worker).await;
    worker.steer(&again.grant, "pause", &[]).await;
    worker.revoke().await;
    let page = worker.grant_page(&again.grant).await.html;
    assert!(page.contains("Stopped on"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_meets_a_pause_waits_for_its_end_and_is_still_good_once_only() {
    let (platform, worker) = start().await;
    let code = platform.coach.code(&platform, &worker, &["skills"]).await;
    let list = worker.open_path("/authorizations").await;
    let grant = list.between("action=\"/authorizations/", "/revoke\"");
    worker.steer(&grant, "pause", &[]).await;
    let now = || platform.clock.now().unix_timestamp();
    let trade = || platform.coach.trade_form(now(), &code);
    check_paused(&platform.coach.post("/oauth/token", &trade()).await);
    worker.steer(&grant, "resume", &[]).await;
    let traded = platform.coach.trade(&platform, &code).await;
    assert_eq!(read(&platform, &traded.access).await.status, 200);
    worker.steer(&grant, "pause", &[]).await;
    let again = platform.coach.post("/oauth/token", &trade()).await;
    assert_eq!(again.body["error"], "invalid_grant");
    let page = worker.grant_page(&grant).await.html;
    assert!(
        page.contains("Stopped for safety"),
        "a stolen code ends it: {page}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn she_reads_line_by_line_what_was_read_by_the_names_of_her_certificates() {
    let (platform, worker) = start().await;
    seed(&platform).await;
    let key = platform.certifier().await;
    deposit(&platform, &key, flux("certificates.xml")).await;
    let tokens = platform.coach.connect(&platform, &worker).await;
    let page = worker.grant_page(&tokens.grant).await.html;
    assert!(page.contains("has read nothing"), "{page}");
    // More than one page of the list, each a second after the one before.
    for _ in 0..51 {
        platform.clock.advance(Duration::from_secs(1));
        assert_eq!(read(&platform, &tokens.access).await.status, 200);
    }
    let record = worker.open_path("/record").await;
    let name = record.between("<h3>", "</h3>");
    let first = worker.grant_page(&tokens.grant).await;
    assert_eq!(first.html.matches("<summary>2 items").count(), 50);
    assert!(
        first.html.contains(&format!("<li>{name}</li>")),
        "{name}: {}",
        first.html
    );
    let next = first.between("?after=", "#readings");
    let path = format!("/authorizations/{}?lang=en&after={next}", tokens.grant);
    let rest = worker.open_path(&path).await.html;
    assert_eq!(rest.matches("<summary>2 items").count(), 1, "{rest}");

    // One of them is given no more, by name; nor are those that come later.
    let change = format!("/authorizations/{}/change", tokens.grant);
    let form = worker.open_path(&change).await;
    let items: Vec<_> = form
        .html
        .split("name=\"item\" value=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect();
    assert_eq!(items.len(), 2);
    let mut ticked = vec![
        ("section", "certificates"),
        ("field", "certificates.score"),
        ("later", "certificates"),
    ];
    ticked.extend(items.iter().skip(1).map(|item| ("item", item.as_str())));
    let less = worker.choose(&tokens.grant, &ticked).await;
    assert!(less.html.contains("Only 1 chosen item."), "{}", less.html);
    let refreshed = platform
        .coach
        .refresh(&platform, &tokens.refresh.unwrap())
        .await;
    let access = refreshed.body["access_token"].as_str().unwrap();
    let left = read(&platform, access).await;
    assert_eq!(left.body["items"].as_array().unwrap().len(), 1);
}
