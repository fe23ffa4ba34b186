//! The platform as relying party of an OpenID Connect provider, whomever it vouches for.

use std::{sync::Arc, time::Duration};

use kernel::{Clock, Secret};
use openidconnect::{
    AccessToken, AccessTokenHash, AdditionalClaims, AdditionalProviderMetadata,
    AuthenticationContextClass, AuthenticationFlow, AuthorizationCode, ClientId, ClientSecret,
    CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet, IssuerUrl, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, ProviderMetadata, RedirectUrl,
    RequestTokenError, Scope, TokenResponse, UserInfoClaims, UserInfoError,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreClaimName, CoreClaimType, CoreClient,
        CoreClientAuthMethod, CoreErrorResponseType, CoreGenderClaim, CoreGrantType,
        CoreIdTokenClaims, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm,
        CoreJweKeyManagementAlgorithm, CoreRequestTokenError, CoreResponseMode, CoreResponseType,
        CoreSubjectIdentifierType, CoreTokenResponse,
    },
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use time::OffsetDateTime;
use tokio::sync::RwLock;
use url::Url;

use crate::{france_connect, pro_connect};

/// How the platform is registered at its provider.
#[derive(Debug, Clone)]
pub struct ProviderSettings {
    /// The provider's issuer URL.
    pub issuer: Url,
    /// Our client id there.
    pub client_id: String,
    /// Our client secret there.
    pub client_secret: Secret<String>,
    /// Where the provider sends people back.
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
    /// It does not vouch for the person with the assurance that was asked for.
    #[error("the identity provider's level of assurance is too low")]
    TooWeak,
    /// A claim is missing, or cannot be read. Names the claim, never its value.
    #[error("the identity provider's claim `{0}` is missing or malformed")]
    Claim(&'static str),
}

/// The relying party. Metadata and keys are read when first needed and again every ten minutes.
#[derive(Debug, Clone)]
pub struct RelyingParty {
    settings: Arc<ProviderSettings>,
    asking: &'static Asking,
    clock: Clock,
    http: reqwest::Client,
    known: Arc<RwLock<Option<Known>>>,
}

/// What is asked of a provider.
#[derive(Debug)]
pub(crate) struct Asking {
    /// Beside `openid`.
    pub(crate) scopes: &'static [&'static str],
    /// The levels of assurance (`acr`) that are enough, the lowest first.
    pub(crate) levels: &'static [&'static str],
    /// Whether the provider is told that it must reach one of them (OpenID Connect Core §5.5.1.1).
    /// Whatever it was told, a lower level is refused.
    pub(crate) levels_are_essential: bool,
    /// Whether claims must come in a signed token (OpenID Connect Core §5.3.2).
    pub(crate) claims_are_signed: bool,
}

/// What the provider said of itself.
#[derive(Debug)]
struct Known {
    read_at: OffsetDateTime,
    client: Arc<Client>,
}

/// What the browser takes along, and what stays here to check her return.
pub(crate) struct Departing {
    pub(crate) url: Url,
    pub(crate) state: Secret<String>,
    pub(crate) nonce: String,
    pub(crate) pkce_verifier: String,
}

/// How somebody proved to the provider who she is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authentication {
    /// At which level of assurance (`acr`).
    pub level: String,
    /// When: at the provider, perhaps for another service and before.
    pub at: OffsetDateTime,
}

/// A verified answer of the provider.
pub(crate) struct Vouched<C: AdditionalClaims> {
    pub(crate) subject: String,
    pub(crate) authentication: Authentication,
    pub(crate) claims: Claims<C>,
}

/// What a provider says of a person: the claims that OpenID Connect names, and those of `C`.
pub(crate) type Claims<C> = UserInfoClaims<C, CoreGenderClaim>;

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

/// The longest code, in bytes, that the provider is asked about: far beyond any that it gives.
const LONGEST_CODE: usize = 2_000;
const REFRESH: time::Duration = time::Duration::minutes(10);

impl RelyingParty {
    /// A relying party registered as `settings` say at the provider of workers.
    pub fn of_workers(settings: ProviderSettings, clock: Clock) -> Result<Self, ProviderError> {
        Self::new(settings, &france_connect::ASKING, clock)
    }

    /// A relying party registered as `settings` say at the provider of agents.
    pub fn of_agents(settings: ProviderSettings, clock: Clock) -> Result<Self, ProviderError> {
        Self::new(settings, &pro_connect::ASKING, clock)
    }

