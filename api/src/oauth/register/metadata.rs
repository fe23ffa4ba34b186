//! What a publisher sends of its app (RFC 7591 §2). Members that are not understood are ignored, as
//! the RFC says; those that ask for what does not exist here are refused.

use std::sync::Arc;

use axum::extract::{FromRequest, Request};
use catalogue::{Description, Metadata};
use consent::{Purpose, Section};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::RegistrationRefusal;
use crate::{
    app::App,
    wire::{Body, Slug},
};

/// How an app proves who it is.
pub(super) const AUTHENTICATION: &str = "private_key_jwt";
/// What it may trade for tokens.
pub(crate) const GRANTS: [&str; 4] = [
    "authorization_code",
    "refresh_token",
    "client_credentials",
    "urn:ietf:params:oauth:grant-type:token-exchange",
];
/// What it may ask to be answered.
pub(super) const RESPONSES: [&str; 1] = ["code"];
/// How the ID tokens that it gets are signed.
pub(super) const ID_TOKENS: &str = "ES256";
/// By what kind of subject it knows a worker.
pub(super) const SUBJECTS: &str = "pairwise";
/// What its requests are written in.
pub(super) const DETAILS: [&str; 1] = ["cpf_record"];

/// What only the platform says of a registration: a publisher that sends it back is mistaken
/// (RFC 7592 §2.2).
const OURS: [&str; 4] = [
    "registration_access_token",
    "registration_client_uri",
    "client_id_issued_at",
    "client_secret_expires_at",
];

/// What would be asked of every answer to the app, and is not done here: encryption (OpenID Connect
/// Registration §2), subjects shared with other apps, another age of sessions than a request says.
const NOT_DONE: [&str; 7] = [
    "id_token_encrypted_response_alg",
    "id_token_encrypted_response_enc",
    "userinfo_encrypted_response_alg",
    "request_object_encryption_alg",
    "authorization_encrypted_response_alg",
    "sector_identifier_uri",
    "default_max_age",
];

/// What is said of an app.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ClientMetadata {
    /// Its name: 2 to 60 letters, digits, spaces and common marks, in one script for each word. It
    /// must not look like another app's, nor like the platform's or a public body's.
    #[schema(example = "Déclic")]
    client_name: String,
    /// Its name in English, where it has another.
    #[serde(rename = "client_name#en")]
    #[schema(example = "Spark")]
    client_name_en: Option<String>,
    /// Its home page: https, on the publisher's domain. Shown to workers.
    #[schema(example = "https://declic.example/")]
    client_uri: String,
    /// Where it may send a worker back: 1 to 10 addresses, compared to the letter. https, on the
    /// publisher's domain, in their normal form, without a fragment or a wildcard; in a sandbox,
    /// http on `localhost`, `127.0.0.1` or `[::1]` too.
    #[schema(example = json!(["https://declic.example/callback"]))]
    redirect_uris: Vec<String>,
    /// Its public keys (RFC 7517): 1 to 10 of P-256, RSA of at least 2,048 bits, or Ed25519.
    #[schema(value_type = Option<Object>)]
    jwks: Option<Value>,
    /// Where its public keys are instead.
    jwks_uri: Option<String>,
    /// `private_key_jwt`, or absent.
    token_endpoint_auth_method: Option<String>,
    /// One of the algorithms that the metadata lists, or absent. It is checked and not kept: any of
    /// them may sign.
    token_endpoint_auth_signing_alg: Option<String>,
    /// `ES256`, or absent.
    id_token_signed_response_alg: Option<String>,
    /// `pairwise`, or absent.
    subject_type: Option<String>,
    /// `authorization_code`, and of the others that the metadata lists what you like; or absent. The
    /// answer says all of them, which every app may use (RFC 7591 §3.2.1).
    grant_types: Option<Vec<String>>,
    /// `code`, or absent.
    response_types: Option<Vec<String>>,
    /// True, or absent (RFC 9449 §5.2).
    dpop_bound_access_tokens: Option<bool>,
    /// `cpf_record`, or absent (RFC 9396 §10).
    authorization_details_types: Option<Vec<String>>,
    /// What it does, in plain words. Shown to workers.
    cpf_description: Words,
    /// The sections it may ever ask for.
    #[schema(value_type = Vec<String>, example = json!(["certificates"]))]
    cpf_sections: Vec<Section>,
    /// The purposes it may ever name.
    #[schema(value_type = Vec<String>, example = json!(["career_guidance"]))]
    cpf_purposes: Vec<Purpose>,
    /// Whom the platform's operator can reach, by e-mail. Never published.
    #[schema(example = json!(["dev@declic.example"]))]
    contacts: Vec<String>,
    /// Which program it is (RFC 7591 §2).
    software_id: Option<String>,
    /// Which version of it.
    software_version: Option<String>,
    /// Not taken: no issuer of statements is trusted.
    #[schema(ignore)]
    software_statement: Option<Value>,
}

