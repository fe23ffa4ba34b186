//! `GET /journal/key`.

use std::sync::Arc;

use axum::extract::State;

use super::Lines;
use crate::{app::App, wire::Refusal};

/// The log's public key
///
/// The key that signs checkpoints, as a *vkey* of C2SP signed-note: the log's name, the key's id, and
/// the key in base64. Keep it together with a checkpoint, from a day when you trusted both.
#[utoipa::path(get, path = "/journal/key", tag = "journal", operation_id = "journal_key",
    security(()))]
pub(crate) async fn show(State(app): State<Arc<App>>) -> Result<Lines, Refusal<()>> {
    Ok(Lines(format!("{}\n", app.log.key())))
}
