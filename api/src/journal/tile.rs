//! `GET /journal/tile/…`: the tiles of the log, which never change (C2SP tlog-tiles).

use std::sync::Arc;

use ::journal::TileName;
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};

use super::value;
use crate::{
    app::App,
    wire::{Path, Problem, Slug},
};

pub(super) async fn show(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let name: TileName = name.parse().map_err(|_misshapen| Slug::NotFound)?;
    let tile = app.log.tile(name).await?.ok_or(Slug::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, value("application/octet-stream")),
        (
            header::CACHE_CONTROL,
            value("public, max-age=31536000, immutable"),
        ),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, value("*")),
    ];
    Ok((headers, tile).into_response())
}
