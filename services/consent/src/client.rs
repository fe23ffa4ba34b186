//! Apps prove who they are by a signed assertion (`private_key_jwt`, RFC 7523 §2.2, as the FAPI 2.0
//! Security Profile asks): no shared secret exists.

mod published;

use catalogue::{App, AppKeys, Organisation};
use jsonwebtoken::{
    Algorithm, DecodingKey, Validation, decode, decode_header,
    jwk::{Jwk, JwkSet},
};
use kernel::{Confinement, Digest, Fault};
use serde::Deserialize;
use time::OffsetDateTime;

pub(crate) use published::Published;

use crate::{Consent, request};

/// What an app sends to prove who it is.
#[derive(Debug, Clone)]
pub struct Assertion {
    /// The `client_assertion_type` parameter.
    pub kind: String,
    /// The `client_assertion` parameter.
    pub jwt: String,
    /// The `client_id` parameter, where one was sent.
    pub client_id: Option<String>,
}

/// An app that has just proved who it is.
#[derive(Debug, Clone)]
pub struct AuthenticatedApp {
    app: App,
    publisher: Organisation,
}

impl AuthenticatedApp {
    /// Whose it is.
    pub const fn publisher(&self) -> &Organisation {
        &self.publisher
    }

    /// The app.
    pub const fn app(&self) -> &App {
        &self.app
    }
}

/// Why an app is not believed (`invalid_client`).
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The assertion does not hold; says which check failed.
    #[error("the client assertion was refused: {0}")]
    Refused(&'static str),
    /// The platform failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

#[derive(Debug, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    // A string and nothing else: an array could name another server too (FAPI 2.0 §5.3.2.1).
    aud: String,
    exp: i64,
    iat: Option<i64>,
    nbf: Option<i64>,
    jti: String,
}

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const ALGORITHMS: [Algorithm; 3] = [Algorithm::ES256, Algorithm::PS256, Algorithm::EdDSA];
/// How far an app's clock may run ahead of ours, in seconds.
const AHEAD: i64 = 10;
/// The longest an assertion may live, in seconds.
const LIFETIME: i64 = 600;

impl Consent {
    /// The app behind `assertion`, once only.
    pub async fn authenticate(
        &self,
        assertion: &Assertion,
    ) -> Result<AuthenticatedApp, ClientError> {
        use ClientError::Refused;
        if assertion.kind != JWT_BEARER {
            return Err(Refused("the assertion type is not jwt-bearer"));
        }
        let header = decode_header(&assertion.jwt).map_err(|_malformed| Refused("not a JWT"))?;
        if !ALGORITHMS.contains(&header.alg) {
            return Err(Refused("sign with ES256, PS256 or EdDSA"));
        }
        if header.crit.is_some() {
            // What must be understood to read the claims, and is not (RFC 7515 §4.1.11).
            return Err(Refused("`crit` names an extension that is not understood"));
        }
        let named: Claims = jsonwebtoken::dangerous::insecure_decode_claims(&assertion.jwt)
            .map_err(|_shape| Refused("claims are missing"))?;
        let client = named.sub;
        if assertion.client_id.as_ref().is_some_and(|id| *id != client) {
            return Err(Refused("client_id is not the subject"));
        }
        let known = self.catalogue.app(&client).await?;
        let (app, publisher) = known.ok_or(Refused("the client is unknown"))?;
        let kid = header.kid.as_deref();
        let keys = self.keys_of(&app, kid).await?;
        let claims = verified(&assertion.jwt, kid, header.alg, &keys)?;
        self.check_claims(&claims, &client)?;
        self.use_once(&client, &claims).await?;
        Ok(AuthenticatedApp { app, publisher })
    }

    /// The public keys of `app`, the one named `kid` among them where it has one.
    async fn keys_of(&self, app: &App, kid: Option<&str>) -> Result<JwkSet, ClientError> {
        match &app.keys {
            AppKeys::Registered(jwks) => serde_json::from_value(jwks.clone())
                .map_err(|_shape| ClientError::Refused("the registered keys cannot be read")),
            AppKeys::Published(address) => {
                let keys = self.published.keys(&app.client_id, address, kid).await;
                keys.ok_or(ClientError::Refused("the published keys cannot be read"))
            }
        }
    }

    fn check_claims(&self, claims: &Claims, client: &str) -> Result<(), ClientError> {
        let now = self.clock.now().unix_timestamp();
        let refused = if claims.iss != client || claims.sub != client {
            "iss and sub must be the client id"
        } else if claims.aud != *self.issuer {
            "aud must be the issuer"
        } else if claims.exp <= now {
            "expired"
        } else if claims.exp > now + LIFETIME {
            "exp is more than ten minutes ahead"
        } else if claims.iat.is_some_and(|iat| iat > now + AHEAD) {
            "iat is in the future"
        } else if claims.nbf.is_some_and(|nbf| nbf > now + AHEAD) {
            "nbf is in the future"
        } else if !(1..=200).contains(&claims.jti.len()) {
            "jti is missing or too long"
        } else {
            return Ok(());
        };
        Err(ClientError::Refused(refused))
    }

    async fn use_once(&self, client: &str, claims: &Claims) -> Result<(), ClientError> {
        let digest = Digest::of(format!("{client}\n{}", claims.jti));
        let expires_at = OffsetDateTime::from_unix_timestamp(claims.exp)
            .map_err(|_range| ClientError::Refused("exp is out of range"))?;
        let mut tx = self.db.begin(Confinement::Open).await?;
        request::store::drop_late_assertions(&mut tx, self.clock.now()).await?;
        let fresh = request::store::use_assertion(&mut tx, digest, expires_at).await?;
        tx.commit().await?;
        if fresh {
            Ok(())
        } else {
            Err(ClientError::Refused("jti was used before"))
        }
    }
}

/// The claims of `jwt`, signed by one of `keys`. Keys named by the header itself (`jku`, `x5u`,
/// `jwk`) are never looked at.
fn verified(
    jwt: &str,
    kid: Option<&str>,
    algorithm: Algorithm,
    keys: &JwkSet,
) -> Result<Claims, ClientError> {
    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    let names = |jwk: &&Jwk| kid.is_none() || jwk.common.key_id.as_deref() == kid;
    keys.keys
        .iter()
        .filter(names)
        .filter_map(|jwk| DecodingKey::from_jwk(jwk).ok())
        .find_map(|key| decode::<Claims>(jwt, &key, &validation).ok())
        .map(|token| token.claims)
        .ok_or(ClientError::Refused("no key of the client verifies it"))
}
