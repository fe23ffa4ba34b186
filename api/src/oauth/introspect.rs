//! `POST /oauth/introspect`: what a token stands for (RFC 7662).

use std::sync::Arc;

use axum::extract::State;
use consent::{AuthenticatedApp, Introspected, Managing, Purpose, Thumbprint};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Answer, Client, OauthError, granted::GrantedDetails};
use crate::app::App;

/// The form of a question about a token.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the form; `Client` reads it")]
pub(crate) struct TokenQuestion {
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`.
    client_assertion_type: String,
    /// A JWT that the app signs, as at the pushed request.
    client_assertion: String,
    /// The client id, where repeated.
    client_id: Option<String>,
    /// A consent token, a refresh token, or a token to manage grants with.
    token: String,
    /// `access_token` or `refresh_token`; not needed, and not looked at.
    token_type_hint: Option<String>,
}

/// What a token stands for. Of one that is not alive, or not this app's, only `active` is told.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct Introspection {
    /// Whether it is a live token of this app.
    active: bool,
    /// Who issued it.
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<String>,
    /// The API it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<String>,
    /// What a token to manage grants with was given for.
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    /// The worker, as this app knows her; of a token to manage grants with, the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<String>,
    /// The app.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    /// `DPoP` for an access token; absent for a refresh token.
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
    /// The key that an access token is bound to.
    #[serde(skip_serializing_if = "Option::is_none")]
    cnf: Option<Confirmation>,
    /// Since when, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    iat: Option<i64>,
    /// Until when, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
    /// The grant behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    grant_id: Option<Uuid>,
    /// What for.
    #[serde(skip_serializing_if = "Option::is_none")]
    purpose: Option<&'static str>,
    /// What it opens now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    authorization_details: Vec<GrantedDetails>,
}

/// The key that a token is bound to (RFC 7800, RFC 9449 §6).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Confirmation {
    /// Its SHA-256 thumbprint (RFC 7638).
    jkt: String,
}

/// Ask what a token stands for.
///
/// Only the app that a token was issued to learns anything: of every other token, and of one that
/// has expired, was revoked or never existed, the answer is `"active": false`. A narrowed token is
/// told as narrow as it is.
#[utoipa::path(post, path = "/oauth/introspect", tag = "consent",
    operation_id = "introspect_token",
    request_body(content = TokenQuestion, content_type = "application/x-www-form-urlencoded"),
    security(()))]
pub(crate) async fn introspect(
    State(app): State<Arc<App>>,
    Client {
        app: client,
        mut parameters,
    }: Client,
) -> Result<Answer<Introspection, 200>, OauthError> {
    let token = parameters.require("token")?;
    if let Some(managing) = app.consent.managing_of(&client, &token)? {
        return Ok(Answer(manages(&managing, &client, &app)));
    }
    let found = app.consent.introspect(&client, &token.into()).await?;
    let told = found.map(|found| {
        let client_id = client.app().client_id.clone();
        told(found, client_id, &app)
    });
    Ok(Answer(told.unwrap_or_default()))
}

fn told(found: Introspected, client_id: String, app: &App) -> Introspection {
    let audience = app.consent.audience();
    let purpose = found.terms.first().map(|terms| terms.purpose);
    let details = found.terms.iter();
    let details = details.flat_map(|terms| GrantedDetails::of(terms, &audience));
    Introspection {
        active: true,
        authorization_details: details.collect(),
        iss: Some(app.config.origin().to_owned()),
        aud: Some(audience),
        scope: None,
        sub: Some(found.subject),
        client_id: Some(client_id),
        token_type: found.key.map(|_bound| "DPoP"),
        cnf: found.key.map(Confirmation::of),
        iat: Some(found.issued_at.unix_timestamp()),
        exp: Some(found.expires_at.unix_timestamp()),
        grant_id: Some(found.grant.uuid()),
        purpose: purpose.map(Purpose::as_str),
    }
}

/// What a token to manage grants with stands for.
fn manages(managing: &Managing, client: &AuthenticatedApp, app: &App) -> Introspection {
    let scopes: Vec<_> = managing.scopes.iter().map(|scope| scope.as_str()).collect();
    let client_id = &client.app().client_id;
    Introspection {
        active: true,
        iss: Some(app.config.origin().to_owned()),
        aud: Some(app.consent.management_audience()),
        scope: Some(scopes.join(" ")),
        sub: Some(client_id.clone()),
        client_id: Some(client_id.clone()),
        token_type: Some("DPoP"),
        cnf: Some(Confirmation::of(managing.key)),
        iat: Some(managing.issued_at.unix_timestamp()),
        exp: Some(managing.expires_at.unix_timestamp()),
        ..Introspection::default()
    }
}

impl Confirmation {
    fn of(key: Thumbprint) -> Self {
        Self {
            jkt: key.to_string(),
        }
    }
}
