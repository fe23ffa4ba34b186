//! Answers and errors as OAuth writes them.

use std::collections::BTreeMap;

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use consent::{ClientError, DpopError, ExchangeError, LessError, PushError};
use kernel::Fault;
use serde::Serialize;
use utoipa::{
    IntoResponses, ToSchema,
    openapi::{ContentBuilder, Ref, RefOr, Response as Described, ResponseBuilder},
};

use crate::{
    dpop,
    wire::{Problem, Slug, described, described_problems},
};

/// An answer that no cache may keep (RFC 6749 §5.1), of status `STATUS`.
#[derive(Debug)]
pub(crate) struct Answer<T, const STATUS: u16>(pub(crate) T);

impl<T: Serialize, const STATUS: u16> IntoResponse for Answer<T, STATUS> {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(STATUS).unwrap_or(StatusCode::OK);
        uncached(status, &self.0)
    }
}

fn uncached<T: Serialize>(status: StatusCode, body: &T) -> Response {
    match serde_json::to_vec(body) {
        Ok(body) => {
            let headers = [
                (header::CACHE_CONTROL, "no-store"),
                (header::CONTENT_TYPE, "application/json"),
            ];
            (status, headers, body).into_response()
        }
        Err(error) => Problem::new(Slug::Internal).because(error).into_response(),
    }
}

impl<T: ToSchema, const STATUS: u16> IntoResponses for Answer<T, STATUS> {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        BTreeMap::from([(STATUS.to_string(), described::<T>("Done.").build().into())])
    }
}

/// `200`, and nothing to say (RFC 7009 §2.2).
#[derive(Debug)]
pub(crate) struct Done;

impl IntoResponse for Done {
    fn into_response(self) -> Response {
        [(header::CACHE_CONTROL, "no-store")].into_response()
    }
}

impl IntoResponses for Done {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        let done = ResponseBuilder::new().description("Done.");
        BTreeMap::from([("200".into(), done.into())])
    }
}

/// Why a request of the back channel is refused.
#[derive(Debug)]
pub(crate) enum OauthError {
    /// In OAuth's own words.
    Refused {
        /// The status: 400, or 401 when the client is not believed.
        status: StatusCode,
        /// The error.
        body: ErrorBody,
    },
    /// For want of this nonce in the proof of possession (RFC 9449 §8).
    UseNonce(String),
    /// Who the client is was said in the `Authorization` header, which is not read here.
    Challenged(ErrorBody),
    /// In the platform's words.
    Problem(Problem),
}

/// An error as RFC 6749 §5.2 writes it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OauthError)]
pub(crate) struct ErrorBody {
    /// The error's code, from the OAuth registry; or `grant_paused`, this platform's own, at the
    /// token endpoint.
    #[schema(example = "invalid_grant")]
    error: &'static str,
    /// What is wrong, for the developer.
    error_description: String,
}

impl ErrorBody {
    /// `description` in the characters that RFC 6749 §5.2 allows.
    fn new(error: &'static str, description: &str) -> Self {
        let allowed = |mark: char| match mark {
            '"' => '\'',
            ' '..='[' | ']'..='~' => mark,
            _ => '?',
        };
        Self {
            error,
            error_description: description.chars().map(allowed).collect(),
        }
    }
}

/// How a client that tried the `Authorization` header may try again (RFC 6749 §5.2): by the one method
/// of this server, in the name of the registry, since it is no scheme of that header. Who sent an
/// assertion gets no challenge: libraries would read it in place of the error.
const CHALLENGE: &str = "private_key_jwt realm=\"clients\"";

/// What a client reads that does not say who it is.
pub(super) const AUTHENTICATE: &str = "authenticate with private_key_jwt";

impl OauthError {
    /// A parameter is missing or wrong.
    pub(crate) fn invalid(description: impl Into<String>) -> Self {
        Self::refused("invalid_request", description)
    }

    /// No proof of possession came.
    pub(crate) fn no_proof() -> Self {
        let description = "send a proof of possession in the `DPoP` header (RFC 9449)";
        Self::refused("invalid_dpop_proof", description)
    }

    /// The client is not believed.
    pub(crate) fn client(description: impl Into<String>) -> Self {
        let body = ErrorBody::new("invalid_client", &description.into());
        Self::Refused {
            status: StatusCode::UNAUTHORIZED,
            body,
        }
    }

    /// The client is not believed: it tried the `Authorization` header.
    pub(crate) fn challenged() -> Self {
        Self::Challenged(ErrorBody::new("invalid_client", AUTHENTICATE))
    }

