//! What a browser sees when there is no platform, no permission, or an answer out of nowhere.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on says where it stopped"
)]

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    http::{Request, Response, StatusCode, header},
};
use coach::{Key, Settings, router};
use http_body_util::BodyExt;
use time::macros::datetime;
use tower::ServiceExt;

/// An app whose platform is at an address where nothing listens.
fn app() -> Router {
    router(Settings {
        platform: "http://127.0.0.1:1".into(),
        client_id: "cap-metier".into(),
        key: Key::from_pem(&Key::generate_pem().unwrap()).unwrap(),
        public_url: "http://localhost:8081".into(),
        now: Arc::new(|| datetime!(2026-11-23 08:00 UTC)),
    })
    .unwrap()
}

async fn get(path: &str, headers: &[(header::HeaderName, &str)]) -> (Response<()>, String) {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    let response = app()
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (
        Response::from_parts(parts, ()),
        String::from_utf8(body.to_vec()).unwrap(),
    )
}

#[tokio::test]
async fn the_first_page_says_what_is_wanted_in_the_readers_language() {
    let (_, french) = get("/", &[]).await;
    assert!(french.contains("<html lang=\"fr\">") && french.contains("Connecter mon dossier"));
    let (_, english) = get("/", &[(header::ACCEPT_LANGUAGE, "en")]).await;
    assert!(english.contains("<html lang=\"en\">") && english.contains("Connect my record"));
    let (_, asked) = get("/?lang=fr", &[(header::ACCEPT_LANGUAGE, "en")]).await;
    assert_eq!(asked, french);
}

#[tokio::test]
async fn pages_load_nothing_from_elsewhere_and_are_never_stored() {
    for path in ["/", "/callback", "/nowhere"] {
        let (response, page) = get(path, &[]).await;
        let policy = response.headers()[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .unwrap();
        assert!(
            policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'")
        );
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
        assert!(!page.contains("<script") && !page.contains("src=\"http"));
    }
}

#[tokio::test]
async fn while_the_platform_is_down_one_is_asked_to_try_again() {
    let (response, page) = get("/connect?lang=en", &[]).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(response.headers().contains_key(header::RETRY_AFTER));
    assert!(!response.headers().contains_key(header::SET_COOKIE));
    assert!(page.contains("The platform does not answer"));
}

#[tokio::test]
async fn an_answer_nobody_asked_for_is_not_believed() {
    let cookie = (header::COOKIE, "__Host-coach=guessed");
    for path in [
        "/callback",
        "/callback?code=c&state=s&iss=http%3A%2F%2F127.0.0.1%3A1",
        "/callback?error=access_denied&state=s",
        "/callback?code=c&code=d&state=s",
    ] {
        for headers in [&[][..], std::slice::from_ref(&cookie)] {
            let (response, page) = get(path, headers).await;
            assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{path}");
            assert!(page.contains("pas attendue"));
        }
    }
}

#[tokio::test]
async fn there_is_no_receipt_without_a_permission() {
    let cookie = (header::COOKIE, "__Host-coach=guessed");
    for headers in [&[][..], std::slice::from_ref(&cookie)] {
        let (response, page) = get("/receipt?lang=en", headers).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        assert!(page.contains("There is no such page"));
    }
}

#[tokio::test]
async fn the_public_key_is_published_without_its_private_half() {
    let (response, body) = get("/jwks.json", &[]).await;
    assert_eq!(
        response.headers()[header::CONTENT_TYPE],
        "application/jwk-set+json"
    );
    let keys: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(keys["keys"][0]["alg"], "ES256");
    assert!(keys["keys"][0]["d"].is_null());
}

#[tokio::test]
async fn a_message_that_nobody_signed_changes_nothing() {
    let message = r#"{"type": "grant.ended", "data": {"grant_id": "g"}}"#;
    let request = Request::post("/hooks/cpf")
        .header("webhook-id", "1")
        .header("webhook-timestamp", "1795459956")
        .header("webhook-signature", "v1,AAAA")
        .body(Body::from(message))
        .unwrap();
    let response = app().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
}
