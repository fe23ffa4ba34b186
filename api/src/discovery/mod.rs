//! Where machines learn what the platform offers, at addresses that standards fix.

mod api_catalog;
mod robots;
mod security_txt;

use std::sync::Arc;

use axum::{Router, routing::get};

use crate::app::App;

/// The fixed addresses that the document need not describe.
pub(crate) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/.well-known/api-catalog", get(api_catalog::show))
        .route("/.well-known/security.txt", get(security_txt::show))
        .route("/robots.txt", get(robots::show))
}
