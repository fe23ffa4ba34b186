//! Apps prove who they are by a signed assertion (`private_key_jwt`, RFC 7523 §2.2, as the FAPI 2.0
//! Security Profile asks): no shared secret exists.

mod published;

use catalogue::{App, AppKeys, Organisation};
use kernel::{Confinement, Digest, Fault};
use serde::{Deserialize, de::IgnoredAny};
use time::OffsetDateTime;

pub(crate) use published::Published;

use crate::{
    Consent,
    jws::{Compact, SignedBy},
    numeric_date::NumericDate,
    public_key::PublicKey,
    request,
};

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

/// What is not named here is ignored. Keys that a header names itself (`jku`, `x5u`, `jwk`) are
/// never looked at.
#[derive(Debug, Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<IgnoredAny>,
}

#[derive(Debug, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    // A string and nothing else: an array could name another server too (FAPI 2.0 §5.3.2.1).
    aud: String,
    exp: NumericDate,
    iat: Option<NumericDate>,
    nbf: Option<NumericDate>,
    jti: String,
}

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How far an app's clock may run ahead of ours, in seconds.
const AHEAD: i64 = 10;
/// The longest an assertion may live, in seconds, by the clock of the app.
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
        let jwt = Compact::parse(&assertion.jwt).ok_or(Refused("not a JWT"))?;
        let header: Header = jwt.header().ok_or(Refused("not a JWT"))?;
        let signed_by = SignedBy::try_from(header.alg)
            .map_err(|_unknown| Refused("sign with ES256, PS256 or EdDSA"))?;
        if header.crit.is_some() {
            // What must be understood to read the claims, and is not (RFC 7515 §4.1.11).
            return Err(Refused("`crit` names an extension that is not understood"));
        }
        let claims: Claims = jwt.claims().ok_or(Refused(
            "its claims are no object with iss, sub, aud, exp and jti, each of its type",
        ))?;
        let client = claims.sub.as_str();
        if assertion.client_id.as_ref().is_some_and(|id| id != client) {
            return Err(Refused("client_id is not the subject"));
        }
        let known = self.catalogue.app(client).await?;
        let kid = header.kid.as_deref();
        let keys = match &known {
            Some((app, _)) => self.keys_of(app, kid).await,
            None => Vec::new(),
        };
        // One answer, so that strangers do not learn which client ids exist.
        let believed = is_signed_by_one(&jwt, kid, signed_by, &keys);
        let (app, publisher) = known
            .filter(|_| believed)
            .ok_or(Refused("no key of a client of this name verifies it"))?;
        self.check_claims(&claims)?;
        self.use_once(&claims).await?;
        Ok(AuthenticatedApp { app, publisher })
    }

    /// The app called `client_id`, for whoever has verified a token that was issued to it.
    pub(crate) async fn app_called(
        &self,
        client_id: &str,
    ) -> Result<Option<AuthenticatedApp>, Fault> {
        let known = self.catalogue.app(client_id).await?;
        Ok(known.map(|(app, publisher)| AuthenticatedApp { app, publisher }))
    }

    /// The public keys of `app` that verify, the one named `kid` among them where it has one; none
    /// where they cannot be read.
    async fn keys_of(&self, app: &App, kid: Option<&str>) -> Vec<PublicKey> {
        let keys = match &app.keys {
            AppKeys::Registered(jwks) => PublicKey::of_set(jwks),
            AppKeys::Published(address) => self.published.keys(&app.client_id, address, kid).await,
        };
        keys.unwrap_or_default()
    }

    fn check_claims(&self, claims: &Claims) -> Result<(), ClientError> {
        let now = self.clock.now().unix_timestamp();
        let is_ahead = |date: NumericDate| date.rounded_up() > now + AHEAD;
        let refused = if claims.iss != claims.sub {
            "iss and sub must be the client id"
        } else if claims.aud != *self.issuer {
            "aud must be the issuer"
        } else if claims.exp.rounded_down() <= now {
            "expired"
        } else if claims.exp.rounded_up() > now + LIFETIME + AHEAD {
            "exp is more than ten minutes ahead"
        } else if claims.iat.is_some_and(is_ahead) {
            "iat is in the future"
        } else if claims.nbf.is_some_and(is_ahead) {
            "nbf is in the future"
        } else if !(1..=200).contains(&claims.jti.len()) {
            "jti is missing or too long"
        } else {
            return Ok(());
        };
        Err(ClientError::Refused(refused))
    }

    async fn use_once(&self, claims: &Claims) -> Result<(), ClientError> {
        let digest = Digest::of(format!("{}\n{}", claims.sub, claims.jti));
        let expires_at = OffsetDateTime::from_unix_timestamp(claims.exp.rounded_up())
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

/// Whether one of `keys` signed `jwt`: the one named `kid`, where it names one. Where none is to be
/// tried, another is, so that it takes as long.
fn is_signed_by_one(
    jwt: &Compact<'_>,
    kid: Option<&str>,
    signed_by: SignedBy,
    keys: &[PublicKey],
) -> bool {
    let mut candidates = keys
        .iter()
        .filter(|key| key.signed_by == signed_by && kid.is_none_or(|kid| key.is_called(kid)))
        .peekable();
    if candidates.peek().is_none() {
        let decoy = PublicKey::decoy(signed_by);
        std::hint::black_box(decoy.map(|decoy| jwt.is_signed_by(&decoy)));
    }
    candidates.any(|key| jwt.is_signed_by(key))
}
