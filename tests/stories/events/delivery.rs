//! From the end of a grant to the app's server, however often that takes.

use std::{collections::BTreeSet, time::Duration};

use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{Told, listen};
use crate::harness::{Browser, Message, Receiver, TestApp, until};

#[tokio::test(flavor = "multi_thread")]
async fn when_a_grant_ends_its_app_is_told_so_and_no_more_and_nobody_else_is() {
    let told = Told::start().await;
    let platform = &told.platform;
    let (other, elsewhere) = (
        TestApp::named(platform, "another-app"),
        Receiver::start().await,
    );
    other.register(&platform.app).await;
    listen(platform, &other, &elsewhere).await;

    let tokens = told.end_a_grant().await;
    let message = &told.receiver.until(2).await[1];
    assert!(message.is_signed_by(&told.secret));
    let timestamp = message.body["timestamp"].as_str().unwrap();
    let expected = json!({
        "type": "grant.ended",
        "timestamp": timestamp,
        "data": {"client_id": "cap-metier", "grant_id": tokens.grant, "version": 1},
    });
    assert_eq!(message.body, expected, "thin: ids, and nothing of anybody");

    let event = told.until("delivered").await;
    assert_eq!(event["id"], message.header("webhook-id"));
    assert_eq!(event["data"], expected["data"]);
    assert_eq!(event["timestamp"], expected["timestamp"]);
    assert_eq!(told.statuses(&event).await, [204]);
    let theirs = other.call(platform, "/oauth/events", &[]).await;
    assert_eq!(theirs.body["items"], json!([]));
    assert_eq!(elsewhere.messages().len(), 1, "the verification only");
}

