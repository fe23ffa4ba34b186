//! What an app may say of the worker's signing in (OpenID Connect Core §3.1.2.1 and §5.5), and how it
//! is honoured.

use std::time::Duration;

use reqwest::{StatusCode, header};
use serde_json::Value;

use super::{address, good, now, start, with};
use crate::harness::{Browser, ConsentPage, Platform, Seen};

/// Where a browser goes with a good request that says this too.
async fn asking(platform: &Platform, more: &[(&str, &str)]) -> String {
    let form = with(good(platform), &[("scope", "openid")]);
    platform.coach.ask_by(&with(form, more)).await
}

/// The app is told this, with all that goes with an answer.
fn is_answered(platform: &Platform, seen: &Seen, error: &str) {
    assert_eq!(seen.url.host_str(), Some("coach.example"), "{}", seen.html);
    assert_eq!(seen.parameter("error").as_deref(), Some(error));
    assert_eq!(seen.parameter("state").as_deref(), Some("a-state"));
    assert_eq!(seen.parameter("iss").as_ref(), Some(&platform.url));
}

#[tokio::test(flavor = "multi_thread")]
async fn prompt_none_shows_nothing_whether_she_has_signed_in_or_not() {
    let (platform, worker) = start().await;
    let path = asking(&platform, &[("prompt", "none")]).await;
    let nobody = Browser::open(&platform).open_path(&path).await;
    is_answered(&platform, &nobody, "login_required");
    is_answered(
        &platform,
        &worker.open_path(&path).await,
        "consent_required",
    );
    platform.clock.advance(Duration::from_secs(90));
    let path = asking(&platform, &[("prompt", "none"), ("max_age", "30")]).await;
    is_answered(&platform, &worker.open_path(&path).await, "login_required");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_must_sign_in_anew_is_shown_the_request_after_that_and_not_before() {
    let (platform, worker) = start().await;
    for more in [
        ("prompt", "login"),
        ("prompt", "consent select_account"),
        ("max_age", "0"),
        ("max_age", "10"),
    ] {
        platform.clock.advance(Duration::from_secs(12));
        let path = asking(&platform, &[more]).await;
        let before = now(&platform);
        let sent = worker.get(&path).send().await.unwrap();
        assert_eq!(sent.status(), StatusCode::SEE_OTHER, "{more:?}");
        let door = sent.headers()[header::LOCATION].to_str().unwrap();
        assert!(door.starts_with("/sign-in?anew=true&"), "{door}");
        let left = worker.get(door).send().await.unwrap();
        let provider = left.headers()[header::LOCATION].to_str().unwrap();
        assert!(provider.contains("prompt=login"), "{provider}");

        let seen = worker.sign_in(&path, "plain").await;
        let page = ConsentPage::of(seen, path);
        let code = page.accept(&worker, &["skills"]).await.parameter("code");
        let form = platform.coach.trade_form(before, &code.unwrap());
        let reply = platform.coach.post("/oauth/token", &form).await;
        let claims = claims(reply.body["id_token"].as_str().unwrap());
        let signed_in = claims["auth_time"].as_i64().unwrap();
        assert!(before - signed_in <= 60, "{more:?}: {claims}");
    }
    let path = asking(&platform, &[("max_age", "3600"), ("prompt", "consent")]).await;
    let seen = worker.open_path(&path).await;
    assert_eq!(seen.url.path(), "/oauth/authorize", "young enough");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_session_here_is_looked_at_anew_by_her_provider_all_the_same() {
    let (platform, _worker) = start().await;
    for (more, anew) in [
        (("prompt", "login"), true),
        (("max_age", "10"), true),
        (("prompt", "consent"), false),
    ] {
        let path = asking(&platform, &[more]).await;
        let stranger = Browser::open(&platform);
        let sent = stranger.get(&path).send().await.unwrap();
        let door = sent.headers()[header::LOCATION].to_str().unwrap();
        let left = stranger.get(door).send().await.unwrap();
        let provider = left.headers()[header::LOCATION].to_str().unwrap();
        assert_eq!(
            provider.contains("prompt=login"),
            anew,
            "{more:?}: {provider}"
        );
        assert_eq!(provider.contains("max_age=0"), anew, "{more:?}: {provider}");
    }
}

/// The clock of the test provider stands still while ours goes on: it vouches for an old sign-in.
#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_does_not_look_anew_is_not_asked_for_ever() {
    let (platform, worker) = start().await;
    platform.clock.advance(Duration::from_mins(10));
    let path = asking(&platform, &[("prompt", "login")]).await;
    let back = worker.sign_in(&path, "plain").await;
    is_answered(&platform, &back, "login_required");
}

/// What a JWT of ours says.
fn claims(jwt: &str) -> Value {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let claims = jwt.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_or_contradicts_itself_is_refused_when_it_is_pushed() {
    let platform = Platform::start().await;
    for more in [
        ("prompt", "none login"),
        ("prompt", "consent none"),
        ("prompt", "sometimes"),
        ("max_age", "-1"),
        ("max_age", "1e3"),
        ("max_age", "soon"),
        ("claims", "{"),
        ("claims", "[]"),
        ("claims", r#"{"id_token":{"acr":"eidas3"}}"#),
        ("claims", r#"{"id_token":{"acr":[true,"eidas3",null]}}"#),
    ] {
        let reply = platform
            .coach
            .post("/oauth/par", &with(good(&platform), &[more]))
            .await;
        assert_eq!(reply.verdict(), (400, "invalid_request"), "{more:?}");
    }
}

/// OIDF: `TestEssentialAcrScaClaim`.
#[tokio::test(flavor = "multi_thread")]
async fn an_essential_level_that_she_did_not_sign_in_with_is_no_success() {
    let (platform, worker) = start().await;
    let unmet = r#"{"id_token":{"acr":{"essential":true,"values":["urn:openbanking:psd2:sca"]}}}"#;
    let path = asking(&platform, &[("claims", unmet)]).await;
    let back = worker.open_path(&path).await;
    is_answered(&platform, &back, "unmet_authentication_requirements");
    for met in [
        r#"{"id_token":{"acr":{"essential":true,"values":["eidas3","eidas1"]}}}"#,
        r#"{"id_token":{"acr":{"value":"eidas3"}}}"#,
    ] {
        let path = asking(&platform, &[("claims", met), ("acr_values", "eidas3")]).await;
        let page = ConsentPage::open_at(&worker, path).await;
        assert!(page.accept(&worker, &[]).await.parameter("code").is_some());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_is_in_the_language_that_the_app_says_unless_she_chose_one() {
    let (platform, worker) = start().await;
    let path = asking(&platform, &[("ui_locales", "de en-GB fr")]).await;
    let page = ConsentPage::open_at(&worker, path.clone()).await;
    assert!(
        page.seen.html.contains("<html lang=\"en\""),
        "{}",
        page.seen.html
    );
    let back = page.accept(&worker, &["skills"]).await;
    assert!(back.parameter("code").is_some(), "{}", back.html);

    let path = asking(&platform, &[("ui_locales", "en")]).await;
    let chosen = worker.open_path(&format!("{path}&lang=fr")).await;
    assert!(chosen.html.contains("<html lang=\"fr\""), "{}", chosen.html);
    let kept = worker.open_path(&path).await;
    assert!(
        kept.html.contains("<html lang=\"fr\""),
        "she chose it before"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_may_be_sent_here_by_a_form() {
    let (platform, worker) = start().await;
    let reply = platform.coach.post("/oauth/par", &good(&platform)).await;
    let request_uri = reply.body["request_uri"].as_str().unwrap();
    let form = [
        ("client_id", platform.coach.client_id.as_str()),
        ("request_uri", request_uri),
    ];
    let posted = worker
        .form("/oauth/authorize", &form)
        .header("sec-fetch-site", "cross-site")
        .header(header::ORIGIN, "https://coach.example");
    let sent = posted.send().await.unwrap();
    assert_eq!(sent.status(), StatusCode::SEE_OTHER);
    let there = sent.headers()[header::LOCATION].to_str().unwrap();
    assert_eq!(there, address(&platform.coach, &reply.body));
    let page = ConsentPage::open_at(&worker, there.into()).await;
    assert!(page.accept(&worker, &[]).await.parameter("code").is_some());
}
