//! The platform as relying party of a FranceConnect-shaped OpenID Connect provider.

use std::{sync::Arc, time::Duration};

use kernel::{Clock, PartialDate, Secret};
use openidconnect::{
    AccessToken, AccessTokenHash, AdditionalClaims, AdditionalProviderMetadata, AuthenticationFlow,
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier,
    ProviderMetadata, RedirectUrl, RequestTokenError, Scope, TokenResponse, UserInfoClaims,
    UserInfoError,
    core::{
        CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClient, CoreClientAuthMethod,
        CoreErrorResponseType, CoreGenderClaim, CoreGrantType, CoreIdTokenClaims, CoreJsonWebKey,
        CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreRequestTokenError,
        CoreResponseMode, CoreResponseType, CoreSubjectIdentifierType, CoreTokenResponse,
    },
};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use tokio::sync::RwLock;
use url::Url;

use crate::{Sex, Traits};

/// How the platform is registered at its provider.
#[derive(Debug, Clone)]
pub struct ProviderSettings {
    /// The provider's issuer URL.
    pub issuer: Url,
    /// Our client id there.
    pub client_id: String,
    /// Our client secret there.
    pub client_secret: Secret<String>,
    /// Where the provider sends the worker back.
    pub redirect_uri: Url,
    /// Whether a provider that declares itself a test is accepted: in the sandbox only.
    pub accept_test_provider: bool,
}

/// What goes wrong between the platform and its identity provider.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// It cannot be reached, or its metadata cannot be read.
    #[error("the identity provider cannot be reached")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It declares itself a test provider, and this is not a sandbox.
    #[error("a test identity provider is not accepted outside the sandbox")]
    TestProvider,
    /// It knows no such code: an old one, or another's.
    #[error("the identity provider does not know this code")]
    UnknownCode,
    /// It refused us, or its tokens do not verify.
    #[error("the identity provider's answer was refused")]
    Refused(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Its claims lack a trait, or one cannot be read. Names the claim, never its value.
    #[error("the identity provider's claim `{0}` is missing or malformed")]
    Claim(&'static str),
}

/// The relying party. Metadata and keys are read when first needed and again every ten minutes.
#[derive(Debug, Clone)]
pub struct RelyingParty {
    settings: Arc<ProviderSettings>,
    clock: Clock,
    http: reqwest::Client,
    known: Arc<RwLock<Option<Known>>>,
}

/// What the provider said of itself.
#[derive(Debug)]
struct Known {
    read_at: OffsetDateTime,
    client: Arc<Client>,
}

/// What the worker's browser takes along, and what stays here to check her return.
pub(crate) struct Departing {
    pub(crate) url: Url,
    pub(crate) state: Secret<String>,
    pub(crate) nonce: String,
    pub(crate) pkce_verifier: String,
}

/// A verified answer of the provider.
pub(crate) struct Vouched {
    pub(crate) subject: String,
    pub(crate) traits: Traits,
}

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

type Metadata = ProviderMetadata<
    TestMark,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// How our own test provider names itself in its metadata.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct TestMark {
    #[serde(default)]
    cpf_test_provider: bool,
}
impl AdditionalProviderMetadata for TestMark {}

/// The claims of FranceConnect's *identité pivot* that OpenID Connect does not name.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct PivotClaims {
    birthplace: Option<String>,
    birthcountry: Option<String>,
}
impl AdditionalClaims for PivotClaims {}

/// The longest code, in bytes, that the provider is asked about: far beyond any that it gives.
const LONGEST_CODE: usize = 2_000;
const REFRESH: time::Duration = time::Duration::minutes(10);
const ASSURANCE: [&str; 3] = ["eidas1", "eidas2", "eidas3"];
const SCOPES: [&str; 7] = [
    "given_name",
    "family_name",
    "preferred_username",
    "birthdate",
    "gender",
    "birthplace",
    "birthcountry",
];

