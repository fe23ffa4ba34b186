//! `GET /v1/qualifications/{code}`.

use std::sync::Arc;

use axum::extract::State;
use labour::QualificationCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::{OccupationLabel, Published};
use crate::{
    app::App,
    wire::{Path, Refusal, Slug, slug},
};

/// A qualification of the RNCP or of the Répertoire spécifique.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Qualification {
    /// Its code.
    #[schema(example = "RNCP37537", pattern = r"^(RNCP|RS)\d{3,5}$")]
    code: String,
    /// Its title.
    #[schema(example = "Boulanger (CAP)")]
    label: String,
    /// Its level in the French framework; absent for the Répertoire spécifique.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 3, minimum = 1, maximum = 8)]
    level: Option<i16>,
    /// The occupations it leads to, in the order of their codes.
    occupations: Vec<OccupationLabel>,
}

/// One qualification
///
/// Its title, its level, and the occupations it leads to.
#[utoipa::path(get, path = "/v1/qualifications/{code}", tag = "labour", security(()),
    params(("code" = String, Path, description = "The qualification's code, register included",
        example = "RNCP37537", pattern = r"^(RNCP|RS)\d{3,5}$")))]
pub(crate) async fn show_qualification(
    State(app): State<Arc<App>>,
    Path(code): Path<String>,
) -> Result<Published<Qualification>, Refusal<slug::NotFound>> {
    let code: QualificationCode = code.parse().map_err(|_misshapen| Slug::NotFound)?;
    let qualification = app
        .labour
        .qualification(&code)
        .await?
        .ok_or(Slug::NotFound)?;
    Ok(Published(qualification.into()))
}

impl From<labour::Qualification> for Qualification {
    fn from(qualification: labour::Qualification) -> Self {
        let occupations = qualification.occupations.into_iter();
        Self {
            code: qualification.code,
            label: qualification.label,
            level: qualification.level,
            occupations: occupations.map(OccupationLabel::from).collect(),
        }
    }
}