    /// Refused with this code of the registry.
    pub(crate) fn refused(error: &'static str, description: impl Into<String>) -> Self {
        let body = ErrorBody::new(error, &description.into());
        Self::Refused {
            status: StatusCode::BAD_REQUEST,
            body,
        }
    }
}

impl From<Problem> for OauthError {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<Fault> for OauthError {
    fn from(fault: Fault) -> Self {
        Self::Problem(fault.into())
    }
}

impl From<ClientError> for OauthError {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Fault(fault) => Self::Problem(fault.into()),
            ClientError::Refused(_) => Self::client(error.to_string()),
        }
    }
}

impl From<DpopError> for OauthError {
    fn from(error: DpopError) -> Self {
        match error {
            DpopError::Fault(fault) => Self::Problem(fault.into()),
            DpopError::Refused(_) => Self::refused("invalid_dpop_proof", error.to_string()),
            DpopError::UseNonce(nonce) => Self::UseNonce(nonce),
        }
    }
}

impl From<PushError> for OauthError {
    fn from(error: PushError) -> Self {
        let description = error.to_string();
        match error {
            PushError::Invalid(_) => Self::invalid(description),
            PushError::RequestObject => Self::refused("request_not_supported", description),
            PushError::ResponseType => Self::refused("unsupported_response_type", description),
            PushError::Unverified => Self::refused("unauthorized_client", description),
            PushError::Scope => Self::refused("invalid_scope", description),
            PushError::Proof(error) => error.into(),
            PushError::Details(_) => Self::refused("invalid_authorization_details", description),
            PushError::Grant(why) => Self::refused(why.code(), description),
            PushError::Fault(fault) => Self::Problem(fault.into()),
        }
    }
}

impl From<LessError> for OauthError {
    fn from(error: LessError) -> Self {
        Self::refused("invalid_authorization_details", error.to_string())
    }
}

impl From<ExchangeError> for OauthError {
    fn from(error: ExchangeError) -> Self {
        match error {
            ExchangeError::Fault(fault) => Self::Problem(fault.into()),
            ExchangeError::Proof(error) => error.into(),
            ExchangeError::Subject | ExchangeError::SubjectTooLarge => {
                Self::invalid(error.to_string())
            }
            ExchangeError::Beyond => {
                Self::refused("invalid_authorization_details", error.to_string())
            }
            ExchangeError::InvalidGrant => Self::refused("invalid_grant", error.to_string()),
            // No `invalid_grant`, upon which a client throws its refresh token away.
            ExchangeError::Paused => Self::refused("grant_paused", error.to_string()),
        }
    }
}

impl IntoResponse for OauthError {
    fn into_response(self) -> Response {
        match self {
            Self::Challenged(body) => {
                let refused = uncached(StatusCode::UNAUTHORIZED, &body);
                ([(header::WWW_AUTHENTICATE, CHALLENGE)], refused).into_response()
            }
            Self::Refused { status, body } => uncached(status, &body),
            Self::UseNonce(nonce) => {
                let description = "the DPoP proof must carry the nonce of the `DPoP-Nonce` header";
                let refused = Self::refused("use_dpop_nonce", description);
                ([(dpop::NONCE, dpop::nonce(&nonce))], refused).into_response()
            }
            Self::Problem(problem) => problem.into_response(),
        }
    }
}

impl IntoResponses for OauthError {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        let mut responses = described_problems(&[Slug::TooLarge, Slug::UnsupportedMediaType]);
        for (status, description) in [
            (
                "400",
                "Refused, with a code of the OAuth registry; or \
                 [`malformed-request`](/problems/malformed-request), when the address cannot be \
                 read.",
            ),
            ("401", "The client is not believed."),
        ] {
            let reply = if status == "400" {
                described_error(description)
            } else {
                described::<ErrorBody>(description).build().into()
            };
            responses.insert(status.into(), reply);
        }
        responses
    }
}

/// A refusal in OAuth's words, or a problem: an address that cannot be decoded is refused before
/// OAuth is spoken.
pub(super) fn described_error(description: &str) -> RefOr<Described> {
    let mut reply = described::<ErrorBody>(description).build();
    let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem")));
    reply
        .content
        .insert("application/problem+json".into(), problem.build().into());
    reply.into()
}

#[cfg(test)]
mod tests {
    use super::ErrorBody;

    #[test]
    fn a_description_holds_only_what_oauth_allows() {
        let body = ErrorBody::new("invalid_request", "a \"b\" \\ é\n\u{1f511} [~]");
        assert_eq!(body.error_description, "a 'b' ? ??? [~]");
    }
}
