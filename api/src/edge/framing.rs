//! What is refused of a request before anybody reads it: an address that is no text, a host that is
//! not said exactly once, a body in a coding that nobody here undoes.

use axum::{
    body::HttpBody,
    extract::Request,
    http::{HeaderMap, HeaderValue, Version, header, uri::Authority},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::wire::{Problem, Slug, check_encoded};

/// Refuses a request that can be read in two ways, or in none.
pub(crate) async fn check(request: Request, next: Next) -> Response {
    match readable(&request) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

fn readable(request: &Request) -> Result<(), Problem> {
    let uri = request.uri();
    check_encoded(uri.path().as_bytes())?;
    check_encoded(uri.query().unwrap_or_default().as_bytes())?;
    check_host(request.version(), request.headers())?;
    if request.body().is_end_stream() {
        Ok(())
    } else {
        check_coding(request.headers())
    }
}

/// RFC 9112 §3.2: who stands in front of this server and this server must not read two hosts.
fn check_host(version: Version, headers: &HeaderMap) -> Result<(), Problem> {
    let mut sent = headers.get_all(header::HOST).iter();
    let is_host = |value: &HeaderValue| {
        let bytes = value.as_bytes();
        !bytes.contains(&b'@') && Authority::try_from(bytes).is_ok()
    };
    let said = match (sent.next(), sent.next()) {
        // Later versions name the host in the address (RFC 9113 §8.3.1), earlier ones not at all.
        (None, _) => version != Version::HTTP_11,
        (Some(value), None) => is_host(value),
        (Some(_), Some(_)) => false,
    };
    if said {
        Ok(())
    } else {
        Err(Problem::new(Slug::MalformedRequest)
            .detail("one `Host` header that names a host is expected"))
    }
}

/// RFC 9110 §8.4 and §12.5.3: bodies are read as they are.
fn check_coding(headers: &HeaderMap) -> Result<(), Problem> {
    let codings = headers.get_all(header::CONTENT_ENCODING).iter();
    let mut codings = codings.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    if codings.all(|coding| coding.trim_ascii().eq_ignore_ascii_case(b"identity")) {
        return Ok(());
    }
    let identity = HeaderValue::from_static("identity");
    Err(Problem::new(Slug::UnsupportedMediaType)
        .header(header::ACCEPT_ENCODING, identity)
        .detail("a body with a `Content-Encoding` is not read: send it as it is"))
}
