//! `GET /journal/checkpoint`.

use std::sync::Arc;

use axum::extract::State;

use super::Lines;
use crate::{app::App, wire::Refusal};

/// The log's signed head
///
/// How many lines are sealed and the root of their Merkle tree, as a signed note (C2SP
/// tlog-checkpoint, Ed25519). Keep one: the log can then never be rewritten behind your back. The
/// tree's tiles are at `/journal/tile/<L>/<N>`, its entries at `/journal/tile/entries/<N>` (C2SP
/// tlog-tiles); an entry is the salted digest of a line and names nobody.
#[utoipa::path(get, path = "/journal/checkpoint", tag = "journal", operation_id = "checkpoint",
    security(()))]
pub(crate) async fn show(State(app): State<Arc<App>>) -> Result<Lines, Refusal<()>> {
    Ok(Lines(app.log.checkpoint().await?.note))
}
