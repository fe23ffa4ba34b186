//! A counsellor's own page: the mandates that she holds, her invitation, and the code of a worker
//! who sits in front of her.

use std::sync::Arc;

use ::consent::{CodeError, Counsellor, Held, Invitation};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    app::App,
    guard::{Counselling, CounsellorForm, NotSignedIn},
    html::{Page, Shown},
    pages::{day, mandates::Complaint, moment},
    wire::{Problem, Query},
};

#[derive(Debug, Template)]
#[template(path = "counsellor_home.html")]
pub(crate) struct Home {
    page: Page,
    form_token: String,
    news: News,
    complaint: Option<Complaint>,
    name: String,
    organisation: String,
    mandates: Vec<Row>,
    invitation: Option<Shared>,
}

/// What the page says first.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct News {
    joined: Option<String>,
    ended: Option<String>,
    resigned: Option<String>,
}

#[derive(Debug)]
struct Row {
    mandate: Uuid,
    worker: String,
    until: String,
}

/// An invitation that can be answered.
#[derive(Debug)]
struct Shared {
    code: String,
    until: String,
}

/// Lists the mandates in force.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    page: Page,
    Counselling {
        counsellor,
        form_token,
    }: Counselling,
    Query(news): Query<News>,
) -> Result<Shown<Home>, NotSignedIn> {
    Ok(home(&app, page, &counsellor, form_token, news, None).await?)
}

async fn home(
    app: &App,
    page: Page,
    counsellor: &Counsellor,
    form_token: String,
    news: News,
    complaint: Option<Complaint>,
) -> Result<Shown<Home>, Problem> {
    let held = app.consent.held(counsellor).await?;
    let invitation = app.consent.invitation(counsellor).await?;
    let row = |held: Held| Row {
        mandate: held.id.uuid(),
        until: day(&page, held.expires_at),
        worker: held.worker_name,
    };
    let shared = |invitation: Invitation| Shared {
        code: invitation.code,
        until: moment(&page, invitation.expires_at),
    };
    Ok(Shown::new(Home {
        form_token,
        news,
        complaint,
        name: counsellor.name(),
        organisation: counsellor.organisation().name.clone(),
        mandates: held.into_iter().map(row).collect(),
        invitation: invitation.map(shared),
        page,
    }))
}

/// A new invitation is asked for without a word.
#[derive(Debug, Deserialize)]
pub(crate) struct Invite {}

/// Draws an invitation.
pub(crate) async fn invite(
    State(app): State<Arc<App>>,
    form: CounsellorForm<Invite>,
) -> Result<Redirect, Problem> {
    let Invite {} = form.fields;
    app.consent.invite(&form.counsellor).await?;
    Ok(Redirect::to("/counsellor"))
}

/// The code that a worker read out.
#[derive(Debug, Deserialize)]
pub(crate) struct Heard {
    code: String,
}

/// Takes the code of a worker who sits in front of the counsellor.
pub(crate) async fn join(
    State(app): State<Arc<App>>,
    page: Page,
    form: CounsellorForm<Heard>,
) -> Result<Response, Problem> {
    let complaint = match app.consent.join(&form.counsellor, &form.fields.code).await {
        Ok(()) => return Ok(Redirect::to("/counsellor?joined=1").into_response()),
        Err(CodeError::Unknown) => Complaint::Unknown,
        Err(CodeError::TooManyTries) => Complaint::TooManyTries,
        Err(CodeError::Fault(fault)) => return Err(fault.into()),
    };
    let form_token = form.session.form_token().to_owned();
    let news = News::default();
    let home = home(
        &app,
        page,
        &form.counsellor,
        form_token,
        news,
        Some(complaint),
    )
    .await?;
    Ok(complaint.answered(home))
}
