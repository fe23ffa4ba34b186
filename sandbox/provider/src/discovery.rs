//! What the provider says of itself (`OpenID` Connect Discovery 1.0 §3).

use std::sync::Arc;

use axum::{extract::State, http::StatusCode, response::Response};
use serde_json::json;

use crate::{reply, routes::Provider};

/// `GET /.well-known/openid-configuration`
pub(crate) async fn configuration(State(provider): State<Arc<Provider>>) -> Response {
    let issuer = &provider.settings.issuer;
    let told = provider.people.iter().flat_map(|person| &person.claims);
    let mut claims: Vec<_> = told.map(|(claim, _)| *claim).collect();
    claims.extend(["sub", "acr", "auth_time", "nonce"]);
    claims.sort_unstable();
    claims.dedup();
    reply::json(
        StatusCode::OK,
        &json!({
            "cpf_test_provider": true,
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "userinfo_endpoint": format!("{issuer}/userinfo"),
            "jwks_uri": format!("{issuer}/jwks"),
            "end_session_endpoint": format!("{issuer}/logout"),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "userinfo_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": true,
            "scopes_supported": provider.realm.scopes(),
            "acr_values_supported": provider.realm.levels(),
            "claims_supported": claims,
            "claims_parameter_supported": true,
            "ui_locales_supported": ["fr", "en"],
        }),
    )
}

/// `GET /jwks`
pub(crate) async fn jwks(State(provider): State<Arc<Provider>>) -> Response {
    reply::json(StatusCode::OK, &provider.signing.jwks())
}
