//! Publishers: they register their apps, manage them, and are held to what a worker must be able to
//! trust. And the operator, who ends an app at once.

mod commands;
mod cycle;
mod refused;
mod switched;

use catalogue::InitialToken;
use kernel::OrganisationId;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Platform, Reply, TestApp, contract};

/// A publisher of the sandbox, and an initial access token good for `uses` apps.
async fn publisher(platform: &Platform, uses: Option<i32>) -> (OrganisationId, String) {
    let organisation = serde_json::from_value(json!({
        "siret": "90000000300005", "name": "Éditeur du récit", "flux_client_id": null,
        "website": "https://declic.example", "verified": false,
    }));
    let catalogue = &platform.app.catalogue;
    let organisation = catalogue
        .register_organisation(&organisation.unwrap())
        .await;
    let new = InitialToken {
        organisation: organisation.unwrap(),
        label: "story".into(),
        expires_at: Some(platform.clock.now() + time::Duration::days(30)),
        uses,
    };
    let token = catalogue.issue_initial_token(&new).await.unwrap();
    (new.organisation, token.into_exposed())
}

/// What a publisher says of `app`, lacking nothing.
fn metadata(app: &TestApp, name: &str) -> Value {
    json!({
        "client_name": name,
        "client_name#en": format!("{name} in English"),
        "client_uri": "https://declic.example/",
        "redirect_uris": ["https://coach.example/callback"],
        "jwks": serde_json::to_value(app.jwks()).unwrap(),
        "token_endpoint_auth_method": "private_key_jwt",
        "grant_types": [
            "authorization_code", "refresh_token", "client_credentials",
            "urn:ietf:params:oauth:grant-type:token-exchange",
        ],
        "response_types": ["code"],
        "dpop_bound_access_tokens": true,
        "authorization_details_types": ["cpf_record"],
        "cpf_description": {
            "fr": "Déclic vous aide à choisir une formation.",
            "en": "Déclic helps you choose a training.",
        },
        "cpf_sections": ["certificates", "skills"],
        "cpf_purposes": ["career_guidance"],
        "contacts": ["dev@declic.example"],
        "software_id": "declic", "software_version": "1.0",
        "logo_uri": "https://declic.example/logo.png",
    })
}

/// `metadata` with `changes` made to it; null removes.
fn changed(mut metadata: Value, changes: &Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        metadata[name] = value.clone();
    }
    let members = metadata.as_object_mut().unwrap();
    members.retain(|_, value| !value.is_null());
    metadata
}

/// Asks for a registration.
async fn register(platform: &Platform, token: &str, metadata: &Value) -> Reply {
    let address = format!("{}/oauth/register", platform.url);
    let request = reqwest::Client::builder().build().unwrap().post(address);
    let sent = request.bearer_auth(token).json(metadata).send().await;
    contract()
        .hold("post", "/oauth/register", sent.unwrap())
        .await
}

/// Manages a registration, at the address that it came with.
async fn manage(method: Method, address: &str, token: &str, body: Option<&Value>) -> Reply {
    let client = reqwest::Client::builder().build().unwrap();
    let mut request = client.request(method.clone(), address).bearer_auth(token);
    if let Some(body) = body {
        request = request.json(body);
    }
    let sent = request.send().await.unwrap();
    let method = method.as_str().to_lowercase();
    contract()
        .hold(&method, "/oauth/register/{client_id}", sent)
        .await
}

/// A text of a reply.
fn text<'a>(reply: &'a Reply, member: &str) -> &'a str {
    reply.body[member]
        .as_str()
        .unwrap_or_else(|| panic!("no {member}: {}", reply.body))
}

/// An app that its publisher has just registered as `name`, and the registration.
async fn registered(platform: &Platform, token: &str, name: &str) -> (TestApp, Reply) {
    let mut app = TestApp::named(platform, "unregistered");
    let reply = register(platform, token, &metadata(&app, name)).await;
    assert_eq!(reply.status, 201, "{}", reply.body);
    app.client_id = text(&reply, "client_id").into();
    app.name = name.into();
    (app, reply)
}
