//! What holds over every address, and the walls between workers.
//!
//! The operations are read from the committed document: a new one is held to these promises
//! before anybody thinks of it.

mod addresses;
mod agents;
mod caching;
mod cross_worker;
mod documents;
mod life;
mod lists;
mod mistakes;
mod page_forms;
mod pages;
mod privacy;
mod reading;
mod refusals;
mod rows;
pub(crate) mod scene;
mod schema;
pub(crate) mod speaking;
mod stores;
mod strings;
mod unsaid;

use reqwest::{Client, Method, RequestBuilder, Url, header, redirect::Policy};
use serde_json::Value;

use crate::harness::{Platform, operations};

/// An operation of the document, and how to reach it.
#[derive(Debug)]
struct Operation {
    method: String,
    template: String,
    spec: Value,
}

/// The credential that an operation asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Guard {
    Nobody,
    Consent,
    Management,
    OperatorKey,
    InitialToken,
    Registration,
}

impl Operation {
    /// Every operation of the document.
    fn all() -> Vec<Self> {
        let known = operations().into_iter();
        known
            .map(|(method, template, spec)| Self {
                method,
                template,
                spec,
            })
            .collect()
    }

    fn guard(&self) -> Guard {
        let required = self.spec["security"]
            .as_array()
            .unwrap_or_else(|| panic!("{self:?}"));
        let named = |name| required.iter().all(|one| one.get(name).is_some());
        match required.as_slice() {
            [_, ..] if named("consent") => Guard::Consent,
            [_, ..] if named("grant_management") => Guard::Management,
            [_, ..] if named("operator_key") => Guard::OperatorKey,
            [_, ..] if named("initial_access_token") => Guard::InitialToken,
            [_, ..] if named("registration_access_token") => Guard::Registration,
            [only] if only.as_object().is_some_and(serde_json::Map::is_empty) => Guard::Nobody,
            other => panic!("{} {}: {other:?}", self.method, self.template),
        }
    }

    /// The names of its parameters in `place`: `path`, `query` or `header`.
    fn parameters(&self, place: &str) -> Vec<String> {
        let all = self.spec["parameters"].as_array().into_iter().flatten();
        let here = all.filter(|parameter| parameter["in"] == place);
        here.map(|parameter| parameter["name"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Its path, with something plausible in each place.
    fn path(&self) -> String {
        self.path_with(|parameter| match parameter {
            "id" => "01900000-0000-7000-8000-000000000000".into(),
            "section" => "skills".into(),
            _ => "D1102".into(),
        })
    }

    /// Its path, with what `fill` says in each place.
    fn path_with(&self, fill: impl Fn(&str) -> String) -> String {
        let names = self.parameters("path");
        names.iter().fold(self.template.clone(), |path, name| {
            path.replace(&format!("{{{name}}}"), &fill(name))
        })
    }

    /// A request for `path`, with the smallest body of the operation's media type.
    fn request(&self, platform: &Platform, path: &str) -> RequestBuilder {
        let address: Url = format!("{}{path}", platform.url).parse().unwrap();
        let method: Method = self.method.to_uppercase().parse().unwrap();
        let request = client().request(method, address);
        let bodies = self.spec["requestBody"]["content"].as_object();
        match bodies.and_then(|bodies| bodies.keys().next()) {
            None => request,
            Some(media_type) => {
                let body = match media_type.as_str() {
                    "application/json" => "{}",
                    "application/xml" => "<a/>",
                    _ => "a=b",
                };
                request.header(header::CONTENT_TYPE, media_type).body(body)
            }
        }
    }
}

/// A client that keeps nothing and follows nothing.
fn client() -> Client {
    Client::builder().redirect(Policy::none()).build().unwrap()
}
