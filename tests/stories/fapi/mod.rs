//! The FAPI 2.0 Security Profile, as the OpenID Foundation's conformance suite tests servers: each
//! module of the suite has a test here that says its name, or a reason why it does not apply.

mod assertion;
mod binding;
mod code;
mod demanded_nonce;
mod echoed;
mod flow;
mod modules;
mod proof;
mod pushed;
mod replay;
mod sign_in_asked;

use serde_json::Value;

use crate::harness::{Browser, ConsentPage, Form, Platform, Reply, Seen, TestApp, asked};

/// What the resource tests read.
const CERTIFICATES: &str = "/v1/record/certificates";

/// A platform, and a worker who has signed in.
async fn start() -> (Platform, Browser) {
    let platform = Platform::start().await;
    let worker = Browser::of(&platform, "plain").await;
    (platform, worker)
}

fn now(platform: &Platform) -> i64 {
    platform.clock.now().unix_timestamp()
}

/// The form of a pushed request that lacks nothing.
fn good(platform: &Platform) -> Form {
    platform.coach.push_form(now(platform), &asked())
}

/// `form` with these parameters too.
fn with(mut form: Form, more: &[(&str, &str)]) -> Form {
    form.extend(
        more.iter()
            .map(|(name, value)| ((*name).into(), (*value).into())),
    );
    form
}

/// Where a browser is sent with what `app` pushed.
fn address(app: &TestApp, pushed: &Value) -> String {
    let request_uri = pushed["request_uri"].as_str().unwrap();
    let query = [
        ("client_id", app.client_id.as_str()),
        ("request_uri", request_uri),
    ];
    format!(
        "/oauth/authorize?{}",
        serde_urlencoded::to_string(query).unwrap()
    )
}

/// Has `app` push `form` with these proofs, and the worker accept: where that leads.
async fn accepted(app: &TestApp, worker: &Browser, form: &Form, proofs: &[String]) -> Seen {
    let pushed = app.post_proving("/oauth/par", form, proofs).await;
    assert_eq!(pushed.status, 201, "{}", pushed.body);
    let page = ConsentPage::open_at(worker, address(app, &pushed.body)).await;
    page.accept(worker, &["skills"]).await
}

/// The coach presents `code`, with this proof.
async fn trade(platform: &Platform, code: &str, proof: String) -> Reply {
    let form = platform.coach.trade_form(now(platform), code);
    platform
        .coach
        .post_proving("/oauth/token", &form, &[proof])
        .await
}

/// The coach reads with `token`.
async fn read(platform: &Platform, token: &str) -> Reply {
    platform.coach.read(CERTIFICATES, token).await
}
