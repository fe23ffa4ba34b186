//! Signing in, signing out, and who may vouch.

mod returns;

use std::time::Duration;

use identity::{Identity, ProviderError, ProviderSettings, RelyingParty, ReturnTo, SignInError};
use reqwest::{Client, Response, StatusCode, header, redirect::Policy};
use serde_json::Value;

use crate::harness::{Browser, Platform, root};

/// The value that `response` gives to a cookie, unless it is emptied.
fn set_cookie(response: &Response, name: &str) -> Option<String> {
    let cookies = response.headers().get_all(header::SET_COOKIE).iter();
    let start = format!("{name}=");
    let values = cookies.filter_map(|cookie| cookie.to_str().unwrap().strip_prefix(&start));
    let mut values = values.filter_map(|rest| rest.split(';').next());
    values.rfind(|value| !value.is_empty()).map(str::to_owned)
}

async fn is_signed_in(browser: &Browser) -> bool {
    browser.open_path("/record").await.url.path() == "/record"
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_signs_in_however_their_civil_status_is_written() {
    let platform = Platform::start().await;
    let text = std::fs::read_to_string(root().join("sandbox/provider/data/personas.json")).unwrap();
    let personas: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert!(personas.len() >= 12);
    for persona in &personas {
        let id = persona["id"].as_str().unwrap();
        assert!(
            is_signed_in(&Browser::of(&platform, id).await).await,
            "{id}"
        );
        // A second time: the same worker, not another one.
        Browser::of(&platform, id).await;
    }
    let owner = platform.owner().await;
    let workers: i64 = sqlx::query_scalar("SELECT count(*) FROM workers")
        .fetch_one(&owner)
        .await
        .unwrap();
    assert_eq!(usize::try_from(workers).unwrap(), personas.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_the_session_for_whoever_kept_its_cookie() {
    let platform = Platform::start().await;
    let worker = Browser::open(&platform);
    let arrived = worker.visit(worker.come_back(Some("plain")).await).await;
    let secret = set_cookie(&arrived, "session").unwrap();
    let given = arrived.headers().get_all(header::SET_COOKIE).iter();
    let given = given.map(|cookie| cookie.to_str().unwrap());
    let cookie = given
        .into_iter()
        .find(|cookie| cookie.starts_with("session="))
        .unwrap();
    for guarded in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(guarded), "{cookie}");
    }
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    let record = || {
        let request = client.get(format!("{}/record", platform.url));
        request
            .header(header::COOKIE, format!("session={secret}"))
            .send()
    };
    assert_eq!(record().await.unwrap().status(), StatusCode::OK);
    let forged = worker.send("/sign-out", &[("form_token", "")]).await;
    assert_eq!(
        forged.status(),
        StatusCode::FORBIDDEN,
        "nobody signs her out"
    );
    let token = worker.form_token().await;
    let left = worker.send("/sign-out", &[("form_token", &token)]).await;
    assert_eq!(left.headers()["clear-site-data"], "\"cache\"");
    assert!(
        record().await.unwrap().status().is_redirection(),
        "the kept cookie opens nothing"
    );
    assert!(!is_signed_in(&worker).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_by_itself_after_two_hours() {
    let platform = Platform::start().await;
    let worker = Browser::of(&platform, "plain").await;
    platform.clock.advance(Duration::from_secs(2 * 3_600 - 1));
    assert!(is_signed_in(&worker).await);
    platform.clock.advance(Duration::from_secs(1));
    assert!(!is_signed_in(&worker).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_sent_to_another_site_after_signing_in() {
    let platform = Platform::start().await;
    for elsewhere in [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/record\r\nSet-Cookie: a=b",
        "",
    ] {
        let query = serde_urlencoded::to_string([("return_to", elsewhere)]).unwrap();
        let worker = Browser::open(&platform);
        let seen = worker.sign_in(&format!("/sign-in?{query}"), "plain").await;
        assert_eq!(
            seen.url.as_str(),
            format!("{}/", platform.url),
            "{elsewhere:?}"
        );
    }
    let worker = Browser::open(&platform);
    let seen = worker.sign_in("/journal?lang=en", "plain").await;
    assert_eq!(
        (seen.url.path(), seen.url.query()),
        ("/journal", Some("lang=en"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_provider_is_not_accepted_outside_the_sandbox() {
    let platform = Platform::start().await;
    let identity = |accept_test_provider| {
        let settings = ProviderSettings {
            issuer: platform.config.provider_issuer.clone(),
            client_id: "cpf".into(),
            client_secret: String::new().into(),
            redirect_uri: format!("{}/sign-in/callback", platform.url)
                .parse()
                .unwrap(),
            accept_test_provider,
        };
        let party = RelyingParty::of_workers(settings, platform.clock.clone()).unwrap();
        let app = &platform.app;
        let (clock, entropy) = (app.clock.clone(), app.entropy.clone());
        Identity::new(app.db.clone(), clock, entropy, app.keys.clone(), party)
    };
    let home = ReturnTo::new("/record");
    assert!(identity(true).depart(&home, false).await.is_ok());
    let refused = identity(false).depart(&home, true).await.unwrap_err();
    assert!(
        matches!(refused, SignInError::Provider(ProviderError::TestProvider)),
        "{refused:?}"
    );
}
