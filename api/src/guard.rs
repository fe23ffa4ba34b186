//! Who asks: extractors that turn a credential into a value, or refuse. A handler that takes none
//! of them serves anyone.

mod counsellor;
mod manager;

use std::sync::Arc;

use axum::{
    body::{Body, to_bytes},
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, HeaderName, HeaderValue, Uri, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use catalogue::{KeyError, Operator, Publisher, Registration};
use consent::{ConsentToken, DpopError, Presented, ProvenRequest, TokenError};
use identity::{Session, SessionError};
use kernel::Secret;
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    app::App,
    config::Config,
    dpop,
    limits::{self, Policy},
    wire::{Form, LIMIT, Path, Problem, Slug},
};

pub(crate) use counsellor::{Counselling, CounsellorForm, agent_cookie};
pub(crate) use manager::{MayQuery, MayRevoke};

/// An app that holds a consent token, and its key. What it may read is asked when the record is opened.
#[derive(Debug)]
pub(crate) struct Consented(pub(crate) ConsentToken);

/// An organisation's system that holds a key.
#[derive(Debug)]
pub(crate) struct OperatorKey(pub(crate) Operator);

/// An organisation's system that holds a key, and may deposit one more file.
#[derive(Debug)]
pub(crate) struct DepositorKey(pub(crate) Operator);

/// A publisher that holds an initial access token.
#[derive(Debug)]
pub(crate) struct InitialAccess(pub(crate) Publisher);

/// A publisher that holds the token of the registration at this address.
#[derive(Debug)]
pub(crate) struct RegistrationAccess {
    /// The registration.
    pub(crate) registration: Registration,
    /// The token as presented.
    pub(crate) token: Secret<String>,
}

/// A worker with an open session. Who has none is sent to sign in, and comes back.
#[derive(Debug)]
pub(crate) struct SignedIn(pub(crate) Session);

/// A form that a page of this very session sent: another site cannot forge it (CSRF).
#[derive(Debug)]
pub(crate) struct OwnForm<T> {
    /// The worker who sent it.
    pub(crate) session: Session,
    /// What it says.
    pub(crate) fields: T,
}

/// A page that cannot be shown to who asks.
#[derive(Debug)]
pub(crate) enum NotSignedIn {
    /// Sign in first, then come back.
    SignIn(Redirect),
    /// It failed.
    Problem(Problem),
}

impl IntoResponse for NotSignedIn {
    fn into_response(self) -> Response {
        match self {
            Self::SignIn(redirect) => redirect.into_response(),
            Self::Problem(problem) => problem.into_response(),
        }
    }
}

impl<P: Into<Problem>> From<P> for NotSignedIn {
    fn from(problem: P) -> Self {
        Self::Problem(problem.into())
    }
}

impl FromRequestParts<Arc<App>> for Consented {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let uri = dpop::address(&app.config, &parts.uri);
        let token = app.consent.verify(&presented(parts, &uri)?).await?;
        let key = limits::app_key(token.client_id());
        app.limits.known(&parts.extensions, Policy::Record, key)?;
        Ok(Self(token))
    }
}

impl FromRequestParts<Arc<App>> for OperatorKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let key = credential(&parts.headers, Scheme::Bearer)?;
        let operator = match app.catalogue.operator(key).await {
            Ok(operator) => operator,
            Err(KeyError::Unknown) => return Err(unknown_token()),
            Err(KeyError::Fault(fault)) => return Err(fault.into()),
        };
        let key = operator.organisation().id.uuid().as_u128();
        app.limits
            .known(&parts.extensions, Policy::Organisation, key)?;
        Ok(Self(operator))
    }
}

impl FromRequestParts<Arc<App>> for DepositorKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let OperatorKey(operator) = OperatorKey::from_request_parts(parts, app).await?;
        let key = operator.organisation().id.uuid().as_u128();
        app.limits.known(&parts.extensions, Policy::Deposits, key)?;
        Ok(Self(operator))
    }
}

impl FromRequestParts<Arc<App>> for InitialAccess {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let token = credential(&parts.headers, Scheme::Bearer)?;
        let publisher = match app.catalogue.publisher(token).await {
            Ok(publisher) => publisher,
            Err(KeyError::Unknown) => return Err(unknown_token()),
            Err(KeyError::Fault(fault)) => return Err(fault.into()),
        };
        let key = publisher.organisation().id.uuid().as_u128();
        app.limits
            .known(&parts.extensions, Policy::Registrations, key)?;
        Ok(Self(publisher))
    }
}

