//! `GET /oauth/register/{client_id}`.

use std::sync::Arc;

use axum::extract::State;

use super::{ClientInformation, RegistrationRefusal};
use crate::{app::App, guard::RegistrationAccess, oauth::Answer};

/// Read a registration.
///
/// What is registered, to whoever manages it (RFC 7592 §2.1).
#[utoipa::path(get, path = "/oauth/register/{client_id}", tag = "publishers",
    operation_id = "show_registration",
    params(("client_id" = String, Path, description = "The app.")),
    security(("registration_access_token" = [])))]
pub(crate) async fn read(
    State(app): State<Arc<App>>,
    access: RegistrationAccess,
) -> Result<Answer<ClientInformation, 200>, RegistrationRefusal> {
    let registered = app.catalogue.registered(&access.registration).await?;
    Ok(Answer(ClientInformation::of(
        &app.config,
        registered,
        access.token,
    )))
}
