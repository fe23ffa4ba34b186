//! The boundary that every request and every answer crosses: addresses are checked, time is
//! limited, panics are caught, problems are written, and browsers are told what to refuse.

use std::{any::Any, error::Error, sync::Arc};

use askama::Template;
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{
    config::Config,
    html::{Page, Shown},
    locale::{self, Locale},
    telemetry::RequestId,
    wire::{Flaw, Problem, ProblemDocument, Slug},
};

mod challenge;
pub(crate) mod framing;
#[cfg(test)]
mod tests;

/// Gives a request up when it takes longer than it may. Whether its body came too slowly or we were
/// slow cannot be told apart here: both are 503, after which a client may try again.
pub(crate) async fn limit_time(
    State(config): State<Arc<Config>>,
    request: Request,
    next: Next,
) -> Response {
    tokio::time::timeout(config.request_time(), next.run(request))
        .await
        .unwrap_or_else(|_late| Problem::new(Slug::TimedOut).into_response())
}

/// Answers for a handler that panicked. What it said stays unsaid: it may quote the request.
pub(crate) fn caught(_: Box<dyn Any + Send>) -> Response {
    Problem::new(Slug::Internal).into_response()
}

/// An address that nobody answers.
pub(crate) async fn nothing_here() -> Problem {
    Problem::new(Slug::NotFound)
}

/// An address that answers other methods.
pub(crate) async fn wrong_method() -> Problem {
    Problem::new(Slug::MethodNotAllowed)
}

/// Makes an answer whole: writes the problem it carries, logs its cause, answers 304 to who has
/// the same bytes, and sets the headers that protect a browser.
pub(crate) async fn settle(
    State(config): State<Arc<Config>>,
    request: Request,
    next: Next,
) -> Response {
    let asked = request.method().clone();
    let uri = request.uri().clone();
    let headers = request.headers().clone();
    let id = request.extensions().get::<RequestId>().cloned();
    let response = next.run(request).await;
    let mut response = match response.extensions().get::<Problem>().cloned() {
        Some(problem) => {
            log(&problem);
            let id = id.map(|RequestId(id)| id).unwrap_or_default();
            let shown = if prefers_page(&headers) {
                let page = Page::new(config.sandbox, uri.clone(), Locale::of(&uri, &headers));
                shown(page, &problem, id)
            } else {
                written(&config, &problem, &id)
            };
            under_headers_of(response, shown)
        }
        None => unless_unchanged(&asked, &headers, response),
    };
    challenge::lead_to_metadata(&config, &uri, &mut response);
    protect(&mut response);
    remember_language(&config, &uri, &mut response);
    response
}

/// A language chosen in the address is kept, for the pages that follow.
fn remember_language(config: &Config, uri: &Uri, response: &mut Response) {
    let Some(chosen) = Locale::chosen(uri).filter(|_| is_page(response)) else {
        return;
    };
    let secure = if config.public_url.scheme() == "https" {
        "; Secure"
    } else {
        ""
    };
    let cookie = format!(
        "{}={}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly{secure}",
        locale::COOKIE,
        chosen.tag()
    );
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

fn is_page(response: &Response) -> bool {
    let media_type = response.headers().get(header::CONTENT_TYPE);
    media_type.is_some_and(|media_type| media_type.as_bytes().starts_with(b"text/html"))
}

fn log(problem: &Problem) {
    let name = problem.slug().name();
    match problem.cause() {
        Some(cause) if problem.slug().status().is_server_error() => {
            tracing::error!(problem = name, cause = cause as &dyn Error, "failed");
        }
        _ if problem.slug().status().is_server_error() => tracing::warn!(problem = name, "failed"),
        Some(cause) => tracing::info!(problem = name, cause = cause as &dyn Error, "refused"),
        None => tracing::info!(problem = name, "refused"),
    }
}

fn written(config: &Config, problem: &Problem, id: &str) -> Response {
    let document = problem.document(config.origin(), id);
    let media_type = [(header::CONTENT_TYPE, "application/problem+json")];
    (
        media_type,
        serde_json::to_vec(&document).unwrap_or_default(),
    )
        .into_response()
}

#[derive(Template)]
#[template(path = "problem.html")]
struct Failed {
    page: Page,
    status: u16,
    said: String,
    detail: Option<String>,
    errors: Vec<Flaw>,
    request_id: String,
}

fn shown(page: Page, problem: &Problem, request_id: String) -> Response {
    let document = problem.document("", &request_id);
    let said = format!("problem-{}", problem.slug().name());
    let ProblemDocument {
        status,
        detail,
        errors,
        ..
    } = document;
    Shown::new(Failed {
        page,
        status,
        said,
        detail,
        errors,
        request_id,
    })
    .into_response()
}

/// The body of `shown` under the status and headers that the problem came with.
fn under_headers_of(problem: Response, shown: Response) -> Response {
    let (mut parts, _) = problem.into_parts();
    let (dressed, body) = shown.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.extend(dressed.headers);
    parts
        .headers
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Response::from_parts(parts, body)
}

/// Whether the caller would rather read a page than JSON (RFC 9110 §12.5.1): it names HTML, and no
/// less than JSON.
pub(crate) fn prefers_page(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT);
    let ranges = accepted.iter().filter_map(|value| value.to_str().ok());
    let (mut html, mut json) = (0.0_f32, 0.0_f32);
    for range in ranges.flat_map(|value| value.split(',')) {
        let (media_type, parameters) = range.split_once(';').unwrap_or((range, ""));
        let weight = parameters
            .trim()
            .strip_prefix("q=")
            .map_or(1.0, |q| q.parse().unwrap_or(0.0));
        match media_type.trim() {
            "text/html" => html = html.max(weight),
            "application/json" | "application/problem+json" => json = json.max(weight),
            _ => {}
        }
    }
    html > 0.0 && html >= json
}

/// RFC 9110 §13.1.2 and §15.4.5.
fn unless_unchanged(asked: &Method, headers: &HeaderMap, response: Response) -> Response {
    let safe = matches!(*asked, Method::GET | Method::HEAD) && response.status() == StatusCode::OK;
    let Some(tag) = response.headers().get(header::ETAG).filter(|_| safe) else {
        return response;
    };
    let known = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|one| one.trim().trim_start_matches("W/"))
        .any(|one| one == "*" || one.as_bytes() == tag.as_bytes());
    if !known {
        return response;
    }
    let (mut parts, _) = response.into_parts();
    parts.status = StatusCode::NOT_MODIFIED;
    parts.headers.remove(header::CONTENT_TYPE);
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::empty())
}

/// What a page may load, and where its forms may lead.
pub(crate) const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What a browser is told about every answer, and about pages. A page that needs another policy
/// sets its own before.
fn protect(response: &mut Response) {
    let is_page = is_page(response);
    let headers = response.headers_mut();
    let mut set = |name, value| {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    if is_page {
        set(header::CONTENT_SECURITY_POLICY, PAGE_POLICY);
        set(
            header::HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        );
        set(header::CACHE_CONTROL, "no-store");
    } else {
        set(
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        );
    }
}
