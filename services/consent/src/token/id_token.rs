//! ID tokens (OpenID Connect Core §2): under which subject the app knows the worker, and how she
//! signed in. Nothing else about her: that is what consent is for.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::{Digest, Fault, Secret};
use serde::Serialize;

use super::{LIFETIME, store::CodeRow};
use crate::Consent;

#[derive(Debug, Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    iat: i64,
    exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acr: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    at_hash: String,
}

impl Consent {
    /// The ID token that goes with `access_token`, where the request behind `code` asked for one.
    pub(super) fn id_token(
        &self,
        code: &CodeRow,
        access_token: &Secret<String>,
    ) -> Result<Option<Secret<String>>, Fault> {
        if !code.openid {
            return Ok(None);
        }
        let now = self.clock.now();
        let authentication = code.authentication.as_ref();
        let claims = Claims {
            iss: &self.issuer,
            sub: &self.keys.pairwise_subject(code.worker, &code.client_id),
            aud: &code.client_id,
            iat: now.unix_timestamp(),
            exp: (now + LIFETIME).unix_timestamp(),
            auth_time: authentication.map(|one| one.at.unix_timestamp()),
            acr: authentication.map(|one| one.level.as_str()),
            nonce: code.nonce.as_deref(),
            at_hash: half_digest(access_token),
        };
        let token = self.tokens.signing.sign_jwt("JWT", &claims)?;
        Ok(Some(Secret::new(token)))
    }
}

/// The left half of the token's SHA-256 (OpenID Connect Core §3.1.3.6).
fn half_digest(token: &Secret<String>) -> String {
    let digest = Digest::of(token.expose());
    let (half, _) = digest.as_bytes().split_at(16);
    URL_SAFE_NO_PAD.encode(half)
}
