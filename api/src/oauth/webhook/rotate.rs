//! `POST /oauth/webhook/secret`.

use std::sync::Arc;

use axum::extract::State;
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::{
    super::{Answer, Client, OauthError},
    ClientForm,
};
use crate::app::App;

/// A new secret.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookSecret {
    /// The secret, `whsec_` and base64. Shown once.
    #[schema(example = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")]
    secret: String,
    /// Until when the secret before signs too: each message carries both signatures.
    #[serde(with = "time::serde::rfc3339")]
    former_until: OffsetDateTime,
}

/// Replace the secret of your webhook.
///
/// From now on messages are signed with the new secret, and for 24 hours with the one before as well.
/// Within these hours you may ask again, for instance because the answer was lost: the newest secret
/// is then replaced, and the one that you still use goes on.
#[utoipa::path(post, path = "/oauth/webhook/secret", tag = "events",
    operation_id = "rotate_webhook_secret",
    request_body(content = ClientForm, content_type = "application/x-www-form-urlencoded"),
    security(()))]
pub(crate) async fn rotate(
    State(app): State<Arc<App>>,
    Client { app: client, .. }: Client,
) -> Result<Answer<WebhookSecret, 200>, OauthError> {
    let client_id = &client.app().client_id;
    let rotated = app.events.rotate_webhook_secret(client_id).await?;
    Ok(Answer(WebhookSecret {
        secret: rotated.secret.into_exposed(),
        former_until: rotated.former_until,
    }))
}
