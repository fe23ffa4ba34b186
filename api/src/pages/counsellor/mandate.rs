//! One mandate: what the counsellor may do in this name, and giving it up.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Redirect};
use serde::Deserialize;
use uuid::Uuid;

use super::{Acting, Barred};
use crate::{
    app::App,
    guard::{Counselling, CounsellorForm},
    html::{Page, Shown},
    pages::mandates::permits,
    wire::Path,
};

#[derive(Debug, Template)]
#[template(path = "counsellor_mandate.html")]
pub(crate) struct Mandate {
    page: Page,
    form_token: String,
    acting: Acting,
    permits: Vec<String>,
    /// Whether it has a receipt.
    receipt: bool,
}

/// Shows a mandate in force.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    page: Page,
    Path(mandate): Path<Uuid>,
    by: Counselling,
) -> Result<Shown<Mandate>, Barred> {
    let held = app
        .consent
        .held_mandate(&by.counsellor, mandate.into())
        .await?;
    let receipt = app
        .consent
        .held_receipt(&by.counsellor, mandate.into(), 1)
        .await?;
    Ok(Shown::new(Mandate {
        receipt: receipt.is_some(),
        form_token: by.form_token,
        acting: Acting::of(&page, &held),
        permits: permits(&page, &held.terms),
        page,
    }))
}

/// A resignation names its mandate in the address.
#[derive(Debug, Deserialize)]
pub(crate) struct Resign {}

/// Gives the mandate up.
pub(crate) async fn resign(
    State(app): State<Arc<App>>,
    Path(mandate): Path<Uuid>,
    form: CounsellorForm<Resign>,
) -> Result<Redirect, Barred> {
    let Resign {} = form.fields;
    app.consent.resign(&form.counsellor, mandate.into()).await?;
    Ok(Redirect::to("/counsellor?resigned=1"))
}
