//! Registering where an app is told, verifying it, and changing its secret.

use std::time::Duration;

use serde_json::json;
use standardwebhooks::Webhook;

use super::Told;
use crate::harness::{Browser, Message, Platform, Receiver, Reply};

const PATH: &str = "/oauth/webhook";
const SECRET: &str = "/oauth/webhook/secret";
const VERIFICATION: &str = "/oauth/webhook/verification";

async fn call(platform: &Platform, path: &str, fields: &[(&str, &str)]) -> Reply {
    platform.coach.call(platform, path, fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_registers_where_it_is_told_and_is_shown_its_secret_once() {
    let platform = Platform::start().await;
    let receiver = Receiver::start().await;
    let first = call(&platform, PATH, &[("url", &receiver.url)]).await;
    assert_eq!(first.status, 200, "{}", first.body);
    let secret = first.body["secret"].as_str().unwrap();
    assert!(first.body["verified_at"].is_null());
    let again = call(&platform, PATH, &[("url", &receiver.url)]).await;
    assert_eq!(again.body, json!({"url": receiver.url}), "not shown again");

    let verified = call(&platform, VERIFICATION, &[]).await;
    assert_eq!(verified.body["verified"], true, "{}", verified.body);
    assert_eq!(verified.body["status"], 204);
    let [message] = &receiver.messages()[..] else {
        panic!("{:#?}", receiver.messages());
    };
    // Another implementation believes it, time and all.
    let theirs = Webhook::new(secret).unwrap();
    theirs.verify(&message.bytes, &message.headers).unwrap();
    assert!(theirs.verify(b"{}", &message.headers).is_err());
    assert_eq!(message.kind(), "webhook.verification");
    assert_eq!(message.header("content-type"), "application/json");
    assert_eq!(message.body["data"], json!({"client_id": "cap-metier"}));

    let again = call(&platform, PATH, &[("url", &receiver.url)]).await;
    assert!(again.body["verified_at"].is_string(), "{}", again.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_to_an_address_that_has_not_answered() {
    let platform = Platform::start().await;
    let worker = Browser::of(&platform, "plain").await;
    let receiver = Receiver::start().await;
    call(&platform, PATH, &[("url", &receiver.url)]).await;
    receiver.answer(&[500, 302]);
    for status in [500, 302] {
        let refused = call(&platform, VERIFICATION, &[]).await;
        assert_eq!(refused.body["verified"], false, "{}", refused.body);
        assert_eq!(refused.body["status"], status);
    }
    platform.coach.connect(&platform, &worker).await;
    worker.revoke().await;
    let listed = call(&platform, "/oauth/events", &[]).await;
    assert_eq!(listed.body["items"][0]["delivery"], "waiting");
    let verified = call(&platform, VERIFICATION, &[]).await;
    assert_eq!(verified.body["verified"], true);
    // What waited comes after the verification, and came no sooner.
    let messages = receiver.until(4).await;
    let kinds: Vec<_> = messages.iter().map(Message::kind).collect();
    let ping = "webhook.verification";
    assert_eq!(kinds, [ping, ping, ping, "grant.ended"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_leads_inside_is_not_registered() {
    let platform = Platform::start().await;
    let long = format!("https://coach.example/{}", "a".repeat(2_000));
    for url in [
        "http://coach.example/hooks",
        "https://10.0.0.1/hooks",
        "https://169.254.169.254/latest/meta-data/",
        "https://2852039166/",
        "https://0xa9fea9fe/",
        "https://0251.0376.0251.0376/",
        "https://[fd00:ec2::254]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
        "https://user:secret@coach.example/",
        "https://coach.example:22/",
        "https://coach.example/#fragment",
        "ftp://coach.example/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "/hooks",
        "hooks",
        &long,
    ] {
        let refused = call(&platform, PATH, &[("url", url)]).await;
        assert_eq!(refused.verdict(), (400, "invalid_request"), "{url}");
    }
    for path in [SECRET, VERIFICATION] {
        let refused = call(&platform, path, &[]).await;
        assert_eq!(refused.verdict(), (400, "invalid_request"), "none is there");
    }
    let missing = call(&platform, PATH, &[]).await;
    assert_eq!(missing.verdict(), (400, "invalid_request"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_secret_signs_beside_the_one_before_for_a_day() {
    let told = Told::start().await;
    let (platform, receiver) = (&told.platform, &told.receiver);
    let lost = call(platform, SECRET, &[]).await;
    let rotated = call(platform, SECRET, &[]).await;
    let secret = |reply: &Reply| reply.body["secret"].as_str().unwrap().to_owned();
    let (lost, fresh) = (secret(&lost), secret(&rotated));
    told.end_a_grant().await;
    let message = &receiver.until(2).await[1];
    assert!(message.is_signed_by(&fresh));
    assert!(message.is_signed_by(&told.secret), "it is still in use");
    assert!(!message.is_signed_by(&lost), "nobody has received it");

    platform.clock.advance(Duration::from_hours(24));
    call(platform, VERIFICATION, &[]).await;
    let message = &receiver.until(3).await[2];
    assert!(message.is_signed_by(&fresh));
    assert!(!message.is_signed_by(&told.secret), "a day is over");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_address_keeps_the_secret_and_must_be_verified_anew() {
    let told = Told::start().await;
    let moved = Receiver::start().await;
    let registered = call(&told.platform, PATH, &[("url", &moved.url)]).await;
    assert_eq!(registered.body, json!({"url": moved.url}));
    told.end_a_grant().await;
    told.until("waiting").await;
    call(&told.platform, VERIFICATION, &[]).await;
    let messages = moved.until(2).await;
    assert_eq!(messages[1].kind(), "grant.ended");
    assert!(messages.iter().all(|one| one.is_signed_by(&told.secret)));
    assert_eq!(told.receiver.messages().len(), 1, "the verification only");
}
