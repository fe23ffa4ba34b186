//! Why nothing is registered, as RFC 7591 §3.2.2 writes it.

use std::collections::BTreeMap;

use axum::response::{IntoResponse, Response};
use catalogue::{MetadataError, RegistrationError};
use kernel::Fault;
use utoipa::{
    IntoResponses,
    openapi::{RefOr, Response as Described},
};

use crate::{
    guard,
    oauth::{OauthError, reply},
    wire::{Problem, Slug, described_problems},
};

/// A refusal of the registration endpoints: a registration error, or a problem.
#[derive(Debug)]
pub(crate) struct RegistrationRefusal(OauthError);

impl RegistrationRefusal {
    /// A member of the metadata is missing or cannot be taken.
    pub(super) fn metadata(description: impl Into<String>) -> Self {
        Self::refused("invalid_client_metadata", description)
    }

    /// Refused with this code of RFC 7591.
    pub(super) fn refused(error: &'static str, description: impl Into<String>) -> Self {
        Self(OauthError::refused(error, description))
    }
}

impl From<Problem> for RegistrationRefusal {
    fn from(problem: Problem) -> Self {
        Self(OauthError::Problem(problem))
    }
}

impl From<Fault> for RegistrationRefusal {
    fn from(fault: Fault) -> Self {
        Problem::from(fault).into()
    }
}

impl From<RegistrationError> for RegistrationRefusal {
    fn from(error: RegistrationError) -> Self {
        let description = error.to_string();
        match error {
            RegistrationError::Metadata(
                MetadataError::RedirectUri(_) | MetadataError::RedirectUris,
            ) => Self::refused("invalid_redirect_uri", description),
            RegistrationError::Metadata(_) | RegistrationError::NameTaken => {
                Self::metadata(description)
            }
            RegistrationError::Late => guard::unknown_token().into(),
            RegistrationError::Fault(fault) => fault.into(),
        }
    }
}

impl IntoResponse for RegistrationRefusal {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

impl IntoResponses for RegistrationRefusal {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        let mut responses = described_problems(&[Slug::TooLarge, Slug::UnsupportedMediaType]);
        let refused = reply::described_error(
            "Refused, with a code of RFC 7591; or \
             [`malformed-request`](/problems/malformed-request), when the address cannot be read.",
        );
        responses.insert("400".into(), refused);
        responses
    }
}
