//! `GET /journal/consistency/{size}`.

use std::sync::Arc;

use axum::extract::State;

use super::Lines;
use crate::{
    app::App,
    wire::{Path, Refusal, Slug, slug},
};

/// That the log continues an older one
///
/// The signed head, behind the proof that its tree begins with the one of `size` lines: the body
/// that C2SP tlog-witness gives to a witness. With the checkpoint of that size that you kept, it
/// shows that nothing was changed or removed since.
#[utoipa::path(get, path = "/journal/consistency/{size}", tag = "journal",
    operation_id = "consistency", security(()),
    params(("size" = u64, Path, description = "The size of the older tree", example = 0)))]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Path(size): Path<u64>,
) -> Result<Lines, Refusal<slug::NotFound>> {
    let head = app.log.since(size).await?.ok_or(Slug::NotFound)?;
    Ok(Lines(head.to_string()))
}
