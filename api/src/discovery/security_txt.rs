//! `/.well-known/security.txt` (RFC 9116): whom to tell about a vulnerability.

use std::sync::Arc;

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use time::{Duration, format_description::well_known::Rfc3339};

use crate::{
    app::App,
    wire::{Problem, Slug},
};

/// §2.5.5 asks for less than a year; who reads it monthly reads it fresh.
const VALIDITY: Duration = Duration::days(90);

pub(super) async fn show(State(app): State<Arc<App>>) -> Result<Response, Problem> {
    // To the day, so that the same file is served all day.
    let expires = (app.clock.now() + VALIDITY).replace_time(time::Time::MIDNIGHT);
    let expires = expires
        .format(&Rfc3339)
        .map_err(|error| Problem::new(Slug::Internal).because(error))?;
    let text = format!(
        "Contact: {}\nExpires: {expires}\nPreferred-Languages: fr, en\n\
         Canonical: {}/.well-known/security.txt\n",
        app.config.security_contact,
        app.config.origin(),
    );
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}
