//! `GET /v1/record/{section}/proposals`.

use std::sync::Arc;

use axum::extract::State;
use declared::Proposal;
use uuid::Uuid;

use super::{ProposalStanding, declared_section};
use crate::{
    app::App,
    guard::Consented,
    wire::{Found, PageOf, Paging, Path, Query, Refusal, slug},
};

/// Follow what you proposed.
///
/// What your app proposed for the section under this grant, oldest first, and where each stands: for an app
/// whose token gives `propose` on it. What the worker did not decide on within 90 days is no longer there.
/// She sees in her journal that you asked.
#[utoipa::path(get, path = "/v1/record/{section}/proposals", tag = "record",
    operation_id = "list_proposals",
    params(("section" = String, Path, description = "The section of the record", example = "skills"),
        Paging),
    security(("consent" = [])))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Consented(token): Consented,
    Path(name): Path<String>,
    Query(paging): Query<Paging>,
) -> Result<Found<PageOf<ProposalStanding>>, Refusal<(slug::GrantEnded, slug::NotFound)>> {
    let section = declared_section(&name)?;
    let (after, limit) = (paging.after::<Uuid>()?, paging.limit()?);
    let after = after.map(Into::into);
    let page = app
        .declarations
        .proposals(&token, section, after, limit)
        .await?;
    let key = |proposal: &Proposal| proposal.id.uuid();
    Ok(Found(PageOf::of(page, key, ProposalStanding::from)))
}
