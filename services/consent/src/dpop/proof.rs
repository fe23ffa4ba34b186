//! A proof, read: its shape, its signature, and what it says of the request (RFC 9449 §4.3).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use catalogue::{KeyFlaw, VerifyingKey};
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use kernel::Digest;
use serde::{Deserialize, de::IgnoredAny};
use serde_json::{Map, Value};
use time::{Duration, OffsetDateTime};

use super::{Thumbprint, uri};
use crate::{
    jws::{Compact, SignedBy},
    numeric_date::NumericDate,
    public_key::PublicKey,
};

/// The longest proof, in characters: one of an RSA key of 4,096 bits is half of it.
const LENGTH: usize = 4_096;
/// How long after it was signed a proof is accepted, in seconds.
const AFTER: i64 = 60;
/// How far an app's clock may differ from ours beyond that, in seconds.
const SKEW: i64 = 10;
/// How long a used proof is remembered: longer than any node, whose clock may differ too, would
/// accept it.
const KEEP: Duration = Duration::seconds(AFTER + SKEW + 50);
/// The longest modulus of an RSA key, in characters: 4,096 bits. Each proof costs a verification.
const MODULUS: usize = 683;

/// The request that a proof came with.
#[derive(Debug, Clone, Copy)]
pub struct ProvenRequest<'a> {
    /// Its method.
    pub method: &'a str,
    /// Its address, as the world writes it.
    pub uri: &'a str,
}

/// A proof that holds for its request, and was not counted yet.
#[derive(Debug)]
pub struct Proof {
    /// The key that signed it.
    pub(crate) key: Thumbprint,
    pub(super) nonce: Option<String>,
    /// Of the key and the `jti`: what makes it this proof and no other.
    pub(super) digest: Digest,
    pub(super) expires_at: OffsetDateTime,
}

/// What is not named here is ignored, but an extension that must be understood is refused.
#[derive(Debug, Deserialize)]
struct Header {
    typ: String,
    alg: SignedBy,
    jwk: Map<String, Value>,
    crit: Option<IgnoredAny>,
}

#[derive(Debug, Deserialize)]
struct Claims {
    jti: String,
    htm: String,
    htu: String,
    iat: NumericDate,
    exp: Option<NumericDate>,
    nbf: Option<NumericDate>,
    ath: Option<String>,
    nonce: Option<String>,
}

/// Reads the proof `jwt` of `request` at `now`, for the access token whose digest is `token` where
/// there is one; or says what is wrong with it.
pub(super) fn read(
    jwt: &str,
    request: &ProvenRequest<'_>,
    token: Option<Digest>,
    now: i64,
) -> Result<Proof, &'static str> {
    if jwt.len() > LENGTH {
        return Err("it is longer than 4,096 characters");
    }
    let jwt = Compact::parse(jwt).ok_or("it is not a JWT")?;
    let header: Header = jwt
        .header()
        .ok_or("its header is no object with typ, jwk, and alg ES256, PS256 or EdDSA")?;
    if header.typ != "dpop+jwt" {
        return Err("its typ is not dpop+jwt");
    }
    if header.crit.is_some() {
        return Err("`crit` names an extension that is not understood");
    }
    let (public, key) = key(header.alg, &header.jwk)?;
    if !jwt.is_signed_by(&public) {
        return Err("its key does not verify it");
    }
    let claims: Claims = jwt
        .claims()
        .ok_or("its claims are no object with jti, htm, htu and iat, each of its type")?;
    check(&claims, request, token, now)?;
    let signed_at = OffsetDateTime::from_unix_timestamp(claims.iat.rounded_up());
    Ok(Proof {
        key,
        nonce: claims.nonce,
        digest: Digest::of(format!("{key}\n{}", claims.jti)),
        expires_at: signed_at.map_err(|_range| "its iat is out of range")? + KEEP,
    })
}

/// The public key in the header: one that fits the algorithm, of a size that is safe and bounded.
fn key(
    signed_by: SignedBy,
    jwk: &Map<String, Value>,
) -> Result<(PublicKey, Thumbprint), &'static str> {
    let foreign = "its key and alg must be of ES256, PS256 or EdDSA";
    let key = VerifyingKey::read(jwk).map_err(|flaw| match flaw {
        KeyFlaw::Private => "its jwk holds a private key",
        KeyFlaw::Weak => "its jwk is incomplete, too weak, or no point of its curve",
        KeyFlaw::Foreign | KeyFlaw::Name => foreign,
    })?;
    let is_long = key.jwk()["n"].as_str().is_some_and(|n| n.len() > MODULUS);
    let public = PublicKey::of(&key).filter(|key| key.signed_by == signed_by && !is_long);
    let jwk: Option<Jwk> = serde_json::from_value(key.jwk().clone()).ok();
    let thumbprint = jwk.and_then(|jwk| jwk.thumbprint(ThumbprintHash::SHA256).ok());
    let thumbprint = thumbprint.and_then(|text| Thumbprint::parse(&text));
    public.zip(thumbprint).ok_or(foreign)
}

fn check(
    claims: &Claims,
    request: &ProvenRequest<'_>,
    token: Option<Digest>,
    now: i64,
) -> Result<(), &'static str> {
    if claims.htm != request.method {
        return Err("its htm is another method");
    }
    let htu = uri::normal(&claims.htu);
    if htu.is_none() || htu != uri::normal(request.uri) {
        return Err("its htu is another address");
    }
    if claims.iat.rounded_down() < now - AFTER {
        return Err("its iat is more than a minute ago");
    }
    let is_ahead = |date: NumericDate| date.rounded_up() > now + SKEW;
    if is_ahead(claims.iat) {
        return Err("its iat is in the future");
    }
    let has_passed = |date: NumericDate| date.rounded_down() <= now - SKEW;
    if claims.exp.is_some_and(has_passed) {
        return Err("its exp has passed");
    }
    if claims.nbf.is_some_and(is_ahead) {
        return Err("its nbf is in the future");
    }
    if !(1..=200).contains(&claims.jti.len()) {
        return Err("its jti is empty or too long");
    }
    let expected = token.map(|digest| URL_SAFE_NO_PAD.encode(digest.as_bytes()));
    if expected.is_some() && claims.ath != expected {
        return Err("its ath is not of this token");
    }
    Ok(())
}

#[cfg(test)]
mod tests;
