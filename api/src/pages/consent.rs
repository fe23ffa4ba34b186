//! The consent page: who asks for what, why, for how long, and how to stop. And the decision.
//!
//! The worker gives whole sections, or of a section single fields and entries, or what is about a
//! certain day and later. Before she decides she can see what the app would read. What is kept with
//! her grant are the texts of the very page that she accepted: its form names that page by a digest.

mod again;
mod asked;
mod cautions;
mod form;
mod holdings;
mod posted;
mod preview;
mod row;
mod screen;
mod standing;
mod told;

use std::sync::Arc;

use ::consent::{Acceptance, DecideError, Decision, Entry, PendingError, Scope};
use axum::{
    extract::State,
    http::{HeaderMap, Uri},
    response::{IntoResponse, Redirect, Response},
};
use identity::Session;
use serde::Deserialize;

use crate::{
    app::App,
    guard::{self, OwnForm},
    html::{Page, Shown},
    wire::{Problem, Query, Slug},
};

use again::Again;
use asked::{Asked, Found};
use form::{Answer, Complaint, Ticked, Unfit, Verdict};
use posted::Posted;
use preview::Preview;
pub(super) use screen::OFFERED;
use screen::Screen;

/// What the browser brings: a reference, and nothing that could be altered.
#[derive(Debug, Deserialize)]
pub(crate) struct Reference {
    client_id: String,
    request_uri: String,
}

impl Reference {
    /// Where a browser brings it.
    fn path(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("client_id", &self.client_id);
        query.append_pair("request_uri", &self.request_uri);
        format!("/oauth/authorize?{}", query.finish())
    }
}

/// Shows the request; of one that she refused a few days ago, that she did.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    page: Page,
    uri: Uri,
    headers: HeaderMap,
    reference: Result<Query<Reference>, Problem>,
) -> Result<Response, Problem> {
    let Some(session) = guard::session(&app, &headers).await? else {
        return before_she_signs_in(&app, &uri, reference.ok()).await;
    };
    let Query(reference) = reference?;
    let asked = match Asked::of(&app, page, &session, &reference).await? {
        Found::Asked(asked) => asked,
        Found::Elsewhere(there) => return Ok(there.into_response()),
    };
    let refused = app.consent.refused_before(&session, &asked.pending);
    if let Some(refused_at) = refused.await? {
        let again = Shown::new(Again::new(&asked, refused_at));
        return Ok(again.with_form_to(&asked.back.origin()).into_response());
    }
    Ok(asked.shown(Screen::new(&asked, &Ticked::default())?.0))
}

/// What a browser without a session is answered: she signs in, unless the app wants her to be asked
/// nothing.
async fn before_she_signs_in(
    app: &App,
    uri: &Uri,
    reference: Option<Query<Reference>>,
) -> Result<Response, Problem> {
    let mut anew = false;
    if let Some(Query(Reference { client_id, request_uri })) = reference
        // Of a request that is not known she reads once she has signed in.
        && let Ok(pending) = app.consent.pending(&client_id, &request_uri).await
    {
        match app.consent.entry(None, &pending)? {
            Entry::Answered(back) => return Ok(Redirect::to(back.as_str()).into_response()),
            Entry::SignIn { anew: asked } => anew = asked,
            Entry::Open => {}
        }
    }
    Ok(guard::sign_in_before(guard::asked_for(uri), anew).into_response())
}

/// Takes what is posted here: a decision; or a request, which is shown like any other.
pub(crate) async fn post(
    state: State<Arc<App>>,
    page: Page,
    posted: Posted,
) -> Result<Response, Problem> {
    match posted {
        Posted::Answer(form) => decide(state, page, *form).await,
        Posted::Request(reference) => Ok(Redirect::to(&reference.path()).into_response()),
    }
}

