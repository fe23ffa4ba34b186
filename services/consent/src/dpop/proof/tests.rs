//! The proofs of RFC 9449, and what is refused before any signature is looked at. Signed proofs of
//! every kind are tried over HTTP, in the stories.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::Digest;
use serde_json::{Value, json};

use super::{Claims, Compact, ProvenRequest, read};

/// RFC 9449 §4.1, and the thumbprint of its key (§6.1).
const PROOF: &str = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4\
    dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSm\
    FqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjo\
    iUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6\
    T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg";
const KEY: &str = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
const SIGNED_AT: i64 = 1_562_262_616;
const TOKEN_REQUEST: ProvenRequest<'_> = ProvenRequest {
    method: "POST",
    uri: "https://server.example.com/token",
};

/// RFC 9449 §7.1: the same key, with the token that it presents.
const AT_A_RESOURCE: &str = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwie\
    CI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFR\
    sY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwi\
    aHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdC\
    I6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP3\
    5yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA";
const TOKEN: &str = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";

#[test]
fn the_proofs_of_rfc_9449_prove_its_key() {
    let proof = read(PROOF, &TOKEN_REQUEST, None, SIGNED_AT).unwrap();
    assert_eq!(proof.key.to_string(), KEY);
    let request = ProvenRequest {
        method: "GET",
        uri: "https://resource.example.org/protectedresource",
    };
    let token = Digest::of(TOKEN);
    let proof = read(AT_A_RESOURCE, &request, Some(token), SIGNED_AT).unwrap();
    assert_eq!(proof.key.to_string(), KEY);
    let other = read(AT_A_RESOURCE, &request, Some(Digest::of("x")), SIGNED_AT);
    assert_eq!(other.unwrap_err(), "its ath is not of this token");
    let missing = read(PROOF, &TOKEN_REQUEST, Some(token), SIGNED_AT);
    assert_eq!(missing.unwrap_err(), "its ath is not of this token");
}

#[test]
fn a_proof_is_accepted_from_ten_seconds_before_its_time_until_a_minute_after() {
    for at in [-10, 0, 10, 60] {
        let read = read(PROOF, &TOKEN_REQUEST, None, SIGNED_AT + at);
        assert!(read.is_ok(), "{at}: {read:?}");
    }
    for at in [-3_600, -11, 61, 3_600] {
        assert!(
            read(PROOF, &TOKEN_REQUEST, None, SIGNED_AT + at).is_err(),
            "{at}"
        );
    }
}

#[test]
fn a_proof_of_another_request_or_altered_is_refused() {
    let of = |method, uri| read(PROOF, &ProvenRequest { method, uri }, None, SIGNED_AT);
    assert!(of("GET", TOKEN_REQUEST.uri).is_err());
    assert!(of("post", TOKEN_REQUEST.uri).is_err());
    assert!(of("POST", "https://server.example.com/par").is_err());
    let (signed, signature) = PROOF.rsplit_once('.').unwrap();
    let (header, _) = signed.split_once('.').unwrap();
    let claims = json!({"jti": "-BwC3ESc6acc2lTc", "htm": "POST", "htu": TOKEN_REQUEST.uri,
        "iat": SIGNED_AT, "more": true});
    let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
    for altered in [
        format!("{header}.{claims}.{signature}"),
        format!("{signed}."),
        format!("{signed}.{}", signature.replace('A', "B")),
        format!("{PROOF}.x"),
        format!("{PROOF}="),
        format!(" {PROOF}"),
        signed.to_owned(),
        String::new(),
        "..".into(),
        "a".repeat(5_000),
    ] {
        assert!(
            read(&altered, &TOKEN_REQUEST, None, SIGNED_AT).is_err(),
            "{altered}"
        );
    }
}

/// What is said of a proof with this header, whatever its signature.
fn refused(header: &Value) -> &'static str {
    let header = URL_SAFE_NO_PAD.encode(header.to_string());
    let (_, rest) = PROOF.split_once('.').unwrap();
    read(&format!("{header}.{rest}"), &TOKEN_REQUEST, None, SIGNED_AT).unwrap_err()
}

