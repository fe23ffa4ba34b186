//! The console at `/docs/console`: Swagger UI, built into the program.

use std::sync::Arc;

use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, header},
    middleware::{Next, from_fn},
    response::Response,
};
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::app::App;

/// The console runs its own scripts and styles, and asks nobody but us.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

pub(super) fn router() -> Router<Arc<App>> {
    let config = Config::new(["/openapi.json"])
        .validator_url("none")
        .deep_linking(true);
    Router::from(SwaggerUi::new("/docs/console").config(config)).layer(from_fn(permit_scripts))
}

async fn permit_scripts(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let policy = HeaderValue::from_static(POLICY);
    response
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}
