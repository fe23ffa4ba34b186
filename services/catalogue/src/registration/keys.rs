//! Keys that publishers register (RFC 7517): public, strong enough, and told apart.

use std::collections::BTreeSet;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};

/// How many keys an app may have at once.
const MOST: usize = 10;

/// Why keys are not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeysError {
    /// Not a set of keys.
    #[error("expected a JWK set of 1 to 10 keys")]
    Shape,
    /// A private or secret key. Whoever sent it has given it away.
    #[error("a key holds private members: make a new one, and send its public half only")]
    Private,
    /// Of a kind that is not used here, or too weak.
    #[error(
        "each key is P-256 for ES256, RSA of 2,048 to 8,192 bits with exponent 65537 for PS256, or \
         Ed25519 for EdDSA"
    )]
    Kind,
    /// Meant for something else.
    #[error("`use` is `sig` and `key_ops` is [\"verify\"], where they are said")]
    Use,
    /// Not told apart.
    #[error("`kid` has 1 to 200 characters and names one key; several keys all need one")]
    Names,
}

/// The members of private and secret keys (RFC 7518 §6).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// The keys of `jwks`, each reduced to what is needed to verify with it.
pub(super) fn checked(jwks: &Value) -> Result<Value, KeysError> {
    let keys = jwks["keys"].as_array().ok_or(KeysError::Shape)?;
    if !(1..=MOST).contains(&keys.len()) {
        return Err(KeysError::Shape);
    }
    let mut names = BTreeSet::new();
    let mut taken = Vec::new();
    for key in keys {
        let key = key.as_object().ok_or(KeysError::Shape)?;
        let (mut public, algorithm) = public(key)?;
        match key.get("kid").map(Value::as_str) {
            None if keys.len() == 1 => {}
            Some(Some(kid)) if (1..=200).contains(&kid.len()) && names.insert(kid) => {
                public["kid"] = kid.into();
            }
            _ => return Err(KeysError::Names),
        }
        public["alg"] = algorithm.into();
        public["use"] = "sig".into();
        taken.push(public);
    }
    Ok(json!({ "keys": taken }))
}

