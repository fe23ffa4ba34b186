//! `GET /oauth/grants/{grant_id}`.

use std::sync::Arc;

use axum::extract::State;
use consent::{GrantState, HeldGrant};
use kernel::GrantId;
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use super::super::GrantedDetails;
use crate::{
    app::App,
    guard::MayQuery,
    wire::{Found, Path, Refusal, Slug, slug},
};

/// A grant, as its app may know it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QueriedGrant {
    /// The grant.
    grant_id: Uuid,
    /// `active`, `paused` or `ended`.
    #[schema(example = "active")]
    status: &'static str,
    /// Its version: each change makes one.
    #[schema(example = 1)]
    version: i32,
    /// What it permits now; nothing once it has ended.
    authorization_details: Vec<GrantedDetails>,
    /// When it was given, in seconds since 1970.
    created_at: i64,
    /// When it changed last, in seconds since 1970.
    last_updated: i64,
    /// When it ends by itself, in seconds since 1970.
    expires_at: i64,
    /// When it ended, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<i64>,
    /// When the erasure of what was read must have been attested.
    #[serde(
        skip_serializing_if = "Option::is_none",
        with = "time::serde::rfc3339::option"
    )]
    #[schema(required = false)]
    attestation_due_at: Option<OffsetDateTime>,
    /// When it was attested.
    #[serde(
        skip_serializing_if = "Option::is_none",
        with = "time::serde::rfc3339::option"
    )]
    #[schema(required = false)]
    attested_at: Option<OffsetDateTime>,
}

/// Ask where a grant stands.
///
/// What it permits now, since when and until when (Grant Management for OAuth 2.0, draft 03, §6.4). Of a
/// grant that has ended: when, and by when you owe the attestation that what you read is erased. The
/// token is one for the scope `grant_management_query`, by the grant type `client_credentials`.
#[utoipa::path(get, path = "/oauth/grants/{grant_id}", tag = "consent",
    operation_id = "query_grant",
    params(("grant_id" = Uuid, Path, description = "The grant, as the token endpoint named it.")),
    security(("grant_management" = [])))]
pub(crate) async fn query(
    State(app): State<Arc<App>>,
    MayQuery(client): MayQuery,
    Path(grant): Path<Uuid>,
) -> Result<Found<QueriedGrant>, Refusal<slug::NotFound>> {
    let grant = GrantId::from(grant);
    let held = app.consent.held_by(&client, grant).await?;
    let held = held.ok_or(Slug::NotFound)?;
    let audience = app.consent.audience();
    Ok(Found(QueriedGrant::of(grant, &held, &audience)))
}

impl QueriedGrant {
    fn of(grant: GrantId, held: &HeldGrant, audience: &str) -> Self {
        let active = held.state.is_active();
        let details = active.then(|| GrantedDetails::of(&held.terms, audience));
        Self {
            grant_id: grant.uuid(),
            status: match held.state {
                GrantState::Active { .. } => "active",
                GrantState::Paused { .. } => "paused",
                GrantState::Expired { .. } | GrantState::Ended { .. } => "ended",
            },
            version: held.version,
            authorization_details: details.unwrap_or_default(),
            created_at: held.given_at.unix_timestamp(),
            last_updated: held.changed_at.unix_timestamp(),
            expires_at: held.terms.expires_at.unix_timestamp(),
            ended_at: held.state.ended_at().map(OffsetDateTime::unix_timestamp),
            attestation_due_at: held.obligation.map(|owed| owed.due_at),
            attested_at: held
                .obligation
                .and_then(|owed| owed.attested)
                .map(|(at, _kept)| at),
        }
    }
}
