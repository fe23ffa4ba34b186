//! The signing keys, drawn at start, and what they sign: ID tokens (`OpenID` Connect Core §2) and
//! claims (§5.3.2).

use anyhow::Context;
use aws_lc_rs::{
    encoding::AsDer,
    rand::SystemRandom,
    rsa,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, TokenData, Validation,
    jwk::{Jwk, JwkSet, PublicKeyUse, ThumbprintHash},
};
use serde::{Deserialize, Serialize};

/// Key pairs that die with the process: ES256 for ID tokens; RS256 for claims, which is what relying
/// parties expect there unless they registered another (`OpenID` Connect Registration §2).
pub(crate) struct Signing {
    tokens: Pair,
    claims: Pair,
}

struct Pair {
    algorithm: Algorithm,
    private: EncodingKey,
    public: Jwk,
    kid: String,
}

/// What an ID token says.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct IdToken {
    /// The issuer.
    pub(crate) iss: String,
    /// The persona, as this client knows it.
    pub(crate) sub: String,
    /// The client.
    pub(crate) aud: String,
    /// End of life, in seconds since 1970.
    pub(crate) exp: i64,
    /// When it was signed, in seconds since 1970.
    pub(crate) iat: i64,
    /// When the person signed in, in seconds since 1970.
    pub(crate) auth_time: i64,
    /// The client's nonce, given back.
    pub(crate) nonce: String,
    /// The level of assurance: `eidas1`, `eidas2`, `eidas3`.
    pub(crate) acr: String,
    /// The left half of the access token's SHA-256, in base64url (`OpenID` Connect Core §3.1.3.6).
    pub(crate) at_hash: String,
}

impl Signing {
    /// Fresh key pairs.
    pub(crate) fn generate() -> anyhow::Result<Self> {
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random)
            .context("no signing key could be drawn")?;
        let tokens = EncodingKey::from_ec_der(document.as_ref());
        let pair = rsa::KeyPair::generate(rsa::KeySize::Rsa2048)?;
        let document = pem::Pem::new("PRIVATE KEY", pair.as_der()?.as_ref());
        let claims = EncodingKey::from_rsa_pem(pem::encode(&document).as_bytes())?;
        Ok(Self {
            tokens: Pair::of(Algorithm::ES256, tokens)?,
            claims: Pair::of(Algorithm::RS256, claims)?,
        })
    }

    /// The public halves, for `/jwks`.
    pub(crate) fn jwks(&self) -> JwkSet {
        JwkSet {
            keys: vec![self.tokens.public.clone(), self.claims.public.clone()],
        }
    }

    /// The signed token, in compact form.
    pub(crate) fn sign_token(&self, token: &IdToken) -> anyhow::Result<String> {
        self.tokens.sign(token)
    }

    /// The signed claims, in compact form.
    pub(crate) fn sign_claims(&self, claims: &impl Serialize) -> anyhow::Result<String> {
        self.claims.sign(claims)
    }

    /// Reads back a token this key signed, even an expired one (RP-Initiated Logout §2).
    pub(crate) fn read(&self, token: &str, client_id: &str) -> anyhow::Result<IdToken> {
        let mut expected = Validation::new(Algorithm::ES256);
        expected.validate_exp = false;
        expected.set_audience(&[client_id]);
        let key = DecodingKey::from_jwk(&self.tokens.public)?;
        let TokenData { claims, .. } = jsonwebtoken::decode(token, &key, &expected)?;
        Ok(claims)
    }
}

impl Pair {
    fn of(algorithm: Algorithm, private: EncodingKey) -> anyhow::Result<Self> {
        let mut public = Jwk::from_encoding_key(&private, algorithm)?;
        let kid = public.thumbprint(ThumbprintHash::SHA256)?;
        public.common.key_id = Some(kid.clone());
        public.common.public_key_use = Some(PublicKeyUse::Signature);
        Ok(Self {
            algorithm,
            private,
            public,
            kid,
        })
    }

    fn sign(&self, content: &impl Serialize) -> anyhow::Result<String> {
        let header = Header {
            kid: Some(self.kid.clone()),
            ..Header::new(self.algorithm)
        };
        Ok(jsonwebtoken::encode(&header, content, &self.private)?)
    }
}
