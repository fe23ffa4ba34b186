//! The key with which an app proves that a request is its own (DPoP, RFC 9449).

use std::sync::atomic::{AtomicU64, Ordering};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    Algorithm, EncodingKey, crypto,
    jwk::{Jwk, ThumbprintHash},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// A key pair, and how many proofs it has signed.
pub(crate) struct ProofKey {
    private: EncodingKey,
    algorithm: Algorithm,
    public: Jwk,
    proofs: AtomicU64,
}

impl ProofKey {
    /// A fresh key of ES256.
    pub(crate) fn generate() -> Self {
        let pem = coach::Key::generate_pem().unwrap();
        let private = EncodingKey::from_ec_pem(pem.as_bytes()).unwrap();
        Self::of(private, Algorithm::ES256)
    }

    /// `private`, which signs by `algorithm`.
    pub(crate) fn of(private: EncodingKey, algorithm: Algorithm) -> Self {
        Self {
            public: Jwk::from_encoding_key(&private, algorithm).unwrap(),
            private,
            algorithm,
            proofs: AtomicU64::new(0),
        }
    }

    /// The name of its public half (RFC 7638).
    pub(crate) fn thumbprint(&self) -> String {
        self.public.thumbprint(ThumbprintHash::SHA256).unwrap()
    }

    /// The header of a good proof.
    pub(crate) fn header(&self) -> Value {
        json!({"typ": "dpop+jwt", "alg": self.algorithm, "jwk": self.public})
    }

    /// The claims of a good proof for a request at `now` (Unix seconds), with `token` where it
    /// carries one.
    pub(crate) fn claims(&self, now: i64, method: &str, uri: &str, token: Option<&str>) -> Value {
        let number = self.proofs.fetch_add(1, Ordering::Relaxed);
        let mut claims = json!({
            "jti": format!("proof-{now}-{number}"), "htm": method, "htu": uri, "iat": now,
        });
        if let Some(token) = token {
            claims["ath"] = URL_SAFE_NO_PAD.encode(Sha256::digest(token)).into();
        }
        claims
    }

    /// `claims`, signed under `header`.
    pub(crate) fn sign(&self, header: &Value, claims: &Value) -> String {
        let [header, claims] =
            [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        let signed = format!("{header}.{claims}");
        let signature = crypto::sign(signed.as_bytes(), &self.private, self.algorithm).unwrap();
        format!("{signed}.{signature}")
    }
}