impl RelyingParty {
    /// A relying party registered as `settings` say.
    pub fn new(settings: ProviderSettings, clock: Clock) -> Result<Self, ProviderError> {
        let http = reqwest::ClientBuilder::new()
            // Following a redirect would let the provider aim our requests (SSRF).
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(10))
            .build()
            .map_err(|error| ProviderError::Unreachable(error.into()))?;
        Ok(Self {
            settings: settings.into(),
            clock,
            http,
            known: Arc::default(),
        })
    }

    pub(crate) fn issuer(&self) -> &str {
        self.settings.issuer.as_str()
    }

    pub(crate) async fn depart(&self, state: Secret<String>) -> Result<Departing, ProviderError> {
        let client = self.client().await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let sent = state.expose().clone();
        let mut request = client
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                || CsrfToken::new(sent),
                Nonce::new_random,
            )
            .set_pkce_challenge(challenge)
            .add_auth_context_value(openidconnect::AuthenticationContextClass::new(
                "eidas1".into(),
            ));
        for scope in SCOPES {
            request = request.add_scope(Scope::new(scope.into()));
        }
        let (url, _state, nonce) = request.url();
        Ok(Departing {
            url,
            state,
            nonce: nonce.secret().clone(),
            pkce_verifier: verifier.into_secret(),
        })
    }

    pub(crate) async fn arrive(
        &self,
        code: String,
        nonce: String,
        pkce_verifier: String,
    ) -> Result<Vouched, ProviderError> {
        if code.len() > LONGEST_CODE {
            return Err(ProviderError::UnknownCode);
        }
        let client = self.client().await?;
        let tokens = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(refused)?
            .set_pkce_verifier(PkceCodeVerifier::new(pkce_verifier))
            .request_async(&self.http)
            .await
            .map_err(not_exchanged)?;
        let subject = verified_subject(&client, &tokens, &Nonce::new(nonce))?;
        let traits = self
            .user_info(&client, tokens.access_token().clone(), &subject)
            .await?;
        Ok(Vouched { subject, traits })
    }

    async fn user_info(
        &self,
        client: &Client,
        token: AccessToken,
        subject: &str,
    ) -> Result<Traits, ProviderError> {
        let expected = openidconnect::SubjectIdentifier::new(subject.to_owned());
        let claims: UserInfoClaims<PivotClaims, CoreGenderClaim> = client
            .user_info(token, Some(expected))
            .map_err(refused)?
            .request_async(&self.http)
            .await
            .map_err(|error| match error {
                // What the parser complains of may quote a trait: it is not kept.
                UserInfoError::Parse(_quotes) => ProviderError::Claim("userinfo"),
                error => refused(error),
            })?;
        read_traits(&claims)
    }

    async fn client(&self) -> Result<Arc<Client>, ProviderError> {
        let now = self.clock.now();
        if let Some(known) = &*self.known.read().await
            && now - known.read_at < REFRESH
        {
            return Ok(Arc::clone(&known.client));
        }
        let issuer = self
            .settings
            .issuer
            .as_str()
            .trim_end_matches('/')
            .to_owned();
        let issuer = IssuerUrl::new(issuer).map_err(unreachable)?;
        let metadata = Metadata::discover_async(issuer, &self.http)
            .await
            .map_err(unreachable)?;
        if metadata.additional_metadata().cpf_test_provider && !self.settings.accept_test_provider {
            return Err(ProviderError::TestProvider);
        }
        let client = CoreClient::from_provider_metadata(
            metadata,
            ClientId::new(self.settings.client_id.clone()),
            Some(ClientSecret::new(
                self.settings.client_secret.expose().clone(),
            )),
        )
        .set_redirect_uri(RedirectUrl::from_url(self.settings.redirect_uri.clone()));
        let client = Arc::new(client);
        *self.known.write().await = Some(Known {
            read_at: now,
            client: Arc::clone(&client),
        });
        Ok(client)
    }
}

