//! `/problems` and `/problems/{slug}`: what the `type` of a problem leads to. A page for a
//! browser, JSON for a program.

use askama::Template;
use axum::{
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::{
    edge::prefers_page,
    html::{Page, Shown},
    wire::{Found, Path, Problem, Slug},
};

/// A problem, explained.
#[derive(Debug, Clone, Serialize)]
struct Explained {
    name: &'static str,
    status: u16,
    title: &'static str,
    explanation: &'static str,
}

impl From<Slug> for Explained {
    fn from(slug: Slug) -> Self {
        Self {
            name: slug.name(),
            status: slug.status().as_u16(),
            title: slug.title(),
            explanation: slug.explanation(),
        }
    }
}

#[derive(Template)]
#[template(path = "docs/problems.html")]
struct List {
    page: Page,
    problems: Vec<Explained>,
}

#[derive(Template)]
#[template(path = "docs/problem.html")]
struct Show {
    page: Page,
    problem: Explained,
}

pub(super) async fn list(page: Page, headers: HeaderMap) -> Response {
    let problems: Vec<_> = Slug::ALL.iter().copied().map(Explained::from).collect();
    if prefers_page(&headers) {
        Shown::new(List { page, problems }).into_response()
    } else {
        Found(problems).into_response()
    }
}

pub(super) async fn show(
    page: Page,
    headers: HeaderMap,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let slug = Slug::ALL
        .iter()
        .copied()
        .find(|slug| slug.name() == name)
        .ok_or(Slug::NotFound)?;
    let problem = Explained::from(slug);
    Ok(if prefers_page(&headers) {
        Shown::new(Show { page, problem }).into_response()
    } else {
        Found(problem).into_response()
    })
}
