//! Pushing a request (RFC 9126): everything about it travels from the app's server to ours, signed
//! for, and the browser carries a reference only.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::{Confinement, Digest, Fault};

use super::{Accepted, store};
use crate::{AuthenticatedApp, Consent, DetailsError, RecordDetails};

/// How long a pushed request waits for the worker, in seconds.
const LIFETIME: u32 = 300;
/// The prefix of a `request_uri` (RFC 9126 §2.2).
const URN: &str = "urn:ietf:params:oauth:request_uri:";

/// The parameters of a pushed request, as they came.
#[derive(Debug, Clone, Default)]
pub struct PushRequest {
    /// `response_type`.
    pub response_type: Option<String>,
    /// `redirect_uri`.
    pub redirect_uri: Option<String>,
    /// `state`, returned as it came, at most 2,000 bytes.
    pub state: Option<String>,
    /// `code_challenge`.
    pub code_challenge: Option<String>,
    /// `code_challenge_method`.
    pub code_challenge_method: Option<String>,
    /// `authorization_details`, JSON.
    pub authorization_details: Option<String>,
    /// `request_uri`, which must not be sent here.
    pub request_uri: Option<String>,
}

/// An accepted request.
#[derive(Debug, Clone)]
pub struct Pushed {
    /// What the browser brings to the authorization endpoint.
    pub request_uri: String,
    /// For how many seconds.
    pub expires_in: u32,
}

/// Why a request is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum PushError {
    /// A parameter is missing or wrong (`invalid_request`).
    #[error("{0}")]
    Invalid(&'static str),
    /// Not a response type of ours (`unsupported_response_type`).
    #[error("`response_type` must be `code`")]
    ResponseType,
    /// `invalid_authorization_details` (RFC 9396 §5).
    #[error(transparent)]
    Details(#[from] DetailsError),
    /// The platform failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Consent {
    /// Accepts a request of `app`, or says what is wrong with it.
    pub async fn push(
        &self,
        app: &AuthenticatedApp,
        request: PushRequest,
    ) -> Result<Pushed, PushError> {
        let accepted = self.accept(app, request)?;
        let secret = self.entropy.token();
        let request_uri = format!("{URN}{}", secret.expose());
        let now = self.clock.now();
        let pushed = store::NewRequest {
            digest: Digest::of(&request_uri),
            client_id: &app.app().client_id,
            accepted: &accepted,
            expires_at: now + time::Duration::seconds(LIFETIME.into()),
        };
        let mut tx = self.db.begin(Confinement::Open).await?;
        store::drop_late_requests(&mut tx, now).await?;
        store::insert_request(&mut tx, &pushed).await?;
        tx.commit().await?;
        Ok(Pushed {
            request_uri,
            expires_in: LIFETIME,
        })
    }

    fn accept(&self, app: &AuthenticatedApp, request: PushRequest) -> Result<Accepted, PushError> {
        use PushError::Invalid;
        if request.request_uri.is_some() {
            return Err(Invalid("`request_uri` must not be pushed"));
        }
        if request.response_type.as_deref() != Some("code") {
            return Err(PushError::ResponseType);
        }
        let redirect_uri = request
            .redirect_uri
            .ok_or(Invalid("`redirect_uri` is missing"))?;
        if !app.app().redirect_uris.contains(&redirect_uri) {
            return Err(Invalid(
                "`redirect_uri` is not registered, to the letter, for this client",
            ));
        }
        if request.code_challenge_method.as_deref() != Some("S256") {
            return Err(Invalid("`code_challenge_method` must be S256"));
        }
        let code_challenge = request
            .code_challenge
            .ok_or(Invalid("`code_challenge` is missing"))?;
        let hashed = URL_SAFE_NO_PAD
            .decode(&code_challenge)
            .is_ok_and(|bytes| bytes.len() == 32);
        if !hashed {
            return Err(Invalid(
                "`code_challenge` is not a base64url SHA-256 digest",
            ));
        }
        if request
            .state
            .as_ref()
            .is_some_and(|state| state.len() > 2_000)
        {
            return Err(Invalid("`state` is longer than 2,000 bytes"));
        }
        let json = request
            .authorization_details
            .ok_or(Invalid("`authorization_details` is missing"))?;
        let details = RecordDetails::parse(&json)?;
        details.check(app.app(), &self.audience())?;
        Ok(Accepted {
            redirect_uri,
            state: request.state,
            code_challenge,
            details,
        })
    }
}
