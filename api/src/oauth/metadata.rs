//! What the authorization server and the protected resource say of themselves (RFC 8414, 9728).

use std::{collections::BTreeMap, sync::Arc};

use axum::extract::State;
use consent::{Purpose, Section};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    dpop,
    wire::{Found, Refusal},
};

/// The authorization server.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ServerMetadata {
    /// The issuer: the `aud` of client assertions, the `iss` of answers.
    issuer: String,
    /// Where browsers go.
    authorization_endpoint: String,
    /// Where requests are pushed; no other way is open.
    pushed_authorization_request_endpoint: String,
    /// Where codes are traded.
    token_endpoint: String,
    /// Where publishers register their apps (RFC 7591).
    registration_endpoint: String,
    /// Always true.
    require_pushed_authorization_requests: bool,
    /// `code`.
    response_types_supported: Vec<&'static str>,
    /// Codes and refresh tokens.
    grant_types_supported: Vec<&'static str>,
    /// `private_key_jwt`.
    token_endpoint_auth_methods_supported: Vec<&'static str>,
    /// How client assertions are signed.
    token_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    /// How proofs of possession are signed (RFC 9449): each token is bound to a key.
    dpop_signing_alg_values_supported: Vec<&'static str>,
    /// `S256`.
    code_challenge_methods_supported: Vec<&'static str>,
    /// Answers carry `iss` (RFC 9207).
    authorization_response_iss_parameter_supported: bool,
    /// `cpf_record`.
    authorization_details_types_supported: Vec<&'static str>,
    /// The sections that details can name.
    cpf_sections_supported: Vec<&'static str>,
    /// The fields of each section that details can name; none for a section that is absent here.
    cpf_fields_supported: BTreeMap<&'static str, Vec<&'static str>>,
    /// The purposes that details can name.
    cpf_purposes_supported: Vec<&'static str>,
    /// Where an app says where it is told; `/secret` and `/verification` are below it.
    cpf_webhook_endpoint: String,
    /// Where an app reads what it was told; `/attempts` and `/resend` are below it.
    cpf_events_endpoint: String,
    /// Where an app gives a grant up.
    cpf_renunciation_endpoint: String,
    /// Where an app attests that it has erased what it read.
    cpf_attestation_endpoint: String,
    /// The languages of the consent page.
    ui_locales_supported: Vec<&'static str>,
    /// Where the API is documented for people.
    service_documentation: String,
}

/// The protected resource: the record's API.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ResourceMetadata {
    /// The audience of consent tokens.
    resource: String,
    /// Who issues them.
    authorization_servers: Vec<String>,
    /// In the `Authorization` header only.
    bearer_methods_supported: Vec<&'static str>,
    /// Always true: with each token goes a proof that its key is held (RFC 9449).
    dpop_bound_access_tokens_required: bool,
    /// How those proofs are signed.
    dpop_signing_alg_values_supported: Vec<&'static str>,
    /// `cpf_record`.
    authorization_details_types_supported: Vec<&'static str>,
    /// Where the API is documented for people.
    resource_documentation: String,
}

/// Learn how to ask for consent.
///
/// The authorization server's metadata (RFC 8414): its addresses, how apps prove who they are, and
/// the sections and purposes that a request may name.
#[utoipa::path(get, path = "/.well-known/oauth-authorization-server", tag = "discovery",
    operation_id = "server_metadata", security(()))]
pub(crate) async fn server(
    State(app): State<Arc<App>>,
) -> Result<Found<ServerMetadata>, Refusal<()>> {
    let at = |path: &str| format!("{}{path}", app.config.origin());
    Ok(Found(ServerMetadata {
        issuer: at(""),
        authorization_endpoint: at("/oauth/authorize"),
        pushed_authorization_request_endpoint: at("/oauth/par"),
        token_endpoint: at("/oauth/token"),
        registration_endpoint: at("/oauth/register"),
        require_pushed_authorization_requests: true,
        response_types_supported: vec!["code"],
        grant_types_supported: vec!["authorization_code", "refresh_token"],
        token_endpoint_auth_methods_supported: vec!["private_key_jwt"],
        token_endpoint_auth_signing_alg_values_supported: vec!["ES256", "PS256", "EdDSA"],
        dpop_signing_alg_values_supported: dpop::ALGORITHMS.to_vec(),
        code_challenge_methods_supported: vec!["S256"],
        authorization_response_iss_parameter_supported: true,
        authorization_details_types_supported: vec!["cpf_record"],
        cpf_sections_supported: Section::ALL
            .iter()
            .map(|section| section.as_str())
            .collect(),
        cpf_fields_supported: fields(),
        cpf_purposes_supported: Purpose::ALL
            .iter()
            .map(|purpose| purpose.as_str())
            .collect(),
        cpf_webhook_endpoint: at("/oauth/webhook"),
        cpf_events_endpoint: at("/oauth/events"),
        cpf_renunciation_endpoint: at("/oauth/grants/renounce"),
        cpf_attestation_endpoint: at("/oauth/grants/attest"),
        ui_locales_supported: vec!["fr", "en"],
        service_documentation: at("/docs"),
    }))
}

fn fields() -> BTreeMap<&'static str, Vec<&'static str>> {
    let served = Section::ALL
        .iter()
        .filter(|section| !section.fields().is_empty());
    let names = |section: &Section| {
        section
            .fields()
            .iter()
            .map(|field| field.as_str())
            .collect()
    };
    served
        .map(|section| (section.as_str(), names(section)))
        .collect()
}

/// Learn what consent tokens are for.
///
/// The protected resource's metadata (RFC 9728): the audience of consent tokens, and who issues
/// them.
#[utoipa::path(get, path = "/.well-known/oauth-protected-resource", tag = "discovery",
    operation_id = "resource_metadata", security(()))]
pub(crate) async fn resource(
    State(app): State<Arc<App>>,
) -> Result<Found<ResourceMetadata>, Refusal<()>> {
    Ok(Found(ResourceMetadata {
        resource: app.consent.audience(),
        authorization_servers: vec![app.config.origin().into()],
        bearer_methods_supported: vec!["header"],
        dpop_bound_access_tokens_required: true,
        dpop_signing_alg_values_supported: dpop::ALGORITHMS.to_vec(),
        authorization_details_types_supported: vec!["cpf_record"],
        resource_documentation: format!("{}/docs", app.config.origin()),
    }))
}