impl FromRequestParts<Arc<App>> for RegistrationAccess {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let token = credential(&parts.headers, Scheme::Bearer)?.to_owned();
        let registration = match app.catalogue.registration(&token).await {
            Ok(registration) => registration,
            Err(KeyError::Unknown) => return Err(unknown_token()),
            Err(KeyError::Fault(fault)) => return Err(fault.into()),
        };
        let key = registration.organisation().id.uuid().as_u128();
        app.limits
            .known(&parts.extensions, Policy::Registrations, key)?;
        let Path(client_id) = Path::<String>::from_request_parts(parts, app).await?;
        if client_id != registration.client_id() {
            return Err(unknown_token());
        }
        Ok(Self {
            registration,
            token: Secret::new(token),
        })
    }
}

impl FromRequestParts<Arc<App>> for SignedIn {
    type Rejection = NotSignedIn;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, NotSignedIn> {
        let Some(session) = session(app, &parts.headers).await? else {
            let first = sign_in_before(asked_for(&parts.uri), false);
            return Err(NotSignedIn::SignIn(first));
        };
        Ok(Self(session))
    }
}

impl<T: DeserializeOwned> FromRequest<Arc<App>> for OwnForm<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        if !is_same_site(&parts.headers, &app.config) {
            return Err(Slug::ForeignForm.into());
        }
        let session = session(app, &parts.headers)
            .await?
            .ok_or(Slug::Unauthenticated)?;
        let fields = own_fields(parts, body, app, |token| session.accepts_form(token)).await?;
        Ok(Self { session, fields })
    }
}

/// `request`, to be read several times.
pub(crate) async fn replayed(request: Request) -> Result<impl Fn() -> Request, Problem> {
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, LIMIT)
        .await
        .map_err(|error| Problem::new(Slug::MalformedRequest).because(error))?;
    Ok(move || Request::from_parts(parts.clone(), Body::from(bytes.clone())))
}

/// The fields of a form that carries a token its session accepts.
async fn own_fields<T: DeserializeOwned>(
    parts: Parts,
    body: Body,
    app: &Arc<App>,
    accepts: impl FnOnce(&str) -> bool + Send,
) -> Result<T, Problem> {
    let again = replayed(Request::from_parts(parts, body)).await?;
    let Form(Token { form_token }) = Form::from_request(again(), app).await?;
    if !accepts(&form_token) {
        return Err(Slug::ForeignForm.into());
    }
    let Form(fields) = Form::from_request(again(), app).await?;
    Ok(fields)
}

#[derive(Debug, Deserialize)]
struct Token {
    #[serde(default)]
    form_token: String,
}

/// The open session of this browser, if any.
pub(crate) async fn session(app: &App, headers: &HeaderMap) -> Result<Option<Session>, Problem> {
    let jar = CookieJar::from_headers(headers);
    let Some(cookie) = jar.get(session_cookie(&app.config)) else {
        return Ok(None);
    };
    match app.identity.session(cookie.value()).await {
        Ok(session) => Ok(Some(session)),
        Err(SessionError::None) => Ok(None),
        Err(SessionError::Fault(fault)) => Err(fault.into()),
    }
}

/// The name of the session's cookie. Over https its prefix makes browsers hold it to this host,
/// this path and https.
pub(crate) fn session_cookie(config: &Config) -> &'static str {
    if config.is_https() {
        "__Host-session"
    } else {
        "session"
    }
}

/// Where a worker signs in before she comes to `path`; anew, where she must prove again who she is.
pub(crate) fn sign_in_before(path: &str, anew: bool) -> Redirect {
    sign_in_at("/sign-in", path, anew)
}

/// The sign-in page at `door`, which leads back to `path`.
fn sign_in_at(door: &str, path: &str, anew: bool) -> Redirect {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if anew {
        query.append_pair("anew", "true");
    }
    query.append_pair("return_to", path);
    Redirect::to(&format!("{door}?{}", query.finish()))
}

/// What a browser asked for, to lead it back there.
pub(crate) fn asked_for(uri: &Uri) -> &str {
    uri.path_and_query().map_or("/", |path| path.as_str())
}

/// How a credential is presented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scheme {
    /// With a proof that its key is held (RFC 9449 §7.1): consent tokens.
    Dpop,
    /// By itself (RFC 6750 §2.1): organisations' keys.
    Bearer,
}

