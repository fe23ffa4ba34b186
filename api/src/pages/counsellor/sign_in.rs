//! Signing in at the identity provider of agents, coming back, and signing out.

use std::sync::Arc;

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;

use crate::{
    app::App,
    config::Config,
    guard::{CounsellorForm, agent_cookie},
    html::Page,
    pages::sign_in::{ATTEMPT, Door, Returned, SESSION, SignOut, Unfinished, Wanted, cookie, left},
    wire::{Problem, Query},
};

const DOOR: Door = Door {
    path: "/counsellor/sign-in",
    says: "counsellor-sign-in",
};

/// Leaves for the provider.
pub(crate) async fn depart(
    State(app): State<Arc<App>>,
    Query(wanted): Query<Wanted>,
    jar: CookieJar,
) -> Result<(CookieJar, Redirect), Problem> {
    let departure = app.agents.depart(wanted.return_to.as_deref()).await?;
    let state = departure.state.into_exposed();
    let cookie = cookie(&app.config, state_cookie(&app.config), state, ATTEMPT);
    Ok((jar.add(cookie), Redirect::to(departure.url.as_str())))
}

/// Comes back from the provider, and opens a session if the organisation counsels workers. Of
/// anybody else nothing is kept.
pub(crate) async fn arrive(
    State(app): State<Arc<App>>,
    page: Page,
    Query(returned): Query<Returned>,
    jar: CookieJar,
) -> Result<Response, Problem> {
    let (sign_in, jar) = returned.with_state_of(jar, state_cookie(&app.config));
    let arrived = match sign_in {
        Ok(sign_in) => app.agents.arrive(sign_in).await,
        Err(why) => return Ok(DOOR.ended(page, jar, why)),
    };
    let vouched = match arrived {
        Ok(vouched) => vouched,
        Err(error) => return Ok(DOOR.ended(page, jar, Unfinished::of(error)?)),
    };
    if app.catalogue.counselling(vouched.siret()).await?.is_none() {
        return Ok(DOOR.ended(page, jar, Unfinished::NotAdmitted));
    }
    let signed_in = app.agents.open_session(vouched).await?;
    tracing::info!(agent.id = %signed_in.agent, "an agent signed in");
    let secret = signed_in.secret.into_exposed();
    let session = cookie(&app.config, agent_cookie(&app.config), secret, SESSION);
    Ok((jar.add(session), Redirect::to(signed_in.return_to.as_str())).into_response())
}

/// Ends the session here and in the browser.
pub(crate) async fn leave(
    State(app): State<Arc<App>>,
    jar: CookieJar,
    form: CounsellorForm<SignOut>,
) -> Result<Response, Problem> {
    let SignOut {} = form.fields;
    app.agents.sign_out(&form.session).await?;
    Ok(left(jar, agent_cookie(&app.config)))
}

fn state_cookie(config: &Config) -> &'static str {
    if config.is_https() {
        "__Host-agent-sign-in"
    } else {
        "agent-sign-in"
    }
}
