//! Signing keys change under everybody's hands, on every node, and nobody notices; unless one has
//! leaked, which ends it everywhere.

use std::time::Duration;

use biscuit_auth::UnverifiedBiscuit;
use reqwest::header;
use serde_json::Value;
use signing::Purpose;

use crate::harness::{Browser, Platform, Reply, answer, contract, refusal, until};

const OVERLAP: time::Duration = time::Duration::minutes(10);

/// The generation whose key signed `token`.
fn generation(token: &str) -> u32 {
    let token = UnverifiedBiscuit::from_base64(token).unwrap();
    token.root_key_id().unwrap()
}

/// The keys that the node at `url` publishes.
async fn published(url: &str) -> Reply {
    let path = "/.well-known/jwks.json";
    answer(async || {
        let sent = reqwest::get(format!("{url}{path}")).await.unwrap();
        contract().hold("get", path, sent).await
    })
    .await
}

fn kids(published: &Reply) -> Vec<Value> {
    let keys = published.body["keys"].as_array().unwrap();
    keys.iter().map(|key| key["kid"].clone()).collect()
}

/// A fresh token, by the refresh token.
async fn refreshed(platform: &Platform, refresh: &str) -> String {
    let reply = platform.coach.refresh(platform, refresh).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.body["access_token"].as_str().unwrap().into()
}

async fn read(platform: &Platform, token: &str) -> u16 {
    let reply = platform.coach.read("/v1/record/certificates", token).await;
    reply.status
}

#[tokio::test(flavor = "multi_thread")]
async fn a_root_key_is_rotated_and_no_token_is_ever_refused() {
    let platform = Platform::start().await;
    let other_node = platform.second_node().await;
    let worker = Browser::of(&platform, "plain").await;
    let tokens = platform.coach.connect(&platform, &worker).await;
    let (old, refresh) = (tokens.access, tokens.refresh.unwrap());
    let keeper = &platform.app.keeper;
    let next = keeper.rotate(Purpose::ConsentToken, OVERLAP).await.unwrap();
    assert_eq!((generation(&old), next.number), (1, 2));
    // The other node knows of it once it knows what was changed after it.
    keeper.rotate(Purpose::Jwt, OVERLAP).await.unwrap();
    until("it is published there", async || {
        kids(&published(&other_node.url).await).len() == 2
    })
    .await;

    platform.clock.advance(Duration::from_mins(9));
    let before = refreshed(&platform, &refresh).await;
    assert_eq!(generation(&before), 1, "it is published, and signs later");
    platform.clock.advance(Duration::from_mins(1));
    let after = refreshed(&platform, &refresh).await;
    assert_eq!(generation(&after), 2);
    for token in [&before, &after] {
        assert_eq!(read(&platform, token).await, 200);
        assert_eq!(other_node.read(&platform.coach, token).await.status, 200);
    }
    let late = platform.second_node().await;
    assert_eq!(
        late.read(&platform.coach, &before).await.status,
        200,
        "a node that starts now knows both"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_retired_key_signed_is_refused_on_every_node_and_apps_go_on() {
    let platform = Platform::start().await;
    let other_node = platform.second_node().await;
    let worker = Browser::of(&platform, "plain").await;
    let tokens = platform.coach.connect(&platform, &worker).await;
    let (leaked, refresh) = (tokens.access, tokens.refresh.unwrap());
    assert_eq!(read(&platform, &leaked).await, 200);
    assert_eq!(
        other_node.read(&platform.coach, &leaked).await.status,
        200,
        "and remembers"
    );

    let keeper = &platform.app.keeper;
    let done = keeper.retire(Purpose::ConsentToken, 1).await.unwrap();
    assert_eq!(done.successor.unwrap().number, 2);
    let here = platform
        .coach
        .read("/v1/record/certificates", &leaked)
        .await;
    assert_eq!(here.verdict(), (401, "invalid-token"), "here, at once");
    let there = refusal(async || other_node.read(&platform.coach, &leaked).await).await;
    assert_eq!(there.verdict(), (401, "invalid-token"), "there, soon");

    let fresh = refreshed(&platform, &refresh).await;
    assert_eq!(generation(&fresh), 2);
    assert_eq!(read(&platform, &fresh).await, 200);
    assert_eq!(other_node.read(&platform.coach, &fresh).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_published_before_it_signs_and_as_long_as_what_it_signed_is_kept() {
    let platform = Platform::start().await;
    let other_node = platform.second_node().await;
    let first = published(&platform.url).await;
    assert_eq!(kids(&first).len(), 1);
    assert_eq!(first.headers[header::CACHE_CONTROL], "public, max-age=300");
    assert_eq!(first.headers[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
    assert_eq!(kids(&published(&other_node.url).await), kids(&first));

    let keeper = &platform.app.keeper;
    keeper.rotate(Purpose::Jwt, OVERLAP).await.unwrap();
    let both = kids(&published(&platform.url).await);
    assert_eq!((both.len(), &both[0]), (2, &kids(&first)[0]));
    until("it is published there", async || {
        kids(&published(&other_node.url).await) == both
    })
    .await;
    let signer = || platform.app.signing.signer(Purpose::Jwt).unwrap();
    assert_eq!(signer().kid(), both[0], "the new one waits");
    platform.clock.advance(Duration::from_mins(10));
    assert_eq!(signer().kid(), both[1]);
    platform.clock.advance(Duration::from_hours(366 * 24));
    assert_eq!(
        kids(&published(&platform.url).await),
        both,
        "receipts are verified for years"
    );
    keeper.retire(Purpose::Jwt, 1).await.unwrap();
    assert_eq!(kids(&published(&platform.url).await), both[1..]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_rotations_at_once_one_is_done() {
    let platform = Platform::start().await;
    let keeper = &platform.app.keeper;
    let (one, other) = tokio::join!(
        keeper.rotate(Purpose::Jwt, OVERLAP),
        keeper.rotate(Purpose::Jwt, OVERLAP),
    );
    assert_eq!(
        [one.is_ok(), other.is_ok()]
            .iter()
            .filter(|ok| **ok)
            .count(),
        1
    );
}
