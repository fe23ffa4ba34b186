//! `POST /token`: a code against an ID token (`OpenID` Connect Core §3.1.3, RFC 7636 §4.6).

use std::sync::Arc;

use anyhow::Context;
use axum::{
    Form,
    extract::{State, rejection::FormRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use url::form_urlencoded;

use crate::{
    choose::Code, reply, routes::Provider, settings::Settings, signing::IdToken, userinfo::Opened,
};

/// How long ID and access tokens live, in seconds.
pub(crate) const TOKEN_LIFE: i64 = 60;

/// The form of RFC 6749 §4.1.3.
#[derive(Debug, Deserialize)]
pub(crate) struct Exchange {
    grant_type: Option<String>,
    code: Option<String>,
    redirect_uri: Option<String>,
    code_verifier: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
}

/// The tokens, or an OAuth error. A code that was presented is spent, even on a failure.
pub(crate) async fn token(
    State(provider): State<Arc<Provider>>,
    headers: HeaderMap,
    exchange: Result<Form<Exchange>, FormRejection>,
) -> Response {
    let bad = |error, why| reply::refused(StatusCode::BAD_REQUEST, error, why);
    let Ok(Form(exchange)) = exchange else {
        return bad("invalid_request", "unreadable form or repeated parameters");
    };
    if !is_client(&provider.settings, &headers, &exchange) {
        let why = "unknown client, or not its secret";
        let mut response = reply::refused(StatusCode::UNAUTHORIZED, "invalid_client", why);
        let challenge = HeaderValue::from_static("Basic realm=\"token\"");
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, challenge);
        return response;
    }
    if exchange.grant_type.as_deref() != Some("authorization_code") {
        return bad(
            "unsupported_grant_type",
            "grant_type must be authorization_code",
        );
    }
    let presented = exchange.code.as_deref().unwrap_or_default();
    let Some(code) = provider.codes.take(provider.now(), presented) else {
        return bad("invalid_grant", "unknown, expired or used code");
    };
    if exchange.redirect_uri.as_ref() != Some(&code.accepted.redirect_uri) {
        return bad("invalid_grant", "not the redirect_uri of the request");
    }
    let verifier = exchange.code_verifier.as_deref().unwrap_or_default();
    if URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) != code.accepted.code_challenge {
        return bad("invalid_grant", "the code_verifier does not match");
    }
    issue(&provider, code).unwrap_or_else(|error| reply::broken(&error))
}

/// The token response for a code that was checked.
fn issue(provider: &Provider, code: Code) -> anyhow::Result<Response> {
    let now = provider.now();
    let client_id = &provider.settings.client_id;
    let scope = code.accepted.scope;
    let opened = Opened {
        persona: code.persona.clone(),
        scope: scope.clone(),
    };
    let access_token = provider.tokens.put(now, opened)?;
    let person = provider.person(&code.persona).context("no such persona")?;
    let id_token = provider.signing.sign_token(&IdToken {
        iss: provider.settings.issuer.clone(),
        sub: provider.realm.subject(person, client_id),
        aud: client_id.clone(),
        exp: now.unix_timestamp() + TOKEN_LIFE,
        iat: now.unix_timestamp(),
        auth_time: code.signed_in_at.unix_timestamp(),
        nonce: code.accepted.nonce,
        acr: code.accepted.acr,
        at_hash: URL_SAFE_NO_PAD.encode(&Sha256::digest(&access_token)[..16]),
    })?;
    let body = json!({
        "access_token": access_token,
        "token_type": "Bearer",
        "expires_in": TOKEN_LIFE,
        "id_token": id_token,
        "scope": scope,
    });
    Ok(reply::json(StatusCode::OK, &body))
}

/// Whether the caller proved to be the client, by one method and only one (RFC 6749 §2.3).
fn is_client(settings: &Settings, headers: &HeaderMap, exchange: &Exchange) -> bool {
    let posted = exchange
        .client_id
        .clone()
        .zip(exchange.client_secret.clone());
    let presented = match (headers.get(header::AUTHORIZATION), posted) {
        (Some(basic), None) => basic.to_str().ok().and_then(basic_credentials),
        (None, posted) => posted,
        (Some(_), Some(_)) => None,
    };
    let Some((id, secret)) = presented else {
        return false;
    };
    // Digests are compared, so that the time taken says nothing of the secret.
    id == settings.client_id && Sha256::digest(secret) == Sha256::digest(&settings.client_secret)
}

/// Identifier and secret of a `Basic` header, each form-encoded (RFC 6749 §2.3.1).
fn basic_credentials(header: &str) -> Option<(String, String)> {
    let decoded = STANDARD.decode(header.strip_prefix("Basic ")?).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    let (id, secret) = text.split_once(':')?;
    let plain = |part: &str| {
        let pair = format!("part={part}");
        let mut pairs = form_urlencoded::parse(pair.as_bytes());
        pairs.next().map(|(_, value)| value.into_owned())
    };
    Some((plain(id)?, plain(secret)?))
}
