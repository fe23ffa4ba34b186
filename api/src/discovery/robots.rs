//! `/robots.txt` (RFC 9309): the documentation may be indexed, nobody's pages may.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};

pub(super) async fn show() -> Response {
    let text = "User-agent: *\nAllow: /$\nAllow: /docs\nAllow: /problems\nDisallow: /\n";
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}
