//! The protocol from outside: what a relying party sees, and what an attacker does not get.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on says where it stopped"
)]

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::Body,
    http::{Request, Response, StatusCode, header},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use http_body_util::BodyExt;
use provider::{Settings, router};
use serde_json::Value;
use sha2::{Digest, Sha256};
use time::{Duration, OffsetDateTime, macros::datetime};
use tower::ServiceExt;
use url::{Url, form_urlencoded};

const CALLBACK: &str = "http://localhost:8080/callback";
const VERIFIER: &str = "a-verifier-that-is-long-enough-to-be-allowed-by-the-rfc";

struct World {
    router: Router,
    clock: Arc<Mutex<OffsetDateTime>>,
}

impl World {
    fn new() -> Self {
        let clock = Arc::new(Mutex::new(datetime!(2026-11-23 08:00 UTC)));
        let hand = Arc::clone(&clock);
        let settings = Settings {
            issuer: "http://provider.test".into(),
            client_id: "cpf".into(),
            client_secret: "s3cret:/&".into(),
            redirect_uris: vec![CALLBACK.into()],
            post_logout_redirect_uris: vec!["http://localhost:8080/".into()],
            now: Arc::new(move || *hand.lock().unwrap()),
        };
        Self {
            router: router(settings).unwrap(),
            clock,
        }
    }

    async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    async fn get(&self, path: &str) -> Response<Body> {
        self.send(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Response<Body> {
        self.send(form(path, fields)).await
    }

    /// Opens the page, chooses `persona`, and reads the code from the way back.
    async fn code(&self, persona: &str) -> String {
        let page = text(self.get(&authorize(&[])).await).await;
        let back = self
            .post(
                "/sign-in",
                &[("request", hidden_request(&page)), ("persona", persona)],
            )
            .await;
        answer(&back, "code").unwrap()
    }

    async fn exchange(&self, code: &str, verifier: &str, secret: &str) -> (StatusCode, Value) {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", verifier),
            ("client_id", "cpf"),
            ("client_secret", secret),
        ];
        let response = self.post("/token", &fields).await;
        (response.status(), json(response).await)
    }
}

fn form(path: &str, fields: &[(&str, &str)]) -> Request<Body> {
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .unwrap()
}

/// A request in order, with some parameters replaced or, if empty, left out.
fn authorize(changes: &[(&str, &str)]) -> String {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
    let mut fields = vec![
        ("response_type", "code"),
        ("client_id", "cpf"),
        ("redirect_uri", CALLBACK),
        ("scope", "openid identite_pivot preferred_username"),
        ("state", "the-state"),
        ("nonce", "the-nonce"),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
        ("acr_values", "eidas2"),
    ];
    for (name, value) in changes {
        fields.retain(|(known, _)| known != name);
        if !value.is_empty() {
            fields.push((name, value));
        }
    }
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    format!("/authorize?{query}")
}

fn hidden_request(page: &str) -> &str {
    page.split("name=\"request\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
}

fn answer(back: &Response<Body>, name: &str) -> Option<String> {
    let location = back.headers().get(header::LOCATION)?.to_str().unwrap();
    assert!(location.starts_with(CALLBACK));
    let url = Url::parse(location).unwrap();
    url.query_pairs()
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.into_owned())
}

async fn text(response: Response<Body>) -> String {
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}

async fn json(response: Response<Body>) -> Value {
    serde_json::from_str(&text(response).await).unwrap()
}

#[tokio::test]
async fn a_relying_party_gets_a_signed_token_and_the_claims_it_asked_for() {
    let world = World::new();
    let (status, tokens) = world
        .exchange(&world.code("year-only").await, VERIFIER, "s3cret:/&")
        .await;
    assert_eq!(status, StatusCode::OK);

    let jwks = json(world.get("/jwks").await).await;
    let key: jsonwebtoken::jwk::Jwk = serde_json::from_value(jwks["keys"][0].clone()).unwrap();
    let mut expected = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::ES256);
    expected.set_audience(&["cpf"]);
    expected.set_issuer(&["http://provider.test"]);
    expected.validate_exp = false;
    let signed = tokens["id_token"].as_str().unwrap();
    let key = jsonwebtoken::DecodingKey::from_jwk(&key).unwrap();
    let told = jsonwebtoken::decode::<Value>(signed, &key, &expected)
        .unwrap()
        .claims;
    assert_eq!(
        (&told["nonce"], &told["acr"]),
        (&"the-nonce".into(), &"eidas2".into())
    );
    assert_eq!(
        told["exp"].as_i64().unwrap() - told["iat"].as_i64().unwrap(),
        60
    );

    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let request = Request::get("/userinfo").header(header::AUTHORIZATION, bearer);
    let claims = json(world.send(request.body(Body::empty()).unwrap()).await).await;
    assert_eq!(claims["sub"], told["sub"]);
    assert_eq!(claims["birthdate"], "1970-00-00");
    assert_eq!(
        (&claims["birthplace"], &claims["birthcountry"]),
        (&"".into(), &"99335".into())
    );
}

