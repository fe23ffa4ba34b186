//! The journal's public log, as C2SP tlog-tiles serves it, and a worker's own lines with their
//! proofs.

pub(crate) mod checkpoint;
pub(crate) mod consistency;
mod export;
pub(crate) mod key;
mod tile;

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Router,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};
use utoipa::{
    IntoResponses,
    openapi::{ContentBuilder, ObjectBuilder, RefOr, Response as Described, ResponseBuilder, Type},
};

use crate::{app::App, wire::entity_tag};

/// The addresses that the document does not list: tiles, whose names hold slashes, and the
/// download behind a worker's page.
pub(crate) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/journal/tile/{*name}", get(tile::show))
        .route("/journal/export", get(export::download))
}

/// Lines of text that change as the log grows.
#[derive(Debug)]
pub(crate) struct Lines(String);

impl IntoResponse for Lines {
    fn into_response(self) -> Response {
        let tag = entity_tag(self.0.as_bytes());
        let headers = [
            (header::ETAG, tag),
            (header::CONTENT_TYPE, value("text/plain; charset=utf-8")),
            (header::CACHE_CONTROL, value("public, no-cache")),
            (header::ACCESS_CONTROL_ALLOW_ORIGIN, value("*")),
        ];
        (headers, self.0).into_response()
    }
}

impl IntoResponses for Lines {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        let text = ObjectBuilder::new().schema_type(Type::String);
        let text = ContentBuilder::new().schema(Some(text)).build();
        let found = ResponseBuilder::new()
            .description("Found.")
            .content("text/plain", text);
        let unchanged = ResponseBuilder::new()
            .description("Unchanged since the version that `If-None-Match` names.");
        BTreeMap::from([
            ("200".into(), found.build().into()),
            ("304".into(), unchanged.build().into()),
        ])
    }
}

const fn value(text: &'static str) -> HeaderValue {
    HeaderValue::from_static(text)
}
