//! `GET /callback`: the platform's answer, checked before anything in it is believed.

use std::sync::Arc;

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::{CookieJar, Query, QueryRejection};
use serde::Deserialize;

use crate::{
    language::Language,
    notice::Notice,
    pages,
    routes::Coach,
    session::{cookie, name_in},
    token::exchange,
    trouble::Trouble,
};

/// The answer (RFC 6749 §4.1.2, RFC 9207 §2).
#[derive(Debug, Deserialize)]
pub(crate) struct Answer {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

/// Exchanges the code if the answer is ours, from the platform, and a yes.
pub(crate) async fn callback(
    State(coach): State<Arc<Coach>>,
    language: Language,
    jar: CookieJar,
    answer: Result<Query<Answer>, QueryRejection>,
) -> Response {
    let stray = || pages::notice(&coach, language, StatusCode::BAD_REQUEST, Notice::Stray);
    let (Ok(Query(answer)), Some(name)) = (answer, name_in(&jar)) else {
        return stray();
    };
    let now = (coach.settings.now)();
    let Some(pending) = coach.sessions.answered(&name, answer.state.as_deref(), now) else {
        return stray();
    };
    // An answer from another server could carry a code that was stolen elsewhere.
    if answer.iss.as_deref() != Some(coach.platform.issuer()) {
        return stray();
    }
    let language = pending.language;
    if let Some(error) = answer.error {
        return refused(&coach, language, &error);
    }
    let Some(code) = answer.code else {
        return stray();
    };
    match exchange(&coach, code, pending.verifier).await {
        Ok(connection) => {
            let name = coach.sessions.connect(&name, connection, now);
            let home = format!("/?lang={}", language.code());
            (jar.add(cookie(name)), Redirect::to(&home)).into_response()
        }
        // The code was too old, or used: the worker withdrew nothing.
        Err(Trouble::Withdrawn) => stray(),
        Err(trouble) => pages::trouble(&coach, language, &trouble),
    }
}

/// The platform says no: because the worker did, because it is busy, or because of us.
fn refused(coach: &Coach, language: Language, error: &str) -> Response {
    match error {
        "access_denied" => pages::notice(coach, language, StatusCode::OK, Notice::Declined),
        "temporarily_unavailable" | "server_error" => pages::notice(
            coach,
            language,
            StatusCode::SERVICE_UNAVAILABLE,
            Notice::Unavailable,
        ),
        _ => {
            tracing::warn!("the platform refused the authorization request");
            pages::notice(coach, language, StatusCode::BAD_GATEWAY, Notice::Broken)
        }
    }
}
