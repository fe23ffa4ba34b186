//! Keys that verify, and keys that never do.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{KeyFlaw, VerifyingKey};

/// The base point of P-256 (SEC 2 §2.4.2): a public key like any other.
pub(crate) fn ec() -> Value {
    json!({"kty": "EC", "crv": "P-256", "x": "axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY",
        "y": "T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"})
}

/// The base point of Ed25519 (RFC 8032 §5.1).
fn okp() -> Value {
    let x = "WGZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmY";
    json!({"kty": "OKP", "crv": "Ed25519", "x": x})
}

/// A modulus of so many bytes that begins with `first` and ends with `last`.
fn rsa(bytes: usize, first: u8, last: u8) -> Value {
    let mut modulus = vec![0xff; bytes];
    (modulus[0], modulus[bytes - 1]) = (first, last);
    json!({"kty": "RSA", "n": URL_SAFE_NO_PAD.encode(modulus), "e": "AQAB"})
}

/// `key` with one member more, or another.
pub(crate) fn with(mut key: Value, member: &str, value: Value) -> Value {
    key[member] = value;
    key
}

fn read(key: &Value) -> Result<VerifyingKey, KeyFlaw> {
    VerifyingKey::read(key.as_object().unwrap())
}

#[test]
fn public_keys_of_each_kind_are_taken_and_nothing_else_of_them() {
    for (key, algorithm) in [
        (ec(), "ES256"),
        (rsa(256, 0x80, 1), "PS256"),
        (rsa(1_024, 0xff, 0xff), "PS256"),
        (okp(), "EdDSA"),
        (with(okp(), "alg", "Ed25519".into()), "EdDSA"),
        (with(ec(), "key_ops", json!(["sign", "verify"])), "ES256"),
        (with(ec(), "use", "sig".into()), "ES256"),
    ] {
        let key = with(key, "x5u", "https://elsewhere.example/".into());
        let read = read(&with(key, "kid", "one".into())).unwrap();
        assert_eq!((read.algorithm(), read.kid()), (algorithm, Some("one")));
        assert_eq!(read.jwk()["alg"], algorithm);
        assert_eq!(read.jwk()["kid"], "one");
        assert!(read.jwk().get("x5u").is_none());
        let again = VerifyingKey::all(&json!({"keys": [read.jwk()]}));
        assert_eq!(again, Some(vec![Ok(read)]), "it reads back as itself");
    }
}

#[test]
fn a_key_for_another_use_or_algorithm_verifies_nothing() {
    for key in [
        with(ec(), "use", "enc".into()),
        with(ec(), "use", Value::Null),
        with(ec(), "key_ops", json!(["sign"])),
        with(ec(), "key_ops", json!([])),
        with(ec(), "key_ops", "verify".into()),
        with(ec(), "alg", "none".into()),
        with(ec(), "alg", "ECDH-ES".into()),
        with(ec(), "alg", "EdDSA".into()),
        with(rsa(256, 0x80, 1), "alg", "RS256".into()),
        with(okp(), "alg", "ES256".into()),
        with(ec(), "crv", "P-384".into()),
        with(ec(), "crv", "secp256k1".into()),
        with(okp(), "crv", "X25519".into()),
        with(okp(), "crv", "Ed448".into()),
        json!({"kty": "AKP", "alg": "ML-DSA-44", "pub": "AA"}),
        json!({}),
    ] {
        assert_eq!(read(&key), Err(KeyFlaw::Foreign), "{key}");
    }
}

#[test]
fn private_and_weak_keys_and_nameless_names_are_refused() {
    use KeyFlaw::{Name, Private, Weak};
    for (key, why) in [
        (with(ec(), "d", "AA".into()), Private),
        (json!({"kty": "oct", "k": "AA"}), Private),
        (with(rsa(256, 0x80, 1), "p", "AA".into()), Private),
        (
            with(with(ec(), "use", "enc".into()), "d", "AA".into()),
            Private,
        ),
        (rsa(256, 0x7f, 1), Weak),
        (rsa(128, 0xff, 1), Weak),
        (rsa(1_025, 0xff, 1), Weak),
        (rsa(256, 0x80, 2), Weak),
        (with(rsa(256, 0x80, 1), "e", "Aw".into()), Weak),
        (with(rsa(256, 0x80, 1), "e", "AQ".into()), Weak),
        (with(rsa(256, 0x80, 1), "n", Value::Null), Weak),
        (with(ec(), "x", "AAAA".into()), Weak),
        (with(ec(), "y", Value::Null), Weak),
        (with(ec(), "kid", "".into()), Name),
        (with(ec(), "kid", "k".repeat(201).into()), Name),
        (with(ec(), "kid", 7.into()), Name),
    ] {
        assert_eq!(read(&key), Err(why), "{key}");
    }
}

#[test]
fn what_is_no_point_of_its_curve_or_one_of_small_order_is_refused() {
    let zeros = "A".repeat(43);
    for (x, y) in [
        (ec()["x"].clone(), ec()["x"].clone()),
        (ec()["y"].clone(), ec()["x"].clone()),
        (zeros.as_str().into(), zeros.as_str().into()),
        // The prime of the field, and more: no number of the field is written so.
        (
            "_____wAAAAEAAAAAAAAAAAAAAAD_______________8".into(),
            ec()["y"].clone(),
        ),
    ] {
        let key = with(with(ec(), "x", x), "y", y);
        assert_eq!(read(&key), Err(KeyFlaw::Weak), "{key}");
    }
    let other = with(
        ec(),
        "y",
        "sBy9HAHlgGVxGBS1g_Bh6dQxzKmUzqExNEm_l8hArgo".into(),
    );
    assert!(read(&other).is_ok(), "the other point above this x");
    for point in [
        // The eight points whose order divides eight, and one of them written otherwise.
        "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA3o",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIA",
        "JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_AU",
        "7P_______________________________________38",
        "JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_IU",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA_o",
        "7v_______________________________________38",
        // A height at which the curve has no point.
        "AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ] {
        let key = with(okp(), "x", point.into());
        assert_eq!(read(&key), Err(KeyFlaw::Weak), "{point}");
    }
}
