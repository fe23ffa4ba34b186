//! Who is not known is counted by address: strangers, refused credentials, steps of signing in.

use std::time::Duration;

use reqwest::{Client, StatusCode, header, redirect::Policy};

use super::{a_minute, is_limited, told};
use crate::harness::{Browser, Platform, Reply, contract};

fn client() -> Client {
    Client::builder().redirect(Policy::none()).build().unwrap()
}

/// Asks for public data as the proxy says that it came.
async fn search(platform: &Platform, forwarded_for: &str) -> Reply {
    let sent = client()
        .get(format!("{}/v1/occupations", platform.url))
        .header("x-forwarded-for", forwarded_for)
        .send();
    contract()
        .hold("get", "/v1/occupations", sent.await.unwrap())
        .await
}

async fn read(platform: &Platform, token: &str) -> Reply {
    platform.coach.read("/v1/record/certificates", token).await
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_are_counted_by_address_and_none_can_choose_its_own() {
    let platform = Platform::start_with(|config| {
        config.limits.limit_address = a_minute(2);
        config.limits.trusted_proxies = 1;
    })
    .await;
    assert_eq!(search(&platform, "192.0.2.1").await.status, 200);
    let last = search(&platform, "203.0.113.7, 192.0.2.1").await;
    assert_eq!(told(&last, "ratelimit-policy"), "\"address\";q=2;w=60");
    is_limited(
        &search(&platform, "203.0.113.8, 192.0.2.1").await,
        "address",
        30,
    );
    assert_eq!(search(&platform, "192.0.2.2").await.status, 200);

    // Whoever has one address of an IPv6 network has all of them.
    for address in ["2001:db8::1", "2001:db8::2"] {
        assert_eq!(search(&platform, address).await.status, 200);
    }
    is_limited(&search(&platform, "2001:db8::3").await, "address", 30);

    platform.clock.advance(Duration::from_secs(30));
    assert_eq!(search(&platform, "192.0.2.1").await.status, 200, "as told");
    for _ in 0..5 {
        let health = client()
            .get(format!("{}/healthz", platform.url))
            .send()
            .await;
        assert_eq!(
            health.unwrap().status(),
            200,
            "who watches us is not counted"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_proxy_of_ours_what_a_caller_says_of_its_address_is_nothing() {
    let platform = Platform::start_with(|config| config.limits.limit_address = a_minute(60)).await;
    let mut limited = false;
    for number in 0..100 {
        limited |= search(&platform, &format!("192.0.2.{number}")).await.status == 429;
    }
    assert!(limited);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_s_own_requests_are_given_back_to_its_address() {
    let platform = Platform::start_with(|config| config.limits.limit_address = a_minute(60)).await;
    let worker = Browser::of(&platform, "plain").await;
    let tokens = platform.coach.connect(&platform, &worker).await;
    for _ in 0..100 {
        assert_eq!(read(&platform, &tokens.access).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_tries_credentials_is_not_listened_to_for_a_while() {
    let platform = Platform::start_with(|config| config.limits.limit_refused = a_minute(4)).await;
    let worker = Browser::of(&platform, "plain").await;
    let tokens = platform.coach.connect(&platform, &worker).await;
    for _ in 0..2 {
        assert_eq!(read(&platform, "garbage").await.status, 401);
        let form = [("client_id".to_owned(), "cap-metier".to_owned())];
        let reply = platform.coach.post("/oauth/token", &form).await;
        assert_eq!(reply.status, 401);
    }
    is_limited(&read(&platform, "garbage").await, "refused", 15);
    let unlooked = read(&platform, &tokens.access).await;
    is_limited(&unlooked, "refused", 15);
    let form = platform
        .coach
        .assertion_form(platform.clock.now().unix_timestamp());
    is_limited(
        &platform.coach.post("/oauth/token", &form).await,
        "refused",
        15,
    );
    assert_eq!(
        search(&platform, "").await.status,
        200,
        "what needs no credential is served"
    );
    platform.clock.advance(Duration::from_secs(15));
    assert_eq!(read(&platform, &tokens.access).await.status, 200, "as told");
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_is_counted_and_a_person_is_told_in_her_language() {
    let platform = Platform::start_with(|config| config.limits.limit_sign_in = a_minute(2)).await;
    let worker = Browser::of(&platform, "plain").await;
    let there = worker.get("/sign-in?lang=fr").send().await.unwrap();
    assert_eq!(there.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(there.headers().contains_key(header::RETRY_AFTER));
    let page = there.text().await.unwrap();
    assert!(page.contains("Attendez une minute"), "{page}");
    assert_eq!(
        worker.open_path("/record").await.status,
        200,
        "who is inside stays"
    );
    platform.clock.advance(Duration::from_secs(30));
    let there = worker.get("/sign-in").send().await.unwrap();
    assert_eq!(there.status(), StatusCode::SEE_OTHER);
}
