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
#[expect(
    clippy::struct_excessive_bools,
    reason = "RFC 8414 and OpenID Connect Discovery have a member for each"
)]
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
    /// Always false: of `claims`, an essential `acr` is looked at, and nothing else.
    claims_parameter_supported: bool,
    /// Always false: what is asked is pushed in plain parameters.
    request_parameter_supported: bool,
    /// Always false: the only `request_uri` is the one that a pushed request is answered with.
    request_uri_parameter_supported: bool,
    /// `openid`, which asks for an ID token; the others are for `client_credentials`. What an app may
    /// read is said in `authorization_details`.
    scopes_supported: Vec<&'static str>,
    /// `pairwise`: no two apps know a worker by the same subject.
    subject_types_supported: Vec<&'static str>,
    /// How ID tokens are signed.
    id_token_signing_alg_values_supported: Vec<&'static str>,
    /// What ID tokens say.
    claims_supported: Vec<&'static str>,
    /// The levels of assurance that `acr` can name. Which one, the worker's provider decides.
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
    /// What tokens are for (RFC 9728 §4): the record's API, and that of grants.
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
    /// The languages of the consent page. `ui_locales` decides, unless she chose one herself.
    ui_locales_supported: Vec<&'static str>,
    /// Where the API is documented for people.
    service_documentation: String,
}

/// What tokens are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Resource {
    /// The record's API, opened by consent tokens.
    Record,
    /// Where apps manage their grants.
    Grants,
}

impl Resource {
    /// The resource that `path` lies in.
    pub(crate) fn at(path: &str) -> Option<Self> {
        let within = |resource: &Self| {
            let rest = path.strip_prefix(resource.path());
            rest.is_some_and(|rest| rest.starts_with('/'))
        };
        [Self::Record, Self::Grants].into_iter().find(within)
    }

    /// Its identifier, less our origin.
    const fn path(self) -> &'static str {
        match self {
            Self::Record => "/v1",
            Self::Grants => "/oauth/grants",
        }
    }

    /// Where its metadata is (RFC 9728 §3.1).
    pub(crate) fn metadata_address(self, origin: &str) -> String {
        format!(
            "{origin}/.well-known/oauth-protected-resource{}",
            self.path()
        )
    }
}

/// A protected resource.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ResourceMetadata {
    /// Its identifier: the audience of its tokens, and what `resource` names (RFC 8707).
    resource: String,
    /// Who issues them.
    authorization_servers: Vec<String>,
    /// In the `Authorization` header only.
    bearer_methods_supported: Vec<&'static str>,
    /// Always true: with each token goes a proof that its key is held (RFC 9449).
    dpop_bound_access_tokens_required: bool,
    /// How those proofs are signed.
    dpop_signing_alg_values_supported: Vec<&'static str>,
    /// The scopes of its tokens; none where tokens say what they open otherwise.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    scopes_supported: Vec<&'static str>,
    /// `cpf_record`, where tokens open what it says.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
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
            claims_parameter_supported: false,
            request_parameter_supported: false,
            request_uri_parameter_supported: false,
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
            protected_resources: vec![app.consent.audience(), app.consent.management_audience()],
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
    std::iter::once("openid").chain(managing()).collect()
}

fn managing() -> impl Iterator<Item = &'static str> {
    ManagementScope::ALL.iter().map(|scope| scope.as_str())
}

fn fields() -> BTreeMap<&'static str, Vec<&'static str>> {
    let served = Section::ALL.iter().filter(|section| section.is_served());
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
/// The metadata of the record's API (RFC 9728): who issues tokens for it, and how they are presented.
/// Its identifier is the metadata's address without `/.well-known/oauth-protected-resource`; nothing is
/// served for the origin alone, which is no resource.
#[utoipa::path(get, path = "/.well-known/oauth-protected-resource/v1", tag = "discovery",
    operation_id = "record_metadata", security(()))]
pub(crate) async fn record(
    State(app): State<Arc<App>>,
) -> Result<Published<ResourceMetadata>, Refusal<()>> {
    Ok(Published(ResourceMetadata {
        authorization_details_types_supported: vec!["cpf_record"],
        ..ResourceMetadata::of(&app, app.consent.audience())
    }))
}

/// Learn where grants are managed.
///
/// The metadata of the grant management API (RFC 9728): another resource, with tokens of its own.
#[utoipa::path(get, path = "/.well-known/oauth-protected-resource/oauth/grants", tag = "discovery",
    operation_id = "grants_metadata", security(()))]
pub(crate) async fn grants(
    State(app): State<Arc<App>>,
) -> Result<Published<ResourceMetadata>, Refusal<()>> {
    Ok(Published(ResourceMetadata {
        scopes_supported: managing().collect(),
        ..ResourceMetadata::of(&app, app.consent.management_audience())
    }))
}

impl ResourceMetadata {
    fn of(app: &App, resource: String) -> Self {
        Self {
            resource,
            authorization_servers: vec![app.config.origin().into()],
            bearer_methods_supported: vec!["header"],
            dpop_bound_access_tokens_required: true,
            dpop_signing_alg_values_supported: consent::ALGORITHMS.to_vec(),
            scopes_supported: Vec::new(),
            authorization_details_types_supported: Vec::new(),
            resource_documentation: format!("{}/docs", app.config.origin()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Resource;

    #[test]
    fn a_path_lies_in_one_resource_or_in_none() {
        for (path, expected) in [
            ("/v1/record/certificates", Some(Resource::Record)),
            ("/oauth/grants/01938f5a", Some(Resource::Grants)),
            ("/v10/record", None),
            ("/oauth/token", None),
            ("/", None),
        ] {
            assert_eq!(Resource::at(path), expected, "{path}");
        }
    }
}
