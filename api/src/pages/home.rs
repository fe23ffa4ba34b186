//! `/`: what the platform is, and where to begin.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, http::HeaderMap};

use super::authorizations::reminders::{self, Reminders};
use crate::{
    app::App,
    guard,
    html::{Page, Shown},
    wire::Problem,
};

#[derive(Debug, Template)]
#[template(path = "home.html")]
pub(crate) struct Home {
    page: Page,
    form_token: String,
    signed_in: bool,
    reminders: Reminders,
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    page: Page,
    headers: HeaderMap,
) -> Result<Shown<Home>, Problem> {
    let session = guard::session(&app, &headers).await?;
    let signed_in = session.is_some();
    let reminders = match &session {
        Some(session) => reminders::due(&app, &page, session).await?,
        None => Reminders::default(),
    };
    let form_token = session
        .map(|session| session.form_token().to_owned())
        .unwrap_or_default();
    Ok(Shown::new(Home {
        page,
        form_token,
        signed_in,
        reminders,
    }))
}
