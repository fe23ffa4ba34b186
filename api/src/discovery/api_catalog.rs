//! `/.well-known/api-catalog` (RFC 9727): the platform's APIs, as a linkset (RFC 9264).

use std::sync::Arc;

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::app::App;

pub(super) async fn show(State(app): State<Arc<App>>) -> Response {
    let origin = app.config.origin();
    let linkset = json!({ "linkset": [{
        "anchor": format!("{origin}/v1"),
        "service-desc": [
            { "href": format!("{origin}/openapi.json"), "type": "application/json" },
        ],
        "service-doc": [
            { "href": format!("{origin}/docs"), "type": "text/html", "hreflang": ["en", "fr"] },
        ],
        "status": [
            { "href": format!("{origin}/readyz"), "type": "application/json" },
        ],
    }]});
    let catalog = format!("<{origin}/.well-known/api-catalog>; rel=\"api-catalog\"");
    let headers = [
        (
            header::CONTENT_TYPE,
            // RFC 9727 §2 names the profile.
            "application/linkset+json; profile=\"https://www.rfc-editor.org/info/rfc9727\"",
        ),
        (header::LINK, catalog.as_str()),
        (header::CACHE_CONTROL, "public, max-age=3600"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    (headers, linkset.to_string()).into_response()
}
