//! `POST /sign-in`: the persona was chosen, or the person refused; back to the client.

use std::sync::Arc;

use axum::{
    Form,
    extract::{State, rejection::FormRejection},
    response::Response,
};
use serde::Deserialize;
use time::OffsetDateTime;

use crate::{
    authorize::{Accepted, back},
    page::RefusedPage,
    reply,
    routes::Provider,
};

/// The button that was pressed.
#[derive(Debug, Deserialize)]
pub(crate) struct Choice {
    request: String,
    persona: Option<String>,
}

/// What a code stands for.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    pub(crate) accepted: Accepted,
    pub(crate) persona: String,
    pub(crate) signed_in_at: OffsetDateTime,
}

/// A code for the chosen persona; without one, `access_denied`.
pub(crate) async fn choose(
    State(provider): State<Arc<Provider>>,
    choice: Result<Form<Choice>, FormRejection>,
) -> Response {
    let Ok(Form(choice)) = choice else {
        return RefusedPage::response(&provider, "unreadable form");
    };
    let now = provider.now();
    let Some(accepted) = provider.requests.look(now, &choice.request) else {
        return RefusedPage::response(&provider, "this page is too old: start again");
    };
    let (redirect_uri, state) = (accepted.redirect_uri.clone(), accepted.state.clone());
    let Some(chosen) = choice.persona else {
        let told = [
            ("error", "access_denied"),
            ("error_description", "the person refused"),
        ];
        return back(&provider, &redirect_uri, Some(&state), &told);
    };
    let Some(person) = provider.person(&chosen) else {
        return RefusedPage::response(&provider, "unknown persona");
    };
    let acr = person.acr.clone().unwrap_or(accepted.acr);
    let code = Code {
        accepted: Accepted { acr, ..accepted },
        persona: chosen,
        signed_in_at: now,
    };
    match provider.codes.put(now, code) {
        Ok(code) => back(&provider, &redirect_uri, Some(&state), &[("code", &code)]),
        Err(error) => reply::broken(&error),
    }
}
