//! Pushing a request (RFC 9126): everything about it travels from the app's server to ours, signed
//! for, and the browser carries a reference only.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::{Confinement, Digest, Fault};

use super::{Accepted, GrantActionError, action::GrantAction, sign_in::SignInAsked, store};
use crate::{AuthenticatedApp, Consent, DetailsError, DpopError, Proof, RecordDetails, Thumbprint};

/// How long a pushed request waits for the worker, in seconds.
pub(super) const LIFETIME: u32 = 300;
/// The prefix of a `request_uri` (RFC 9126 §2.2).
const URN: &str = "urn:ietf:params:oauth:request_uri:";
/// The longest `state`, in bytes: it comes back in an address.
const STATE: usize = 2_000;
/// The longest `nonce`, in bytes.
const NONCE: usize = 512;

/// The parameters of a pushed request, as they came.
#[derive(Debug, Clone, Default)]
pub struct PushRequest {
    /// `response_type`.
    pub response_type: Option<String>,
    /// `response_mode`: the answer comes in the query, whatever else is asked.
    pub response_mode: Option<String>,
    /// `redirect_uri`.
    pub redirect_uri: Option<String>,
    /// `scope`: `openid` asks for an ID token; other names say nothing here.
    pub scope: Option<String>,
    /// `state`, returned as it came, at most 2,000 bytes.
    pub state: Option<String>,
    /// `nonce`, for the ID token, at most 512 bytes.
    pub nonce: Option<String>,
    /// `code_challenge`.
    pub code_challenge: Option<String>,
    /// `code_challenge_method`.
    pub code_challenge_method: Option<String>,
    /// `dpop_jkt`: the only key that may trade the code (RFC 9449 §10).
    pub dpop_jkt: Option<String>,
    /// `authorization_details`, JSON.
    pub authorization_details: Option<String>,
    /// `grant_management_action`: what an acceptance does (Grant Management, draft 03, §5.2).
    pub grant_management_action: Option<String>,
    /// `grant_id`: to which grant.
    pub grant_id: Option<String>,
    /// `prompt`: whether she may be asked, and must sign in anew.
    pub prompt: Option<String>,
    /// `max_age`: the most seconds since she signed in.
    pub max_age: Option<String>,
    /// `ui_locales`: the languages she reads.
    pub ui_locales: Option<String>,
    /// `claims`, JSON: of it, an essential `acr` of the ID token is looked at.
    pub claims: Option<String>,
    /// `request`: a signed request, which is not read here.
    pub request: Option<String>,
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
    /// A request object (`request_not_supported`, OpenID Connect Core §3.1.2.6).
    #[error("`request` is not supported: push plain parameters")]
    RequestObject,
    /// Not a response type of ours (`unsupported_response_type`).
    #[error("`response_type` must be `code`")]
    ResponseType,
    /// The publisher was not verified, and this is no sandbox (`unauthorized_client`).
    #[error("the publisher of this app is not verified yet: it may ask workers once it is")]
    Unverified,
    /// No scope that is known here (`invalid_scope`).
    #[error(
        "`openid` is the only scope: what an app wants to read is said in `authorization_details`"
    )]
    Scope,
    /// The proof of possession does not count.
    #[error(transparent)]
    Proof(#[from] DpopError),
    /// `invalid_authorization_details` (RFC 9396 §5).
    #[error(transparent)]
    Details(#[from] DetailsError),
    /// The grant that it names does not take what it asks (Grant Management §5.4).
    #[error(transparent)]
    Grant(#[from] GrantActionError),
    /// The platform failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Consent {
    /// Accepts a request of `app`, or says what is wrong with it. A `proof` that came with it, like
    /// `dpop_jkt`, binds the code to its key.
    pub async fn push(
        &self,
        app: &AuthenticatedApp,
        request: PushRequest,
        proof: Option<Proof>,
    ) -> Result<Pushed, PushError> {
        let proved = match proof {
            Some(proof) => Some(self.use_proof(proof).await?),
            None => None,
        };
        let accepted = self.accept(app, request, proved)?;
        self.check_action(app, &accepted).await?;
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

    fn accept(
        &self,
        app: &AuthenticatedApp,
        request: PushRequest,
        proved: Option<Thumbprint>,
    ) -> Result<Accepted, PushError> {
        use PushError::Invalid;
        if !app.publisher().verified && !self.unverified_may_ask {
            return Err(PushError::Unverified);
        }
        check_flow(&request)?;
        let sign_in = SignInAsked::parse(&request)?;
        let redirect_uri = request
            .redirect_uri
            .ok_or(Invalid("`redirect_uri` is missing"))?;
        if !app.app().redirect_uris.contains(&redirect_uri) {
            return Err(Invalid(
                "`redirect_uri` is not registered, to the letter, for this client",
            ));
        }
        let is_longer = |value: &Option<String>, most| {
            let length = value.as_ref().map(String::len);
            length.is_some_and(|length| length > most)
        };
        if is_longer(&request.state, STATE) {
            return Err(Invalid("`state` is longer than 2,000 bytes"));
        }
        if is_longer(&request.nonce, NONCE) {
            return Err(Invalid("`nonce` is longer than 512 bytes"));
        }
        let action = GrantAction::parse(
            request.grant_management_action.as_deref(),
            request.grant_id.as_deref(),
        )?;
        let code_challenge = challenge(
            request.code_challenge_method.as_deref(),
            request.code_challenge,
        )?;
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
            key: key(request.dpop_jkt.as_deref(), proved)?,
            openid: names_openid(request.scope.as_deref())?,
            nonce: request.nonce,
            action,
            sign_in,
        })
    }
}

/// One flow is open: a pushed request in plain parameters, answered by a code in the query.
fn check_flow(request: &PushRequest) -> Result<(), PushError> {
    use PushError::Invalid;
    if request.request_uri.is_some() {
        return Err(Invalid("`request_uri` must not be pushed"));
    }
    if request.request.is_some() {
        return Err(PushError::RequestObject);
    }
    match request.response_type.as_deref() {
        Some("code") => {}
        Some(_) => return Err(PushError::ResponseType),
        None => return Err(Invalid("`response_type` is missing")),
    }
    if request
        .response_mode
        .as_deref()
        .is_some_and(|mode| mode != "query")
    {
        return Err(Invalid("`response_mode` must be `query`, or absent"));
    }
    Ok(())
}

/// The challenge of RFC 7636, of the method `S256` and no other.
fn challenge(method: Option<&str>, challenge: Option<String>) -> Result<String, PushError> {
    use PushError::Invalid;
    if method != Some("S256") {
        return Err(Invalid("`code_challenge_method` must be S256"));
    }
    let challenge = challenge.ok_or(Invalid("`code_challenge` is missing"))?;
    let hashed = URL_SAFE_NO_PAD
        .decode(&challenge)
        .is_ok_and(|bytes| bytes.len() == 32);
    if hashed {
        Ok(challenge)
    } else {
        Err(Invalid(
            "`code_challenge` is not a base64url SHA-256 digest",
        ))
    }
}

/// The key that a code is bound to: the one that `named` or the request's own proof says, and the
/// same when both do (RFC 9449 §10.1).
fn key(named: Option<&str>, proved: Option<Thumbprint>) -> Result<Option<Thumbprint>, PushError> {
    let Some(named) = named else {
        return Ok(proved);
    };
    let named = Thumbprint::parse(named).ok_or(PushError::Invalid(
        "`dpop_jkt` is not a SHA-256 thumbprint in base64url",
    ))?;
    if proved.is_some_and(|proved| proved != named) {
        return Err(DpopError::Refused("`dpop_jkt` is another key").into());
    }
    Ok(Some(named))
}

/// Whether the scope names `openid`. Names that are not understood are ignored beside it (OpenID
/// Connect Core §3.1.2.1); alone, they ask for nothing that can be given (RFC 6749 §3.3).
fn names_openid(scope: Option<&str>) -> Result<bool, PushError> {
    let Some(scope) = scope else {
        return Ok(false);
    };
    if scope.split(' ').any(|name| name == "openid") {
        Ok(true)
    } else {
        Err(PushError::Scope)
    }
}
