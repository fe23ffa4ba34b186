//! The authorisations of a worker, seen and stopped in her name.

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
    pages::authorizations::{Card, cards},
    wire::{Path, Query},
};

#[derive(Debug, Template)]
#[template(path = "counsellor_authorizations.html")]
pub(crate) struct Authorizations {
    page: Page,
    form_token: String,
    acting: Acting,
    stopped: bool,
    active: Vec<Card>,
    past: Vec<Card>,
}

/// What the page says first.
#[derive(Debug, Deserialize)]
pub(crate) struct News {
    stopped: Option<String>,
}

/// Lists every authorisation, those in force first. The worker sees it in her journal.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    page: Page,
    Path(mandate): Path<Uuid>,
    by: Counselling,
    Query(news): Query<News>,
) -> Result<Shown<Authorizations>, Barred> {
    let (consent, mandate) = (&app.consent, mandate.into());
    let held = consent.held_mandate(&by.counsellor, mandate).await?;
    let given = consent.given_seen(&by.counsellor, mandate).await?;
    let (active, past) = cards(&app, &page, given, |_grant| None).await?;
    Ok(Shown::new(Authorizations {
        form_token: by.form_token,
        acting: Acting::of(&page, &held),
        stopped: news.stopped.is_some(),
        active,
        past,
        page,
    }))
}

/// A stop names its mandate and its authorisation in the address.
#[derive(Debug, Deserialize)]
pub(crate) struct Stop {}

/// Stops an authorisation. When the page is shown again, the app's tokens are dead.
pub(crate) async fn stop(
    State(app): State<Arc<App>>,
    Path((mandate, grant)): Path<(Uuid, Uuid)>,
    form: CounsellorForm<Stop>,
) -> Result<Redirect, Barred> {
    let Stop {} = form.fields;
    app.consent
        .stop_for(&form.counsellor, mandate.into(), grant.into())
        .await?;
    let back = format!("/counsellor/mandates/{mandate}/authorizations?stopped=1");
    Ok(Redirect::to(&back))
}
