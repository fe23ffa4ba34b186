//! `/authorizations/{grant}`: one grant, all that it is, and all that its worker can make of it.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use identity::Session;
use kernel::{GrantId, Limit, LineId};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    ends::{self, End},
    erased,
    facts::{Facts, Known},
    history::{self, Reading, Told},
};
use crate::{
    app::App,
    guard::{NotSignedIn, SignedIn},
    html::{Page, Shown},
    wire::{PageOf, Path, Problem, Query, read_cursor},
};

#[derive(Debug, Template)]
#[template(path = "grant.html")]
pub(crate) struct Steered {
    page: Page,
    form_token: String,
    grant: Uuid,
    version: i32,
    facts: Facts,
    /// What has just been done.
    done: Option<String>,
    /// Why nothing was done.
    trouble: Option<&'static str>,
    /// Whether it can be steered: it has not ended.
    lasts: bool,
    /// Since when it is paused, in words.
    paused: Option<String>,
    /// How many proposals of its app wait for her.
    proposals: usize,
    /// Why it has ended, in words.
    ended: Option<String>,
    erased: Vec<String>,
    later: Vec<End>,
    readings: Vec<Reading>,
    next_reading: Option<String>,
    versions: Vec<Told>,
    next_version: Option<String>,
    /// The number of the receipt of its end.
    end_receipt: Option<i32>,
}

/// What of it is looked at.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Looking {
    /// The reading after which the list of readings goes on.
    after: Option<String>,
    /// The version below which the list of versions goes on.
    below: Option<String>,
    /// What has just been done.
    done: Option<String>,
}

/// What can have been done: `grant-done-…` says it.
const DONE: [&str; 6] = ["changed", "part", "renewed", "paused", "resumed", "kept"];

/// Shows a grant of the worker.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    page: Page,
    Path(grant): Path<Uuid>,
    SignedIn(session): SignedIn,
    Query(looking): Query<Looking>,
) -> Result<Shown<Steered>, NotSignedIn> {
    let known = Known::of(&app, &session, grant.into()).await?;
    Ok(present(&app, page, &session, known, &looking, None).await?)
}

/// The page of `known`, as it is now, saying why nothing was done where something was tried.
pub(super) async fn present(
    app: &App,
    page: Page,
    session: &Session,
    known: Known,
    looking: &Looking,
    trouble: Option<&'static str>,
) -> Result<Shown<Steered>, Problem> {
    let (consent, grant) = (&app.consent, known.detail.grant);
    let waiting = app.declarations.waiting_by_app(session).await?;
    let (readings, next_reading) = readings(app, &page, session, grant, looking).await?;
    let below = looking.below.as_deref().map(read_cursor).transpose()?;
    let versions = consent.versions(session, grant, below).await?;
    let receipts = consent.receipts(session).await?;
    let has_receipt = |version| receipts.contains(&(grant.uuid(), version));
    let versions = PageOf::of(
        versions,
        |last| last.number,
        |version| history::told(&page, &known.app, &version, has_receipt(version.number)),
    );
    let end = known.detail.version + 1;
    let now = app.clock.now();
    let detail = &known.detail;
    let done = looking
        .done
        .as_deref()
        .filter(|done| DONE.contains(done))
        .map(|done| page.say(&format!("grant-done-{done}")).to_string());
    let lasts = !detail.state.has_ended();
    let of_app = waiting.get(&detail.client_id).copied();
    Ok(Shown::new(Steered {
        form_token: session.form_token().to_owned(),
        grant: grant.uuid(),
        version: detail.version,
        facts: Facts::of(&page, &known),
        done,
        trouble,
        lasts,
        proposals: of_app.unwrap_or_default(),
        paused: super::paused(&page, detail.state),
        ended: super::ended(&page, detail.state),
        erased: detail
            .obligation
            .map(|owed| erased(&page, owed.state(now)))
            .unwrap_or_default(),
        later: if lasts {
            ends::later(&page, detail, now)
        } else {
            Vec::new()
        },
        readings,
        next_reading,
        versions: versions.items,
        next_version: versions.next,
        end_receipt: has_receipt(end).then_some(end),
        page,
    }))
}

async fn readings(
    app: &App,
    page: &Page,
    session: &Session,
    grant: GrantId,
    looking: &Looking,
) -> Result<(Vec<Reading>, Option<String>), Problem> {
    let after = looking.after.as_deref().map(read_cursor::<Uuid>);
    let after = after.transpose()?.map(LineId::from);
    let found = app
        .consent
        .readings(session, grant, after, Limit::DEFAULT)
        .await?;
    let names = history::names(app, session, &found.items).await?;
    let listed = PageOf::of(
        found,
        |last| last.line.id.uuid(),
        |kept| history::reading(page, &names, &kept),
    );
    Ok((listed.items, listed.next))
}

impl Steered {
    /// Whether a part can be taken away and something is left.
    fn has_parts(&self) -> bool {
        self.lasts && self.facts.given.len() > 1
    }
}
