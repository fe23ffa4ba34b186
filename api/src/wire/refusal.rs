//! What an endpoint refuses with: a [`Problem`] whose possible names stand in its type.

use std::{collections::BTreeMap, marker::PhantomData};

use axum::response::{IntoResponse, Response};
use serde_json::Value;
use utoipa::{
    IntoResponses,
    openapi::{
        ContentBuilder, Ref, RefOr, Response as Described, ResponseBuilder,
        extensions::ExtensionsBuilder,
    },
};

use super::{Problem, Slug, Slugs};

/// A problem out of the list `L`. Anything that becomes a [`Problem`] becomes a refusal by `?`.
///
/// What every endpoint may answer (a request that cannot be read, a failure of ours) needs no
/// mention: [`crate::openapi`] adds it.
#[derive(Debug)]
pub struct Refusal<L> {
    problem: Problem,
    list: PhantomData<fn() -> L>,
}

impl<L: Slugs, P: Into<Problem>> From<P> for Refusal<L> {
    fn from(problem: P) -> Self {
        let problem = problem.into();
        if !COMMON.contains(&problem.slug()) && !L::slugs().contains(&problem.slug()) {
            tracing::error!(
                problem = problem.slug().name(),
                "not declared by its endpoint"
            );
        }
        Self {
            problem,
            list: PhantomData,
        }
    }
}

/// What any endpoint may answer without saying so.
pub const COMMON: &[Slug] = &[
    Slug::MalformedRequest,
    Slug::InvalidParameter,
    Slug::TooManyRequests,
    Slug::Internal,
    Slug::Unavailable,
    Slug::TimedOut,
];

impl<L> IntoResponse for Refusal<L> {
    fn into_response(self) -> Response {
        self.problem.into_response()
    }
}

impl<L: Slugs> IntoResponses for Refusal<L> {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        described(&L::slugs())
    }
}

/// Problems as the document describes them: one response for each status.
pub fn described(slugs: &[Slug]) -> BTreeMap<String, RefOr<Described>> {
    let mut by_status: BTreeMap<String, Vec<Slug>> = BTreeMap::new();
    for &slug in slugs {
        let same = by_status
            .entry(slug.status().as_str().to_owned())
            .or_default();
        if !same.contains(&slug) {
            same.push(slug);
        }
    }
    by_status
        .into_iter()
        .map(|(status, mut slugs)| {
            slugs.sort_unstable();
            (status, one(&slugs).into())
        })
        .collect()
}

/// The extension that names the problems of one response.
pub const PROBLEMS: &str = "x-problems";

fn one(slugs: &[Slug]) -> Described {
    let lines: Vec<_> = slugs
        .iter()
        .map(|slug| format!("[`{0}`](/problems/{0}): {1}.", slug.name(), slug.title()))
        .collect();
    let names: Vec<_> = slugs.iter().map(|slug| Value::from(slug.name())).collect();
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .build();
    ResponseBuilder::new()
        .description(lines.join(" "))
        .content("application/problem+json", content)
        .extensions(Some(ExtensionsBuilder::new().add(PROBLEMS, names).build()))
        .build()
}
