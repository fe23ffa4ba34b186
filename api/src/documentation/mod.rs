//! What third parties read: the document, its reference in HTML, a console to try it, and a page
//! for each problem. All of it is served from here; nothing is fetched from elsewhere.

mod console;
mod problems;
mod prose;
mod reference;
mod schema;

use std::sync::Arc;

use axum::{Extension, Router, http::header, response::IntoResponse, routing::get};
use utoipa::openapi::OpenApi;

use crate::{app::App, wire::entity_tag};
use reference::Reference;

/// The addresses of the documentation of `document`.
pub(crate) fn router(document: &OpenApi) -> Router<Arc<App>> {
    let text = Arc::new(document.to_pretty_json().unwrap_or_default());
    let tag = entity_tag(text.as_bytes());
    let reference = Arc::new(Reference::read(document));
    let written = move || async move {
        let headers = [
            (
                header::CONTENT_TYPE,
                header::HeaderValue::from_static("application/json"),
            ),
            (
                header::CACHE_CONTROL,
                header::HeaderValue::from_static("no-cache"),
            ),
            (header::ETAG, tag),
            // Anybody's page may read it: it is public, and read without credentials.
            (
                header::ACCESS_CONTROL_ALLOW_ORIGIN,
                header::HeaderValue::from_static("*"),
            ),
        ];
        (headers, text.as_str().to_owned()).into_response()
    };
    Router::new()
        .route("/openapi.json", get(written))
        .route("/docs", get(reference::overview))
        .route("/docs/schemas", get(reference::schemas))
        .route("/docs/{chapter}", get(reference::chapter))
        .route("/problems", get(problems::list))
        .route("/problems/{slug}", get(problems::show))
        .layer(Extension(reference))
        .merge(console::router())
}
