//! Living and stopping: what the platform says of its health, what it refuses when it cannot
//! know, and that it lets a request in progress end.

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::scene::{Scene, flux};
use crate::harness::{Platform, Reply, contract, until};

async fn get(platform: &Platform, path: &str) -> Reply {
    let sent = super::client()
        .get(format!("{}{path}", platform.url))
        .send()
        .await
        .unwrap();
    contract().hold("get", path, sent).await
}

fn unavailable(reply: &Reply) -> bool {
    let told = reply.body["type"].as_str().unwrap_or_default();
    reply.status == 503 && told.ends_with("/problems/unavailable")
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_database_it_lives_serves_nobody_and_says_so() {
    let scene = Scene::set().await;
    let platform = &scene.platform;
    assert_eq!(get(platform, "/healthz").await.status, 200);
    assert_eq!(get(platform, "/readyz").await.status, 200);
    platform.app.db.close();
    assert_eq!(get(platform, "/healthz").await.status, 200);
    let ready = get(platform, "/readyz").await;
    assert!(unavailable(&ready), "{}", ready.body);
    let read = scene
        .ours
        .app
        .read_once("/v1/record/certificates", &scene.ours.tokens.access)
        .await;
    assert!(unavailable(&read), "{}", read.body);
    assert!(read.headers.contains_key("retry-after"));
    let page = scene.ours.browser.open_path("/record").await;
    assert_eq!(page.status, 503, "{}", page.html);
    until("the lease runs out", async || {
        !platform.app.consent.is_fresh()
    })
    .await;
    let ready = get(platform, "/readyz").await;
    assert_eq!(
        ready.body["errors"][0]["code"], "revocations",
        "{}",
        ready.body
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_read_what_was_revoked_accepts_no_token_until_she_can() {
    let scene = Scene::set().await;
    let (platform, ours) = (&scene.platform, &scene.ours);
    let owner = platform.owner().await;
    let read = async || {
        ours.app
            .read_once("/v1/record/certificates", &ours.tokens.access)
            .await
    };
    until("tokens are accepted", async || read().await.status == 200).await;
    sqlx::query("REVOKE SELECT ON revocations FROM cpf_app")
        .execute(&owner)
        .await
        .unwrap();
    until("tokens are refused", async || unavailable(&read().await)).await;
    // The database is there, and serves whatever needs no token.
    assert_eq!(get(platform, "/v1/occupations").await.status, 200);
    let ready = get(platform, "/readyz").await;
    assert_eq!(
        ready.body["errors"][0]["code"], "revocations",
        "{}",
        ready.body
    );
    sqlx::query("GRANT SELECT ON revocations TO cpf_app")
        .execute(&owner)
        .await
        .unwrap();
    until("tokens are accepted again", async || {
        read().await.status == 200
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_lacks_a_migration_is_not_ready() {
    let platform = Platform::start().await;
    let owner = platform.owner().await;
    let forget =
        "DELETE FROM _sqlx_migrations WHERE version = (SELECT max(version) FROM _sqlx_migrations)";
    sqlx::query(forget).execute(&owner).await.unwrap();
    let ready = get(&platform, "/readyz").await;
    assert!(unavailable(&ready), "{}", ready.body);
    assert_eq!(
        ready.body["errors"][0]["code"], "migrations",
        "{}",
        ready.body
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_in_progress_ends_before_the_platform_stops() {
    let mut scene = Scene::set().await;
    let platform = &mut scene.platform;
    let host = platform.url.strip_prefix("http://").unwrap().to_owned();
    let flux = flux("certificates.xml").replace("CH-2026", "CH-2028");
    let (first, rest) = flux.split_at(flux.len() / 2);
    let mut stream = TcpStream::connect(&host).await.unwrap();
    let head = format!(
        "POST /v1/batches HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {}\r\n\
         content-type: application/xml\r\ncontent-length: {}\r\nexpect: 100-continue\r\n\r\n",
        scene.ours.key,
        flux.len(),
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    // Said by the server once the handler wants the body: now the request is in progress.
    let mut said = [0; 64];
    let read = stream.read(&mut said).await.unwrap();
    assert!(
        said[..read].starts_with(b"HTTP/1.1 100"),
        "{}",
        String::from_utf8_lossy(&said)
    );
    stream.write_all(first.as_bytes()).await.unwrap();

    platform.tell_to_stop();
    until("nobody new is let in", async || {
        TcpStream::connect(&host).await.is_err()
    })
    .await;
    stream.write_all(rest.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");
    let body: Value = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap();
    platform.until_stopped().await;

    let owner = platform.owner().await;
    let batch: uuid::Uuid = body["id"].as_str().unwrap().parse().unwrap();
    let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM batches WHERE batch_id = $1")
        .bind(batch)
        .fetch_one(&owner)
        .await
        .unwrap();
    assert_eq!(kept, 1, "what was acknowledged is there");
}
