//! `DELETE /oauth/grants/{grant_id}`.

use std::sync::Arc;

use axum::extract::State;
use consent::RenounceError;
use uuid::Uuid;

use crate::{
    app::App,
    guard::MayRevoke,
    wire::{NoContent, Path, Problem, Refusal, Slug, slug},
};

/// Revoke a grant.
///
/// The app gives it up (Grant Management for OAuth 2.0, draft 03, §6.5): all of its tokens are dead when
/// this answers, refresh tokens too, and the worker reads that you gave it up. What you read must be
/// erased in time, as if she had taken it back. The same as `/oauth/grants/renounce`, for clients that
/// speak the draft. Revoking what has ended changes nothing. The token is one for the scope
/// `grant_management_revoke`, by the grant type `client_credentials`.
#[utoipa::path(delete, path = "/oauth/grants/{grant_id}", tag = "consent",
    operation_id = "revoke_grant",
    params(("grant_id" = Uuid, Path, description = "The grant, as the token endpoint named it.")),
    security(("grant_management" = [])))]
pub(crate) async fn revoke(
    State(app): State<Arc<App>>,
    MayRevoke(client): MayRevoke,
    Path(grant): Path<Uuid>,
) -> Result<NoContent, Refusal<slug::NotFound>> {
    app.consent.renounce(&client, grant.into()).await?;
    Ok(NoContent)
}

impl From<RenounceError> for Problem {
    fn from(error: RenounceError) -> Self {
        match error {
            RenounceError::Unknown => Slug::NotFound.into(),
            RenounceError::Fault(fault) => fault.into(),
        }
    }
}
