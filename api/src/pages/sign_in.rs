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
    guard::{self, OwnForm},
    html::{Page, Shown},
    wire::{Problem, Query, Slug},
};

/// Where a worker wanted to go.
#[derive(Debug, Deserialize)]
pub(crate) struct Wanted {
    return_to: Option<String>,
}

/// What the provider sends back: a code, or why there is none.
#[derive(Debug, Deserialize)]
pub(crate) struct Returned {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

#[derive(Debug, Template)]
#[template(path = "sign_in_ended.html")]
struct Ended {
    page: Page,
    /// Whether the worker herself gave up.
    refused: bool,
}

/// Leaves for the provider.
pub(crate) async fn depart(
    State(app): State<Arc<App>>,
    Query(wanted): Query<Wanted>,
    jar: CookieJar,
) -> Result<(CookieJar, Redirect), Problem> {
    let return_to = ReturnTo::new(wanted.return_to.as_deref().unwrap_or("/record"));
    let departure = app.identity.depart(&return_to).await?;
    let state = departure.state.into_exposed();
    let cookie = cookie(&app, state_cookie(&app), state, Duration::minutes(15));
    Ok((jar.add(cookie), Redirect::to(departure.url.as_str())))
}

/// Comes back from the provider and opens a session.
pub(crate) async fn arrive(
    State(app): State<Arc<App>>,
    page: Page,
    Query(returned): Query<Returned>,
    jar: CookieJar,
) -> Result<Response, Problem> {
    let expected = jar
        .get(state_cookie(&app))
        .map(|cookie| cookie.value().to_owned());
    let jar = jar.remove(gone(state_cookie(&app)));
    let (Some(code), Some(state), Some(expected)) = (returned.code, returned.state, expected)
    else {
        let refused = returned.error.is_some();
        return Ok((StatusCode::BAD_REQUEST, jar, ended(page, refused)).into_response());
    };
    let sign_in = SignIn {
        code: Secret::new(code),
        state: Secret::new(state),
        expected_state: Secret::new(expected),
        issuer: returned.iss,
    };
    let signed_in = match app.identity.arrive(sign_in).await {
        Ok(signed_in) => signed_in,
        Err(
            SignInError::UnknownState
            | SignInError::OtherIssuer
            | SignInError::Provider(ProviderError::UnknownCode),
        ) => {
            return Ok((StatusCode::BAD_REQUEST, jar, ended(page, false)).into_response());
        }
        Err(error) => return Err(error.into()),
    };
    let claimed = app.certificates.claim(&signed_in).await?;
    tracing::info!(worker.id = %signed_in.worker, claimed, "signed in");
    let secret = signed_in.secret.into_exposed();
    let session = cookie(
        &app,
        guard::session_cookie(&app.config),
        secret,
        Duration::hours(2),
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
    let jar = jar.remove(gone(guard::session_cookie(&app.config)));
    let clear = [(HeaderName::from_static("clear-site-data"), "\"cache\"")];
    Ok((jar, clear, Redirect::to("/")).into_response())
}

fn ended(page: Page, refused: bool) -> Shown<Ended> {
    Shown::new(Ended { page, refused })
}

fn state_cookie(app: &App) -> &'static str {
    if app.config.is_https() {
        "__Host-sign-in"
    } else {
        "sign-in"
    }
}

/// A cookie that scripts cannot read and that other sites' forms do not send. `Lax` lets it come
/// along when the provider sends the worker back.
fn cookie(app: &App, name: &'static str, value: String, lives: Duration) -> Cookie<'static> {
    Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .secure(app.config.is_https())
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