/// Takes the decision and sends the worker back to the app, or shows the page again: with what the
/// app would see, or with what must be mended.
async fn decide(
    State(app): State<Arc<App>>,
    page: Page,
    OwnForm { session, fields }: OwnForm<Answer>,
) -> Result<Response, Problem> {
    let asked = match Asked::of(&app, page, &session, &fields.reference()).await? {
        Found::Asked(asked) => asked,
        Found::Elsewhere(there) => return Ok(there.into_response()),
    };
    let ticked = fields.ticked();
    match fields.decision {
        Verdict::Look => Ok(asked.shown(Screen::new(&asked, &Ticked::default())?.0)),
        Verdict::Refuse => settle(&app, &session, &asked, &ticked, Decision::Refuse).await,
        Verdict::Preview => {
            let (screen, given) = match chosen(&asked, &fields, &ticked)? {
                Chosen::Given { screen, given, .. } => (screen, given),
                Chosen::Complaint(page) => return Ok(page),
            };
            let details = asked.pending.details();
            let preview = Preview::of(&app, &asked.page, &session, details, &given).await?;
            Ok(asked.shown((*screen).previewing(preview)))
        }
        Verdict::Accept => {
            let acceptance = match chosen(&asked, &fields, &ticked)? {
                Chosen::Given { acceptance, .. } => acceptance,
                Chosen::Complaint(page) => return Ok(page),
            };
            let decision = Decision::Accept(acceptance);
            settle(&app, &session, &asked, &ticked, decision).await
        }
    }
}

/// What came of the form.
enum Chosen {
    /// Something that she may give.
    Given {
        /// The page, with the boxes as she left them.
        screen: Box<Screen>,
        /// What the app may see once she has accepted.
        given: Scope,
        acceptance: Acceptance,
    },
    /// The page again, with what must be mended.
    Complaint(Response),
}

/// What the form gives, if she read the page as it is now.
fn chosen(asked: &Asked, answer: &Answer, ticked: &Ticked) -> Result<Chosen, Problem> {
    let (screen, shown) = Screen::new(asked, ticked)?;
    let mend = |screen, complaint| Ok(Chosen::Complaint(asked.mended(screen, complaint)));
    let standing = asked.standing.as_ref();
    let seen = standing.map(|standing| standing.seen);
    if answer.seen != screen::digest(&shown) || answer.standing.parse().ok() != seen {
        return mend(screen, Complaint::Changed);
    }
    let (scope, duration) = match ticked.terms(&asked.offered, &asked.holdings.listed()) {
        Ok(terms) => terms,
        Err(Unfit::Mend(complaint)) => return mend(screen, complaint),
        Err(Unfit::Beyond) => return Err(Slug::InvalidBody.into()),
    };
    let Ok(given) = asked.pending.given(standing, &scope) else {
        return mend(screen, Complaint::Inexact);
    };
    let acceptance = Acceptance {
        scope,
        duration,
        seen,
        shown,
    };
    Ok(Chosen::Given {
        screen: Box::new(screen),
        given,
        acceptance,
    })
}

async fn settle(
    app: &App,
    session: &Session,
    asked: &Asked,
    ticked: &Ticked,
    decision: Decision,
) -> Result<Response, Problem> {
    match app.consent.decide(session, &asked.pending, decision).await {
        Ok(decided) => Ok(Redirect::to(decided.redirect.as_str()).into_response()),
        Err(DecideError::AlreadyDecided) => Err(Slug::Conflict.into()),
        Err(DecideError::OutOfBounds) => Err(Slug::InvalidBody.into()),
        // Between the page that was just built and this: she reads what is now.
        Err(DecideError::Changed) => {
            let reference = asked.reference();
            match Asked::of(app, asked.page.clone(), session, &reference).await? {
                Found::Asked(now) => {
                    let screen = Screen::new(&now, ticked)?.0;
                    Ok(now.mended(screen, Complaint::Changed))
                }
                Found::Elsewhere(there) => Ok(there.into_response()),
            }
        }
        Err(DecideError::Fault(fault)) => Err(fault.into()),
    }
}

impl From<PendingError> for Problem {
    fn from(error: PendingError) -> Self {
        match error {
            PendingError::Unknown => Slug::NotFound.into(),
            PendingError::Decided => Slug::Conflict.into(),
            PendingError::Fault(fault) => fault.into(),
        }
    }
}
