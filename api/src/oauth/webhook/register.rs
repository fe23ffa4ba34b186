//! `POST /oauth/webhook`.

use std::sync::Arc;

use axum::extract::State;
use kernel::Secret;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::super::{Answer, Client, OauthError};
use crate::app::App;

/// The form that says where an app is told.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the form; `Client` reads it")]
pub(crate) struct WebhookForm {
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`.
    client_assertion_type: String,
    /// A JWT that the app signs, as at the pushed request.
    client_assertion: String,
    /// The client id, where repeated.
    client_id: Option<String>,
    /// An https address on the public internet, by name: port 443, or 1024 and above.
    url: String,
}

/// Where an app is told of its grants.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RegisteredWebhook {
    /// The address.
    #[schema(format = "uri", example = "https://coach.example/hooks/cpf")]
    url: String,
    /// The secret that signs, `whsec_` and base64. Shown once, when the first address is registered;
    /// who lost it has it replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")]
    secret: Option<String>,
    /// Since when it has answered; nothing is sent before.
    #[serde(
        with = "time::serde::rfc3339::option",
        skip_serializing_if = "Option::is_none"
    )]
    verified_at: Option<OffsetDateTime>,
    /// Since when it answers 410: nothing is sent until it is verified again.
    #[serde(
        with = "time::serde::rfc3339::option",
        skip_serializing_if = "Option::is_none"
    )]
    gone_at: Option<OffsetDateTime>,
}

/// Register where your app is told.
///
/// One address for each app. Messages are written as [Standard Webhooks](https://www.standardwebhooks.com)
/// writes them, and signed with the secret that the first registration returns. Nothing is sent until
/// the address was verified. Registering the same address again changes nothing; another one replaces
/// it, keeps the secret, and must be verified anew.
#[utoipa::path(post, path = "/oauth/webhook", tag = "events", operation_id = "register_webhook",
    request_body(content = WebhookForm, content_type = "application/x-www-form-urlencoded"),
    security(()))]
pub(crate) async fn register(
    State(app): State<Arc<App>>,
    Client {
        app: client,
        mut parameters,
    }: Client,
) -> Result<Answer<RegisteredWebhook, 200>, OauthError> {
    let url = parameters.require("url")?;
    let client_id = &client.app().client_id;
    let registered = app.events.register_webhook(client_id, &url).await?;
    Ok(Answer(RegisteredWebhook {
        url: registered.webhook.url,
        secret: registered.secret.map(Secret::into_exposed),
        verified_at: registered.webhook.verified_at,
        gone_at: registered.webhook.gone_at,
    }))
}
