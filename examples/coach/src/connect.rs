//! `GET /connect`: the request is pushed, then the browser goes to the platform.

use std::sync::Arc;

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use oauth2::{CsrfToken, PkceCodeChallenge};

use crate::{
    ask::ask,
    language::Language,
    pages,
    routes::Coach,
    session::{Pending, cookie, name_in},
};

/// Asks, and remembers what the answer will be checked against.
pub(crate) async fn connect(
    State(coach): State<Arc<Coach>>,
    language: Language,
    jar: CookieJar,
) -> Response {
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let state = CsrfToken::new_random_len(32);
    let destination = match ask(&coach, &state, &challenge).await {
        Ok(destination) => destination,
        Err(trouble) => return pages::trouble(&coach, language, &trouble),
    };
    let pending = Pending {
        state,
        verifier,
        language,
        asked_at: (coach.settings.now)(),
    };
    let name = coach.sessions.start(name_in(&jar), pending);
    (jar.add(cookie(name)), Redirect::to(destination.as_str())).into_response()
}
