//! `PUT /oauth/register/{client_id}`.

use std::sync::Arc;

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{ClientInformation, ClientMetadata, RegistrationRefusal, metadata::Stated};
use crate::{app::App, guard::RegistrationAccess, oauth::Answer};

/// What an app is from now on: all of it, not what changes.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the body; `Stated` reads it")]
pub(crate) struct ClientAmendment {
    /// Its client id, repeated.
    client_id: String,
    /// The rest.
    #[serde(flatten)]
    metadata: ClientMetadata,
}

/// Amend a registration.
///
/// Replaces all that is registered (RFC 7592 §2.2), and the token that manages it: the new one is
/// in the answer, and the one presented is good no more. Workers' grants stay what they are.
#[utoipa::path(put, path = "/oauth/register/{client_id}", tag = "publishers",
    operation_id = "amend_registration",
    params(("client_id" = String, Path, description = "The app.")),
    request_body = ClientAmendment, security(("registration_access_token" = [])))]
pub(crate) async fn amend(
    State(app): State<Arc<App>>,
    access: RegistrationAccess,
    stated: Stated,
) -> Result<Answer<ClientInformation, 200>, RegistrationRefusal> {
    let registration = &access.registration;
    if stated.client_id.as_deref() != Some(registration.client_id()) {
        let words = "client_id: repeat the one of the address";
        return Err(RegistrationRefusal::metadata(words));
    }
    if stated.says_secret {
        let words = "client_secret: no app has one here, it signs";
        return Err(RegistrationRefusal::metadata(words));
    }
    if stated.says_ours {
        let words = "leave out registration_access_token, registration_client_uri, \
                     client_id_issued_at and client_secret_expires_at: the platform says them";
        return Err(RegistrationRefusal::metadata(words));
    }
    let amended = app
        .catalogue
        .amend(registration, stated.metadata, app.config.sandbox);
    let (amended, token) = amended.await?;
    Ok(Answer(ClientInformation::of(&app.config, amended, token)))
}
