//! The consent page: who asks for what, why, for how long, and how to stop. And the decision.

mod screen;
mod standing;

use std::{collections::BTreeSet, sync::Arc};

use ::consent::{
    Acceptance, Change, Days, DecideError, Decision, Pending, PendingError, Section, Standing,
    StandingError,
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

use super::decisive;
pub(super) use screen::OFFERED;
use screen::{Complaint, Screen, is_essential, offered};

/// The choice of an end that leaves it as it is.
const KEPT: &str = "kept";

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
    /// For how many days, or `kept`.
    days: Option<String>,
    /// Which grant in force the page showed.
    #[serde(default)]
    standing: String,
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
    let asking = Asking {
        app: &app,
        page: &page,
        session: &session,
        pending: &pending,
        request_uri: &reference.request_uri,
    };
    Ok(asking.ask(None).await?)
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
    let asking = Asking {
        app: &app,
        page: &page,
        session: &session,
        pending: &pending,
        request_uri: &fields.request_uri,
    };
    let standing = match app.consent.standing(&session, &pending).await {
        Ok(standing) => standing,
        Err(error) => return answered(error),
    };
    let back = back(&pending)?;
    let decision = match decision(&page, (&pending, standing.as_ref()), &back, &fields) {
        Ok(decision) => decision,
        Err(complaint) => return asking.ask(Some(complaint)).await,
    };
    match app.consent.decide(&session, &pending, decision).await {
        Ok(decided) => Ok(Redirect::to(decided.redirect.as_str()).into_response()),
        Err(DecideError::AlreadyDecided) => Err(Slug::Conflict.into()),
        Err(DecideError::OutOfBounds) => Err(Slug::InvalidBody.into()),
        Err(DecideError::Changed) => asking.ask(Some(Complaint::Changed)).await,
        Err(DecideError::Fault(fault)) => Err(fault.into()),
    }
}

/// Where there is nothing to decide, the app is told.
fn answered(error: StandingError) -> Result<Response, Problem> {
    match error {
        StandingError::Answered(back) => Ok(Redirect::to(back.as_str()).into_response()),
        StandingError::Fault(fault) => Err(fault.into()),
    }
}

fn decision(
    page: &Page,
    (pending, standing): (&Pending, Option<&Standing>),
    back: &Url,
    choice: &Choice,
) -> Result<Decision, Complaint> {
    if choice.decision == Verdict::Refuse {
        return Ok(Decision::Refuse);
    }
    // What was shown is what is decided on: that grant, in that version, or a new one.
    let seen = choice.standing.parse().ok();
    if seen != standing.map(|standing| standing.seen) {
        return Err(Complaint::Changed);
    }
    let offered = offered(pending, standing);
    let mut sections: BTreeSet<_> = choice.section.iter().copied().collect();
    // What is required is shown as such, and not a choice of its own.
    let essential = pending.details().essential.iter().copied();
    sections.extend(essential.filter(|section| is_essential(pending, standing, *section)));
    // An app that lost its tokens comes back for what stands, and nothing more.
    let adds = standing.is_some_and(|standing| standing.change == Change::Merge);
    if sections.is_empty() && !adds {
        return Err(Complaint::NothingChosen);
    }
    // A section that was not asked for stays among them, to be refused.
    let part = |section: &Section| offered.part(*section).cloned().unwrap_or_default();
    let scope = sections
        .iter()
        .map(|section| (*section, part(section)))
        .collect();
    let duration = match choice.days.as_deref() {
        Some(KEPT) => None,
        days => {
            let days = days.and_then(|days| days.parse().ok()).and_then(Days::new);
            Some(days.ok_or(Complaint::NoDuration)?)
        }
    };
    let shown = decisive::CONSENT.shown(page, Screen::texts(page, pending, standing, back));
    Ok(Decision::Accept(Acceptance {
        scope,
        duration,
        seen,
        shown,
    }))
}

/// Who is asked what.
struct Asking<'a> {
    app: &'a App,
    page: &'a Page,
    session: &'a Session,
    pending: &'a Pending,
    request_uri: &'a str,
}

impl Asking<'_> {
    /// The page that asks, with what must be mended, as things stand now; or the answer to the app
    /// when there is nothing to ask any more.
    async fn ask(&self, complaint: Option<Complaint>) -> Result<Response, Problem> {
        let Self {
            app,
            session,
            pending,
            ..
        } = *self;
        let standing = match app.consent.standing(session, pending).await {
            Ok(standing) => standing,
            Err(error) => return answered(error),
        };
        let mut access = app.consent.own(session).await?;
        let counted = record::counts(&mut access).await?;
        let held = access.disclose(counted).await?;
        let back = back(pending)?;
        let asked = (pending, standing.as_ref());
        let page = self.page.clone();
        let screen = Screen::new(page, session, asked, self.request_uri, &held, &back);
        let (status, screen) = match complaint {
            None => (StatusCode::OK, screen),
            Some(complaint) => (complaint.status(), screen.complaining(complaint)),
        };
        let shown = Shown::new(screen).with_form_to(&back.origin());
        Ok((status, shown).into_response())
    }
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
