//! Proofs of possession (DPoP, RFC 9449). Where rates are measured they are signed before a round
//! begins: to sign is the app's work, and would take the processors that are measured.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use anyhow::Context;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::Jwk};
use kernel::Clock;
use serde_json::json;
use sha2::{Digest, Sha256};

/// Signs proofs for requests to one platform.
pub(crate) struct Prover {
    platform: String,
    key: EncodingKey,
    header: Header,
}

/// A consent token, and a proof for each request that will present it.
#[derive(Debug, Clone)]
pub(crate) struct Bound {
    token: String,
    proofs: Arc<Mutex<Vec<String>>>,
}

/// A consent token that is presented as often as one likes, by proofs that are signed as they are
/// needed. Clones share their count.
#[derive(Clone)]
pub(crate) struct Held {
    prover: Arc<Prover>,
    clock: Clock,
    token: Arc<str>,
    presented: Arc<AtomicU64>,
}

impl Held {
    pub(crate) fn new(prover: Arc<Prover>, clock: Clock, token: String) -> Self {
        Self {
            prover,
            clock,
            token: token.into(),
            presented: Arc::default(),
        }
    }

    /// The headers of a request for `path` that is sent now.
    pub(crate) fn headers(&self, path: &str) -> anyhow::Result<String> {
        let now = self.clock.now().unix_timestamp();
        let count = self.presented.fetch_add(1, Ordering::Relaxed);
        let id = format!("{}-{count}", &self.token[self.token.len() - 24..]);
        let proof = self
            .prover
            .prove(now, &id, "GET", path, Some(&self.token))?;
        Ok(format!(
            "Authorization: DPoP {}\r\nDPoP: {proof}\r\n",
            self.token
        ))
    }
}

impl Prover {
    /// Signs with this P-256 key.
    pub(crate) fn new(platform: String, key: EncodingKey) -> anyhow::Result<Self> {
        let mut header = Header::new(Algorithm::ES256);
        header.typ = Some("dpop+jwt".into());
        header.jwk = Some(Jwk::from_encoding_key(&key, Algorithm::ES256)?);
        Ok(Self {
            platform,
            key,
            header,
        })
    }

    /// A proof for one request at `now`, called `id` and no other.
    pub(crate) fn prove(
        &self,
        now: i64,
        id: &str,
        method: &str,
        path: &str,
        token: Option<&str>,
    ) -> anyhow::Result<String> {
        let hash = token.map(|token| URL_SAFE_NO_PAD.encode(Sha256::digest(token)));
        let claims = json!({
            "jti": id, "htm": method, "htu": format!("{}{path}", self.platform), "iat": now,
            "ath": hash,
        });
        Ok(encode(&self.header, &claims, &self.key)?)
    }

    /// `token`, to be presented `times` at `path` from `now` on, within a minute.
    pub(crate) fn bind(
        &self,
        now: i64,
        id: &str,
        path: &str,
        token: String,
        times: usize,
    ) -> anyhow::Result<Bound> {
        let proofs = (0..times)
            .map(|n| self.prove(now, &format!("{id}-{n}"), "GET", path, Some(&token)))
            .collect::<anyhow::Result<Vec<_>>>()?;
        Ok(Bound {
            token,
            proofs: Arc::new(Mutex::new(proofs)),
        })
    }
}

impl Bound {
    /// The headers of the next request.
    pub(crate) fn headers(&self) -> anyhow::Result<String> {
        let next = self
            .proofs
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let proof = next.context("more requests than proofs were signed for")?;
        Ok(format!(
            "Authorization: DPoP {}\r\nDPoP: {proof}\r\n",
            self.token
        ))
    }
}
