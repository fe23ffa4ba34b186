//! Replies to programs, never stored by anyone.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::json;

/// A JSON document.
pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(body) => {
            let headers = [
                (header::CONTENT_TYPE, "application/json"),
                (header::CACHE_CONTROL, "no-store"),
            ];
            (status, headers, body).into_response()
        }
        Err(error) => broken(&error.into()),
    }
}

/// A signed token.
pub(crate) fn jwt(token: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/jwt"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, token).into_response()
}

/// An OAuth error (RFC 6749 §5.2).
pub(crate) fn refused(status: StatusCode, error: &str, description: &str) -> Response {
    json(
        status,
        &json!({ "error": error, "error_description": description }),
    )
}

/// The provider's own failure: said in the log, not to the caller.
pub(crate) fn broken(error: &anyhow::Error) -> Response {
    tracing::error!(error = format!("{error:#}"), "the test provider failed");
    (StatusCode::INTERNAL_SERVER_ERROR, "server_error").into_response()
}
