//! `DELETE /oauth/register/{client_id}`.

use std::sync::Arc;

use axum::extract::State;

use super::RegistrationRefusal;
use crate::{
    app::App,
    guard::{self, RegistrationAccess},
    wire::NoContent,
};

/// End a registration.
///
/// The app is gone for good (RFC 7592 §2.3): no token of it opens anything from now on, on any
/// node, and it receives none. Its name stays its own, since workers' journals hold it.
#[utoipa::path(delete, path = "/oauth/register/{client_id}", tag = "publishers",
    operation_id = "end_registration",
    params(("client_id" = String, Path, description = "The app.")),
    security(("registration_access_token" = [])))]
pub(crate) async fn end(
    State(app): State<Arc<App>>,
    access: RegistrationAccess,
) -> Result<NoContent, RegistrationRefusal> {
    if app.consent.deregister(&access.registration).await? {
        Ok(NoContent)
    } else {
        Err(guard::unknown_token().into())
    }
}
