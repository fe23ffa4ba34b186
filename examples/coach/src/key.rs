//! The app's key: the private half signs, the public half is registered at the platform.

use anyhow::Context;
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use jsonwebtoken::{
    Algorithm, EncodingKey, Header,
    jwk::{Jwk, JwkSet, PublicKeyUse, ThumbprintHash},
};
use serde::Serialize;

/// An ES256 key pair (P-256).
#[derive(Clone)]
pub struct Key {
    private: EncodingKey,
    public: Jwk,
    kid: String,
}

impl Key {
    /// A fresh key as a PKCS#8 PEM file, the only form in which it leaves the process.
    pub fn generate_pem() -> anyhow::Result<String> {
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random)
            .context("no key could be drawn")?;
        let block = pem::Pem::new("PRIVATE KEY", document.as_ref());
        let unix = pem::EncodeConfig::new().set_line_ending(pem::LineEnding::LF);
        Ok(pem::encode_config(&block, unix))
    }

    /// The key of a PKCS#8 PEM file.
    pub fn from_pem(pem: &str) -> anyhow::Result<Self> {
        let private = EncodingKey::from_ec_pem(pem.as_bytes())
            .context("the key file is not a P-256 private key in PKCS#8 PEM")?;
        let mut public = Jwk::from_encoding_key(&private, Algorithm::ES256)
            .context("the key file does not hold a P-256 key")?;
        let kid = public.thumbprint(ThumbprintHash::SHA256)?;
        public.common.key_id = Some(kid.clone());
        public.common.public_key_use = Some(PublicKeyUse::Signature);
        Ok(Self {
            private,
            public,
            kid,
        })
    }

    /// The public half, to register (RFC 7517).
    pub fn jwks(&self) -> JwkSet {
        JwkSet {
            keys: vec![self.public.clone()],
        }
    }

    /// `claims` as a signed JWT.
    pub(crate) fn sign(&self, claims: &impl Serialize) -> jsonwebtoken::errors::Result<String> {
        let header = Header {
            kid: Some(self.kid.clone()),
            ..Header::new(Algorithm::ES256)
        };
        jsonwebtoken::encode(&header, claims, &self.private)
    }

    /// `claims` as a proof of possession, which carries the public half (RFC 9449 §4.2).
    pub(crate) fn prove(&self, claims: &impl Serialize) -> jsonwebtoken::errors::Result<String> {
        let header = Header {
            typ: Some("dpop+jwt".into()),
            jwk: Some(self.public.clone()),
            ..Header::new(Algorithm::ES256)
        };
        jsonwebtoken::encode(&header, claims, &self.private)
    }
}

#[cfg(test)]
mod tests {
    use super::Key;

    #[test]
    fn a_key_file_gives_the_same_public_key_each_time_and_never_the_private_one() {
        let pem = Key::generate_pem().unwrap();
        let public = serde_json::to_value(Key::from_pem(&pem).unwrap().jwks()).unwrap();
        assert_eq!(
            public,
            serde_json::to_value(Key::from_pem(&pem).unwrap().jwks()).unwrap()
        );
        let jwk = &public["keys"][0];
        assert_eq!(
            (&jwk["kty"], &jwk["crv"], &jwk["alg"]),
            (&"EC".into(), &"P-256".into(), &"ES256".into())
        );
        assert!(jwk["d"].is_null() && jwk["kid"].is_string());
    }

    #[test]
    fn a_file_that_is_not_a_key_is_refused_with_the_reason() {
        let refused = Key::from_pem("-----BEGIN NOTHING-----").err().unwrap();
        assert!(refused.to_string().contains("PKCS#8"));
    }
}
