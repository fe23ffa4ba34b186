//! `/oauth/webhook`: where an app is told of its grants.

pub(crate) mod register;
pub(crate) mod rotate;
pub(crate) mod verify;

use events::WebhookError;
use serde::Deserialize;
use utoipa::ToSchema;

use super::OauthError;

/// A form that only says who the app is.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the form; `Client` reads it")]
#[expect(clippy::struct_field_names, reason = "as OAuth names them")]
pub(crate) struct ClientForm {
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`.
    client_assertion_type: String,
    /// A JWT that the app signs, as at the pushed request.
    client_assertion: String,
    /// The client id, where repeated.
    client_id: Option<String>,
}

impl From<WebhookError> for OauthError {
    fn from(error: WebhookError) -> Self {
        match error {
            WebhookError::Fault(fault) => Self::Problem(fault.into()),
            WebhookError::None | WebhookError::Address(_) | WebhookError::WornOut => {
                Self::invalid(error.to_string())
            }
        }
    }
}
