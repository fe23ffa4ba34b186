//! `GET /v1/occupations/{code}`.

use std::sync::Arc;

use axum::extract::State;
use labour::RomeCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::Published;
use crate::{
    app::App,
    wire::{Path, Refusal, Slug, slug},
};

/// An occupation of ROME 4.0.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Occupation {
    /// Its code.
    #[schema(example = "D1102", pattern = r"^[A-N]\d{4}$")]
    code: String,
    /// Its label, in both genders.
    #[schema(example = "Boulanger / Boulangère")]
    label: String,
    /// The code of the occupation it refines; its own for a main one.
    #[schema(example = "D1102", pattern = r"^[A-N]\d{4}$")]
    parent_code: String,
    /// Its part in the ecological transition, in the publisher's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Emploi Blanc")]
    transition: Option<String>,
    /// The job titles it covers, in alphabetical order.
    appellations: Vec<Appellation>,
}

/// A job title.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Appellation {
    /// Its number in the publisher's directory (*code OGR*).
    #[schema(example = "11573")]
    code: String,
    /// The title, in both genders.
    #[schema(example = "Boulanger / Boulangère")]
    label: String,
    /// The same, as short as the publisher makes it.
    #[schema(example = "Boulanger / Boulangère")]
    short_label: String,
}

/// One occupation
///
/// As the release of ROME in force describes it, with its job titles.
#[utoipa::path(get, path = "/v1/occupations/{code}", tag = "labour", security(()),
    params(("code" = String, Path, description = "The occupation's code in ROME 4.0",
        example = "D1102", pattern = r"^[A-N]\d{4}$")))]
pub(crate) async fn show_occupation(
    State(app): State<Arc<App>>,
    Path(code): Path<String>,
) -> Result<Published<Occupation>, Refusal<slug::NotFound>> {
    let code: RomeCode = code.parse().map_err(|_misshapen| Slug::NotFound)?;
    let occupation = app.labour.occupation(&code).await?.ok_or(Slug::NotFound)?;
    Ok(Published(occupation.into()))
}

impl From<labour::Occupation> for Occupation {
    fn from(occupation: labour::Occupation) -> Self {
        let appellations = occupation.appellations.into_iter();
        Self {
            code: occupation.code,
            label: occupation.label,
            parent_code: occupation.parent_code,
            transition: occupation.transition,
            appellations: appellations
                .map(|title| Appellation {
                    code: title.code,
                    label: title.label,
                    short_label: title.short_label,
                })
                .collect(),
        }
    }
}