/// The members that make the key, and the algorithm that it is for.
fn public(key: &Map<String, Value>) -> Result<(Value, &'static str), KeysError> {
    if PRIVATE.iter().any(|member| key.contains_key(*member)) {
        return Err(KeysError::Private);
    }
    let text = |member: &str| key.get(member).and_then(Value::as_str);
    let bytes = |member: &str| URL_SAFE_NO_PAD.decode(text(member)?).ok();
    let point = |member: &str| bytes(member).is_some_and(|bytes| bytes.len() == 32);
    let for_us = key.get("use").is_none_or(|usage| usage == "sig")
        && key
            .get("key_ops")
            .is_none_or(|ops| *ops == json!(["verify"]));
    if !for_us {
        return Err(KeysError::Use);
    }
    let (public, algorithm) = match (text("kty"), text("crv")) {
        (Some("EC"), Some("P-256")) if point("x") && point("y") => (
            json!({"kty": "EC", "crv": "P-256", "x": key["x"], "y": key["y"]}),
            "ES256",
        ),
        (Some("RSA"), None)
            if bytes("n").is_some_and(|modulus| (2_048..=8_192).contains(&bits(&modulus)))
                && text("e") == Some("AQAB") =>
        {
            (json!({"kty": "RSA", "n": key["n"], "e": key["e"]}), "PS256")
        }
        (Some("OKP"), Some("Ed25519")) if point("x") => (
            json!({"kty": "OKP", "crv": "Ed25519", "x": key["x"]}),
            "EdDSA",
        ),
        _ => return Err(KeysError::Kind),
    };
    let named = key
        .get("alg")
        .is_none_or(|named| *named == algorithm || (*named == "Ed25519" && algorithm == "EdDSA"));
    if named {
        Ok((public, algorithm))
    } else {
        Err(KeysError::Kind)
    }
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
mod tests {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    use serde_json::{Value, json};

    use super::{KeysError, checked};

    fn text(bytes: usize, first: u8) -> String {
        let mut number = vec![0xff; bytes];
        number[0] = first;
        URL_SAFE_NO_PAD.encode(number)
    }

    fn ec() -> Value {
        json!({"kty": "EC", "crv": "P-256", "x": text(32, 1), "y": text(32, 1)})
    }

    fn rsa(bytes: usize, first: u8) -> Value {
        json!({"kty": "RSA", "n": text(bytes, first), "e": "AQAB"})
    }

    fn with(mut key: Value, member: &str, value: Value) -> Value {
        key[member] = value;
        key
    }

    fn alone(key: &Value) -> Result<Value, KeysError> {
        checked(&json!({"keys": [key]}))
    }

    #[test]
    fn public_keys_of_each_kind_are_taken_and_nothing_else_of_them() {
        let okp = json!({"kty": "OKP", "crv": "Ed25519", "x": text(32, 1)});
        for (key, algorithm) in [
            (ec(), "ES256"),
            (rsa(256, 0x80), "PS256"),
            (rsa(1024, 0xff), "PS256"),
            (okp.clone(), "EdDSA"),
            (with(okp, "alg", "Ed25519".into()), "EdDSA"),
        ] {
            let key = with(key, "x5u", "https://elsewhere.example/".into());
            let taken = alone(&with(key, "kid", "one".into())).unwrap();
            assert_eq!(taken["keys"][0]["alg"], algorithm);
            assert_eq!(taken["keys"][0]["kid"], "one");
            assert!(taken["keys"][0].get("x5u").is_none());
        }
    }

    #[test]
    fn private_weak_foreign_and_unnamed_keys_are_refused() {
        use KeysError::{Kind, Names, Private, Use};
        for (key, why) in [
            (with(ec(), "d", "AA".into()), Private),
            (json!({"kty": "oct", "k": "AA"}), Private),
            (with(rsa(256, 0x80), "p", "AA".into()), Private),
            (rsa(256, 0x7f), Kind),
            (rsa(128, 0xff), Kind),
            (rsa(1025, 0xff), Kind),
            (with(rsa(256, 0x80), "e", "Aw".into()), Kind),
            (with(rsa(256, 0x80), "alg", "RS256".into()), Kind),
            (with(ec(), "crv", "P-384".into()), Kind),
            (with(ec(), "crv", "secp256k1".into()), Kind),
            (with(ec(), "x", text(31, 1).into()), Kind),
            (with(ec(), "y", Value::Null), Kind),
            (with(ec(), "alg", "none".into()), Kind),
            (
                json!({"kty": "OKP", "crv": "X25519", "x": text(32, 1)}),
                Kind,
            ),
            (json!({}), Kind),
            (with(ec(), "use", "enc".into()), Use),
            (with(ec(), "key_ops", json!(["sign"])), Use),
            (with(ec(), "kid", "".into()), Names),
            (with(ec(), "kid", 7.into()), Names),
        ] {
            assert_eq!(alone(&key).unwrap_err(), why, "{key}");
        }
        let named = |kid: &str| with(ec(), "kid", kid.into());
        for keys in [vec![named("a"), named("a")], vec![named("a"), ec()]] {
            assert_eq!(checked(&json!({ "keys": keys })), Err(Names));
        }
        assert!(checked(&json!({"keys": [named("a"), named("b")]})).is_ok());
    }

    #[test]
    fn what_is_no_set_of_keys_is_refused() {
        let many: Vec<_> = (0..11)
            .map(|kid| with(ec(), "kid", kid.to_string().into()))
            .collect();
        for jwks in [
            json!(null),
            json!([]),
            json!({}),
            json!({"keys": []}),
            json!({"keys": {}}),
            json!({"keys": ["a"]}),
            json!({ "keys": many }),
        ] {
            assert_eq!(checked(&jwks), Err(KeysError::Shape), "{jwks}");
        }
    }
}
