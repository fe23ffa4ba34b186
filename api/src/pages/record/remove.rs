//! `/record/entries/{id}/remove`: the worker removes an entry that she declared, once she has confirmed.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Redirect};
use declared::DeclareError;
use serde::Deserialize;
use uuid::Uuid;

use super::{change::known, words::Card};
use crate::{
    app::App,
    guard::{NotSignedIn, OwnForm, SignedIn},
    html::{Page, Shown},
    wire::{Path, Problem, Slug},
};

#[derive(Debug, Template)]
#[template(path = "entry_remove.html")]
pub(crate) struct Removal {
    page: Page,
    form_token: String,
    section: &'static str,
    label: String,
    card: Card,
}

/// A removal names its entry in the address.
#[derive(Debug, Deserialize)]
pub(crate) struct Confirmed {}

/// Asks whether she wants to.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    page: Page,
    Path(entry): Path<Uuid>,
    SignedIn(session): SignedIn,
) -> Result<Shown<Removal>, NotSignedIn> {
    let (section, listed) = known(&app, &session, entry.into()).await?;
    Ok(Shown::new(Removal {
        form_token: session.form_token().to_owned(),
        section: section.as_str(),
        label: page.say(&format!("section-{section}")).to_string(),
        card: Card::of(&page, section, listed),
        page,
    }))
}

/// Removes it. When the page is shown again, it is gone.
pub(crate) async fn remove(
    State(app): State<Arc<App>>,
    Path(entry): Path<Uuid>,
    form: OwnForm<Confirmed>,
) -> Result<Redirect, Problem> {
    let Confirmed {} = form.fields;
    match app.declarations.remove(&form.session, entry.into()).await {
        Ok(section) => Ok(Redirect::to(&format!("/record/{section}?done=removed"))),
        Err(DeclareError::Fault(fault)) => Err(fault.into()),
        Err(DeclareError::Unknown | DeclareError::Changed | DeclareError::Flaws(_)) => {
            Err(Slug::NotFound.into())
        }
    }
}
