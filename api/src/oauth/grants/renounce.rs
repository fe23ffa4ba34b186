//! `POST /oauth/grants/renounce`.

use std::sync::Arc;

use axum::extract::State;
use consent::RenounceError;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    super::{Answer, Client, OauthError},
    grant_id, unknown,
};
use crate::app::App;

/// The form that gives a grant up.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the form; `Client` reads it")]
pub(crate) struct RenounceForm {
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`.
    client_assertion_type: String,
    /// A JWT that the app signs, as at the pushed request.
    client_assertion: String,
    /// The client id, where repeated.
    client_id: Option<String>,
    /// The grant, as the token endpoint named it.
    grant_id: Uuid,
}

/// A grant that has ended.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RenouncedGrant {
    /// The grant.
    grant_id: Uuid,
    /// When the erasure of what was read must have been attested.
    #[serde(with = "time::serde::rfc3339")]
    attestation_due_at: OffsetDateTime,
}

/// Give a grant up.
///
/// For when you need it no more: the worker closed her account with you, or your service ends. Its
/// tokens are dead when this answers, and she reads that you gave it up. What you read must be erased
/// in time, as if she had taken it back. Renouncing what has ended changes nothing.
#[utoipa::path(post, path = "/oauth/grants/renounce", tag = "consent",
    operation_id = "renounce_grant",
    request_body(content = RenounceForm, content_type = "application/x-www-form-urlencoded"),
    security(()))]
pub(crate) async fn renounce(
    State(app): State<Arc<App>>,
    Client {
        app: client,
        mut parameters,
    }: Client,
) -> Result<Answer<RenouncedGrant, 200>, OauthError> {
    let grant = grant_id(&mut parameters)?;
    let owed = app.consent.renounce(&client, grant).await?;
    Ok(Answer(RenouncedGrant {
        grant_id: grant.uuid(),
        attestation_due_at: owed.due_at,
    }))
}

impl From<RenounceError> for OauthError {
    fn from(error: RenounceError) -> Self {
        match error {
            RenounceError::Fault(fault) => Self::Problem(fault.into()),
            RenounceError::Unknown => unknown(),
        }
    }
}
