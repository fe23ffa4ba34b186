//! A public key of an app, ready to verify.

use catalogue::VerifyingKey;
use jsonwebtoken::{DecodingKey, jwk::Jwk};
use serde_json::{Value, json};

use crate::jws::SignedBy;

/// A key that verifies, by one algorithm.
#[derive(Debug, Clone)]
pub(crate) struct PublicKey {
    kid: Option<String>,
    /// Its one algorithm (RFC 7517 §4.4).
    pub(crate) signed_by: SignedBy,
    pub(crate) decoding: DecodingKey,
}

impl PublicKey {
    /// `key`, ready.
    pub(crate) fn of(key: &VerifyingKey) -> Option<Self> {
        let jwk: Jwk = serde_json::from_value(key.jwk().clone()).ok()?;
        Some(Self {
            kid: key.kid().map(str::to_owned),
            signed_by: SignedBy::try_from(key.algorithm().to_owned()).ok()?,
            decoding: DecodingKey::from_jwk(&jwk).ok()?,
        })
    }

    /// Those keys of a set that verify; nothing when `jwks` is no set of keys. Private, weak and foreign
    /// ones are not used.
    pub(crate) fn of_set(jwks: &Value) -> Option<Vec<Self>> {
        let keys = VerifyingKey::all(jwks)?;
        Some(keys.iter().flatten().filter_map(Self::of).collect())
    }

    /// Some key that nobody is known by, to take as long as with one that somebody is: base points, and
    /// a number.
    pub(crate) fn decoy(signed_by: SignedBy) -> Option<Self> {
        let decoys = json!({"keys": [
            {"kty": "EC", "crv": "P-256", "x": "axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY",
                "y": "T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"},
            {"kty": "RSA", "n": format!("{}w", "_".repeat(341)), "e": "AQAB"},
            {"kty": "OKP", "crv": "Ed25519", "x": "WGZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmY"},
        ]});
        let decoys = Self::of_set(&decoys).into_iter().flatten();
        decoys.into_iter().find(|key| key.signed_by == signed_by)
    }

    /// Whether it is called `kid`.
    pub(crate) fn is_called(&self, kid: &str) -> bool {
        self.kid.as_deref() == Some(kid)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::PublicKey;
    use crate::jws::{ALGORITHMS, SignedBy};

    #[test]
    fn whatever_an_unknown_client_signs_by_there_is_a_key_to_try() {
        for name in ALGORITHMS {
            let signed_by = SignedBy::try_from(name.to_owned()).unwrap();
            assert!(PublicKey::decoy(signed_by).is_some(), "{name}");
        }
    }

    #[test]
    fn of_a_published_set_private_foreign_and_weak_keys_are_not_used() {
        let x = "WGZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmY";
        let key = |kid: &str| json!({"kty": "OKP", "crv": "Ed25519", "x": x, "kid": kid});
        let with = |kid: &str, member: &str, value: &str| {
            let mut key = key(kid);
            key[member] = value.into();
            key
        };
        let set = json!({"keys": [
            with("private", "d", "AA"),
            with("for encryption", "use", "enc"),
            with("of another algorithm", "alg", "ES256"),
            with("of small order", "x", "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
            {"kty": "unheard-of"},
            key("good"),
        ]});
        let keys = PublicKey::of_set(&set).unwrap();
        assert_eq!(keys.len(), 1);
        assert!(keys[0].is_called("good"));
        for none in [json!([]), json!({}), json!({"keys": [["OKP"]]})] {
            assert!(PublicKey::of_set(&none).is_none(), "{none}");
        }
    }
}
