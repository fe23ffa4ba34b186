//! The consent page: who asks for what, why, for how long, and how to stop. And the decision.

mod screen;

use std::{collections::BTreeSet, sync::Arc};

use ::consent::{
    Acceptance, Days, DecideError, Decision, Pending, PendingError, Section, Shown as SeenTexts,
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use identity::Session;
use serde::Deserialize;
use url::Url;

use crate::{
    app::App,
    guard::{NotSignedIn, OwnForm, SignedIn},
    html::{Page, Shown},
    wire::{Problem, Query, Slug},
};

pub(super) use screen::OFFERED;
use screen::{Complaint, Screen};

/// What the browser brings: a reference, and nothing that could be altered.
#[derive(Debug, Deserialize)]
pub(crate) struct Reference {
    client_id: String,
    request_uri: String,
}

/// What the worker decided.
#[derive(Debug, Deserialize)]
pub(crate) struct Choice {
    client_id: String,
    request_uri: String,
    decision: Verdict,
    #[serde(default)]
    section: Vec<Section>,
    days: Option<u16>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    Accept,
    Refuse,
}

/// Shows the request.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    page: Page,
    SignedIn(session): SignedIn,
    Query(reference): Query<Reference>,
) -> Result<Response, NotSignedIn> {
    let pending = app
        .consent
        .pending(&reference.client_id, &reference.request_uri)
        .await?;
    let screen = screen(&app, &page, &session, &pending, &reference.request_uri).await?;
    Ok(screen.into_response())
}

/// Takes the decision, and sends the worker back to the app.
pub(crate) async fn decide(
    State(app): State<Arc<App>>,
    page: Page,
    OwnForm { session, fields }: OwnForm<Choice>,
) -> Result<Response, Problem> {
    let pending = app
        .consent
        .pending(&fields.client_id, &fields.request_uri)
        .await?;
    let back = back(&pending)?;
    let chosen = match decision(&page, &pending, &back, &fields) {
        Ok(decision) => decision,
        Err(complaint) => {
            let screen = screen(&app, &page, &session, &pending, &fields.request_uri).await?;
            let screen = screen.map(|screen| screen.complaining(complaint));
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, screen).into_response());
        }
    };
    match app.consent.decide(&session, &pending, chosen).await {
        Ok(decided) => Ok(Redirect::to(decided.redirect.as_str()).into_response()),
        Err(DecideError::AlreadyDecided) => Err(Slug::Conflict.into()),
        Err(DecideError::OutOfBounds) => Err(Slug::InvalidBody.into()),
        Err(DecideError::Fault(fault)) => Err(fault.into()),
    }
}

fn decision(
    page: &Page,
    pending: &Pending,
    back: &Url,
    choice: &Choice,
) -> Result<Decision, Complaint> {
    if choice.decision == Verdict::Refuse {
        return Ok(Decision::Refuse);
    }
    let details = pending.details();
    let mut sections: BTreeSet<_> = choice.section.iter().copied().collect();
    // What is required is shown as such, and not a choice of its own.
    sections.extend(&details.essential);
    if sections.is_empty() {
        return Err(Complaint::NothingChosen);
    }
    let asked = details.scope();
    // A section that was not asked for stays among them, to be refused.
    let part = |section: &Section| asked.part(*section).cloned().unwrap_or_default();
    let scope = sections
        .iter()
        .map(|section| (*section, part(section)))
        .collect();
    let duration = choice
        .days
        .and_then(Days::new)
        .ok_or(Complaint::NoDuration)?;
    let shown = SeenTexts {
        locale: page.language().into(),
        texts: Screen::texts(page, pending, back),
    };
    Ok(Decision::Accept(Acceptance {
        scope,
        duration,
        shown,
    }))
}

async fn screen(
    app: &App,
    page: &Page,
    session: &Session,
    pending: &Pending,
    request_uri: &str,
) -> Result<Shown<Screen>, Problem> {
    let mut access = app.consent.own(session).await?;
    let counted = record::counts(&mut access).await?;
    let held = access.disclose(counted).await?;
    let back = back(pending)?;
    let screen = Screen::new(page.clone(), session, pending, request_uri, &held, &back);
    Ok(Shown::new(screen).with_form_to(&back.origin()))
}

/// Where the worker is sent back to.
fn back(pending: &Pending) -> Result<Url, Problem> {
    let parsed = pending.redirect_uri().parse();
    parsed.map_err(|error: url::ParseError| Problem::new(Slug::Internal).because(error))
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
