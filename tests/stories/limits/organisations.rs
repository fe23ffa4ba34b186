//! An organisation's systems are counted together, and its deposits apart.

use reqwest::header;

use super::{a_minute, is_limited, told};
use crate::harness::{Platform, Reply, contract};

async fn deposit(platform: &Platform, key: &str) -> Reply {
    let client = reqwest::Client::builder().build().unwrap();
    let sent = client
        .post(format!("{}/v1/batches", platform.url))
        .bearer_auth(key)
        .header(header::CONTENT_TYPE, "application/xml")
        .body("<no-flux/>")
        .send();
    contract()
        .hold("post", "/v1/batches", sent.await.unwrap())
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_that_deposits_too_much_waits_alone_and_may_still_read() {
    let platform = Platform::start_with(|config| config.limits.limit_deposits = a_minute(1)).await;
    let (key, other) = (platform.certifier().await, platform.other_certifier().await);
    let first = deposit(&platform, &key).await;
    assert_eq!(first.status, 422, "it was looked at: {}", first.body);
    let told = told(&first, "ratelimit");
    assert!(
        told.contains("\"organisation\";r=") && told.contains("\"deposits\";r=0"),
        "{told}"
    );
    is_limited(&deposit(&platform, &key).await, "deposits", 60);
    assert_eq!(
        deposit(&platform, &other).await.status,
        422,
        "another organisation"
    );
    let client = reqwest::Client::builder().build().unwrap();
    let read = client
        .get(format!("{}/v1/batches", platform.url))
        .bearer_auth(&key);
    let read = contract().hold("get", "/v1/batches", read.send().await.unwrap());
    assert_eq!(read.await.status, 200);
}