#[tokio::test]
async fn a_secret_in_the_header_is_decoded_as_a_form_before_it_is_compared() {
    let world = World::new();
    let code = world.code("plain").await;
    let mut request = form(
        "/token",
        &[
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ],
    );
    let basic = format!("Basic {}", STANDARD.encode("cpf:s3cret%3A%2F%26"));
    request
        .headers_mut()
        .insert(header::AUTHORIZATION, basic.parse().unwrap());
    assert_eq!(world.send(request).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_code_is_spent_by_its_first_use_right_or_wrong_and_by_time() {
    let world = World::new();
    let code = world.code("plain").await;
    assert_eq!(
        world
            .exchange(&code, "another verifier", "s3cret:/&")
            .await
            .1["error"],
        "invalid_grant"
    );
    assert_eq!(
        world.exchange(&code, VERIFIER, "s3cret:/&").await.1["error"],
        "invalid_grant"
    );

    let code = world.code("plain").await;
    assert_eq!(
        world.exchange(&code, VERIFIER, "s3cret:/&").await.0,
        StatusCode::OK
    );
    assert_eq!(
        world.exchange(&code, VERIFIER, "s3cret:/&").await.1["error"],
        "invalid_grant"
    );

    let code = world.code("plain").await;
    *world.clock.lock().unwrap() += Duration::seconds(60);
    assert_eq!(
        world.exchange(&code, VERIFIER, "s3cret:/&").await.1["error"],
        "invalid_grant"
    );
}

#[tokio::test]
async fn a_wrong_secret_is_refused_and_does_not_spend_the_code() {
    let world = World::new();
    let code = world.code("plain").await;
    let (status, body) = world.exchange(&code, VERIFIER, "guess").await;
    assert_eq!(
        (status, &body["error"]),
        (StatusCode::UNAUTHORIZED, &"invalid_client".into())
    );
    assert_eq!(
        world.exchange(&code, VERIFIER, "s3cret:/&").await.0,
        StatusCode::OK
    );
}

#[tokio::test]
async fn an_unknown_client_or_address_is_told_on_a_page_and_never_by_a_redirect() {
    let world = World::new();
    for change in [
        ("client_id", "someone-else"),
        ("redirect_uri", "http://localhost:8080/callback/"),
        ("redirect_uri", "http://localhost:8080/callback?next=x"),
        (
            "redirect_uri",
            "http://localhost:8080@evil.example/callback",
        ),
        ("redirect_uri", ""),
    ] {
        let response = world.get(&authorize(&[change])).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{change:?}");
        assert!(response.headers().get(header::LOCATION).is_none());
    }
    let repeated = authorize(&[]) + "&client_id=cpf";
    assert_eq!(world.get(&repeated).await.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_request_without_pkce_state_or_nonce_is_sent_back_with_its_error() {
    let world = World::new();
    for (change, error) in [
        (("response_type", "token"), "unsupported_response_type"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("code_challenge", ""), "invalid_request"),
        (("nonce", ""), "invalid_request"),
        (("state", ""), "invalid_request"),
        (("scope", "identite_pivot"), "invalid_scope"),
        (("scope", "openid everything"), "invalid_scope"),
        (("acr_values", "eidas9"), "invalid_request"),
        (("prompt", "none"), "login_required"),
    ] {
        let back = world.get(&authorize(&[change])).await;
        assert_eq!(answer(&back, "error").as_deref(), Some(error), "{change:?}");
        assert_eq!(
            answer(&back, "iss").as_deref(),
            Some("http://provider.test")
        );
    }
}

#[tokio::test]
async fn a_person_may_refuse() {
    let world = World::new();
    let page = text(world.get(&authorize(&[])).await).await;
    let back = world
        .post("/sign-in", &[("request", hidden_request(&page))])
        .await;
    assert_eq!(answer(&back, "error").as_deref(), Some("access_denied"));
    assert_eq!(answer(&back, "state").as_deref(), Some("the-state"));
}

#[tokio::test]
async fn every_page_says_in_both_languages_that_it_is_a_test() {
    let world = World::new();
    for path in ["/", "/agents", &authorize(&[]), "/authorize", "/logout"] {
        let response = world.get(path).await;
        let policy = response.headers()[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .unwrap();
        assert!(policy.contains("frame-ancestors 'none'"));
        let page = text(response).await;
        assert!(page.contains("faux fournisseur") && page.contains("not a real identity provider"));
    }
    let discovery = json(world.get("/.well-known/openid-configuration").await).await;
    assert_eq!(discovery["cpf_test_provider"], true);
}

#[tokio::test]
async fn signing_out_goes_back_only_to_a_registered_address() {
    let world = World::new();
    let back = world
        .get("/logout?post_logout_redirect_uri=http%3A%2F%2Flocalhost%3A8080%2F&state=s")
        .await;
    assert_eq!(
        back.headers()[header::LOCATION],
        "http://localhost:8080/?state=s"
    );
    let refused = world
        .get("/logout?post_logout_redirect_uri=http%3A%2F%2Fevil.example%2F")
        .await;
    assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
    let forged = world.get("/logout?id_token_hint=e30.e30.e30").await;
    assert_eq!(forged.status(), StatusCode::BAD_REQUEST);
}
