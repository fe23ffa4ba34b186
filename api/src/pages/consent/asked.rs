//! A request, with all that the page about it needs.

use ::consent::{Cautions, Entry, Offered, Pending, Right, Standing, StandingError};
use axum::response::{IntoResponse, Redirect, Response};
use identity::Session;
use time::OffsetDateTime;
use url::Url;

use super::{Reference, form::Complaint, holdings::Holdings, screen::Screen};
use crate::{
    app::App,
    guard,
    html::{Page, Shown},
    wire::{Problem, Slug},
};

/// What became of a request that was looked up.
#[derive(Debug)]
pub(super) enum Found {
    /// It is hers to decide.
    Asked(Box<Asked>),
    /// Her browser goes elsewhere: to sign in anew before she decides, or back to the app, which is told
    /// that there is nothing to decide.
    Elsewhere(Redirect),
}

#[derive(Debug)]
pub(super) struct Asked {
    pub(super) page: Page,
    pub(super) form_token: String,
    pub(super) request_uri: String,
    pub(super) pending: Pending,
    /// Where the worker is sent back to.
    pub(super) back: Url,
    /// The grant that an acceptance will change.
    pub(super) standing: Option<Standing>,
    /// What she may give.
    pub(super) offered: Offered,
    pub(super) holdings: Holdings,
    pub(super) cautions: Cautions,
    pub(super) now: OffsetDateTime,
}

impl Asked {
    /// The request that `reference` names, for the worker of `session` to decide on.
    pub(super) async fn of(
        app: &App,
        page: Page,
        session: &Session,
        reference: &Reference,
    ) -> Result<Found, Problem> {
        let Reference {
            client_id,
            request_uri,
        } = reference;
        let pending = app.consent.pending(client_id, request_uri).await?;
        match app.consent.entry(Some(session), &pending)? {
            Entry::Open => {}
            Entry::SignIn { anew } => {
                let first = guard::sign_in_before(&reference.path(), anew);
                return Ok(Found::Elsewhere(first));
            }
            Entry::Answered(back) => return Ok(Found::Elsewhere(Redirect::to(back.as_str()))),
        }
        let page = page.for_who_reads(pending.languages());
        let back = pending.redirect_uri().parse();
        let back =
            back.map_err(|error: url::ParseError| Problem::new(Slug::Internal).because(error))?;
        let standing = match app.consent.standing(session, &pending).await {
            Ok(standing) => standing,
            Err(StandingError::Answered(back)) => {
                return Ok(Found::Elsewhere(Redirect::to(back.as_str())));
            }
            Err(StandingError::Fault(fault)) => return Err(fault.into()),
        };
        let offered = pending.offered(standing.as_ref());
        let reads = pending.details().actions.contains(&Right::Read);
        Ok(Found::Asked(Box::new(Self {
            form_token: session.form_token().into(),
            holdings: Holdings::of(app, &page, session, &offered.scope, reads).await?,
            cautions: app.consent.cautions(&pending).await?,
            now: app.clock.now(),
            page,
            request_uri: request_uri.clone(),
            pending,
            standing,
            offered,
            back,
        })))
    }

    /// How the browser names it.
    pub(super) fn reference(&self) -> Reference {
        Reference {
            client_id: self.pending.app.client_id.clone(),
            request_uri: self.request_uri.clone(),
        }
    }

    /// `screen`, whose form may end where the app is.
    pub(super) fn shown(&self, screen: Screen) -> Response {
        Shown::new(screen)
            .with_form_to(&self.back.origin())
            .into_response()
    }

    /// `screen` again, to be mended.
    pub(super) fn mended(&self, screen: Screen, complaint: Complaint) -> Response {
        let page = self.shown(screen.complaining(complaint));
        (complaint.status(), page).into_response()
    }
}