/// Plain words, in both languages of the consent page: 10 to 300 characters each.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = AppDescription)]
pub(crate) struct Words {
    /// In French.
    fr: String,
    /// In English.
    en: String,
}

impl From<Description> for Words {
    fn from(Description { fr, en }: Description) -> Self {
        Self { fr, en }
    }
}

/// Metadata that ask for nothing that does not exist here.
#[derive(Debug)]
pub(crate) struct Stated {
    /// The client id that an amendment repeats.
    pub(super) client_id: Option<String>,
    /// Whether it says what only the platform says.
    pub(super) says_ours: bool,
    /// Whether it says a secret, which no app has (RFC 7592 §2.2).
    pub(super) says_secret: bool,
    /// What is said.
    pub(super) metadata: Metadata,
}

impl FromRequest<Arc<App>> for Stated {
    type Rejection = RegistrationRefusal;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, RegistrationRefusal> {
        let Body(value) = Body::<Value>::from_request(request, app)
            .await
            .map_err(|problem| match problem.slug() {
                Slug::MalformedRequest | Slug::InvalidBody | Slug::UnsupportedMediaType => {
                    RegistrationRefusal::metadata(
                        "the body is not JSON of the type application/json",
                    )
                }
                _ => problem.into(),
            })?;
        let says = |member: &str| value.get(member).is_some_and(|said| !said.is_null());
        if let Some(member) = NOT_DONE.iter().find(|member| says(member)) {
            return Err(RegistrationRefusal::metadata(format!(
                "{member}: this is not done here"
            )));
        }
        let metadata: ClientMetadata = serde_path_to_error::deserialize(kernel::Objects(&value))
            .map_err(|error| {
                let words = kernel::without_value(&error.inner().to_string());
                RegistrationRefusal::metadata(format!("{}: {words}", error.path()))
            })?;
        Ok(Self {
            client_id: value["client_id"].as_str().map(str::to_owned),
            says_secret: says("client_secret"),
            says_ours: OURS.iter().any(|member| value.get(member).is_some()),
            metadata: metadata.agreed()?,
        })
    }
}

impl ClientMetadata {
    /// What is left to look at once it is agreed how to speak.
    fn agreed(self) -> Result<Metadata, RegistrationRefusal> {
        if self.software_statement.is_some() {
            let error = "unapproved_software_statement";
            let words = "software statements are not taken: say it in the metadata";
            return Err(RegistrationRefusal::refused(error, words));
        }
        let within = |asked: &Option<Vec<String>>, known: &[&str]| {
            asked.as_ref().is_none_or(|asked| {
                asked.iter().any(|one| one == known[0])
                    && asked.iter().all(|one| known.contains(&one.as_str()))
            })
        };
        let says_else = |said: &Option<String>, known: &[&str]| {
            said.as_deref().is_some_and(|said| !known.contains(&said))
        };
        let method = self.token_endpoint_auth_method.as_deref();
        let disagreed = if method.is_some_and(|method| method != AUTHENTICATION) {
            "token_endpoint_auth_method: expected private_key_jwt"
        } else if says_else(&self.token_endpoint_auth_signing_alg, &consent::ALGORITHMS) {
            "token_endpoint_auth_signing_alg: expected one of the metadata"
        } else if says_else(&self.id_token_signed_response_alg, &[ID_TOKENS]) {
            "id_token_signed_response_alg: expected ES256"
        } else if says_else(&self.subject_type, &[SUBJECTS]) {
            "subject_type: expected pairwise"
        } else if !within(&self.grant_types, &GRANTS) {
            "grant_types: expected authorization_code, and beside it others of the metadata"
        } else if !within(&self.response_types, &RESPONSES) {
            "response_types: expected code"
        } else if self.dpop_bound_access_tokens == Some(false) {
            "dpop_bound_access_tokens: expected true"
        } else if !within(&self.authorization_details_types, &DETAILS) {
            "authorization_details_types: expected cpf_record"
        } else {
            return Ok(self.metadata());
        };
        Err(RegistrationRefusal::metadata(disagreed))
    }

    fn metadata(self) -> Metadata {
        let Words { fr, en } = self.cpf_description;
        Metadata {
            name: self.client_name,
            name_en: self.client_name_en,
            homepage: self.client_uri,
            redirect_uris: self.redirect_uris,
            jwks: self.jwks,
            jwks_uri: self.jwks_uri,
            description: Description { fr, en },
            sections: self.cpf_sections.iter().map(ToString::to_string).collect(),
            purposes: self.cpf_purposes.iter().map(ToString::to_string).collect(),
            contacts: self.contacts,
            software_id: self.software_id,
            software_version: self.software_version,
        }
    }
}
