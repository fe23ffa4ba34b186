//! What the boundary does to requests and answers, seen from outside.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    http::{Request, Response, StatusCode, header},
    middleware::from_fn_with_state,
    routing::{get, post},
};
use kernel::{Clock, Entropy};
use serde_json::Value;
use tower::ServiceExt;

use crate::{
    config::Config,
    edge::limit_time,
    limits::Limits,
    routes::bounded,
    wire::{Found, NoContent, Problem, Slug},
};

fn router() -> Router {
    let mut config = Config::defaults();
    config.sandbox = true;
    config.request_seconds = 0;
    let config = Arc::new(config);
    let endless = get(async || std::future::pending::<NoContent>().await)
        .layer(from_fn_with_state(Arc::clone(&config), limit_time));
    let panicking = get(async || -> NoContent { panic!("secret-of-a-request") });
    let router = Router::new()
        .route("/found", get(async || Found(["same"])))
        .route("/done", post(async || NoContent))
        .route("/items/{id}", get(async || NoContent))
        .route(
            "/refused",
            get(async || Problem::new(Slug::GrantEnded).detail("it ended")),
        )
        .route("/panicking", panicking)
        .route("/endless", endless);
    let limits = Limits::new(&config.limits, Clock::system());
    bounded(router, config, Entropy::seeded(1), limits)
}

/// `request` with the header that HTTP/1.1 asks for.
fn at_home(request: axum::http::request::Builder) -> axum::http::request::Builder {
    request.header(header::HOST, "localhost:8080")
}

async fn ask(request: axum::http::request::Builder) -> (Response<Body>, String) {
    let response = router()
        .oneshot(at_home(request).body(Body::empty()).unwrap())
        .await
        .unwrap();
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    (
        Response::from_parts(parts, Body::empty()),
        String::from_utf8(bytes.into()).unwrap(),
    )
}

async fn problem(request: axum::http::request::Builder) -> (StatusCode, String) {
    let (response, body) = ask(request).await;
    assert_eq!(
        response.headers()[header::CONTENT_TYPE],
        "application/problem+json"
    );
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        body["request_id"],
        response.headers()["x-request-id"].to_str().unwrap()
    );
    assert_eq!(body["status"], response.status().as_u16());
    let name = body["type"]
        .as_str()
        .unwrap()
        .strip_prefix("http://localhost:8080/problems/");
    (response.status(), name.unwrap().to_owned())
}

#[tokio::test]
async fn an_unknown_address_and_a_wrong_method_are_problems() {
    let (status, name) = problem(Request::get("/nothing")).await;
    assert_eq!(
        (status, name.as_str()),
        (StatusCode::NOT_FOUND, "not-found")
    );
    let (status, name) = problem(Request::get("/done")).await;
    assert_eq!(
        (status, name.as_str()),
        (StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed")
    );
    let (response, _) = ask(Request::get("/done")).await;
    assert_eq!(response.headers()[header::ALLOW], "POST");
}

#[tokio::test]
async fn an_address_that_is_not_text_is_malformed_whether_known_or_not() {
    for address in [
        "/items/a%00b",
        "/items/%ff",
        "/items/%zz",
        "/nothing?q=%00",
        "/found?q=%c3",
    ] {
        let (status, name) = problem(Request::get(address)).await;
        assert_eq!(
            (status, name.as_str()),
            (StatusCode::BAD_REQUEST, "malformed-request"),
            "{address}"
        );
    }
}

#[tokio::test]
async fn a_panic_is_a_problem_that_repeats_nothing() {
    let (response, body) = ask(Request::get("/panicking")).await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(body.contains("/problems/internal") && !body.contains("secret-of-a-request"));
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_given_up() {
    let (status, name) = problem(Request::get("/endless")).await;
    assert_eq!(
        (status, name.as_str()),
        (StatusCode::SERVICE_UNAVAILABLE, "timed-out")
    );
}

#[tokio::test]
async fn a_browser_is_shown_a_page_in_its_language() {
    let browser = || Request::get("/refused").header(header::ACCEPT, "text/html,*/*;q=0.8");
    let (response, body) = ask(browser()).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert!(body.contains("<html lang=\"fr\">") && body.contains("L’autorisation a pris fin"));
    assert!(body.contains(response.headers()["x-request-id"].to_str().unwrap()));
    let policy = response.headers()[header::CONTENT_SECURITY_POLICY]
        .to_str()
        .unwrap();
    assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"));
    assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
    let (_, body) = ask(browser().header(header::ACCEPT_LANGUAGE, "en")).await;
    assert!(body.contains("<html lang=\"en\">"));
    let both = "application/json, text/html;q=0.5";
    let (status, _) = problem(Request::get("/refused").header(header::ACCEPT, both)).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn who_has_the_same_bytes_is_told_so() {
    let (response, body) = ask(Request::get("/found")).await;
    let tag = response.headers()[header::ETAG].clone();
    assert_eq!(body, r#"["same"]"#);
    for known in [
        tag.to_str().unwrap(),
        &format!("\"other\", W/{}", tag.to_str().unwrap()),
        "*",
    ] {
        let (response, body) =
            ask(Request::get("/found").header(header::IF_NONE_MATCH, known)).await;
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED, "{known}");
        assert_eq!(response.headers()[header::ETAG], tag);
        assert!(body.is_empty());
    }
    let (response, _) =
        ask(Request::get("/found").header(header::IF_NONE_MATCH, "\"other\"")).await;
    assert_eq!(response.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_request_keeps_its_callers_id_only_when_it_is_one() {
    let (response, _) = ask(Request::get("/found").header("x-request-id", "their-id_42")).await;
    assert_eq!(response.headers()["x-request-id"], "their-id_42");
    for bad in ["short", "with space and more", &"x".repeat(65)] {
        let (response, _) = ask(Request::get("/found").header("x-request-id", bad)).await;
        assert_ne!(response.headers()["x-request-id"], bad);
    }
}

#[tokio::test]
async fn a_request_says_its_host_once_and_sends_its_body_as_it_is() {
    let send = async |request: axum::http::request::Builder, body: &'static str| {
        let request = request.body(Body::from(body)).unwrap();
        router().oneshot(request).await.unwrap().status()
    };
    let bare = || Request::post("/done");
    assert_eq!(send(bare(), "").await, StatusCode::BAD_REQUEST, "no host");
    let old = bare().version(axum::http::Version::HTTP_10);
    assert_eq!(send(old, "").await, StatusCode::NO_CONTENT);
    let twice = at_home(at_home(bare()));
    assert_eq!(send(twice, "").await, StatusCode::BAD_REQUEST, "two hosts");
    for odd in ["a b", "a@b", "a/b", ""] {
        let status = send(bare().header(header::HOST, odd), "").await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{odd}");
    }
    let coded = |coding| at_home(bare()).header(header::CONTENT_ENCODING, coding);
    for coding in ["gzip", "identity, br", "made-up"] {
        let status = send(coded(coding), "x").await;
        assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{coding}");
    }
    assert_eq!(send(coded("identity"), "x").await, StatusCode::NO_CONTENT);
    assert_eq!(
        send(coded("gzip"), "").await,
        StatusCode::NO_CONTENT,
        "no body"
    );
}
