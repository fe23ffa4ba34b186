//! `POST /oauth/grants/attest`.

use std::sync::Arc;

use axum::extract::State;
use consent::{AttestError, Attestation, Attested, Kept};
use serde::{Deserialize, Serialize};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    super::{Answer, Client, OauthError},
    grant_id, unknown,
};
use crate::app::App;

/// The form that attests an erasure.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the form; `Client` reads it")]
pub(crate) struct AttestForm {
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`.
    client_assertion_type: String,
    /// A JWT that the app signs, as at the pushed request.
    client_assertion: String,
    /// The client id, where repeated.
    client_id: Option<String>,
    /// The grant that has ended.
    grant_id: Uuid,
    /// When everything was erased (RFC 3339), with those whom you passed it on to as well.
    #[schema(format = "date-time")]
    erased_at: String,
    /// What you have kept: `nothing`, or `legal_duty` for what a law obliges you to keep.
    kept: String,
    /// Who answers for it: a function, such as "Data protection officer", rather than a name. At
    /// most 100 characters.
    responsible: String,
}

/// An erasure that was attested.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AttestedErasure {
    /// The grant.
    grant_id: Uuid,
    /// When it was attested.
    #[serde(with = "time::serde::rfc3339")]
    attested_at: OffsetDateTime,
    /// When everything was erased.
    #[serde(with = "time::serde::rfc3339")]
    erased_at: OffsetDateTime,
    /// What was kept: `nothing` or `legal_duty`.
    #[schema(example = "nothing")]
    kept: &'static str,
    /// Who answers for it.
    #[schema(example = "Data protection officer")]
    responsible: String,
}

/// Attest that you have erased what you read.
///
/// Owed for every grant that has ended, whoever ended it: once its retention is over, within seven
/// days. The worker sees when you said so, or that you did not. The first word counts: sent again,
/// whatever it says, it is answered with what was said first.
#[utoipa::path(post, path = "/oauth/grants/attest", tag = "consent",
    operation_id = "attest_erasure",
    request_body(content = AttestForm, content_type = "application/x-www-form-urlencoded"),
    security(()))]
pub(crate) async fn attest(
    State(app): State<Arc<App>>,
    Client {
        app: client,
        mut parameters,
    }: Client,
) -> Result<Answer<AttestedErasure, 200>, OauthError> {
    let grant = grant_id(&mut parameters)?;
    let erased_at = OffsetDateTime::parse(&parameters.require("erased_at")?, &Rfc3339)
        .map_err(|_shape| OauthError::invalid("`erased_at` is not a date and time of RFC 3339"))?;
    let kept = Kept::parse(&parameters.require("kept")?)
        .ok_or_else(|| OauthError::invalid("`kept` is nothing or legal_duty"))?;
    let attestation = Attestation {
        erased_at,
        kept,
        responsible: parameters.require("responsible")?,
    };
    let attested = app.consent.attest(&client, grant, &attestation).await?;
    Ok(Answer(AttestedErasure::of(grant.uuid(), attested)))
}

impl AttestedErasure {
    fn of(grant_id: Uuid, attested: Attested) -> Self {
        Self {
            grant_id,
            attested_at: attested.at,
            erased_at: attested.erased_at,
            kept: attested.kept.as_str(),
            responsible: attested.responsible,
        }
    }
}

impl From<AttestError> for OauthError {
    fn from(error: AttestError) -> Self {
        match error {
            AttestError::Fault(fault) => Self::Problem(fault.into()),
            AttestError::Unknown => unknown(),
            AttestError::Active | AttestError::Invalid(_) => Self::invalid(error.to_string()),
        }
    }
}