/// The subject of an ID token whose signature, issuer, audience, times, nonce, assurance and
/// access-token hash all hold (OpenID Connect Core §3.1.3.7).
fn verified_subject(
    client: &Client,
    tokens: &CoreTokenResponse,
    nonce: &Nonce,
) -> Result<String, ProviderError> {
    let id_token = tokens.id_token().ok_or(ProviderError::Claim("id_token"))?;
    let verifier = client.id_token_verifier();
    let claims: &CoreIdTokenClaims = id_token.claims(&verifier, nonce).map_err(refused)?;
    let assured = claims
        .auth_context_ref()
        .is_some_and(|acr| ASSURANCE.contains(&acr.as_str()));
    if !assured {
        return Err(ProviderError::Claim("acr"));
    }
    if let Some(expected) = claims.access_token_hash() {
        let algorithm = id_token.signing_alg().map_err(refused)?;
        let key = id_token.signing_key(&verifier).map_err(refused)?;
        let actual =
            AccessTokenHash::from_token(tokens.access_token(), algorithm, key).map_err(refused)?;
        if actual != *expected {
            return Err(ProviderError::Claim("at_hash"));
        }
    }
    Ok(claims.subject().to_string())
}

fn read_traits(
    claims: &UserInfoClaims<PivotClaims, CoreGenderClaim>,
) -> Result<Traits, ProviderError> {
    let text = |claim: &'static str, value: Option<&str>| {
        let value = value
            .map(str::trim)
            .filter(|value| !value.is_empty() && value.len() <= 500);
        value.map(str::to_owned).ok_or(ProviderError::Claim(claim))
    };
    let family_name = claims
        .family_name()
        .and_then(|name| name.get(None))
        .map(|name| name.as_str());
    let given_name = claims
        .given_name()
        .and_then(|name| name.get(None))
        .map(|name| name.as_str());
    let birth_date = text("birthdate", claims.birthdate().map(|date| date.as_str()))?;
    let pivot = claims.additional_claims();
    let code = |value: &Option<String>| value.clone().filter(|code| !code.is_empty());
    Ok(Traits {
        birth_name: text("family_name", family_name)?,
        usage_name: claims.preferred_username().map(|name| name.to_string()),
        first_names: text("given_name", given_name)?,
        sex: match claims.gender().map(|gender| gender.as_ref()) {
            Some("female") => Sex::Female,
            Some("male") => Sex::Male,
            _ => Sex::Unknown,
        },
        birth_date: read_birth_date(&birth_date).ok_or(ProviderError::Claim("birthdate"))?,
        birthplace: code(&pivot.birthplace),
        birth_country: code(&pivot.birthcountry),
    })
}

/// A FranceConnect birth date: `YYYY-MM-DD`, where `00` stands for an unknown month or day.
fn read_birth_date(text: &str) -> Option<PartialDate> {
    text.trim_end_matches("-00").parse().ok()
}

/// Why the provider gave no tokens for a code. Its own words are not kept: it may quote the code.
fn not_exchanged<E>(error: CoreRequestTokenError<E>) -> ProviderError
where
    E: std::error::Error + Send + Sync + 'static,
{
    use CoreErrorResponseType::{InvalidGrant, InvalidRequest};
    match error {
        RequestTokenError::ServerResponse(told) => match told.error() {
            InvalidGrant | InvalidRequest => ProviderError::UnknownCode,
            other => refused(std::io::Error::other(other.to_string())),
        },
        RequestTokenError::Parse(..) => ProviderError::Claim("token"),
        error => refused(error),
    }
}

fn refused(error: impl std::error::Error + Send + Sync + 'static) -> ProviderError {
    ProviderError::Refused(error.into())
}

fn unreachable(error: impl std::error::Error + Send + Sync + 'static) -> ProviderError {
    ProviderError::Unreachable(error.into())
}

#[cfg(test)]
mod tests {
    use super::read_birth_date;

    #[test]
    fn zeros_stand_for_what_civil_status_does_not_know() {
        let read = |text| read_birth_date(text).map(|date| date.to_string());
        assert_eq!(read("1980-03-14").as_deref(), Some("1980-03-14"));
        assert_eq!(read("1980-03-00").as_deref(), Some("1980-03"));
        assert_eq!(read("1980-00-00").as_deref(), Some("1980"));
        assert_eq!(read("1980-00-12"), None);
        assert_eq!(read("1980-02-31"), None);
    }
}
