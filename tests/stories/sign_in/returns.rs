//! Returns from the provider that open no session.

use std::time::Duration;

use reqwest::{Client, Response, StatusCode, header, redirect::Policy};
use url::Url;

use super::{is_signed_in, set_cookie};
use crate::harness::{Browser, Platform};

/// A page that says that signing in did not succeed, and no session with it.
async fn opens_nothing(response: Response, why: &str) -> String {
    assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{why}");
    let session = set_cookie(&response, "session");
    assert_eq!(session, None, "{why}");
    let html = response.text().await.unwrap();
    assert!(
        html.contains("La connexion n’a pas abouti"),
        "{why}: {html}"
    );
    html
}

/// `address` with `value` as its parameter `name`.
fn altered(address: &Url, name: &str, value: &str) -> Url {
    let mut altered = address.clone();
    let others = address.query_pairs().filter(|(known, _)| known != name);
    altered
        .query_pairs_mut()
        .clear()
        .extend_pairs(others)
        .append_pair(name, value);
    altered
}

fn parameter(address: &Url, name: &str) -> String {
    let mut pairs = address.query_pairs();
    pairs
        .find(|(known, _)| known == name)
        .unwrap()
        .1
        .into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_return_to_another_browser_opens_nothing() {
    let platform = Platform::start().await;
    let (worker, attacker) = (Browser::open(&platform), Browser::open(&platform));
    let bait = attacker.come_back(Some("long-name")).await;
    opens_nothing(
        worker.visit(bait.clone()).await,
        "a browser that never left",
    )
    .await;
    let own = worker.come_back(Some("plain")).await;
    opens_nothing(
        worker.visit(bait.clone()).await,
        "a browser that left for itself",
    )
    .await;
    assert!(!is_signed_in(&worker).await);

    let own_again = worker.come_back(Some("plain")).await;
    let mixed = altered(&own_again, "code", &parameter(&bait, "code"));
    opens_nothing(
        worker.visit(mixed).await,
        "another's code under one's own state",
    )
    .await;
    opens_nothing(
        worker.visit(own).await,
        "the state that a later departure replaced",
    )
    .await;
    assert!(!is_signed_in(&worker).await);
    let back = worker.come_back(Some("plain")).await;
    assert_eq!(worker.visit(back).await.status(), StatusCode::SEE_OTHER);
    assert!(is_signed_in(&worker).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_return_is_good_once_even_with_the_cookie_it_left_with() {
    let platform = Platform::start().await;
    let worker = Browser::open(&platform);
    let back = worker.come_back(Some("plain")).await;
    assert_eq!(
        worker.visit(back.clone()).await.status(),
        StatusCode::SEE_OTHER
    );
    opens_nothing(worker.visit(back.clone()).await, "again").await;
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    let cookie = format!("sign-in={}", parameter(&back, "state"));
    let replayed = client
        .get(back)
        .header(header::COOKIE, cookie)
        .send()
        .await
        .unwrap();
    opens_nothing(replayed, "by who has the cookie too").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_return_from_another_issuer_too_late_or_altered_opens_nothing() {
    let platform = Platform::start().await;
    let worker = Browser::open(&platform);
    let back = worker.come_back(Some("plain")).await;
    let mixed_up = altered(&back, "iss", "https://other.example");
    opens_nothing(worker.visit(mixed_up).await, "another issuer").await;
    let back = worker.come_back(Some("plain")).await;
    opens_nothing(worker.visit(altered(&back, "state", "")).await, "no state").await;
    let mut bare = worker.come_back(Some("plain")).await;
    bare.set_query(None);
    opens_nothing(worker.visit(bare).await, "nothing at all").await;
    let back = worker.come_back(Some("plain")).await;
    platform.clock.advance(Duration::from_mins(16));
    opens_nothing(worker.visit(back).await, "after sixteen minutes").await;
    let back = worker.come_back(Some("plain")).await;
    opens_nothing(
        worker.visit(altered(&back, "code", "guessed")).await,
        "a guessed code",
    )
    .await;
    assert!(!is_signed_in(&worker).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_who_gives_up_at_the_provider_is_told_that_nothing_happened() {
    let platform = Platform::start().await;
    let worker = Browser::open(&platform);
    let back = worker.come_back(None).await;
    assert_eq!(parameter(&back, "error"), "access_denied");
    let html = opens_nothing(worker.visit(back).await, "refused").await;
    assert!(html.contains("Vous avez arrêté la connexion"), "{html}");
    assert!(html.contains("/sign-in"), "and may begin again: {html}");
}
