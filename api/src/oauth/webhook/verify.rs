//! `POST /oauth/webhook/verification`.

use std::sync::Arc;

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    super::{Answer, Client, OauthError},
    ClientForm,
};
use crate::app::App;

/// What came of a verification.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookVerification {
    /// Whether the message was taken: your server answered 2xx.
    verified: bool,
    /// The status that your server answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 204)]
    status: Option<u16>,
    /// Why there was no status: `address`, `out_of_reach`, `too_slow` or `unreachable`.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<&'static str>,
    /// How long it took, in milliseconds.
    duration_ms: u64,
}

/// Verify your webhook.
///
/// Sends a signed message of type `webhook.verification` to the registered address, now, and says what
/// came of it. Your server has ten seconds to answer 2xx. From then on events are delivered, those
/// that waited first.
#[utoipa::path(post, path = "/oauth/webhook/verification", tag = "events",
    operation_id = "verify_webhook",
    request_body(content = ClientForm, content_type = "application/x-www-form-urlencoded"),
    security(()))]
pub(crate) async fn verify(
    State(app): State<Arc<App>>,
    Client { app: client, .. }: Client,
) -> Result<Answer<WebhookVerification, 200>, OauthError> {
    let client_id = &client.app().client_id;
    let verification = app.events.verify_webhook(client_id).await?;
    let outcome = verification.outcome;
    Ok(Answer(WebhookVerification {
        verified: outcome.is_taken(),
        status: outcome.status(),
        failure: outcome.failure(),
        duration_ms: u64::try_from(verification.duration.as_millis()).unwrap_or(u64::MAX),
    }))
}
