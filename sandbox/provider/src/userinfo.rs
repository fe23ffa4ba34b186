//! `GET|POST /userinfo`: the claims that the scopes opened (`OpenID` Connect Core §5.3).

use std::sync::Arc;

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};

use crate::{
    claims::{claims, subject},
    reply,
    routes::Provider,
};

/// What an access token opens.
#[derive(Debug, Clone)]
pub(crate) struct Opened {
    pub(crate) persona: String,
    pub(crate) scope: String,
}

/// The persona's claims.
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
    let found = opened.as_ref().and_then(|opened| {
        provider
            .personas
            .iter()
            .find(|known| known.id == opened.persona)
            .zip(Some(&opened.scope))
    });
    let Some((persona, scope)) = found else {
        let why = "unknown or expired access token";
        let mut response = reply::refused(StatusCode::UNAUTHORIZED, "invalid_token", why);
        let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, challenge);
        return response;
    };
    let subject = subject(&persona.id, &provider.settings.client_id);
    reply::json(StatusCode::OK, &claims(persona, &subject, scope))
}