#[tokio::test(flavor = "multi_thread")]
async fn when_a_grant_changes_its_app_is_told_the_next_version() {
    let told = Told::start().await;
    let tokens = told.coach().connect(&told.platform, &told.worker).await;
    told.worker
        .steer(&tokens.grant, "part", &[("section", "skills")])
        .await;
    let message = &told.receiver.until(2).await[1];
    assert_eq!(message.kind(), "grant.changed");
    let data = json!({"client_id": "cap-metier", "grant_id": tokens.grant, "version": 2});
    assert_eq!(message.body["data"], data);
    told.worker.revoke().await;
    let message = &told.receiver.until(3).await[2];
    assert_eq!(message.kind(), "grant.ended");
    assert_eq!(message.body["data"], data);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_not_taken_comes_again_the_same_and_later_each_time() {
    let told = Told::start().await;
    told.receiver.answer(&[500, 302, 404]);
    told.end_a_grant().await;
    for (tries, wait) in [(1, 6), (2, 6 * 60), (3, 36 * 60)] {
        told.until_tried(tries).await;
        told.platform.clock.advance(Duration::from_secs(wait));
    }
    let messages = told.receiver.until(5).await;
    let (first, again) = (&messages[1], &messages[4]);
    assert_eq!(first.header("webhook-id"), again.header("webhook-id"));
    assert_eq!(first.bytes, again.bytes);
    assert_ne!(
        first.header("webhook-timestamp"),
        again.header("webhook-timestamp"),
        "it is dated anew, so that a receiver who checks the time takes it"
    );
    assert!(again.is_signed_by(&told.secret));
    let event = told.until("delivered").await;
    assert_eq!(told.statuses(&event).await, [500, 302, 404, 204]);
    assert_eq!(event["attempts"], 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_never_answers_is_given_up_after_three_days_and_may_ask_again() {
    let told = Told::start().await;
    told.receiver.always(503);
    told.end_a_grant().await;
    let begun = told.platform.clock.now();
    for tries in 1..=9 {
        let event = told.until_tried(tries).await;
        let next = event["next_attempt_at"].as_str().unwrap();
        let wait = OffsetDateTime::parse(next, &Rfc3339).unwrap() - told.platform.clock.now();
        told.platform.clock.advance(wait.unsigned_abs());
    }
    told.until("given_up").await;
    let took = told.platform.clock.now() - begun;
    let days = took.whole_days();
    assert!((2..5).contains(&days), "{took}");

    told.receiver.always(200);
    let event = told.until("given_up").await;
    let fields = [("event_id", event["id"].as_str().unwrap())];
    let path = "/oauth/events/resend";
    let resent = told.coach().call(&told.platform, path, &fields).await;
    assert_eq!(resent.status, 202, "{}", resent.body);
    let event = told.until("delivered").await;
    assert_eq!(told.statuses(&event).await.len(), 11);
    // What was taken is sent again as well, for an app that lost it.
    told.coach().call(&told.platform, path, &fields).await;
    told.receiver.until(13).await;
    told.until("delivered").await;
    let nobody_s = [("event_id", "01900000-0000-7000-8000-000000000000")];
    for path in [path, "/oauth/events/attempts"] {
        let refused = told.coach().call(&told.platform, path, &nobody_s).await;
        assert_eq!(refused.verdict(), (400, "invalid_request"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_gone_is_left_alone_until_it_is_verified_again() {
    let told = Told::start().await;
    told.receiver.answer(&[410]);
    told.end_a_grant().await;
    let event = told.until("waiting").await;
    told.receiver.until(2).await;
    let url = [("url", told.receiver.url.as_str())];
    let shown = async || {
        told.coach()
            .call(&told.platform, "/oauth/webhook", &url)
            .await
    };
    until("the address is known to be gone", async || {
        shown().await.body["gone_at"].is_string()
    })
    .await;
    told.platform.clock.advance(Duration::from_hours(1));
    told.end_a_grant().await;
    let path = "/oauth/webhook/verification";
    told.coach().call(&told.platform, path, &[]).await;
    assert!(shown().await.body["gone_at"].is_null());
    let messages = told.receiver.until(5).await;
    let kinds: Vec<_> = messages[2..].iter().map(Message::kind).collect();
    assert_eq!(
        kinds,
        ["webhook.verification", "grant.ended", "grant.ended"]
    );
    assert_eq!(told.statuses(&event).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_missed_is_read_from_a_date_or_from_where_one_stopped() {
    let told = Told::start().await;
    let mut grants = Vec::new();
    for _ in 0..3 {
        grants.push(told.end_a_grant().await.grant);
        told.platform.clock.advance(Duration::from_mins(30));
    }
    let grants_of = |listed: &Value| -> Vec<String> {
        let items = listed["items"].as_array().unwrap();
        let grant = |item: &Value| item["data"]["grant_id"].as_str().unwrap().to_owned();
        items.iter().map(grant).collect()
    };
    let list = async |fields: &[(&str, &str)]| {
        let listed = told
            .coach()
            .call(&told.platform, "/oauth/events", fields)
            .await;
        assert_eq!(listed.status, 200, "{}", listed.body);
        listed.body
    };
    let all = list(&[]).await;
    assert_eq!(grants_of(&all), grants);
    let since = all["items"][1]["timestamp"].as_str().unwrap();
    assert_eq!(grants_of(&list(&[("since", since)]).await), grants[1..]);
    let first = list(&[("limit", "1")]).await;
    assert_eq!(grants_of(&first), grants[..1]);
    let next = first["next"].as_str().unwrap();
    assert_eq!(grants_of(&list(&[("after", next)]).await), grants[1..]);

    for (name, value) in [
        ("since", "yesterday"),
        ("since", "2026-11-24"),
        ("after", "not a cursor"),
        ("limit", "0"),
        ("limit", "201"),
        ("limit", "many"),
    ] {
        let path = "/oauth/events";
        let refused = told
            .coach()
            .call(&told.platform, path, &[(name, value)])
            .await;
        assert_eq!(
            refused.verdict(),
            (400, "invalid_request"),
            "{name}={value}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_deliver_each_message_once() {
    let told = Told::start().await;
    let _other_node = told.platform.second_node().await;
    let workers = ["plain", "corsica", "usage-name"];
    for _ in 0..4 {
        for persona in workers {
            let worker = Browser::of(&told.platform, persona).await;
            told.coach().connect(&told.platform, &worker).await;
            worker.revoke().await;
        }
    }
    let messages = told.receiver.until(13).await;
    let ids: BTreeSet<_> = messages
        .iter()
        .map(|one| one.header("webhook-id"))
        .collect();
    assert_eq!((ids.len(), messages.len()), (13, 13));
    told.until("delivered").await;
    for event in told.events().await {
        assert_eq!(event["attempts"], 1, "{event}");
    }
}
