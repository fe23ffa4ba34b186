//! What is pushed, and the reference that a browser brings.

use std::time::Duration;

use reqwest::{Method, StatusCode, header};
use serde_json::json;

use super::{accepted, address, good, now, start, with};
use crate::harness::{
    Browser, ConsentPage, Form, Platform, Seen, TestApp, altered, asked, without,
};

/// The pushed request is refused with `error`.
async fn is_refused(platform: &Platform, form: &Form, error: &str) {
    let reply = platform.coach.post("/oauth/par", form).await;
    assert_eq!(reply.verdict(), (400, error), "{}", reply.body);
}

/// A page of ours that says what is wrong; nobody is sent to the app.
fn is_error_page(seen: &Seen, status: StatusCode) {
    assert_eq!(seen.status, status, "{}", seen.html);
    assert_eq!(seen.url.host_str(), Some("localhost"));
    assert!(seen.html.contains("<main"), "{}", seen.html);
}

/// OIDF: `EnsureRedirectUriInAuthorizationRequest`.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_without_a_redirect_uri_is_refused() {
    let platform = Platform::start().await;
    let form = without(good(&platform), "redirect_uri");
    is_refused(&platform, &form, "invalid_request").await;
}

/// OIDF: `EnsureRegisteredRedirectUri`.
#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_uri_that_is_not_registered_is_refused() {
    let platform = Platform::start().await;
    for other in [
        "https://coach.example/other",
        "https://coach.example/callback?a=b",
    ] {
        let form = altered(good(&platform), "redirect_uri", other);
        is_refused(&platform, &form, "invalid_request").await;
    }
}

/// OIDF: `TolerateUnregisteredRedirectUri`. RFC 9126 §2.4 lets a server accept one; this one does not.
#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_uri_of_the_moment_is_refused_too() {
    let platform = Platform::start().await;
    let form = altered(
        good(&platform),
        "redirect_uri",
        "https://coach.example/one-time/4711",
    );
    is_refused(&platform, &form, "invalid_request").await;
}

/// OIDF: `EnsureResponseTypeCodeIdTokenFails`.
#[tokio::test(flavor = "multi_thread")]
async fn the_response_type_code_id_token_is_refused() {
    let platform = Platform::start().await;
    let form = altered(good(&platform), "response_type", "code id_token");
    is_refused(&platform, &form, "unsupported_response_type").await;
}

/// OIDF: `EnsureResponseTypeTokenFails`.
#[tokio::test(flavor = "multi_thread")]
async fn the_response_type_token_is_refused() {
    let platform = Platform::start().await;
    let form = altered(good(&platform), "response_type", "token");
    is_refused(&platform, &form, "unsupported_response_type").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_does_not_say_how_to_answer_it_is_refused() {
    let platform = Platform::start().await;
    let form = without(good(&platform), "response_type");
    is_refused(&platform, &form, "invalid_request").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_comes_in_the_query_or_not_at_all() {
    let platform = Platform::start().await;
    for mode in ["fragment", "form_post", "jwt", "query.jwt"] {
        let form = with(good(&platform), &[("response_mode", mode)]);
        is_refused(&platform, &form, "invalid_request").await;
    }
    let form = with(good(&platform), &[("response_mode", "query")]);
    assert_eq!(platform.coach.post("/oauth/par", &form).await.status, 201);
}

/// OIDF: `EnsureMatchingKeyInAuthorizationRequest`. A request object is refused, whoever signed it.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_object_of_another_client_is_refused() {
    let platform = Platform::start().await;
    let other = TestApp::named(&platform, "another-app");
    other.register(&platform.app).await;
    let object = other.sign(&json!({"iss": platform.coach.client_id, "aud": platform.url}));
    let form = with(
        platform.coach.assertion_form(now(&platform)),
        &[("request", &object)],
    );
    is_refused(&platform, &form, "request_not_supported").await;
}

/// OIDF: `PARRejectRequestUriInParAuthorizationRequest`. So is one that holds a `request_uri`.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_object_with_a_request_uri_is_refused() {
    let platform = Platform::start().await;
    let object = platform.coach.sign(&json!({
        "iss": platform.coach.client_id, "aud": platform.url,
        "request_uri": "urn:ietf:params:oauth:request_uri:random",
    }));
    let form = with(good(&platform), &[("request", &object)]);
    is_refused(&platform, &form, "request_not_supported").await;
}

/// OIDF: `PARRejectRequestUriInParAuthorizationFormParams`.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_uri_cannot_be_pushed() {
    let platform = Platform::start().await;
    let random = "urn:ietf:params:oauth:request_uri:random";
    let form = with(good(&platform), &[("request_uri", random)]);
    is_refused(&platform, &form, "invalid_request").await;
}

/// OIDF: `PAREnsurePKCERequired`.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_without_a_challenge_is_refused() {
    let platform = Platform::start().await;
    let form = without(good(&platform), "code_challenge_method");
    is_refused(
        &platform,
        &without(form, "code_challenge"),
        "invalid_request",
    )
    .await;
}

/// OIDF: `PAREnsurePlainPKCERejected`.
#[tokio::test(flavor = "multi_thread")]
async fn a_plain_challenge_is_refused() {
    let platform = Platform::start().await;
    let form = altered(good(&platform), "code_challenge_method", "plain");
    is_refused(&platform, &form, "invalid_request").await;
}

