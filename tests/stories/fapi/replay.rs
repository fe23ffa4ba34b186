//! A proof counts once, on whichever node and however many try at once.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::{Client, Response};
use time::OffsetDateTime;

use super::{CERTIFICATES, read, start};
use crate::harness::{Platform, TestApp, asked};

/// Sends this very request: the certificates, with `token` and `proof`, at the node at `url`.
async fn send(url: &str, token: &str, proof: &str) -> Response {
    let client = Client::builder().build().unwrap();
    let request = client.get(format!("{url}{CERTIFICATES}"));
    let request = request.header("authorization", format!("DPoP {token}"));
    request.header("dpop", proof).send().await.unwrap()
}

async fn remembered(platform: &Platform) -> i64 {
    let count = sqlx::query_scalar("SELECT count(*) FROM used_proofs");
    count.fetch_one(&platform.owner().await).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stolen_request_is_refused_on_every_node() {
    let (platform, worker) = start().await;
    let node = platform.second_node().await;
    let token = platform.coach.connect(&platform, &worker).await.access;
    let proof = || platform.coach.prove("GET", CERTIFICATES, Some(&token));
    for (here, there) in [(&platform.url, &node.url), (&node.url, &platform.url)] {
        let proof = proof();
        assert_eq!(send(here, &token, &proof).await.status(), 200);
        for url in [here, there, here, there] {
            let again = send(url, &token, &proof).await;
            assert_eq!(again.status(), 401, "{url}");
            let told = again.headers()["www-authenticate"]
                .to_str()
                .unwrap()
                .to_owned();
            assert!(told.contains("invalid_dpop_proof"), "{told}");
        }
    }
    let both = proof();
    let tries = (0..20).map(|n| {
        let url = if n % 2 == 0 { &platform.url } else { &node.url };
        send(url, &token, &both)
    });
    let statuses = join_all(tries)
        .await
        .into_iter()
        .map(|reply| reply.status());
    let read = statuses.filter(|status| *status == 200).count();
    assert_eq!(read, 1, "of twenty at once, one");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_spent_at_the_token_endpoint_is_spent() {
    let (platform, worker) = start().await;
    let code = platform.coach.code(&platform, &worker, &[]).await;
    let proof = platform.coach.prove("POST", "/oauth/token", None);
    let wrong = super::trade(&platform, "no-code", proof.clone()).await;
    assert_eq!(wrong.verdict(), (400, "invalid_grant"));
    let again = super::trade(&platform, &code, proof).await;
    assert_eq!(
        again.verdict(),
        (400, "invalid_dpop_proof"),
        "{}",
        again.body
    );
    platform.coach.trade(&platform, &code).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_holds_a_token_and_its_key_makes_the_platform_remember_anything() {
    let (platform, worker) = start().await;
    let token = platform.coach.connect(&platform, &worker).await.access;
    let before = remembered(&platform).await;
    assert!(before > 0);
    let other = TestApp::named(&platform, "another-app");
    for token in [token.as_str(), "garbage"] {
        let reply = other.read(CERTIFICATES, token).await;
        assert_eq!(reply.verdict(), (401, "invalid-token"));
    }
    let stranger = other.push_form(super::now(&platform), &asked());
    let proof = other.prove("POST", "/oauth/par", None);
    let reply = other.post_proving("/oauth/par", &stranger, &[proof]).await;
    assert_eq!(reply.verdict(), (401, "invalid_client"));
    assert_eq!(remembered(&platform).await, before);
    assert_eq!(read(&platform, &token).await.status, 200);
    assert_eq!(remembered(&platform).await, before + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_is_forgotten_only_once_its_time_refuses_it() {
    let (platform, worker) = start().await;
    let token = platform.coach.connect(&platform, &worker).await.access;
    let proof = platform.coach.prove("GET", CERTIFICATES, Some(&token));
    assert_eq!(send(&platform.url, &token, &proof).await.status(), 200);
    platform.clock.advance(Duration::from_secs(61));
    let too_old = send(&platform.url, &token, &proof).await;
    assert_eq!(too_old.status(), 401);
    let first = sqlx::query_scalar("SELECT min(expires_at) FROM used_proofs");
    let first: OffsetDateTime = first.fetch_one(&platform.owner().await).await.unwrap();
    assert!(first > platform.clock.now(), "none may be dropped yet");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_memory_of_used_proofs_nothing_is_served() {
    let (platform, worker) = start().await;
    let token = platform.coach.connect(&platform, &worker).await.access;
    assert_eq!(read(&platform, &token).await.status, 200);
    let owner = platform.owner().await;
    let away = "ALTER TABLE used_proofs RENAME TO used_proofs_away";
    sqlx::query(away).execute(&owner).await.unwrap();
    let reply = platform.coach.read_once(CERTIFICATES, &token).await;
    assert_eq!(reply.verdict(), (503, "unavailable"), "{}", reply.body);
    let back = "ALTER TABLE used_proofs_away RENAME TO used_proofs";
    sqlx::query(back).execute(&owner).await.unwrap();
    assert_eq!(
        read(&platform, &token).await.status,
        200,
        "and it recovers by itself"
    );
}
