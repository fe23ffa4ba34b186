//! Keys that publishers register (RFC 7591 §2): those of a set that verify, told apart.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{KeyFlaw, VerifyingKey};

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
    /// A key of a kind that is used here, but incomplete, too weak, or no point of its curve.
    #[error(
        "a key is incomplete or too weak: P-256 and Ed25519 keys are points of their curve, RSA keys \
         have 2,048 to 8,192 bits and the exponent 65537"
    )]
    Weak,
    /// None that could verify an assertion.
    #[error(
        "at least one key is for signatures: P-256 for ES256, RSA for PS256, or Ed25519 for EdDSA; \
         with `use` sig, `key_ops` verify and its own `alg`, where they are said"
    )]
    None,
    /// Not told apart.
    #[error("`kid` has 1 to 200 characters and names one key; several keys all need one")]
    Names,
}

/// The keys of `jwks` that verify, each reduced to what is needed for it. Keys of another kind or for
/// another use are left out (RFC 7517 §5): sets are made for several readers.
pub(super) fn checked(jwks: &Value) -> Result<Value, KeysError> {
    let keys = VerifyingKey::all(jwks).filter(|keys| (1..=MOST).contains(&keys.len()));
    let mut taken = Vec::new();
    for key in keys.ok_or(KeysError::Shape)? {
        match key {
            Ok(key) => taken.push(key),
            Err(KeyFlaw::Foreign) => {}
            Err(KeyFlaw::Private) => return Err(KeysError::Private),
            Err(KeyFlaw::Weak) => return Err(KeysError::Weak),
            Err(KeyFlaw::Name) => return Err(KeysError::Names),
        }
    }
    if taken.is_empty() {
        return Err(KeysError::None);
    }
    let names: BTreeSet<_> = taken.iter().filter_map(VerifyingKey::kid).collect();
    if taken.len() > 1 && names.len() < taken.len() {
        return Err(KeysError::Names);
    }
    let taken: Vec<_> = taken.iter().map(VerifyingKey::jwk).collect();
    Ok(json!({ "keys": taken }))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{KeysError, checked};
    use crate::verifying_key::tests::{ec, with};

    fn named(kid: &str) -> Value {
        with(ec(), "kid", kid.into())
    }

    #[test]
    fn of_a_set_for_several_readers_the_keys_that_verify_are_taken() {
        let others = [
            with(named("a"), "use", "enc".into()),
            with(named("b"), "key_ops", json!(["deriveKey"])),
            json!({"kty": "OKP", "crv": "X25519", "x": "AA", "kid": 7}),
            with(ec(), "crv", "P-384".into()),
            json!({"kty": "unheard-of", "kid": "mine"}),
        ];
        let set = |one: &Value| {
            let keys = [&others[..], std::slice::from_ref(one)].concat();
            json!({ "keys": keys })
        };
        for good in [named("mine"), ec()] {
            let alone = checked(&json!({"keys": [good]}));
            assert!(alone.is_ok(), "{alone:?}");
            assert_eq!(checked(&set(&good)), alone);
        }
        assert_eq!(checked(&json!({ "keys": others })), Err(KeysError::None));
        let private = with(others[0].clone(), "d", "AA".into());
        assert_eq!(checked(&set(&private)), Err(KeysError::Private));
    }

    #[test]
    fn private_weak_foreign_and_unnamed_keys_are_refused() {
        use KeysError::{Names, Private, Weak};
        for (key, why) in [
            (with(ec(), "d", "AA".into()), Private),
            (with(ec(), "x", ec()["y"].clone()), Weak),
            (with(ec(), "alg", "none".into()), KeysError::None),
            (with(ec(), "kid", 7.into()), Names),
        ] {
            for keys in [json!([key]), json!([key, ec()]), json!([named("a"), key])] {
                let checked = checked(&json!({ "keys": keys }));
                let is_taken = why == KeysError::None && keys[1] != Value::Null;
                assert_eq!(checked.is_ok(), is_taken, "{keys}");
                assert!(is_taken || checked == Err(why), "{keys}");
            }
        }
        for keys in [vec![named("a"), named("a")], vec![named("a"), ec()]] {
            assert_eq!(checked(&json!({ "keys": keys })), Err(Names));
        }
        assert!(checked(&json!({"keys": [named("a"), named("b")]})).is_ok());
    }

    #[test]
    fn what_is_no_set_of_keys_is_refused() {
        let many: Vec<_> = (0..11).map(|kid| named(&kid.to_string())).collect();
        for jwks in [
            json!(null),
            json!([]),
            json!([[ec()]]),
            json!({}),
            json!({"keys": []}),
            json!({"keys": {}}),
            json!({"keys": ["a"]}),
            json!({"keys": [ec(), ["EC"]]}),
            json!({ "keys": many }),
        ] {
            assert_eq!(checked(&jwks), Err(KeysError::Shape), "{jwks}");
        }
    }
}
