//! Keys that an app publishes at an address of its own, and changes as it likes.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Router, extract::State, http::StatusCode, response::IntoResponse, routing::get};
use catalogue::AppKeys;
use jsonwebtoken::{Algorithm, Header, jwk::JwkSet};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::now;
use crate::harness::{Platform, Reply, TestApp, altered, asked};

/// A server that answers whatever the story says, and counts who asks.
#[derive(Clone, Default)]
struct KeyServer(Arc<Mutex<Says>>);

#[derive(Default)]
struct Says {
    status: u16,
    control: Option<&'static str>,
    body: String,
    asked: usize,
}

impl KeyServer {
    /// Starts it, and answers its address.
    async fn start() -> (Self, String) {
        let server = Self::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let router = Router::new()
            .route("/keys", get(answer))
            .with_state(server.clone());
        tokio::spawn(axum::serve(listener, router).into_future());
        (server, format!("http://localhost:{port}/keys"))
    }

    fn publish(&self, keys: &JwkSet) {
        self.say(200, &json!(keys).to_string());
    }

    fn say(&self, status: u16, body: &str) {
        let mut says = self.0.lock().unwrap();
        (says.status, says.body) = (status, body.to_owned());
    }

    fn allow(&self, control: &'static str) {
        self.0.lock().unwrap().control = Some(control);
    }

    fn asked(&self) -> usize {
        self.0.lock().unwrap().asked
    }
}

async fn answer(State(server): State<KeyServer>) -> impl IntoResponse {
    let mut says = server.0.lock().unwrap();
    says.asked += 1;
    let status = StatusCode::from_u16(says.status).unwrap();
    let control = says.control.unwrap_or("public");
    (
        status,
        [("cache-control", control), ("location", "/keys")],
        says.body.clone(),
    )
}

/// An app whose keys are at `address`, and the platform it is registered at.
async fn start() -> (Platform, KeyServer, TestApp) {
    let platform = Platform::start().await;
    let (server, address) = KeyServer::start().await;
    let app = TestApp::named(&platform, "publishes-keys");
    app.register_with(&platform.app, AppKeys::Published(address))
        .await;
    server.publish(&app.jwks());
    (platform, server, app)
}

/// Pushes a request whose assertion is signed by `signer` under its own key's id.
async fn push(platform: &Platform, app: &TestApp, signer: &TestApp) -> Reply {
    let mut header = Header::new(Algorithm::ES256);
    header.kid.clone_from(&signer.jwks().keys[0].common.key_id);
    let assertion = signer.sign_under(&header, &app.claims(now(platform)));
    let form = app.push_form(now(platform), &asked());
    let form = altered(form, "client_assertion", &assertion);
    app.post("/oauth/par", &form).await
}

