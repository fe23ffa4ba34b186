//! A signed JWT taken apart (RFC 7515 §3.1), before anything in it is believed, and the algorithms
//! that may have signed it (FAPI 2.0 Security Profile §5.4.1).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, crypto};
use serde::{Deserialize, de::DeserializeOwned};

use crate::public_key::PublicKey;

/// The names of the algorithms by which apps sign their assertions and proofs. `EdDSA` is of
/// Ed25519 keys only, which RFC 9864 §2.2 names `Ed25519`.
pub const ALGORITHMS: [&str; 4] = ["ES256", "PS256", "EdDSA", "Ed25519"];

/// The `alg` of a header: one of [`ALGORITHMS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct SignedBy(pub(crate) Algorithm);

impl TryFrom<String> for SignedBy {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        match name.as_str() {
            "ES256" => Ok(Self(Algorithm::ES256)),
            "PS256" => Ok(Self(Algorithm::PS256)),
            "EdDSA" | "Ed25519" => Ok(Self(Algorithm::EdDSA)),
            _ => Err("not an algorithm that is accepted"),
        }
    }
}

/// Three parts, still encoded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Compact<'a> {
    header: &'a str,
    claims: &'a str,
    signed: &'a str,
    signature: &'a str,
}

impl<'a> Compact<'a> {
    /// The parts of `jwt`, if it has three.
    pub(crate) fn parse(jwt: &'a str) -> Option<Self> {
        let (signed, signature) = jwt.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        Some(Self {
            header,
            claims,
            signed,
            signature,
        })
    }

    /// Its header, if it is an object (RFC 7515 §5.2) and what is expected.
    pub(crate) fn header<T: DeserializeOwned>(&self) -> Option<T> {
        part(self.header)
    }

    /// Its claims, if they are an object (RFC 7519 §7.2) and what is expected. They are its signer's
    /// once [`Self::is_signed_by`] says so, and anybody's before.
    pub(crate) fn claims<T: DeserializeOwned>(&self) -> Option<T> {
        part(self.claims)
    }

    /// Whether the private half of `key` signed it, by the algorithm of that key.
    pub(crate) fn is_signed_by(&self, key: &PublicKey) -> bool {
        let SignedBy(algorithm) = key.signed_by;
        crypto::verify(
            self.signature,
            self.signed.as_bytes(),
            &key.decoding,
            algorithm,
        )
        .unwrap_or(false)
    }
}

fn part<T: DeserializeOwned>(encoded: &str) -> Option<T> {
    let json = URL_SAFE_NO_PAD.decode(encoded).ok()?;
    kernel::from_json(&json).ok()
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::Algorithm;

    use super::{ALGORITHMS, Compact, SignedBy};

    #[test]
    fn the_algorithms_of_fapi_are_known_by_their_names_and_no_other_is() {
        for name in ALGORITHMS {
            assert!(SignedBy::try_from(name.to_owned()).is_ok(), "{name}");
        }
        let fully_specified = SignedBy::try_from("Ed25519".to_owned());
        assert_eq!(fully_specified, Ok(SignedBy(Algorithm::EdDSA)));
        for name in [
            "none", "None", "", "es256", "HS256", "RS256", "ES384", "PS384", "Ed448", "ES256K",
        ] {
            assert!(SignedBy::try_from(name.to_owned()).is_err(), "{name}");
        }
    }

    #[test]
    fn what_has_not_three_parts_is_no_jwt() {
        assert!(Compact::parse("a.b.c").is_some());
        assert!(Compact::parse("a.b").is_none());
        assert!(Compact::parse("").is_none());
        let four = Compact::parse("a.b.c.d").unwrap();
        assert!(four.claims::<serde_json::Value>().is_none());
    }
}
