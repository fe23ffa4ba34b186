//! `GET|POST /userinfo`: the claims that the scopes opened (`OpenID` Connect Core §5.3).

use std::sync::Arc;

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};

use crate::{reply, routes::Provider};

/// What an access token opens.
#[derive(Debug, Clone)]
pub(crate) struct Opened {
    pub(crate) persona: String,
    pub(crate) scope: String,
}

/// The persona's claims; signed, where the realm does so.
pub(crate) async fn userinfo(
    State(provider): State<Arc<Provider>>,
    headers: HeaderMap,
) -> Response {
    let bearer = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .unwrap_or_default();
    let opened = provider.tokens.look(provider.now(), bearer);
    let found = opened
        .as_ref()
        .and_then(|opened| Some((provider.person(&opened.persona)?, &opened.scope)));
    let Some((person, scope)) = found else {
        let why = "unknown or expired access token";
        let mut response = reply::refused(StatusCode::UNAUTHORIZED, "invalid_token", why);
        let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, challenge);
        return response;
    };
    let client_id = &provider.settings.client_id;
    let mut claims = provider.realm.claims(person, client_id, scope);
    if !provider.realm.signs_claims() {
        return reply::json(StatusCode::OK, &claims);
    }
    claims.insert("iss".to_owned(), provider.settings.issuer.as_str().into());
    claims.insert("aud".to_owned(), client_id.as_str().into());
    match provider.signing.sign_claims(&claims) {
        Ok(token) => reply::jwt(token),
        Err(error) => reply::broken(&error),
    }
}
