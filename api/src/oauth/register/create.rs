//! `POST /oauth/register`.

use std::sync::Arc;

use axum::extract::State;

use super::{ClientInformation, ClientMetadata, RegistrationRefusal, metadata::Stated};
use crate::{app::App, guard::InitialAccess, oauth::Answer};

/// Register an app.
///
/// Whoever holds an initial access token of a publisher registers an app in its name (RFC 7591).
/// What comes back holds the client id, and the token that manages the registration: it is shown
/// this once. Outside a sandbox the app may ask workers once its publisher is verified.
#[utoipa::path(post, path = "/oauth/register", tag = "publishers", operation_id = "register_app",
    request_body = ClientMetadata, security(("initial_access_token" = [])))]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    InitialAccess(publisher): InitialAccess,
    stated: Stated,
) -> Result<Answer<ClientInformation, 201>, RegistrationRefusal> {
    let sandbox = app.config.sandbox;
    let registered = app.catalogue.register(&publisher, stated.metadata, sandbox);
    let (registered, token) = registered.await?;
    tracing::info!(client_id = registered.app.client_id, "app registered");
    Ok(Answer(ClientInformation::of(
        &app.config,
        registered,
        token,
    )))
}
