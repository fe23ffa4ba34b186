//! `GET|POST /logout`: RP-Initiated Logout 1.0. Nobody stays signed in here: there is nothing to
//! end, so it only sends the browser back, or says so.

use std::sync::Arc;

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::{Form, FormRejection};
use serde::Deserialize;
use url::Url;

use crate::{
    page::{RefusedPage, SignedOutPage},
    reply,
    routes::Provider,
};

/// The parameters of §2, in the query or in a form.
#[derive(Debug, Deserialize)]
pub(crate) struct Leaving {
    id_token_hint: Option<String>,
    post_logout_redirect_uri: Option<String>,
    state: Option<String>,
}

/// Back to a registered address, else a page.
pub(crate) async fn logout(
    State(provider): State<Arc<Provider>>,
    leaving: Result<Form<Leaving>, FormRejection>,
) -> Response {
    let Ok(Form(leaving)) = leaving else {
        return RefusedPage::response(&provider, "unreadable or repeated parameters");
    };
    if let Some(hint) = &leaving.id_token_hint
        && provider
            .signing
            .read(hint, &provider.settings.client_id)
            .is_err()
    {
        return RefusedPage::response(&provider, "this id_token_hint was not issued here");
    }
    let Some(uri) = leaving.post_logout_redirect_uri else {
        return SignedOutPage::response(&provider);
    };
    if !provider.settings.post_logout_redirect_uris.contains(&uri) {
        return RefusedPage::response(&provider, "unregistered post_logout_redirect_uri");
    }
    let mut url = match Url::parse(&uri) {
        Ok(url) => url,
        Err(error) => return reply::broken(&error.into()),
    };
    if let Some(state) = leaving.state {
        url.query_pairs_mut().append_pair("state", &state);
    }
    Redirect::to(url.as_str()).into_response()
}
