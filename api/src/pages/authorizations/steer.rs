//! `POST /authorizations/{grant}`: what a worker makes of a grant with one button: pause, resume,
//! renew, give a section no more, keep.
//!
//! The form carries the version that it was shown with. When the grant has another one by then, or has
//! ended, nothing is done and the page shows how it stands now.

use std::sync::Arc;

use ::consent::{ChangeError, Days, Revision, Scope, Section};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use identity::Session;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    ends,
    facts::{Facts, Known},
    grant::{Looking, present},
};
use crate::{
    app::App,
    guard::OwnForm,
    html::Page,
    pages::decisive,
    wire::{Path, Problem, Slug},
};

/// A button, the version it was shown with, and what it is about.
#[derive(Debug, Deserialize)]
pub(crate) struct Steering {
    version: i32,
    act: Act,
    /// Which section is given no more.
    section: Option<Section>,
    /// In how many days from now it ends.
    days: Option<u16>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Act {
    /// Nothing is let out until she resumes it.
    Pause,
    /// What was let out before the pause is let out again.
    Resume,
    /// It ends later.
    Renew,
    /// One section is given no more.
    Part,
    /// She was reminded of it, and keeps it.
    Keep,
}

/// Does what the button says. When the page is shown again, it is done.
pub(crate) async fn steer(
    State(app): State<Arc<App>>,
    page: Page,
    Path(grant): Path<Uuid>,
    OwnForm { session, fields }: OwnForm<Steering>,
) -> Result<Response, Problem> {
    let (consent, grant, seen) = (&app.consent, grant.into(), fields.version);
    let known = Known::of(&app, &session, grant).await?;
    let shown = |decided| Facts::of(&page, &known).shown(&page, &decisive::GRANT, decided);
    let texts = |keys: [&str; 2]| keys.map(|key| page.say(key).to_string()).to_vec();
    let (done, news) = match fields.act {
        Act::Pause => {
            let shown = shown(texts(["grant-pause-means", "grant-pause"]));
            let done = consent.pause(&session, grant, seen, &shown).await;
            (done, "?done=paused")
        }
        Act::Resume => {
            let shown = shown(texts(["grant-resume-means", "grant-resume"]));
            let done = consent.resume(&session, grant, seen, &shown).await;
            (done, "?done=resumed")
        }
        Act::Keep => (consent.keep(&session, grant, seen).await, "?done=kept"),
        Act::Part => {
            let section = fields.section.ok_or(Slug::InvalidBody)?;
            let mut decided = vec![page.say(&format!("section-{section}")).to_string()];
            decided.extend(texts(["grant-part-means", "grant-part"]));
            let change = Revision {
                seen,
                scope: without(&known, section),
                expires_at: known.detail.terms.expires_at,
                shown: shown(decided),
            };
            (consent.change(&session, grant, change).await, "?done=part")
        }
        Act::Renew => {
            let days = fields.days.and_then(Days::new).ok_or(Slug::InvalidBody)?;
            let mut decided = texts(["grant-renew-means", "grant-renew"]);
            decided.push(ends::named(&page, days, app.clock.now()).label);
            let change = Revision {
                seen,
                scope: known.detail.terms.scope.clone(),
                expires_at: app.clock.now() + days.span(),
                shown: shown(decided),
            };
            let sooner = change.expires_at <= known.detail.terms.expires_at;
            let done = if sooner && seen == known.detail.version {
                // To end sooner is another form's.
                Err(ChangeError::OutOfBounds)
            } else {
                consent.change(&session, grant, change).await
            };
            (done, "?done=renewed")
        }
    };
    answer(&app, page, &session, known, done, news).await
}

/// What is given, without `section`.
fn without(known: &Known, section: Section) -> Scope {
    let given = known.detail.terms.scope.parts();
    let left = given.filter(|(one, _)| *one != section);
    left.map(|(section, part)| (section, part.clone()))
        .collect()
}

/// Where a decision leads: to the grant's page, which says `news`, or shows how the grant stands and
/// why nothing was done.
pub(super) async fn answer(
    app: &App,
    page: Page,
    session: &Session,
    known: Known,
    done: Result<(), ChangeError>,
    news: &str,
) -> Result<Response, Problem> {
    let grant = known.detail.grant;
    let (status, trouble) = match done {
        Ok(()) => {
            let there = format!("/authorizations/{grant}{news}");
            return Ok(Redirect::to(&there).into_response());
        }
        Err(ChangeError::Unknown) => return Err(Slug::NotFound.into()),
        Err(ChangeError::Fault(fault)) => return Err(fault.into()),
        Err(ChangeError::Moved) => (StatusCode::CONFLICT, "grant-moved"),
        Err(ChangeError::Ended) => (StatusCode::CONFLICT, "grant-moved-ended"),
        Err(ChangeError::OutOfBounds) => (StatusCode::UNPROCESSABLE_ENTITY, "grant-out-of-bounds"),
    };
    // It was looked up before it was refused: it may have changed in between.
    let known = Known::of(app, session, grant).await?;
    let looking = Looking::default();
    let shown = present(app, page, session, known, &looking, Some(trouble)).await?;
    Ok((status, shown).into_response())
}
