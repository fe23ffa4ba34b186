//! Keys derived from one master secret, each for one purpose and one generation.

use aes_siv::{KeyInit, siv::Aes256Siv};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use uuid::Uuid;

use crate::{Digest, Secret, WorkerId};

/// The platform's keys. Everything is derived by HKDF-SHA256 (RFC 5869) from a master secret of
/// 32 bytes, with the purpose and the generation as `info`: to rotate is to raise a generation.
#[derive(Debug, Clone)]
pub struct Keys {
    master: Secret<[u8; 32]>,
}

/// Why a pairwise subject was not one of ours.
#[derive(Debug, thiserror::Error)]
#[error("not a pairwise subject of this client")]
pub struct PairwiseError;

impl Keys {
    /// Keys under `master`.
    pub const fn new(master: Secret<[u8; 32]>) -> Self {
        Self { master }
    }

    /// 32 bytes for `purpose`.
    pub fn derive(&self, purpose: &str, generation: u16) -> Secret<[u8; 32]> {
        Secret::new(self.expand(purpose, generation))
    }

    /// A keyed digest of `message` for `purpose`: comparable here, meaningless to who lacks the
    /// key, even when the message can be guessed.
    pub fn keyed_digest(&self, purpose: &str, message: &[u8]) -> Digest {
        let key: [u8; 32] = self.expand(purpose, 1);
        #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
        let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(&key).expect("any key length");
        mac.update(message);
        Digest::from_bytes(mac.finalize().into_bytes().into())
    }

    /// The subject by which `client` knows `worker`: the same at each visit, different for each
    /// client (OpenID Connect Core §8.1), and opened again only here, without a look-up. It is the
    /// worker's id under AES-SIV (RFC 5297), with the client as associated data.
    pub fn pairwise_subject(&self, worker: WorkerId, client: &str) -> String {
        let mut cipher = self.pairwise_cipher();
        #[expect(
            clippy::expect_used,
            reason = "16 bytes are far below the cipher's limit"
        )]
        let sealed = cipher
            .encrypt([client.as_bytes()], worker.uuid().as_bytes())
            .expect("16 bytes always fit");
        URL_SAFE_NO_PAD.encode(sealed)
    }

    /// The worker behind a pairwise subject of `client`.
    pub fn worker_behind(&self, subject: &str, client: &str) -> Result<WorkerId, PairwiseError> {
        let sealed = URL_SAFE_NO_PAD
            .decode(subject)
            .map_err(|_not_base64| PairwiseError)?;
        let opened = self
            .pairwise_cipher()
            .decrypt([client.as_bytes()], &sealed)
            .map_err(|_forged| PairwiseError)?;
        Uuid::from_slice(&opened)
            .map(WorkerId::from)
            .map_err(|_short| PairwiseError)
    }

    fn pairwise_cipher(&self) -> Aes256Siv {
        Aes256Siv::new(&self.expand::<64>("pairwise-subject", 1).into())
    }

    fn expand<const N: usize>(&self, purpose: &str, generation: u16) -> [u8; N] {
        let mut bytes = [0; N];
        #[expect(clippy::expect_used, reason = "HKDF-SHA256 gives up to 8,160 bytes")]
        Hkdf::<Sha256>::new(None, self.master.expose())
            .expand_multi_info(&[purpose.as_bytes(), &generation.to_be_bytes()], &mut bytes)
            .expect("64 bytes at most");
        bytes
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::Keys;
    use crate::{Clock, Entropy, WorkerId};

    #[test]
    fn a_pairwise_subject_opens_for_its_own_client_only() {
        let keys = Keys::new([7; 32].into());
        let clock = Clock::manual(datetime!(2026-11-23 08:00 UTC));
        let worker = WorkerId::generate(&clock, &Entropy::seeded(1));
        let subject = keys.pairwise_subject(worker, "coach");
        assert_eq!(subject, keys.pairwise_subject(worker, "coach"));
        assert_ne!(subject, keys.pairwise_subject(worker, "other"));
        assert_eq!(keys.worker_behind(&subject, "coach").unwrap(), worker);
        assert!(keys.worker_behind(&subject, "other").is_err());
        assert!(
            Keys::new([8; 32].into())
                .worker_behind(&subject, "coach")
                .is_err()
        );
    }
}