impl Scheme {
    const fn name(self) -> &'static str {
        match self {
            Self::Dpop => "DPoP",
            Self::Bearer => "Bearer",
        }
    }

    /// A refusal with the challenge that RFC 6750 §3 and RFC 9449 §7.1 ask for.
    fn refusal(self, slug: Slug, error: &str) -> Problem {
        self.challenge(slug, Some(error))
    }

    fn challenge(self, slug: Slug, error: Option<&str>) -> Problem {
        let mut said = Vec::new();
        said.extend(error.map(|error| format!("error=\"{error}\"")));
        if self == Self::Dpop {
            said.push(format!("algs=\"{}\"", consent::ALGORITHMS.join(" ")));
        }
        let value = format!("{} {}", self.name(), said.join(", "));
        let problem = Problem::new(slug);
        match HeaderValue::from_str(value.trim_end()) {
            Ok(value) => problem.header(header::WWW_AUTHENTICATE, value),
            Err(_) => problem,
        }
    }
}

/// The credential of exactly one `Authorization` header of this scheme, whose case does not matter.
fn credential(headers: &HeaderMap, scheme: Scheme) -> Result<&str, Problem> {
    let mut sent = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (sent.next(), sent.next()) else {
        return Err(scheme.challenge(Slug::Unauthenticated, None));
    };
    let parts = value.to_str().ok().and_then(|value| value.split_once(' '));
    match parts {
        Some((name, token)) if name.eq_ignore_ascii_case(scheme.name()) => Ok(token.trim_start()),
        // Of another scheme: nothing that this address looks at, so nothing is wrong with it
        // (RFC 6750 §3.1).
        _ => Err(scheme.challenge(Slug::Unauthenticated, None)),
    }
}

/// What is answered to a key or a token that opens nothing, whatever the reason.
pub(crate) fn unknown_token() -> Problem {
    Scheme::Bearer.refusal(Slug::InvalidToken, "invalid_token")
}

/// The token and the proof that came with a request to `uri`.
fn presented<'a>(parts: &'a Parts, uri: &'a str) -> Result<Presented<'a>, Problem> {
    let token = credential(&parts.headers, Scheme::Dpop)?;
    let none = DpopError::Refused("none came");
    let proof = dpop::header(&parts.headers).and_then(|sent| sent.ok_or(none));
    Ok(Presented {
        token,
        proof: proof.map_err(TokenError::from)?,
        request: ProvenRequest {
            method: parts.method.as_str(),
            uri,
        },
    })
}

/// Whether a browser says that the request comes from a page of ours. Old browsers say nothing;
/// the form token still protects.
fn is_same_site(headers: &HeaderMap, config: &Config) -> bool {
    let says = |name: HeaderName| headers.get(name).map(HeaderValue::as_bytes);
    let fetch = says(HeaderName::from_static("sec-fetch-site"));
    let origin = says(header::ORIGIN);
    fetch.is_none_or(|site| site == b"same-origin")
        // A page under `Referrer-Policy: no-referrer` sends `Origin: null` with its own forms.
        && origin.is_none_or(|origin| origin == b"null" || origin == config.origin().as_bytes())
}

impl From<TokenError> for Problem {
    fn from(error: TokenError) -> Self {
        let refusal = |slug, told| Scheme::Dpop.refusal(slug, told);
        match error {
            TokenError::Fault(fault) | TokenError::Proof(DpopError::Fault(fault)) => fault.into(),
            TokenError::Undecided => Self::new(Slug::Unavailable)
                .header(header::RETRY_AFTER, HeaderValue::from_static("1"))
                .because(error),
            TokenError::Revoked => refusal(Slug::GrantEnded, "invalid_token"),
            TokenError::NotGranted { .. } | TokenError::FieldNotGranted { .. } => {
                refusal(Slug::InsufficientRights, "insufficient_scope").detail(error.to_string())
            }
            TokenError::Invalid
            | TokenError::Guarded(_)
            | TokenError::Expired
            | TokenError::Superseded
            | TokenError::OtherKey => {
                refusal(Slug::InvalidToken, "invalid_token").detail(error.to_string())
            }
            TokenError::Proof(DpopError::Refused(_)) => {
                refusal(Slug::InvalidProof, "invalid_dpop_proof").detail(error.to_string())
            }
            TokenError::Proof(DpopError::UseNonce(ref nonce)) => {
                refusal(Slug::InvalidProof, "use_dpop_nonce")
                    .header(dpop::NONCE, dpop::nonce(nonce))
                    .detail(error.to_string())
            }
        }
    }
}

#[cfg(test)]
mod tests;
