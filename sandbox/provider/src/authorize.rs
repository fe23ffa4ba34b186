//! `GET /authorize`: who asks, checked, then the page where one chooses a persona.

use std::sync::Arc;

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::{Query, QueryRejection};
use serde::Deserialize;
use url::Url;

use crate::{
    page::{ChoosePage, RefusedPage},
    realm::Realm,
    reply,
    routes::Provider,
};

/// The parameters as they arrive (`OpenID` Connect Core §3.1.2.1, RFC 7636 §4.3).
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    response_type: Option<String>,
    client_id: Option<String>,
    redirect_uri: Option<String>,
    scope: Option<String>,
    state: Option<String>,
    nonce: Option<String>,
    code_challenge: Option<String>,
    code_challenge_method: Option<String>,
    acr_values: Option<String>,
    claims: Option<String>,
    prompt: Option<String>,
}

/// The part that is read of the `claims` parameter (`OpenID` Connect Core §5.5.1.1): levels of
/// assurance that are essential.
#[derive(Debug, Default, Deserialize)]
struct AskedClaims {
    #[serde(default)]
    id_token: AskedIdToken,
}

#[derive(Debug, Default, Deserialize)]
struct AskedIdToken {
    #[serde(default)]
    acr: AskedLevels,
}

#[derive(Debug, Default, Deserialize)]
struct AskedLevels {
    #[serde(default)]
    values: Vec<String>,
}

/// A request that was found in order.
#[derive(Debug, Clone)]
pub(crate) struct Accepted {
    pub(crate) redirect_uri: String,
    pub(crate) scope: String,
    pub(crate) state: String,
    pub(crate) nonce: String,
    pub(crate) code_challenge: String,
    pub(crate) acr: String,
}

/// Why the client is sent back without a code (RFC 6749 §4.1.2.1).
struct Refusal(&'static str, &'static str);

/// The page, or the refusal.
pub(crate) async fn authorize(
    State(provider): State<Arc<Provider>>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let Ok(Query(asked)) = asked else {
        return RefusedPage::response(&provider, "unreadable or repeated parameters");
    };
    if asked.client_id.as_ref() != Some(&provider.settings.client_id) {
        return RefusedPage::response(&provider, "unknown client_id");
    }
    let registered = |uri: &&String| provider.settings.redirect_uris.contains(uri);
    let Some(redirect_uri) = asked.redirect_uri.as_ref().filter(registered).cloned() else {
        return RefusedPage::response(&provider, "unregistered redirect_uri");
    };
    let state = asked.state.clone();
    match accept(provider.realm, asked, redirect_uri.clone()) {
        Ok(accepted) => match provider.requests.put(provider.now(), accepted) {
            Ok(request) => ChoosePage::response(&provider, StatusCode::OK, &request),
            Err(error) => reply::broken(&error),
        },
        Err(Refusal(error, description)) => {
            let told = [("error", error), ("error_description", description)];
            back(&provider, &redirect_uri, state.as_deref(), &told)
        }
    }
}

/// Every demand on a request whose client and address are known.
fn accept(realm: Realm, asked: Asked, redirect_uri: String) -> Result<Accepted, Refusal> {
    let invalid = |why| Refusal("invalid_request", why);
    let filled = |value: Option<String>| value.filter(|text| !text.is_empty());
    if asked.response_type.as_deref() != Some("code") {
        return Err(Refusal(
            "unsupported_response_type",
            "response_type must be code",
        ));
    }
    if asked.code_challenge_method.as_deref() != Some("S256") {
        return Err(invalid("code_challenge_method must be S256"));
    }
    let challenge = |text: &String| {
        text.len() == 43
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
    };
    let code_challenge = asked
        .code_challenge
        .filter(challenge)
        .ok_or(invalid("code_challenge must be 43 characters of base64url"))?;
    let state = filled(asked.state).ok_or(invalid("state is missing"))?;
    let nonce = filled(asked.nonce).ok_or(invalid("nonce is missing"))?;
    let scope = asked.scope.unwrap_or_default();
    if !scope.split(' ').any(|one| one == "openid") {
        return Err(Refusal("invalid_scope", "scope must hold openid"));
    }
    if !scope.split(' ').all(|one| realm.scopes().contains(&one)) {
        return Err(Refusal("invalid_scope", "a scope is unknown"));
    }
    let claims: AskedClaims = match &asked.claims {
        None => AskedClaims::default(),
        Some(json) => {
            serde_json::from_str(json).map_err(|_shape| invalid("claims cannot be read"))?
        }
    };
    let acr = level(
        realm,
        asked.acr_values.as_deref(),
        claims.id_token.acr.values,
    )
    .ok_or(invalid(
        "no level of assurance of this provider is asked for",
    ))?;
    if asked.prompt.as_deref() == Some("none") {
        return Err(Refusal("login_required", "nobody stays signed in here"));
    }
    Ok(Accepted {
        redirect_uri,
        scope,
        state,
        nonce,
        code_challenge,
        acr,
    })
}

/// The level of assurance that the answer will carry: the first that was asked for, the lowest when
/// none was; nothing when it is not one of `realm`.
fn level(realm: Realm, asked: Option<&str>, essential: Vec<String>) -> Option<String> {
    let voluntary = asked.map(|asked| asked.split(' ').next().unwrap_or_default().to_owned());
    let lowest = realm.levels().first().map(|&level| level.to_owned());
    let first = essential.into_iter().next().or(voluntary).or(lowest)?;
    realm.levels().contains(&first.as_str()).then_some(first)
}

/// Sends the browser back to the client, saying who answers (RFC 9207).
pub(crate) fn back(
    provider: &Provider,
    redirect_uri: &str,
    state: Option<&str>,
    told: &[(&str, &str)],
) -> Response {
    let mut url = match Url::parse(redirect_uri) {
        Ok(url) => url,
        Err(error) => return reply::broken(&error.into()),
    };
    url.query_pairs_mut()
        .extend_pairs(told)
        .extend_pairs(state.map(|state| ("state", state)))
        .append_pair("iss", &provider.settings.issuer);
    Redirect::to(url.as_str()).into_response()
}
