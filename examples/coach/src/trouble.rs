//! What can go wrong between the app and the platform, sorted by what the app then does.

use axum::http::StatusCode;
use oauth2::{
    RequestTokenError,
    basic::{BasicErrorResponse, BasicErrorResponseType},
};

/// Why a request to the platform came to nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    /// It was not reached, or broke off: try again.
    #[error("the platform cannot be reached")]
    Unreachable(#[source] reqwest::Error),
    /// It says to come back later: try again.
    #[error("the platform answers {0}")]
    Busy(StatusCode),
    /// The permission is gone: forget everything.
    #[error("the permission has ended")]
    Withdrawn,
    /// The worker has paused the permission: keep it, and wait.
    #[error("the permission is paused")]
    Paused,
    /// It refuses the request itself: our registration or our code is wrong.
    #[error("the platform refuses the request: {0}")]
    Refused(String),
    /// Its answer is not what its documents say.
    #[error("the platform's answer cannot be read: {0}")]
    Unreadable(&'static str),
    /// No assertion could be signed.
    #[error("the assertion could not be signed")]
    Signing(#[from] jsonwebtoken::errors::Error),
    /// The system gives no randomness.
    #[error("the system gives no randomness")]
    Random,
}

impl From<reqwest::Error> for Trouble {
    fn from(error: reqwest::Error) -> Self {
        // Addresses may carry cursors and identifiers: they stay out of the log.
        Self::Unreachable(error.without_url())
    }
}

/// The platform's own code for a permission that is paused.
const PAUSED: &str = "grant_paused";

/// The token endpoint's refusals: only `invalid_grant` means that the permission is gone.
impl From<RequestTokenError<Self, BasicErrorResponse>> for Trouble {
    fn from(error: RequestTokenError<Self, BasicErrorResponse>) -> Self {
        match error {
            RequestTokenError::Request(trouble) => trouble,
            RequestTokenError::ServerResponse(answer) => match answer.error() {
                BasicErrorResponseType::InvalidGrant => Self::Withdrawn,
                BasicErrorResponseType::Extension(code) if code == PAUSED => Self::Paused,
                other => Self::Refused(other.to_string()),
            },
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
                Self::Unreadable("the token response")
            }
        }
    }
}