/// OIDF: `PARRejectInvalidHttpVerb`. The same goes for every address of the protocol.
#[tokio::test(flavor = "multi_thread")]
async fn other_methods_are_not_allowed() {
    let platform = Platform::start().await;
    let client = reqwest::Client::builder().build().unwrap();
    for (path, allowed) in [
        ("/oauth/par", "POST"),
        ("/oauth/token", "POST"),
        ("/oauth/authorize", "GET,HEAD,POST"),
    ] {
        let address = format!("{}{path}", platform.url);
        for method in [Method::GET, Method::PUT, Method::DELETE, Method::PATCH] {
            if allowed.contains(method.as_str()) {
                continue;
            }
            let sent = client
                .request(method.clone(), &address)
                .form(&good(&platform));
            let reply = sent.send().await.unwrap();
            assert_eq!(reply.status(), 405, "{method} {path}");
            assert_eq!(reply.headers()[header::ALLOW], allowed, "{method} {path}");
        }
    }
}

/// OIDF: `EnsureUnsignedAuthorizationRequestWithoutUsingParFails`.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_in_the_browser_s_address_is_an_error_page() {
    let (platform, worker) = start().await;
    let mut form = good(&platform);
    form.retain(|(name, _)| !name.starts_with("client_assertion"));
    let form = with(
        form,
        &[
            ("client_id", platform.coach.client_id.as_str()),
            ("scope", "openid"),
        ],
    );
    let query = serde_urlencoded::to_string(form).unwrap();
    let seen = worker.open_path(&format!("/oauth/authorize?{query}")).await;
    is_error_page(&seen, StatusCode::BAD_REQUEST);
}

/// The page at which the worker is asked.
async fn asking(platform: &Platform, worker: &Browser) -> ConsentPage {
    ConsentPage::open(platform, worker, &platform.coach, &asked()).await
}

/// OIDF: `PARAttemptReuseRequestUri`.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_uri_is_used_up_by_the_decision() {
    let (platform, worker) = start().await;
    let page = asking(&platform, &worker).await;
    assert!(page.accept(&worker, &[]).await.parameter("code").is_some());
    is_error_page(&worker.open_path(&page.path).await, StatusCode::CONFLICT);
}

/// OIDF: `PARAttemptToUseExpiredRequestUri`.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_uri_that_has_expired_is_an_error_page() {
    let (platform, worker) = start().await;
    let reply = platform.coach.post("/oauth/par", &good(&platform)).await;
    let lives = reply.body["expires_in"].as_u64().unwrap();
    assert!(lives < 600, "FAPI 2.0 §5.3.2.2");
    platform.clock.advance(Duration::from_secs(lives));
    let seen = worker
        .open_path(&address(&platform.coach, &reply.body))
        .await;
    is_error_page(&seen, StatusCode::NOT_FOUND);
}

/// OIDF: `PAREnsureRequestUriIsBoundToClient`.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_uri_is_of_no_use_to_another_client() {
    let (platform, worker) = start().await;
    let other = TestApp::named(&platform, "another-app");
    other.register(&platform.app).await;
    let reply = platform.coach.post("/oauth/par", &good(&platform)).await;
    is_error_page(
        &worker.open_path(&address(&other, &reply.body)).await,
        StatusCode::NOT_FOUND,
    );
    let own = worker
        .open_path(&address(&platform.coach, &reply.body))
        .await;
    assert_eq!(own.status, StatusCode::OK, "{}", own.html);
}

/// OIDF: `PAREnsureServerAcceptsReusedRequestUriBeforeAuthenticationCompletion`.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_uri_may_be_visited_again_before_the_worker_has_decided() {
    let platform = Platform::start().await;
    let path = platform.coach.ask(&platform, &asked()).await;
    let worker = Browser::open(&platform);
    // First she is asked to sign in, and goes away.
    worker.open_path(&path).await;
    let signed_in = worker.sign_in(&path, "plain").await;
    assert_eq!(
        signed_in.url.path(),
        "/oauth/authorize",
        "{}",
        signed_in.html
    );
    let page = ConsentPage::open_at(&worker, path).await;
    assert!(page.accept(&worker, &[]).await.parameter("code").is_some());
}

/// OIDF: `EnsureOtherScopeOrderSucceeds`.
#[tokio::test(flavor = "multi_thread")]
async fn the_order_of_scopes_does_not_matter_and_unknown_ones_are_ignored() {
    let (platform, worker) = start().await;
    for scope in ["openid accounts", "accounts openid"] {
        let form = with(good(&platform), &[("scope", scope)]);
        let back = accepted(&platform.coach, &worker, &form, &[]).await;
        let code = back.parameter("code").unwrap();
        let form = platform.coach.trade_form(now(&platform), &code);
        let reply = platform.coach.post("/oauth/token", &form).await;
        assert_eq!(
            reply.body["scope"], "openid",
            "what is not given is not named"
        );
    }
    let form = with(good(&platform), &[("scope", "accounts")]);
    is_refused(&platform, &form, "invalid_scope").await;
}
