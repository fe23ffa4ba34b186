//! What comes in the address: the query and the parts of the path.

use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::request::Parts,
};
use serde::de::DeserializeOwned;

use super::{Flaw, Problem, Slug, body::decode_fields, text::check_plain};

/// The query. `T` derives `Deserialize` and `IntoParams`; a handler may take several, each reading
/// its own fields. Parameters that nobody reads are ignored.
#[derive(Debug, Clone)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        // `crate::edge` has refused what cannot be decoded before any handler runs.
        let query = parts.uri.query().unwrap_or_default();
        decode_fields(query.as_bytes())
            .map(Self)
            .map_err(|flaw| Problem::new(Slug::InvalidParameter).flaw(flaw))
    }
}

/// The parts of the path. A part that is not what is expected there names nothing: 404.
#[derive(Debug, Clone)]
pub struct Path<T>(pub T);

impl<T, S> FromRequestParts<S> for Path<T>
where
    T: DeserializeOwned + Send,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let raw = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|rejected| Problem::new(Slug::MalformedRequest).because(rejected))?;
        raw.iter().try_for_each(|(_, value)| check_plain(value))?;
        axum::extract::Path::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Path(value)| Self(value))
            .map_err(|_misshapen| Problem::new(Slug::NotFound))
    }
}

/// A parameter that is not valid, for a handler's own checks.
pub fn invalid(parameter: &str, code: &str, detail: impl Into<String>) -> Problem {
    Problem::new(Slug::InvalidParameter).flaw(Flaw::of(parameter, code, detail))
}
