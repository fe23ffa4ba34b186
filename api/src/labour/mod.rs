//! `/v1/occupations` and `/v1/qualifications`: public labour-market data, for everybody to cache.

pub(crate) mod search_occupations;
pub(crate) mod show_occupation;
pub(crate) mod show_qualification;

use std::collections::BTreeMap;

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use labour::LabourError;
use serde::Serialize;
use utoipa::{
    IntoResponses, ToSchema,
    openapi::{RefOr, Response as Described},
};

use crate::wire::{Found, Problem, Slug};

/// [`Found`], with leave for any cache to keep it for five minutes: a new release is in force at
/// once, and known everywhere soon after.
pub(crate) struct Published<T>(pub(crate) T);

impl<T: Serialize> IntoResponse for Published<T> {
    fn into_response(self) -> Response {
        let mut response = Found(self.0).into_response();
        if response.headers().contains_key(header::ETAG) {
            let leave = HeaderValue::from_static("public, max-age=300");
            response.headers_mut().insert(header::CACHE_CONTROL, leave);
        }
        response
    }
}

impl<T: ToSchema> IntoResponses for Published<T> {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        Found::<T>::responses()
    }
}

impl From<LabourError> for Problem {
    fn from(error: LabourError) -> Self {
        match error {
            LabourError::Fault(fault) => fault.into(),
            LabourError::Index(_) => Self::new(Slug::Internal).because(error),
        }
    }
}

/// An occupation by name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OccupationLabel {
    /// Its code in ROME 4.0.
    #[schema(example = "D1102", pattern = r"^[A-N]\d{4}$")]
    code: String,
    /// Its label, in both genders as ROME writes it.
    #[schema(example = "Boulanger / Boulangère")]
    label: String,
}

impl From<labour::OccupationLabel> for OccupationLabel {
    fn from(occupation: labour::OccupationLabel) -> Self {
        Self {
            code: occupation.code,
            label: occupation.label,
        }
    }
}
