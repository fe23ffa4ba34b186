//! `POST /propose`: she has the app propose something it offered. The platform then asks her whether it
//! joins her record.
//!
//! The cookie is `SameSite=Lax`, so that another site's form brings no cookie and proposes nothing.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{Response as Answer, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::{CookieJar, Form, FormRejection};
use serde::Deserialize;
use serde_json::json;

use crate::{
    language::Language,
    offer::{Offer, offers},
    pages,
    reading::read,
    record::Standing,
    routes::Coach,
    session::name_in,
    token::Connection,
    trouble::Trouble,
};

/// What was proposed. The platform tells where a proposal stands and not what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Proposed {
    /// The platform's id of it.
    pub(crate) id: String,
    pub(crate) section: String,
    pub(crate) title: String,
}

/// Which of the offers she chose.
#[derive(Debug, Deserialize)]
pub(crate) struct Chosen {
    section: String,
    title: String,
}

/// What the platform answers, as far as this app needs to know: one standing for each entry.
#[derive(Debug, Deserialize)]
struct Taken {
    items: Vec<Standing>,
}

impl Proposed {
    /// Whether it says what `offer` would.
    pub(crate) fn says(&self, offer: &Offer) -> bool {
        self.section == offer.section && self.title == offer.title
    }
}

/// Proposes, and goes back to the page, which says where the proposal stands.
pub(crate) async fn propose(
    State(coach): State<Arc<Coach>>,
    language: Language,
    jar: CookieJar,
    form: Result<Form<Chosen>, FormRejection>,
) -> Response {
    let back = Redirect::to(&format!("/?lang={}#offers", language.code()));
    let now = (coach.settings.now)();
    let connected = name_in(&jar).and_then(|name| {
        let connection = coach.sessions.connection(&name, now)?;
        Some((name, connection))
    });
    let (Ok(Form(chosen)), Some((name, connection))) = (form, connected) else {
        return back.into_response();
    };
    match send_chosen(&coach, &name, connection, &chosen).await {
        // What has ended or changed meanwhile, the page finds out and says: it reads anew.
        Ok(()) | Err(Trouble::Withdrawn) => back.into_response(),
        Err(trouble) => pages::trouble(&coach, language, &trouble),
    }
}

/// Proposes what was `chosen` if it is on offer, whatever the form says.
async fn send_chosen(
    coach: &Coach,
    name: &str,
    connection: Connection,
    chosen: &Chosen,
) -> Result<(), Trouble> {
    let proposed = coach.sessions.proposed(name);
    let (connection, reading) = read(coach, connection, &proposed).await?;
    coach.sessions.renew(name, connection.clone());
    let mut offers = offers(&connection.granted, &reading, &proposed).into_iter();
    let chosen = offers.find(|one| one.section == chosen.section && one.title == chosen.title);
    let Some(offer) = chosen else { return Ok(()) };
    let id = send(coach, &connection, &offer).await?;
    let proposed = Proposed {
        id,
        section: offer.section.into(),
        title: offer.title,
    };
    coach.sessions.remember(name, proposed);
    Ok(())
}

/// Proposes `offer`, and answers the proposal's id. To send it again changes nothing.
async fn send(coach: &Coach, connection: &Connection, offer: &Offer) -> Result<String, Trouble> {
    let issuer = coach.platform.issuer();
    let url = format!("{issuer}/v1/record/{}/proposals", offer.section);
    let body = json!({ "entries": [offer.entry()] });
    let request = coach.platform.http().post(url).json(&body).build()?;
    let answer = coach.prove_and_send(request, Some(&connection.access));
    read_taken(&answer.await?)
}

fn read_taken(answer: &Answer<Vec<u8>>) -> Result<String, Trouble> {
    match answer.status() {
        StatusCode::CREATED => {
            let taken = serde_json::from_slice::<Taken>(answer.body()).ok();
            let first = taken.and_then(|taken| taken.items.into_iter().next());
            let first = first.ok_or(Trouble::Unreadable("the answer to a proposal"))?;
            Ok(first.id)
        }
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(Trouble::Withdrawn),
        other => Err(Trouble::Refused(other.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Response;

    use super::read_taken;
    use crate::trouble::Trouble;

    fn answer(status: u16, body: &str) -> Response<Vec<u8>> {
        let answer = Response::builder().status(status);
        answer.body(body.as_bytes().to_vec()).unwrap()
    }

    #[test]
    fn a_proposal_has_an_id_to_follow_it_by_or_was_refused() {
        let body = r#"{"items": [{"id": "1", "state": "waiting", "proposed_at": "x", "new": 1}]}"#;
        assert_eq!(read_taken(&answer(201, body)).unwrap(), "1");
        for unreadable in [r#"{"items": []}"#, "<html>"] {
            let read = read_taken(&answer(201, unreadable));
            assert!(matches!(read, Err(Trouble::Unreadable(_))));
        }
        let gone = read_taken(&answer(403, "{}"));
        assert!(matches!(gone, Err(Trouble::Withdrawn)));
        let full = read_taken(&answer(409, "{}"));
        assert!(matches!(full, Err(Trouble::Refused(_))));
    }
}
