//! Publishers register their apps (RFC 7591) and manage what they registered (RFC 7592).

pub(crate) mod amend;
pub(crate) mod create;
pub(crate) mod end;
mod metadata;
pub(crate) mod read;
mod refusal;

use catalogue::{AppKeys, Registered};
use kernel::Secret;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

pub(crate) use metadata::{ClientMetadata, GRANTS, Words};
pub(crate) use refusal::RegistrationRefusal;

use crate::config::Config;

/// What is registered (RFC 7591 §3.2.1).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClientInformation {
    /// Its client id.
    #[schema(example = "app-5f0c6d0b9a7e4e1d8c3b2a19")]
    client_id: String,
    /// Since when, in seconds since 1970.
    client_id_issued_at: i64,
    /// What manages this registration from now on. It replaces the one before.
    registration_access_token: String,
    /// Where it is managed.
    registration_client_uri: String,
    /// Its name.
    client_name: String,
    /// Its name in English, where it has another.
    #[serde(rename = "client_name#en", skip_serializing_if = "Option::is_none")]
    client_name_en: Option<String>,
    /// Its home page.
    client_uri: String,
    /// Where it may send a worker back, to the letter.
    redirect_uris: Vec<String>,
    /// Its public keys, as they are used.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    jwks: Option<Value>,
    /// Where its public keys are instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    jwks_uri: Option<String>,
    /// `private_key_jwt`.
    token_endpoint_auth_method: &'static str,
    /// `ES256`.
    id_token_signed_response_alg: &'static str,
    /// `pairwise`.
    subject_type: &'static str,
    /// All that the metadata lists, whichever were asked for: none is withheld.
    grant_types: Vec<&'static str>,
    /// `code`.
    response_types: Vec<&'static str>,
    /// Always true.
    dpop_bound_access_tokens: bool,
    /// `cpf_record`.
    authorization_details_types: Vec<&'static str>,
    /// What it does.
    cpf_description: Words,
    /// The sections it may ever ask for.
    cpf_sections: Vec<String>,
    /// The purposes it may ever name.
    cpf_purposes: Vec<String>,
    /// Whom the platform's operator can reach.
    contacts: Vec<String>,
    /// Which program it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    software_id: Option<String>,
    /// Which version of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    software_version: Option<String>,
}

impl ClientInformation {
    fn of(config: &Config, registered: Registered, token: Secret<String>) -> Self {
        let app = registered.app;
        let (jwks, jwks_uri) = match app.keys {
            AppKeys::Registered(jwks) => (Some(jwks), None),
            AppKeys::Published(address) => (None, Some(address)),
        };
        Self {
            registration_client_uri: format!(
                "{}/oauth/register/{}",
                config.origin(),
                app.client_id
            ),
            client_id: app.client_id,
            client_id_issued_at: registered.registered_at.unix_timestamp(),
            registration_access_token: token.into_exposed(),
            client_name: app.name,
            client_name_en: app.name_en,
            client_uri: app.homepage,
            redirect_uris: app.redirect_uris,
            jwks,
            jwks_uri,
            token_endpoint_auth_method: metadata::AUTHENTICATION,
            id_token_signed_response_alg: metadata::ID_TOKENS,
            subject_type: metadata::SUBJECTS,
            grant_types: metadata::GRANTS.to_vec(),
            response_types: metadata::RESPONSES.to_vec(),
            dpop_bound_access_tokens: true,
            authorization_details_types: metadata::DETAILS.to_vec(),
            cpf_description: app.description.into(),
            cpf_sections: app.sections,
            cpf_purposes: app.purposes,
            contacts: registered.contacts,
            software_id: registered.software_id,
            software_version: registered.software_version,
        }
    }
}