    fn new(
        settings: ProviderSettings,
        asking: &'static Asking,
        clock: Clock,
    ) -> Result<Self, ProviderError> {
        let http = reqwest::ClientBuilder::new()
            // Following a redirect would let the provider aim our requests (SSRF).
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(10))
            .build()
            .map_err(|error| ProviderError::Unreachable(error.into()))?;
        Ok(Self {
            settings: settings.into(),
            asking,
            clock,
            http,
            known: Arc::default(),
        })
    }

    pub(crate) fn issuer(&self) -> &str {
        self.settings.issuer.as_str()
    }

    pub(crate) async fn depart(
        &self,
        state: Secret<String>,
        anew: bool,
    ) -> Result<Departing, ProviderError> {
        let client = self.client().await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let sent = state.expose().clone();
        let mut request = client
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                || CsrfToken::new(sent),
                Nonce::new_random,
            )
            .set_pkce_challenge(challenge);
        let levels = self.asking.levels;
        if self.asking.levels_are_essential {
            let acr = json!({"id_token": {"acr": {"essential": true, "values": levels}}});
            request = request.add_extra_param("claims", acr.to_string());
        } else if let Some(lowest) = levels.first() {
            let lowest = AuthenticationContextClass::new((*lowest).into());
            request = request.add_auth_context_value(lowest);
        }
        if anew {
            // With `max_age` the provider must say when she did (OpenID Connect Core §2).
            request = request
                .add_prompt(CoreAuthPrompt::Login)
                .set_max_age(Duration::ZERO);
        }
        for scope in self.asking.scopes {
            request = request.add_scope(Scope::new((*scope).into()));
        }
        let (url, _state, nonce) = request.url();
        Ok(Departing {
            url,
            state,
            nonce: nonce.secret().clone(),
            pkce_verifier: verifier.into_secret(),
        })
    }

    pub(crate) async fn arrive<C: AdditionalClaims>(
        &self,
        code: String,
        nonce: String,
        pkce_verifier: String,
    ) -> Result<Vouched<C>, ProviderError> {
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
        let (subject, authentication) =
            self.verified_subject(&client, &tokens, &Nonce::new(nonce))?;
        let claims = self
            .user_info(&client, tokens.access_token().clone(), &subject)
            .await?;
        Ok(Vouched {
            subject,
            authentication,
            claims,
        })
    }

    async fn user_info<C: AdditionalClaims>(
        &self,
        client: &Client,
        token: AccessToken,
        subject: &str,
    ) -> Result<Claims<C>, ProviderError> {
        let expected = openidconnect::SubjectIdentifier::new(subject.to_owned());
        client
            .user_info(token, Some(expected))
            .map_err(refused)?
            .require_signed_response(self.asking.claims_are_signed)
            .request_async(&self.http)
            .await
            .map_err(|error| match error {
                // What the parser complains of may quote a trait: it is not kept.
                UserInfoError::Parse(_quotes) => ProviderError::Claim("userinfo"),
                error => refused(error),
            })
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

    /// The subject of an ID token whose signature, issuer, audience, times, nonce, assurance and
    /// access-token hash all hold (OpenID Connect Core §3.1.3.7), and how she signed in.
    fn verified_subject(
        &self,
        client: &Client,
        tokens: &CoreTokenResponse,
        nonce: &Nonce,
    ) -> Result<(String, Authentication), ProviderError> {
        let id_token = tokens.id_token().ok_or(ProviderError::Claim("id_token"))?;
        let verifier = client.id_token_verifier();
        let claims: &CoreIdTokenClaims = id_token.claims(&verifier, nonce).map_err(refused)?;
        let level = claims
            .auth_context_ref()
            .filter(|acr| self.asking.levels.contains(&acr.as_str()));
        let level = level.ok_or(ProviderError::TooWeak)?.to_string();
        if let Some(expected) = claims.access_token_hash() {
            let algorithm = id_token.signing_alg().map_err(refused)?;
            let key = id_token.signing_key(&verifier).map_err(refused)?;
            let actual = AccessTokenHash::from_token(tokens.access_token(), algorithm, key)
                .map_err(refused)?;
            if actual != *expected {
                return Err(ProviderError::Claim("at_hash"));
            }
        }
        let now = self.clock.now();
        let told = claims
            .auth_time()
            .and_then(|at| OffsetDateTime::from_unix_timestamp(at.timestamp()).ok());
        let at = told.map_or(now, |at| at.min(now));
        Ok((claims.subject().to_string(), Authentication { level, at }))
    }
}

/// The text of a claim that must be there.
pub(crate) fn text(claim: &'static str, value: Option<&str>) -> Result<String, ProviderError> {
    let value = value
        .map(str::trim)
        .filter(|value| !value.is_empty() && value.len() <= 500);
    value.map(str::to_owned).ok_or(ProviderError::Claim(claim))
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
