//! What goes wrong, as RFC 9457 says it.
//!
//! A [`Problem`] is a value until the boundary: [`crate::edge::settle`] gives it the request's id
//! and the platform's address, logs its cause once, and writes it as JSON or, for a browser, as a
//! page. So no handler knows how a problem looks.

use std::{borrow::Cow, error::Error, sync::Arc};

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use kernel::Fault;
use serde::Serialize;
use utoipa::ToSchema;

use super::Slug;

/// A refusal or a failure, before it is written.
#[derive(Debug, Clone)]
pub struct Problem(Box<Content>);

#[derive(Debug, Clone)]
struct Content {
    slug: Slug,
    detail: Option<Cow<'static, str>>,
    errors: Vec<Flaw>,
    headers: HeaderMap,
    cause: Option<Arc<dyn Error + Send + Sync>>,
}

impl Problem {
    /// The problem named `slug`, with nothing to add.
    pub fn new(slug: Slug) -> Self {
        Self(Box::new(Content {
            slug,
            detail: None,
            errors: Vec::new(),
            headers: HeaderMap::new(),
            cause: None,
        }))
    }

    /// Says what is particular to this occurrence, in English, without personal data.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// Adds one flaw of the request.
    #[must_use]
    pub fn flaw(mut self, flaw: Flaw) -> Self {
        self.0.errors.push(flaw);
        self
    }

    /// Adds flaws of the request.
    #[must_use]
    pub fn flaws(mut self, flaws: impl IntoIterator<Item = Flaw>) -> Self {
        self.0.errors.extend(flaws);
        self
    }

    /// Adds a header to the answer: `WWW-Authenticate`, `Retry-After`, `Allow`.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.append(name, value);
        self
    }

    /// Keeps why, for the log. It is never shown.
    #[must_use]
    pub fn because(mut self, cause: impl Error + Send + Sync + 'static) -> Self {
        self.0.cause = Some(Arc::new(cause));
        self
    }

    /// Its name.
    pub const fn slug(&self) -> Slug {
        self.0.slug
    }

    /// Why it happened, for the log.
    pub fn cause(&self) -> Option<&(dyn Error + Send + Sync + 'static)> {
        self.0.cause.as_deref()
    }

    /// As third parties read it.
    pub fn document(&self, public_url: &str, request_id: &str) -> ProblemDocument {
        ProblemDocument {
            r#type: address(public_url, self.0.slug),
            title: self.0.slug.title().into(),
            status: self.0.slug.status().as_u16(),
            detail: self.0.detail.as_ref().map(ToString::to_string),
            errors: self.0.errors.clone(),
            request_id: request_id.into(),
        }
    }
}

/// The `type` of a problem: the page that explains it.
pub fn address(public_url: &str, slug: Slug) -> String {
    format!(
        "{}/problems/{}",
        public_url.trim_end_matches('/'),
        slug.name()
    )
}

impl From<Slug> for Problem {
    fn from(slug: Slug) -> Self {
        Self::new(slug)
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        if fault.is_transient() {
            Self::new(Slug::Unavailable)
                .header(header::RETRY_AFTER, HeaderValue::from_static("1"))
                .because(fault)
        } else {
            Self::new(Slug::Internal).because(fault)
        }
    }
}

impl IntoResponse for Problem {
    /// Hands the problem to the boundary, in the response's extensions.
    fn into_response(self) -> Response {
        let mut response = self.0.slug.status().into_response();
        response.headers_mut().extend(self.0.headers.clone());
        response.extensions_mut().insert(self);
        response
    }
}

/// One flaw of a request: where it is, a stable code, and words.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Flaw {
    /// Where in a JSON body, as a JSON Pointer (RFC 6901). Empty for the whole body.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "/sections/0")]
    pub pointer: Option<String>,
    /// The parameter of the path, query, form or headers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "limit")]
    pub parameter: Option<String>,
    /// The line of a deposited file, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// What is wrong, for programs. Codes are added, never changed.
    #[schema(example = "out-of-range")]
    pub code: String,
    /// What is wrong, for people.
    #[schema(example = "expected a number from 1 to 200")]
    pub detail: String,
}

impl Flaw {
    /// A flaw at `pointer` of a JSON body.
    pub fn at(pointer: impl Into<String>, code: &str, detail: impl Into<String>) -> Self {
        Self {
            pointer: Some(pointer.into()),
            ..Self::new(code, detail)
        }
    }

    /// A flaw of one parameter.
    pub fn of(parameter: impl Into<String>, code: &str, detail: impl Into<String>) -> Self {
        Self {
            parameter: Some(parameter.into()),
            ..Self::new(code, detail)
        }
    }

    /// A flaw on one line of a file.
    pub fn on_line(line: u64, code: &str, detail: impl Into<String>) -> Self {
        Self {
            line: Some(line),
            ..Self::new(code, detail)
        }
    }

    /// A flaw of the whole.
    pub fn new(code: &str, detail: impl Into<String>) -> Self {
        Self {
            pointer: None,
            parameter: None,
            line: None,
            code: code.into(),
            detail: detail.into(),
        }
    }
}

/// A problem as RFC 9457 writes it (`application/problem+json`).
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemDocument {
    /// Which problem: a stable address that explains it.
    #[schema(format = "uri", example = "http://localhost:8080/problems/not-found")]
    pub r#type: String,
    /// A short summary, the same at each occurrence.
    #[schema(example = "There is nothing here")]
    pub title: String,
    /// The HTTP status, repeated.
    #[schema(example = 404, minimum = 400, maximum = 599)]
    pub status: u16,
    /// What is particular to this occurrence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Each flaw of the request, where there is more to say than the title does.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<Flaw>,
    /// The request's id, as in the `x-request-id` header: tell it when you ask for help.
    pub request_id: String,
}
