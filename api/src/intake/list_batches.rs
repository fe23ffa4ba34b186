//! `GET /v1/batches`.

use std::sync::Arc;

use axum::extract::State;
use intake::Batch;
use uuid::Uuid;

use super::BatchSummary;
use crate::{
    app::App,
    guard::OperatorKey,
    wire::{Found, PageOf, Paging, Query, Refusal},
};

/// The organisation's batches.
///
/// Newest first.
#[utoipa::path(get, path = "/v1/batches", tag = "batches", operation_id = "list_batches",
    params(Paging), security(("operator_key" = [])))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    OperatorKey(operator): OperatorKey,
    Query(paging): Query<Paging>,
) -> Result<Found<PageOf<BatchSummary>>, Refusal<()>> {
    let (before, limit) = (paging.after::<Uuid>()?, paging.limit()?);
    let organisation = operator.organisation().id;
    let page = app
        .intake
        .batches(organisation, before.map(Into::into), limit)
        .await?;
    Ok(Found(PageOf::of(
        page,
        |batch: &Batch| batch.id.uuid(),
        BatchSummary::from,
    )))
}