#[tokio::test(flavor = "multi_thread")]
async fn published_keys_are_read_when_needed_and_kept_for_as_long_as_they_may_be() {
    let (platform, server, app) = start().await;
    server.allow("max-age=300");
    let (one, other) = tokio::join!(push(&platform, &app, &app), push(&platform, &app, &app));
    assert_eq!((one.status, other.status), (201, 201), "{}", one.body);
    assert_eq!(server.asked(), 1, "two at once ask once");
    platform.clock.advance(Duration::from_secs(299));
    assert_eq!(push(&platform, &app, &app).await.status, 201);
    assert_eq!(server.asked(), 1);
    platform.clock.advance(Duration::from_secs(2));
    assert_eq!(push(&platform, &app, &app).await.status, 201);
    assert_eq!(server.asked(), 2, "what is no longer fresh is read again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_new_is_found_and_one_that_was_taken_away_stops_within_the_hour() {
    let (platform, server, app) = start().await;
    server.allow("max-age=86400");
    assert_eq!(push(&platform, &app, &app).await.status, 201);
    let fresh = TestApp::named(&platform, "publishes-keys");
    server.publish(&fresh.jwks());
    platform.clock.advance(Duration::from_mins(1));
    let reply = push(&platform, &app, &fresh).await;
    assert_eq!(reply.status, 201, "an unknown key id asks: {}", reply.body);
    assert_eq!(server.asked(), 2);
    assert_eq!(
        push(&platform, &app, &app).await.verdict(),
        (401, "invalid_client"),
        "the old key went with it"
    );
    server.publish(&app.jwks());
    platform.clock.advance(Duration::from_hours(1));
    assert_eq!(
        push(&platform, &app, &fresh).await.verdict(),
        (401, "invalid_client"),
        "a day was promised, an hour is believed"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_published_set_only_keys_for_this_verify_and_others_do_no_harm() {
    let (platform, server, app) = start().await;
    let good = json!(app.jwks());
    let with = |member: &str, value: Value| {
        let mut key = good["keys"][0].clone();
        key[member] = value;
        key
    };
    for (member, value) in [
        ("use", json!("enc")),
        ("key_ops", json!(["sign"])),
        ("alg", json!("ES384")),
        ("d", json!("A".repeat(43))),
    ] {
        let refused = with(member, value);
        server.say(200, &json!({"keys": [refused]}).to_string());
        platform.clock.advance(Duration::from_mins(11));
        let reply = push(&platform, &app, &app).await;
        assert_eq!(reply.verdict(), (401, "invalid_client"), "{member}");
    }
    let others = [
        json!({"kty": "unheard-of"}),
        json!({"kty": "OKP", "crv": "X25519", "x": "AA", "use": "enc", "kid": "other"}),
        good["keys"][0].clone(),
    ];
    server.say(200, &json!({"keys": others}).to_string());
    platform.clock.advance(Duration::from_mins(11));
    let reply = push(&platform, &app, &app).await;
    assert_eq!(reply.status, 201, "{}", reply.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_knocks_with_unknown_keys_the_address_is_asked_once_a_minute() {
    let (platform, server, app) = start().await;
    assert_eq!(push(&platform, &app, &app).await.status, 201);
    let thief = TestApp::named(&platform, "publishes-keys");
    for _ in 0..5 {
        let refused = push(&platform, &app, &thief).await;
        assert_eq!(refused.verdict(), (401, "invalid_client"));
    }
    assert_eq!(server.asked(), 1);
    platform.clock.advance(Duration::from_mins(1));
    for _ in 0..5 {
        push(&platform, &app, &thief).await;
    }
    assert_eq!(server.asked(), 2);
    assert_eq!(push(&platform, &app, &app).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_address_does_not_answer_known_keys_are_used_for_a_day() {
    let (platform, server, app) = start().await;
    assert_eq!(push(&platform, &app, &app).await.status, 201);
    for (status, body) in [(500, ""), (302, ""), (200, "<html>"), (200, "[]")] {
        server.say(status, body);
        platform.clock.advance(Duration::from_hours(2));
        let reply = push(&platform, &app, &app).await;
        assert_eq!(reply.status, 201, "{status} {body}: {}", reply.body);
    }
    assert_eq!(server.asked(), 5);
    platform.clock.advance(Duration::from_hours(16));
    let refused = push(&platform, &app, &app).await;
    assert_eq!(refused.verdict(), (401, "invalid_client"), "a day is over");
    server.publish(&app.jwks());
    platform.clock.advance(Duration::from_mins(1));
    assert_eq!(
        push(&platform, &app, &app).await.status,
        201,
        "and it comes back"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_leads_inside_or_answers_too_much_gives_no_keys() {
    let (platform, server, app) = start().await;
    server.say(200, &format!("{{\"keys\": []{}}}", " ".repeat(70_000)));
    let refused = push(&platform, &app, &app).await;
    assert_eq!(refused.verdict(), (401, "invalid_client"), "too large");
    for address in [
        "http://10.0.0.1/keys",
        "http://169.254.169.254/latest/meta-data/",
        "https://[::ffff:10.0.0.1]/keys",
        "https://2130706434.example.invalid./keys",
        "file:///etc/passwd",
        "keys",
    ] {
        let keys = AppKeys::Published(address.into());
        app.register_with(&platform.app, keys).await;
        let refused = push(&platform, &app, &app).await;
        assert_eq!(refused.verdict(), (401, "invalid_client"), "{address}");
        let told: &Value = &refused.body["error_description"];
        assert!(!told.to_string().contains("10.0.0"), "{told}");
    }
}
