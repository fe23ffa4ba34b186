//! What apps propose for the record, and the worker's decision on each.

use std::sync::Arc;

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use declared::{DecideError, Waiting};
use identity::Session;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    News, present,
    words::{Told, readable},
};
use crate::{
    app::App,
    guard::OwnForm,
    html::Page,
    pages::day,
    wire::{Paging, Path, Problem},
};

/// How many are shown at once: those that have waited longest.
const SHOWN: usize = 20;

/// What waits for her.
#[derive(Debug)]
pub(super) struct Proposals {
    pub(super) shown: Vec<Proposal>,
    /// How many more wait behind those.
    pub(super) more: usize,
}

/// What an app proposes.
#[derive(Debug)]
pub(super) struct Proposal {
    pub(super) id: Uuid,
    /// Who, and since when.
    pub(super) by: String,
    /// Into which section it would go, and what it would say.
    pub(super) told: Told,
}

/// A decision names its proposal in the address.
#[derive(Debug, Deserialize)]
pub(crate) struct Decided {
    decision: Verdict,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    Accept,
    Refuse,
}

impl Proposals {
    /// What waits for the worker of `session`.
    pub(super) async fn of(app: &App, page: &Page, session: &Session) -> Result<Self, Problem> {
        let mut waiting = app.declarations.waiting(session).await?;
        let more = waiting.len().saturating_sub(SHOWN);
        waiting.truncate(SHOWN);
        let clients: Vec<_> = waiting.iter().map(|one| one.client_id.clone()).collect();
        let names = app.catalogue.app_names(&clients).await?;
        let shown = waiting.into_iter().map(|one| {
            let app = names.get(&one.client_id).unwrap_or(&one.client_id).clone();
            proposal(page, &app, one)
        });
        Ok(Self {
            shown: shown.collect(),
            more,
        })
    }
}

fn proposal(page: &Page, app: &str, waiting: Waiting) -> Proposal {
    let by = page
        .say("proposal-by")
        .with("app", app)
        .with("at", day(page, waiting.proposed_at));
    let (section, occupation) = (waiting.section, waiting.occupation.as_ref());
    let mut told = Told::of(page, section, readable(waiting.declared), occupation);
    let place = page.say(&format!("section-{section}")).to_string();
    told.facts
        .insert(0, (page.say("proposal-for").to_string(), place));
    Proposal {
        id: waiting.id.uuid(),
        by: by.to_string(),
        told,
    }
}

/// Takes the decision. When the page is shown again, it is done.
pub(crate) async fn decide(
    State(app): State<Arc<App>>,
    page: Page,
    Path(proposal): Path<Uuid>,
    OwnForm { session, fields }: OwnForm<Decided>,
) -> Result<Response, Problem> {
    let (declarations, proposal) = (&app.declarations, proposal.into());
    let (decided, there) = match fields.decision {
        Verdict::Accept => {
            let accepted = declarations.accept(&session, proposal).await;
            (accepted.map(|_entry| ()), "/record?done=accepted")
        }
        Verdict::Refuse => {
            let refused = declarations.decline(&session, proposal).await;
            (refused, "/record?done=refused")
        }
    };
    match decided {
        Ok(()) => Ok(Redirect::to(there).into_response()),
        Err(DecideError::Unknown) => {
            let (paging, news) = (Paging::default(), News::default());
            let trouble = Some("proposal-gone");
            let shown = present(&app, page, &session, &paging, &news, trouble).await?;
            Ok((StatusCode::NOT_FOUND, shown).into_response())
        }
        Err(DecideError::Fault(fault)) => Err(fault.into()),
    }
}
