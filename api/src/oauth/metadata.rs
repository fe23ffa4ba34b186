//! What the authorization server and the protected resource say of themselves (RFC 8414, 9728).

use std::{collections::BTreeMap, sync::Arc};

use axum::extract::State;
use consent::{ManagementScope, Purpose, Section};
use serde::Serialize;
use utoipa::ToSchema;

use super::register::GRANTS;
use crate::{
    app::App,
    wire::{Published, Refusal},
};

/// What an ID token says (OpenID Connect Core §2).
const CLAIMS: [&str; 9] = [
    "iss",
    "sub",
    "aud",
    "iat",
    "exp",
    "auth_time",
    "acr",
    "nonce",
    "at_hash",
];

/// What an app may want of a grant (Grant Management, draft 03, §7.1).
const GRANT_ACTIONS: [&str; 5] = ["query", "revoke", "create", "merge", "replace"];

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
    /// Where an app asks what its tokens stand for.
    introspection_endpoint: String,
    /// Where an app gives its tokens back.
    revocation_endpoint: String,
    /// The keys that the platform's JWTs are signed with.
    jwks_uri: String,
    /// Always true.
    require_pushed_authorization_requests: bool,
    /// `code`.
    response_types_supported: Vec<&'static str>,
    /// `query`.
    response_modes_supported: Vec<&'static str>,
    /// Codes and refresh tokens; `client_credentials`, for an app's own grants; and token exchange, for
    /// sub-services.
    grant_types_supported: Vec<&'static str>,
    /// `openid`, which asks for an ID token; the others are for `client_credentials`. What an app may
    /// read is said in `authorization_details`.
    scopes_supported: Vec<&'static str>,
    /// `pairwise`: no two apps know a worker by the same subject.
    subject_types_supported: Vec<&'static str>,
    /// How ID tokens are signed.
    id_token_signing_alg_values_supported: Vec<&'static str>,
    /// What ID tokens say.
    claims_supported: Vec<&'static str>,
    /// The levels of assurance that `acr` can name.
    acr_values_supported: Vec<&'static str>,
    /// `private_key_jwt`.
    token_endpoint_auth_methods_supported: Vec<&'static str>,
    /// How client assertions are signed.
    token_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    /// `private_key_jwt`.
    introspection_endpoint_auth_methods_supported: Vec<&'static str>,
    /// How client assertions are signed.
    introspection_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    /// `private_key_jwt`.
    revocation_endpoint_auth_methods_supported: Vec<&'static str>,
    /// How client assertions are signed.
    revocation_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    /// How proofs of possession are signed (RFC 9449): each token is bound to a key.
    dpop_signing_alg_values_supported: Vec<&'static str>,
    /// `S256`.
    code_challenge_methods_supported: Vec<&'static str>,
    /// Answers carry `iss` (RFC 9207).
    authorization_response_iss_parameter_supported: bool,
    /// `cpf_record`.
    authorization_details_types_supported: Vec<&'static str>,
    /// What an app may want of a grant (Grant Management for OAuth 2.0, draft 03, §7.1).
    grant_management_actions_supported: Vec<&'static str>,
    /// Always false: a request need not name a grant.
    grant_management_action_required: bool,
    /// Where grants are managed: a slash and the grant's id follow (§6.3).
    grant_management_endpoint: String,
    /// What a `resource` may name (RFC 8707): the record's API.
    protected_resources: Vec<String>,
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
    /// Where an app gets the receipts of a grant.
    cpf_receipt_endpoint: String,
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

