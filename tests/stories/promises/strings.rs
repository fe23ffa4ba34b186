//! Text in bodies: forms, JSON, signed claims and files. Never a failure of ours.

use reqwest::header;
use serde_json::{Value, json};

use super::{
    Operation,
    addresses::{UNREADABLE, odd},
    client,
    scene::{Scene, flux, send_flux},
};
use crate::harness::{Platform, Reply, TestApp, asked, contract};

const FORM: &str = "application/x-www-form-urlencoded";

/// JSON strings that are refused wherever they stand.
const UNREADABLE_JSON: [&str; 7] = [
    r#""\u0000""#,
    r#""a\u0000b""#,
    r#""\ud800""#,
    r#""\udfff\ud800""#,
    r#""\ud83dx""#,
    "\"\0\"",
    r#""\x41""#,
];

/// Operations that take a form.
fn forms() -> Vec<Operation> {
    let all = Operation::all().into_iter();
    let forms: Vec<_> = all
        .filter(|one| one.spec["requestBody"]["content"].get(FORM).is_some())
        .collect();
    assert!(!forms.is_empty());
    forms
}

/// The names of the form's fields.
fn fields(operation: &Operation) -> Vec<String> {
    let schema = &operation.spec["requestBody"]["content"][FORM]["schema"];
    let name = schema["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
    let fields = contract().schema(name)["properties"].as_object().unwrap();
    fields.keys().cloned().collect()
}

/// A form of `app` that is good but for what a worker must have done before.
fn good(platform: &Platform, app: &TestApp, operation: &Operation) -> Vec<(String, String)> {
    let now = platform.clock.now().unix_timestamp();
    match operation.template.as_str() {
        "/oauth/par" => app.push_form(now, &asked()),
        "/oauth/token" => app.trade_form(now, "no-such-code"),
        "/oauth/introspect" | "/oauth/revoke" => {
            let mut form = app.assertion_form(now);
            form.push(("token".into(), "no-such-token".into()));
            form
        }
        path if path.starts_with("/oauth/") => {
            let mut form = app.assertion_form(now);
            form.extend(
                [
                    ("url", "https://coach.example/hooks"),
                    ("grant_id", "01900000-0000-7000-8000-000000000000"),
                    ("event_id", "01900000-0000-7000-8000-000000000000"),
                    ("erased_at", "2026-11-24T08:00:00Z"),
                    ("kept", "nothing"),
                    ("responsible", "Data protection officer"),
                ]
                .map(|(name, value)| (name.to_owned(), value.to_owned())),
            );
            form
        }
        other => panic!("how is {other} filled in?"),
    }
}

/// `form` with `raw` in `field`, encoded.
fn with_raw(form: Vec<(String, String)>, field: &str, raw: &str) -> String {
    let kept: Vec<_> = form.into_iter().filter(|(name, _)| name != field).collect();
    format!(
        "{}&{field}={raw}",
        serde_urlencoded::to_string(kept).unwrap()
    )
}

async fn send(platform: &Platform, operation: &Operation, body: impl Into<Vec<u8>>) -> Reply {
    let request = client().post(format!("{}{}", platform.url, operation.template));
    let request = request.header(header::CONTENT_TYPE, FORM).body(body.into());
    let reply = request.send().await.unwrap();
    let reply = contract()
        .hold(&operation.method, &operation.template, reply)
        .await;
    assert!(reply.status < 500, "{}: {}", operation.template, reply.body);
    reply
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_field_that_cannot_be_decoded_is_an_invalid_request() {
    let scene = Scene::set().await;
    for operation in forms() {
        for field in fields(&operation) {
            for raw in UNREADABLE {
                let form = good(&scene.platform, &scene.ours.app, &operation);
                let reply = send(&scene.platform, &operation, with_raw(form, &field, raw)).await;
                assert_eq!(reply.status, 400, "{field}={raw}: {}", reply.body);
                assert_eq!(reply.body["error"], "invalid_request", "{field}={raw}");
            }
        }
        let form = good(&scene.platform, &scene.ours.app, &operation);
        let form = serde_urlencoded::to_string(form).unwrap();
        for raw in [
            &b"&state=\0"[..],
            b"&state=\xff",
            b"&\0=1",
            b"&state=\xed\xa0\x80",
        ] {
            let reply = send(&scene.platform, &operation, [form.as_bytes(), raw].concat()).await;
            assert_eq!(reply.body["error"], "invalid_request", "{}", reply.body);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_text_in_a_form_field_is_answered_in_oauth_s_words() {
    let scene = Scene::set().await;
    let long = "a".repeat(100_000);
    for operation in forms() {
        for field in fields(&operation) {
            for raw in odd().iter().chain([&long]) {
                let form = good(&scene.platform, &scene.ours.app, &operation);
                let reply = send(&scene.platform, &operation, with_raw(form, &field, raw)).await;
                let told = reply.status < 300 || reply.body["error"].is_string();
                assert!(told, "{field}: {} {}", reply.status, reply.body);
            }
        }
        // Beyond what a form may weigh, and no form at all.
        let reply = send(&scene.platform, &operation, "a".repeat(2_000_000)).await;
        assert_eq!(reply.status, 413, "{}", reply.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_strings_in_authorization_details_are_refused_wherever_they_stand() {
    let scene = Scene::set().await;
    let long = json!("a".repeat(100_000)).to_string();
    let push = Operation::all()
        .into_iter()
        .find(|one| one.template == "/oauth/par")
        .unwrap();
    let mut details = asked()[0].clone();
    details["recipients"] = json!(["a"]);
    details["locations"] = json!(["a"]);
    let members: Vec<_> = details.as_object().unwrap().keys().cloned().collect();
    for member in &members {
        for hostile in UNREADABLE_JSON.iter().copied().chain([long.as_str()]) {
            let mark = json!("the-mark").to_string();
            let mut marked = details.clone();
            marked["locations"] = Value::Null;
            marked[member] = if details[member].is_array() {
                json!(["the-mark"])
            } else {
                json!("the-mark")
            };
            let written = json!([marked]).to_string().replace(&mark, hostile);
            let now = scene.platform.clock.now().unix_timestamp();
            let mut form = scene.ours.app.push_form(now, &asked());
            form.retain(|(name, _)| name != "authorization_details");
            form.push(("authorization_details".into(), written));
            let body = serde_urlencoded::to_string(form).unwrap();
            let reply = send(&scene.platform, &push, body).await;
            assert_eq!(reply.status, 400, "{member}: {hostile:.40}: {}", reply.body);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_strings_in_a_signed_assertion_are_an_invalid_client() {
    let scene = Scene::set().await;
    let (platform, app) = (&scene.platform, &scene.ours.app);
    let now = platform.clock.now().unix_timestamp();
    let push = Operation::all()
        .into_iter()
        .find(|one| one.template == "/oauth/par")
        .unwrap();
    for claim in ["iss", "sub", "aud", "jti"] {
        for text in ["\0", "a\0b", "\u{202e}", &"a".repeat(100_000)] {
            let mut claims = app.claims(now);
            claims[claim] = json!(text);
            if claim == "sub" || claim == "iss" {
                claims["iss"] = json!(text);
                claims["sub"] = json!(text);
            }
            let mut form = app.push_form(now, &asked());
            form.retain(|(name, _)| name != "client_assertion");
            form.push(("client_assertion".into(), app.sign(&claims)));
            let body = serde_urlencoded::to_string(form).unwrap();
            let reply = send(platform, &push, body).await;
            // Any text is a `jti`: it is only compared.
            let believed = claim == "jti" && reply.status == 201;
            assert!(
                believed || reply.body["error"] == "invalid_client",
                "{claim}: {}",
                reply.body
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_text_in_a_deposited_file_stores_nothing() {
    let scene = Scene::set().await;
    let flux = flux("certificates.xml");
    let count = "SELECT count(*) FROM batches";
    let owner = scene.platform.owner().await;
    let before: i64 = sqlx::query_scalar(count).fetch_one(&owner).await.unwrap();
    for hostile in [
        &b"\0"[..],
        b"&#0;",
        b"\xff",
        b"\xed\xa0\x80",
        b"\xc0\x80",
        b"&#xd800;",
    ] {
        let (head, tail) = flux.split_once("CH-2026-0001").unwrap();
        let file = [head.as_bytes(), hostile, tail.as_bytes()].concat();
        let reply = send_flux(&scene.platform, &scene.ours.key, file).await;
        assert_eq!(reply.status, 422, "{hostile:?}: {}", reply.body);
    }
    let after: i64 = sqlx::query_scalar(count).fetch_one(&owner).await.unwrap();
    assert_eq!(after, before);
}
