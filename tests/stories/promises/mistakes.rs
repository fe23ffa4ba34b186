//! Mistakes that carry a name: in addresses, forms, authorization details and assertions.

use reqwest::{RequestBuilder, Response, header};
use serde_json::json;

use super::{client, scene::Scene};
use crate::harness::asked;

type Form = Vec<(String, String)>;

/// Every mistake with `name` in it, as answered: with a problem, or in OAuth's words.
pub(super) async fn made(scene: &Scene, name: &str) -> Vec<Response> {
    let mut replies = in_addresses(scene, name).await;
    replies.extend(in_a_page_s_form(scene, name).await);
    replies.extend(in_the_back_channel(scene, name).await);
    replies
}

/// Sends `request` with the session of our worker, who would rather read JSON.
async fn sent(scene: &Scene, request: RequestBuilder) -> Response {
    let mut request = request.build().unwrap();
    let cookie = format!("session={}", scene.ours.browser.cookie("session").unwrap());
    let headers = request.headers_mut();
    headers.insert(header::ACCEPT, "application/json".parse().unwrap());
    headers.insert(header::COOKIE, cookie.parse().unwrap());
    client().execute(request).await.unwrap()
}

async fn in_addresses(scene: &Scene, name: &str) -> Vec<Response> {
    let mut replies = Vec::new();
    for path in [
        format!("/v1/occupations?limit={name}"),
        format!("/v1/occupations?after={name}"),
        format!("/v1/occupations?q={}", name.repeat(30)),
        format!("/v1/occupations/{name}"),
        format!("/v1/qualifications/{name}"),
        format!("/problems/{name}"),
        format!("/{name}/{name}?{name}={name}"),
        format!("/record?after={name}"),
        format!("/record?limit={name}"),
        format!("/oauth/authorize?client_id={name}&request_uri={name}"),
    ] {
        replies.push(sent(scene, scene.ours.browser.get(&path)).await);
    }
    for path in ["/v1/record/certificates", "/v1/batches"] {
        let address = format!("{}{path}?after={name}", scene.platform.url);
        let request = || client().get(&address);
        let token = scene.ours.app.authorize(request(), name);
        let proof = scene.ours.authorize(request()).header("dpop", name);
        for request in [request().bearer_auth(name), token, proof] {
            replies.push(request.send().await.unwrap());
        }
    }
    replies
}

async fn in_a_page_s_form(scene: &Scene, name: &str) -> Vec<Response> {
    let browser = &scene.ours.browser;
    let token = browser.form_token().await;
    let mut replies = Vec::new();
    for field in [
        "client_id",
        "request_uri",
        "decision",
        "seen",
        "standing",
        "section",
        "field",
        "item",
        "since",
        "days",
    ] {
        let mut form = vec![
            ("form_token", token.as_str()),
            ("client_id", "some-app"),
            ("request_uri", "urn:some-request"),
            ("decision", "accept"),
        ];
        form.retain(|(known, _)| *known != field);
        form.push((field, name));
        replies.push(sent(scene, browser.form("/oauth/authorize", &form)).await);
    }
    for field in ["code", "meeting", "decision", "section", "action", "days"] {
        let form = [("form_token", token.as_str()), (field, name)];
        for path in ["/mandates", "/mandates/invitation"] {
            replies.push(sent(scene, browser.form(path, &form)).await);
        }
    }
    replies
}

async fn in_the_back_channel(scene: &Scene, name: &str) -> Vec<Response> {
    let mut forms = details(scene, name);
    forms.extend(parameters(scene, name));
    forms.extend(claims(scene, name));
    let mut replies = Vec::new();
    for (path, form) in forms {
        let address = format!("{}{path}", scene.platform.url);
        let proof = scene.ours.app.prove("POST", path, None);
        let request = client().post(address).header("dpop", proof);
        replies.push(request.form(&form).send().await.unwrap());
    }
    for proof in proofs(scene, name) {
        let request = client().post(format!("{}/oauth/token", scene.platform.url));
        let request = request.header("dpop", proof).body("");
        replies.push(request.send().await.unwrap());
    }
    replies
}

/// In each claim of a proof of possession.
fn proofs(scene: &Scene, name: &str) -> Vec<String> {
    let key = &scene.ours.app.key;
    let now = scene.platform.clock.now().unix_timestamp();
    let uri = format!("{}/oauth/token", scene.platform.url);
    let named = ["jti", "htm", "htu", "iat", "nonce"]
        .into_iter()
        .map(|claim| {
            let mut claims = key.claims(now, "POST", &uri, None);
            claims[claim] = json!(name);
            key.sign(&key.header(), &claims)
        });
    named.collect()
}

/// In each member of the authorization details, as each kind of value; and as a member.
fn details(scene: &Scene, name: &str) -> Vec<(&'static str, Form)> {
    let good = asked();
    let members = good[0].as_object().unwrap().keys().map(String::as_str);
    let now = scene.platform.clock.now().unix_timestamp();
    let mut forms = Vec::new();
    for member in members.chain(["locations", "recipients", name]) {
        for value in [json!(name), json!([name]), json!({ name: name }), json!(1)] {
            let mut details = good.clone();
            details[0][member] = value;
            forms.push(("/oauth/par", scene.ours.app.push_form(now, &details)));
        }
    }
    forms
}

/// In each parameter, once and twice.
fn parameters(scene: &Scene, name: &str) -> Vec<(&'static str, Form)> {
    let app = &scene.ours.app;
    let now = scene.platform.clock.now().unix_timestamp();
    let push = || app.push_form(now, &asked());
    let trade = || app.trade_form(now, name);
    let mut forms = Vec::new();
    for (field, _) in push().into_iter().chain(trade()) {
        for times in 1..=2 {
            // Each with an assertion of its own: a used one would hide what follows.
            for (path, mut form) in [("/oauth/par", push()), ("/oauth/token", trade())] {
                form.retain(|(known, _)| *known != field);
                form.extend(vec![(field.clone(), name.to_owned()); times]);
                forms.push((path, form));
            }
        }
    }
    forms
}

/// In each claim of a signed assertion.
fn claims(scene: &Scene, name: &str) -> Vec<(&'static str, Form)> {
    let app = &scene.ours.app;
    let now = scene.platform.clock.now().unix_timestamp();
    let named = ["iss", "sub", "aud", "jti", "exp"]
        .into_iter()
        .map(|claim| {
            let mut claims = app.claims(now);
            claims[claim] = json!(name);
            let mut form = app.push_form(now, &asked());
            form.retain(|(known, _)| known != "client_assertion");
            form.push(("client_assertion".into(), app.sign(&claims)));
            ("/oauth/par", form)
        });
    named.collect()
}
