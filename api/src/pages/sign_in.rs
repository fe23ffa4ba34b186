//! Signing in at the identity provider, coming back, and signing out.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::{
    CookieJar,
    cookie::{Cookie, SameSite},
};
use identity::{ProviderError, ReturnTo, SignIn, SignInError};
use kernel::Secret;
use serde::Deserialize;
use time::Duration;

use crate::{
    app::App,
    config::Config,
    guard::{self, OwnForm},
    html::{Page, Shown},
    wire::{Problem, Query, Slug},
};

/// Where somebody wanted to go.
#[derive(Debug, Deserialize)]
pub(crate) struct Wanted {
    pub(super) return_to: Option<String>,
    /// Whether she must prove again who she is.
    #[serde(default)]
    anew: bool,
}

/// What the provider sends back: a code, or why there is none.
#[derive(Debug, Deserialize)]
pub(crate) struct Returned {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

/// Why a sign-in opened no session, as the person is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unfinished {
    /// She gave up at the provider.
    Refused,
    /// It came too late, twice, or from elsewhere.
    Expired,
    /// Her provider does not vouch enough for her.
    TooWeak,
    /// Her organisation counsels nobody here.
    NotAdmitted,
}

/// A door to sign in at: for workers, or for counsellors.
#[derive(Debug, Clone, Copy)]
pub(super) struct Door {
    /// Where one begins again.
    pub(super) path: &'static str,
    /// What that link says.
    pub(super) says: &'static str,
}

const DOOR: Door = Door {
    path: "/sign-in",
    says: "sign-in-long",
};

#[derive(Debug, Template)]
#[template(path = "sign_in_ended.html")]
struct Ended {
    page: Page,
    why: Unfinished,
    door: Door,
}

/// Leaves for the provider.
pub(crate) async fn depart(
    State(app): State<Arc<App>>,
    Query(wanted): Query<Wanted>,
    jar: CookieJar,
) -> Result<(CookieJar, Redirect), Problem> {
    let return_to = ReturnTo::new(wanted.return_to.as_deref().unwrap_or("/"));
    let departure = app.identity.depart(&return_to, wanted.anew).await?;
    let state = departure.state.into_exposed();
    let cookie = cookie(&app.config, state_cookie(&app.config), state, ATTEMPT);
    Ok((jar.add(cookie), Redirect::to(departure.url.as_str())))
}

/// Comes back from the provider and opens a session.
pub(crate) async fn arrive(
    State(app): State<Arc<App>>,
    page: Page,
    Query(returned): Query<Returned>,
    jar: CookieJar,
) -> Result<Response, Problem> {
    let (sign_in, jar) = returned.with_state_of(jar, state_cookie(&app.config));
    let arrived = match sign_in {
        Ok(sign_in) => app.identity.arrive(sign_in).await,
        Err(why) => return Ok(DOOR.ended(page, jar, why)),
    };
    let signed_in = match arrived {
        Ok(signed_in) => signed_in,
        Err(error) => return Ok(DOOR.ended(page, jar, Unfinished::of(error)?)),
    };
    let claimed = app.certificates.claim(&signed_in).await?;
    tracing::info!(worker.id = %signed_in.worker, claimed, "signed in");
    let secret = signed_in.secret.into_exposed();
    let session = cookie(
        &app.config,
        guard::session_cookie(&app.config),
        secret,
        SESSION,
    );
    Ok((jar.add(session), Redirect::to(signed_in.return_to.as_str())).into_response())
}

/// A sign-out says nothing but whose form it is.
#[derive(Debug, Deserialize)]
pub(crate) struct SignOut {}

/// Ends the session here and in the browser.
pub(crate) async fn leave(
    State(app): State<Arc<App>>,
    jar: CookieJar,
    form: OwnForm<SignOut>,
) -> Result<Response, Problem> {
    let SignOut {} = form.fields;
    app.identity.sign_out(&form.session).await?;
    Ok(left(jar, guard::session_cookie(&app.config)))
}

/// How long somebody may take at the provider.
pub(super) const ATTEMPT: Duration = Duration::minutes(15);
/// How long a session lasts.
pub(super) const SESSION: Duration = Duration::hours(2);

impl Returned {
    /// The sign-in that comes back to the browser that left with the state in the cookie `name`,
    /// which is used up.
    pub(super) fn with_state_of(
        self,
        jar: CookieJar,
        name: &'static str,
    ) -> (Result<SignIn, Unfinished>, CookieJar) {
        let expected = jar.get(name).map(|cookie| cookie.value().to_owned());
        let jar = jar.remove(gone(name));
        let sign_in = match (self.code, self.state, expected) {
            (Some(code), Some(state), Some(expected)) => Ok(SignIn {
                code: Secret::new(code),
                state: Secret::new(state),
                expected_state: Secret::new(expected),
                issuer: self.iss,
            }),
            _ if self.error.is_some() => Err(Unfinished::Refused),
            _ => Err(Unfinished::Expired),
        };
        (sign_in, jar)
    }
}

impl Unfinished {
    /// What to tell the person of `error`, unless the platform or the provider is to blame.
    pub(super) fn of(error: SignInError) -> Result<Self, Problem> {
        match error {
            SignInError::UnknownState
            | SignInError::OtherIssuer
            | SignInError::Provider(ProviderError::UnknownCode) => Ok(Self::Expired),
            SignInError::Provider(ProviderError::TooWeak) => Ok(Self::TooWeak),
            error => Err(error.into()),
        }
    }
}

impl Door {
    /// The page that says why no session was opened.
    pub(super) fn ended(self, page: Page, jar: CookieJar, why: Unfinished) -> Response {
        let status = match why {
            Unfinished::Refused | Unfinished::Expired => StatusCode::BAD_REQUEST,
            Unfinished::TooWeak | Unfinished::NotAdmitted => StatusCode::FORBIDDEN,
        };
        let door = self;
        (status, jar, Shown::new(Ended { page, why, door })).into_response()
    }
}

/// A browser that has just signed out.
pub(super) fn left(jar: CookieJar, session: &'static str) -> Response {
    let clear = [(HeaderName::from_static("clear-site-data"), "\"cache\"")];
    (jar.remove(gone(session)), clear, Redirect::to("/")).into_response()
}

fn state_cookie(config: &Config) -> &'static str {
    if config.is_https() {
        "__Host-sign-in"
    } else {
        "sign-in"
    }
}

/// A cookie that scripts cannot read and that other sites' forms do not send. `Lax` lets it come
/// along when the provider sends somebody back.
pub(super) fn cookie(
    config: &Config,
    name: &'static str,
    value: String,
    lives: Duration,
) -> Cookie<'static> {
    Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .secure(config.is_https())
        .same_site(SameSite::Lax)
        .max_age(lives)
        .build()
}

fn gone(name: &'static str) -> Cookie<'static> {
    Cookie::build(name).path("/").build()
}

impl From<SignInError> for Problem {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Fault(fault) => fault.into(),
            SignInError::UnknownState | SignInError::OtherIssuer => {
                Self::new(Slug::MalformedRequest).because(error)
            }
            SignInError::Provider(_) => Self::new(Slug::Unavailable)
                .header(header::RETRY_AFTER, HeaderValue::from_static("5"))
                .because(error),
        }
    }
}
