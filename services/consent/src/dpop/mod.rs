//! Proof of possession (DPoP, RFC 9449): a token is bound to a key of its app, and with each request
//! the app signs, with that key, for that very request. A token that leaks opens nothing by itself.
//!
//! A proof is taken in two steps. [`Consent::read_proof`] holds it to its shape, its signature, the
//! request and the time; it needs no database. `Consent::use_proof` makes it count once, on
//! whichever node.

mod nonce;
mod proof;
mod store;
mod thumbprint;
mod uri;
mod used;

use kernel::{Clock, Db, Digest, Fault};

use crate::Consent;

pub use proof::{Proof, ProvenRequest};
pub use thumbprint::Thumbprint;
pub use used::Doorkeeper;

use used::UsedProofs;

/// Why a proof does not count.
#[derive(Debug, thiserror::Error)]
pub enum DpopError {
    /// It does not hold; says which check failed (`invalid_dpop_proof`).
    #[error("the DPoP proof was refused: {0}")]
    Refused(&'static str),
    /// It must carry a nonce of ours that is recent: this one (`use_dpop_nonce`).
    #[error("the DPoP proof must carry the nonce that comes with this answer")]
    UseNonce(String),
    /// The platform failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// What proofs are held to, and those already used.
#[derive(Debug, Clone)]
pub(crate) struct Dpop {
    nonce_required: bool,
    used: UsedProofs,
}

impl Dpop {
    pub(crate) fn new(db: Db, clock: Clock, nonce_required: bool) -> (Self, Doorkeeper) {
        let (used, doorkeeper) = UsedProofs::new(db, clock);
        let dpop = Self {
            nonce_required,
            used,
        };
        (dpop, doorkeeper)
    }
}

impl Consent {
    /// Reads the proof that came with `request`. It has not been counted yet.
    pub fn read_proof(&self, jwt: &str, request: &ProvenRequest<'_>) -> Result<Proof, DpopError> {
        self.proof(jwt, request, None)
    }

    /// Reads a proof; of an access token too, where its digest is given.
    pub(crate) fn proof(
        &self,
        jwt: &str,
        request: &ProvenRequest<'_>,
        token: Option<Digest>,
    ) -> Result<Proof, DpopError> {
        let now = self.clock.now().unix_timestamp();
        let proof = proof::read(jwt, request, token, now).map_err(DpopError::Refused)?;
        let nonce = proof.nonce.as_deref();
        if self.dpop.nonce_required
            && !nonce.is_some_and(|nonce| nonce::is_recent(&self.keys, nonce, now))
        {
            return Err(DpopError::UseNonce(nonce::at(&self.keys, now)));
        }
        Ok(proof)
    }

    /// The key that `proof` proves, once only.
    pub(crate) async fn use_proof(&self, proof: Proof) -> Result<Thumbprint, DpopError> {
        if self.dpop.used.add(proof.digest, proof.expires_at).await? {
            Ok(proof.key)
        } else {
            Err(DpopError::Refused("it was used before"))
        }
    }
}
