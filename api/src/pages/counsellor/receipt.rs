//! The receipt of a mandate, for the counsellor who holds it or held it.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use uuid::Uuid;

use super::Barred;
use crate::{
    app::App,
    guard::Counselling,
    html::{Page, Shown},
    pages::receipts::{Form, Sheet, named, signed},
    wire::{Path, Problem, Slug},
};

#[derive(Debug, Template)]
#[template(path = "counsellor_receipt.html")]
struct Held {
    page: Page,
    form_token: String,
    sheet: Sheet,
}

/// Shows a receipt, or gives its file. The texts are the worker's.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    page: Page,
    Path((mandate, file)): Path<(Uuid, String)>,
    by: Counselling,
) -> Result<Response, Barred> {
    let (number, form) = named(&file)?;
    let consent = &app.consent;
    let found = consent.held_receipt(&by.counsellor, mandate.into(), number);
    let receipt = found.await?.ok_or_else(|| Problem::new(Slug::NotFound))?;
    let path = format!("/counsellor/mandates/{mandate}/receipts/{number}");
    match form {
        Form::Jwt => Ok(signed(receipt)),
        Form::Json => Err(Problem::new(Slug::NotFound).into()),
        Form::Page => Ok(Shown::new(Held {
            form_token: by.form_token,
            sheet: Sheet::of(&page, &path, &receipt),
            page,
        })
        .into_response()),
    }
}
