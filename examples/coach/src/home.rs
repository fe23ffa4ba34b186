//! `GET /`: before the permission, what the app wants and why; after, what it may show.

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
    offer::offers,
    pages::{self, RecordPage, WelcomePage},
    reading::read,
    routes::Coach,
    session::{name_in, no_cookie},
    trouble::Trouble,
};

/// The page this browser should see now. The record is read anew each time.
pub(crate) async fn home(
    State(coach): State<Arc<Coach>>,
    language: Language,
    jar: CookieJar,
) -> Response {
    let now = (coach.settings.now)();
    if name_in(&jar).is_some_and(|name| coach.sessions.was_withdrawn(&name)) {
        let page = pages::notice(&coach, language, StatusCode::OK, Notice::Withdrawn);
        return (jar.add(no_cookie()), page).into_response();
    }
    let connected = name_in(&jar).and_then(|name| {
        let connection = coach.sessions.connection(&name, now)?;
        Some((name, connection))
    });
    let Some((name, connection)) = connected else {
        return pages::page(
            StatusCode::OK,
            &WelcomePage {
                language,
                platform: &coach.settings.platform,
            },
        );
    };
    let proposed = coach.sessions.proposed(&name);
    match read(&coach, connection, &proposed).await {
        Ok((connection, reading)) => {
            coach.sessions.renew(&name, connection.clone());
            let page = RecordPage {
                language,
                platform: &coach.settings.platform,
                reading: &reading,
                standing: &reading.standing(&proposed),
                offers: &offers(&connection.granted, &reading, &proposed),
                granted: &connection.granted,
            };
            pages::page(StatusCode::OK, &page)
        }
        Err(Trouble::Withdrawn) => {
            coach.sessions.forget(&name);
            let page = pages::notice(&coach, language, StatusCode::OK, Notice::Withdrawn);
            (jar.add(no_cookie()), page).into_response()
        }
        Err(trouble) => pages::trouble(&coach, language, &trouble),
    }
}