#[test]
fn a_header_of_another_type_algorithm_or_key_is_refused_before_the_signature() {
    let header = PROOF.split_once('.').unwrap().0;
    let good: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap();
    let not_verified = "its key does not verify it";
    let with = |member: &str, value: Value| {
        let mut header = good.clone();
        header[member] = value;
        header
    };
    let of_key = |member: &str, value: Value| {
        let mut header = good.clone();
        header["jwk"][member] = value;
        header
    };
    for header in [with("typ", json!("JWT")), with("typ", json!("DPOP+JWT"))] {
        assert_eq!(refused(&header), "its typ is not dpop+jwt");
    }
    for alg in [
        "none", "None", "HS256", "RS256", "ES384", "PS384", "PS256", "EdDSA", "Ed25519", "ES256K",
    ] {
        assert_ne!(refused(&with("alg", json!(alg))), not_verified, "{alg}");
    }
    for member in ["typ", "alg", "jwk"] {
        assert_ne!(
            refused(&with(member, Value::Null)),
            not_verified,
            "{member}"
        );
    }
    assert_ne!(refused(&with("crit", json!(["b64"]))), not_verified);
    for member in ["d", "k", "p", "oth"] {
        let header = of_key(member, json!("AAAA"));
        assert_eq!(refused(&header), "its jwk holds a private key", "{member}");
    }
    for (member, value) in [
        ("kty", json!("RSA")),
        ("kty", json!("oct")),
        ("crv", json!("P-384")),
        ("crv", json!("Ed25519")),
        ("x", json!("AAAA")),
        ("x", json!("!".repeat(43))),
        ("y", json!("A".repeat(44))),
        ("y", Value::Null),
    ] {
        let header = of_key(member, value.clone());
        assert_ne!(refused(&header), not_verified, "{member}: {value}");
    }
    // What is not understood is ignored; it is signed, so that adding it alone breaks the proof.
    assert_eq!(refused(&with("kid", json!("a"))), not_verified);
    assert_eq!(refused(&of_key("use", json!("sig"))), not_verified);
    assert_eq!(refused(&of_key("alg", json!("ES256"))), not_verified);
    assert_eq!(refused(&of_key("key_ops", json!(["verify"]))), not_verified);
    // What is meant for something else proves nothing.
    for (member, value) in [
        ("use", json!("enc")),
        ("key_ops", json!(["sign"])),
        ("alg", json!("ES384")),
        ("alg", json!("PS256")),
    ] {
        let header = of_key(member, value.clone());
        assert_ne!(refused(&header), not_verified, "{member}: {value}");
    }
}

#[test]
fn a_proof_that_is_written_as_arrays_is_refused_before_the_signature() {
    let header = PROOF.split_once('.').unwrap().0;
    let good: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap();
    let array = json!([good["typ"], good["alg"], good["jwk"], null]);
    let why = "its header is no object with typ, jwk, and alg ES256, PS256 or EdDSA";
    assert_eq!(refused(&array), why);
    let claims = json!([
        "jti",
        "POST",
        TOKEN_REQUEST.uri,
        SIGNED_AT,
        null,
        null,
        null,
        null
    ]);
    let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
    let jwt = format!("{header}.{claims}.sig");
    let jwt = Compact::parse(&jwt).unwrap();
    assert!(jwt.claims::<Value>().is_some());
    assert!(jwt.claims::<Claims>().is_none());
}

#[test]
fn keys_whose_signatures_anybody_makes_prove_nothing() {
    let not_verified = "its key does not verify it";
    let of = |x: &str| {
        refused(&json!({"typ": "dpop+jwt", "alg": "EdDSA",
            "jwk": {"kty": "OKP", "crv": "Ed25519", "x": x}}))
    };
    let base_point = "WGZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmY";
    assert_eq!(of(base_point), not_verified);
    for small in [
        "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ] {
        assert_ne!(of(small), not_verified, "{small}");
    }
}

#[test]
fn rsa_keys_are_of_a_safe_and_bounded_size() {
    let with = |bits: usize, exponent: &str| {
        let modulus = URL_SAFE_NO_PAD.encode(vec![0xC1; bits / 8]);
        refused(&json!({"typ": "dpop+jwt", "alg": "PS256",
            "jwk": {"kty": "RSA", "n": modulus, "e": exponent}}))
    };
    let weak = "its jwk is incomplete, too weak, or no point of its curve";
    for (bits, exponent) in [(1_024, "AQAB"), (2_040, "AQAB"), (2_048, "Aw")] {
        assert_eq!(with(bits, exponent), weak);
    }
    assert_eq!(with(2_048, "AQAB"), "its key does not verify it");
    assert_ne!(with(2_048, &"A".repeat(300)), "its key does not verify it");
    assert_ne!(with(8_192, "AQAB"), "its key does not verify it");
}
