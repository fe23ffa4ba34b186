//! Counsellors at the door: agents of organisations, whose sessions are apart from those of workers.

use std::sync::Arc;

use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, request::Parts},
};
use axum_extra::extract::CookieJar;
use consent::Counsellor;
use identity::{AgentSession, SessionError};
use serde::de::DeserializeOwned;

use super::{NotSignedIn, asked_for, is_same_site, own_fields, sign_in_at};
use crate::{
    app::App,
    config::Config,
    wire::{Problem, Slug},
};

/// A counsellor with an open session. Who has none is sent to sign in, and comes back.
#[derive(Debug)]
pub(crate) struct Counselling {
    pub(crate) counsellor: Counsellor,
    /// What her forms carry.
    pub(crate) form_token: String,
}

/// A form that a page of this very session of a counsellor sent.
#[derive(Debug)]
pub(crate) struct CounsellorForm<T> {
    pub(crate) counsellor: Counsellor,
    pub(crate) session: AgentSession,
    /// What it says.
    pub(crate) fields: T,
}

impl FromRequestParts<Arc<App>> for Counselling {
    type Rejection = NotSignedIn;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, NotSignedIn> {
        let Some(session) = session(app, &parts.headers).await? else {
            let path = asked_for(&parts.uri);
            let door = sign_in_at("/counsellor/sign-in", path, false);
            return Err(NotSignedIn::SignIn(door));
        };
        Ok(Self {
            counsellor: counsellor(app, &session).await?,
            form_token: session.form_token().to_owned(),
        })
    }
}

impl<T: DeserializeOwned> FromRequest<Arc<App>> for CounsellorForm<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        if !is_same_site(&parts.headers, &app.config) {
            return Err(Slug::ForeignForm.into());
        }
        let session = session(app, &parts.headers)
            .await?
            .ok_or(Slug::Unauthenticated)?;
        let counsellor = counsellor(app, &session).await?;
        let fields = own_fields(parts, body, app, |token| session.accepts_form(token)).await?;
        Ok(Self {
            counsellor,
            session,
            fields,
        })
    }
}

/// The counsellor of `session`. Whether her organisation counsels is asked each time: once it does
/// not, none of its agents gets in.
async fn counsellor(app: &App, session: &AgentSession) -> Result<Counsellor, Problem> {
    let counsellor = app.consent.counsellor(session).await?;
    counsellor.ok_or_else(|| Slug::InsufficientRights.into())
}

/// The open session of an agent in this browser, if any.
async fn session(app: &App, headers: &HeaderMap) -> Result<Option<AgentSession>, Problem> {
    let jar = CookieJar::from_headers(headers);
    let Some(cookie) = jar.get(agent_cookie(&app.config)) else {
        return Ok(None);
    };
    match app.agents.session(cookie.value()).await {
        Ok(session) => Ok(Some(session)),
        Err(SessionError::None) => Ok(None),
        Err(SessionError::Fault(fault)) => Err(fault.into()),
    }
}

/// The name of the cookie of an agent's session: another than a worker's, so that who is both
/// confuses neither.
pub(crate) fn agent_cookie(config: &Config) -> &'static str {
    if config.is_https() {
        "__Host-agent"
    } else {
        "agent"
    }
}
