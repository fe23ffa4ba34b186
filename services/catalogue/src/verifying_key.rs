//! Keys that verify what apps sign (RFC 7517): public, strong, points of their curves, and each for one
//! algorithm. The one rule for keys that are registered, published, or brought along with a proof.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ParsedPublicKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};

/// A public key, reduced to what is needed to verify with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyingKey {
    kid: Option<String>,
    algorithm: &'static str,
    jwk: Value,
}

/// Why a key verifies nothing here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyFlaw {
    /// It is private or secret. Whoever sent it has given it away.
    Private,
    /// It is of a kind, for an algorithm or for a use that does not exist here: no flaw in a set of
    /// several keys (RFC 7517 §5).
    Foreign,
    /// It is of a kind that is used here, and incomplete, too weak, or no point of its curve.
    Weak,
    /// Its `kid` is no text of 1 to 200 characters.
    Name,
}

/// The members of private and secret keys (RFC 7518 §6).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

impl VerifyingKey {
    /// Each key of a set, or its flaw; nothing when `jwks` is no set of keys.
    pub fn all(jwks: &Value) -> Option<Vec<Result<Self, KeyFlaw>>> {
        let keys = jwks.get("keys")?.as_array()?;
        let keys = keys.iter().map(|key| key.as_object().map(Self::read));
        keys.collect()
    }

    /// Reads `key`, and nothing that it only refers to (`x5u`, `x5c`).
    pub fn read(key: &Map<String, Value>) -> Result<Self, KeyFlaw> {
        if PRIVATE.iter().any(|member| key.contains_key(*member)) {
            return Err(KeyFlaw::Private);
        }
        if !is_for_verifying(key) {
            return Err(KeyFlaw::Foreign);
        }
        let text = |member: &str| key.get(member).and_then(Value::as_str);
        let (algorithm, members, is_sound): (_, &[_], fn(&_) -> _) =
            match (text("kty"), text("crv")) {
                (Some("EC"), Some("P-256")) => ("ES256", &["kty", "crv", "x", "y"], is_p256),
                (Some("RSA"), None) => ("PS256", &["kty", "n", "e"], is_rsa),
                (Some("OKP"), Some("Ed25519")) => ("EdDSA", &["kty", "crv", "x"], is_ed25519),
                _ => return Err(KeyFlaw::Foreign),
            };
        // RFC 9864 §2.2 has another name for EdDSA with this curve.
        let named = key.get("alg").is_none_or(|named| {
            *named == algorithm || (*named == "Ed25519" && algorithm == "EdDSA")
        });
        if !named {
            return Err(KeyFlaw::Foreign);
        }
        if !is_sound(key) {
            return Err(KeyFlaw::Weak);
        }
        let kid = match key.get("kid").map(Value::as_str) {
            None => None,
            Some(Some(kid)) if (1..=200).contains(&kid.len()) => Some(kid.to_owned()),
            Some(_) => return Err(KeyFlaw::Name),
        };
        let mut jwk = json!({"alg": algorithm, "use": "sig"});
        for member in members {
            jwk[*member] = key[*member].clone();
        }
        if let Some(kid) = &kid {
            jwk["kid"] = kid.as_str().into();
        }
        Ok(Self {
            kid,
            algorithm,
            jwk,
        })
    }

    /// Its name, where it has one.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The one algorithm that it is for: `ES256`, `PS256` or `EdDSA`.
    pub const fn algorithm(&self) -> &'static str {
        self.algorithm
    }

    /// It, as a JWK that holds nothing else.
    pub const fn jwk(&self) -> &Value {
        &self.jwk
    }
}

/// Whether `key` may verify, as far as it says what it is for (RFC 7517 §4.2, §4.3).
fn is_for_verifying(key: &Map<String, Value>) -> bool {
    let verifies = |operations: &Value| {
        let mut operations = operations.as_array().into_iter().flatten();
        operations.any(|operation| operation == "verify")
    };
    key.get("use").is_none_or(|usage| usage == "sig") && key.get("key_ops").is_none_or(verifies)
}

fn bytes(key: &Map<String, Value>, member: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(key.get(member)?.as_str()?).ok()
}

/// Whether it is a point of P-256 (SEC 1 §2.3.4 and §3.2.2.1).
fn is_p256(key: &Map<String, Value>) -> bool {
    let coordinate = |member| bytes(key, member).filter(|bytes| bytes.len() == 32);
    let (Some(x), Some(y)) = (coordinate("x"), coordinate("y")) else {
        return false;
    };
    let point = [&[4], x.as_slice(), &y].concat();
    ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).is_ok()
}

/// Whether it has the size and the exponent that are asked for, and a modulus that can be a product of
/// primes.
fn is_rsa(key: &Map<String, Value>) -> bool {
    let is_modulus = |modulus: Vec<u8>| {
        (2_048..=8_192).contains(&bits(&modulus)) && modulus.last().is_some_and(|low| low % 2 == 1)
    };
    bytes(key, "n").is_some_and(is_modulus) && key.get("e").is_some_and(|e| e == "AQAB")
}

/// Whether it is a point of Ed25519, and not of a small order: such a key takes a signature that
/// nobody made (RFC 8032 §8.9 warns of the like).
fn is_ed25519(key: &Map<String, Value>) -> bool {
    let point = bytes(key, "x").and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let point = point.and_then(|bytes| ed25519_dalek::VerifyingKey::from_bytes(&bytes).ok());
    point.is_some_and(|point| !point.is_weak())
}

/// How many bits a number has, written with its highest byte first.
fn bits(number: &[u8]) -> usize {
    let leading = number.iter().take_while(|byte| **byte == 0).count();
    let significant = &number[leading..];
    significant.first().map_or(0, |first| {
        significant.len() * 8 - first.leading_zeros() as usize
    })
}

#[cfg(test)]
pub(crate) mod tests;