impl ServerMetadata {
    fn of(app: &App) -> Self {
        let at = |path: &str| format!("{}{path}", app.config.origin());
        let (methods, algorithms) = (["private_key_jwt"], consent::ALGORITHMS);
        Self {
            issuer: at(""),
            authorization_endpoint: at("/oauth/authorize"),
            pushed_authorization_request_endpoint: at("/oauth/par"),
            token_endpoint: at("/oauth/token"),
            registration_endpoint: at("/oauth/register"),
            introspection_endpoint: at("/oauth/introspect"),
            revocation_endpoint: at("/oauth/revoke"),
            jwks_uri: at("/.well-known/jwks.json"),
            require_pushed_authorization_requests: true,
            response_types_supported: vec!["code"],
            response_modes_supported: vec!["query"],
            grant_types_supported: GRANTS.to_vec(),
            scopes_supported: scopes(),
            subject_types_supported: vec!["pairwise"],
            id_token_signing_alg_values_supported: vec!["ES256"],
            claims_supported: CLAIMS.to_vec(),
            acr_values_supported: identity::LEVELS.to_vec(),
            token_endpoint_auth_methods_supported: methods.to_vec(),
            token_endpoint_auth_signing_alg_values_supported: algorithms.to_vec(),
            introspection_endpoint_auth_methods_supported: methods.to_vec(),
            introspection_endpoint_auth_signing_alg_values_supported: algorithms.to_vec(),
            revocation_endpoint_auth_methods_supported: methods.to_vec(),
            revocation_endpoint_auth_signing_alg_values_supported: algorithms.to_vec(),
            dpop_signing_alg_values_supported: consent::ALGORITHMS.to_vec(),
            code_challenge_methods_supported: vec!["S256"],
            authorization_response_iss_parameter_supported: true,
            authorization_details_types_supported: vec!["cpf_record"],
            grant_management_actions_supported: GRANT_ACTIONS.to_vec(),
            grant_management_action_required: false,
            grant_management_endpoint: app.consent.management_audience(),
            protected_resources: vec![app.consent.audience()],
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
            cpf_receipt_endpoint: at("/oauth/grants/receipt"),
            cpf_attestation_endpoint: at("/oauth/grants/attest"),
            ui_locales_supported: vec!["fr", "en"],
            service_documentation: at("/docs"),
        }
    }
}

/// Learn how to ask for consent.
///
/// The authorization server's metadata (RFC 8414): its addresses, how apps prove who they are, and
/// the sections and purposes that a request may name.
#[utoipa::path(get, path = "/.well-known/oauth-authorization-server", tag = "discovery",
    operation_id = "server_metadata", security(()))]
pub(crate) async fn server(
    State(app): State<Arc<App>>,
) -> Result<Published<ServerMetadata>, Refusal<()>> {
    Ok(Published(ServerMetadata::of(&app)))
}

fn scopes() -> Vec<&'static str> {
    let managing = ManagementScope::ALL.iter().map(|scope| scope.as_str());
    std::iter::once("openid").chain(managing).collect()
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

/// Learn how to ask who a worker is.
///
/// The same metadata at the address where OpenID Connect clients look for it.
#[utoipa::path(get, path = "/.well-known/openid-configuration", tag = "discovery",
    operation_id = "openid_configuration", security(()))]
pub(crate) async fn openid(
    State(app): State<Arc<App>>,
) -> Result<Published<ServerMetadata>, Refusal<()>> {
    Ok(Published(ServerMetadata::of(&app)))
}

/// Learn what consent tokens are for.
///
/// The protected resource's metadata (RFC 9728): the audience of consent tokens, and who issues
/// them.
#[utoipa::path(get, path = "/.well-known/oauth-protected-resource", tag = "discovery",
    operation_id = "resource_metadata", security(()))]
pub(crate) async fn resource(
    State(app): State<Arc<App>>,
) -> Result<Published<ResourceMetadata>, Refusal<()>> {
    Ok(Published(ResourceMetadata {
        resource: app.consent.audience(),
        authorization_servers: vec![app.config.origin().into()],
        bearer_methods_supported: vec!["header"],
        dpop_bound_access_tokens_required: true,
        dpop_signing_alg_values_supported: consent::ALGORITHMS.to_vec(),
        authorization_details_types_supported: vec!["cpf_record"],
        resource_documentation: format!("{}/docs", app.config.origin()),
    }))
}
