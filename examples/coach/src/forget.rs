//! `POST /forget`: the worker has the app forget her. The cookie is `SameSite=Lax`, so that
//! another site's form brings no cookie and forgets nobody.

use std::sync::Arc;

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;

use crate::{
    language::Language,
    notice::Notice,
    pages,
    routes::Coach,
    session::{name_in, no_cookie},
    token::give_back,
};

/// Forgets first, then gives the permission back.
pub(crate) async fn forget(
    State(coach): State<Arc<Coach>>,
    language: Language,
    jar: CookieJar,
) -> Response {
    let held = name_in(&jar).and_then(|name| coach.sessions.forget(&name));
    if let Some(connection) = held
        && let Err(trouble) = give_back(&coach, &connection).await
    {
        tracing::warn!(%trouble, "a permission could not be given back: it ends by itself");
    }
    let page = pages::notice(&coach, language, StatusCode::OK, Notice::Forgotten);
    (jar.add(no_cookie()), page).into_response()
}
