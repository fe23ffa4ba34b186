//! Bare signatures: what it costs to verify one, by the libraries that the platform uses.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use ed25519_dalek::{Signer as _, SigningKey};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, crypto, jwk::Jwk};

use crate::cpu;

/// How long each is repeated.
const LENGTH: Duration = Duration::from_secs(1);
/// How many are verified between two looks at the time.
const BATCH: u32 = 200;
/// About as long as the authority block of a consent token, in bytes.
const MESSAGE: [u8; 640] = [7; 640];

/// Processor time of one verification.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bare {
    /// Ed25519, as for each block of a Biscuit.
    pub(crate) ed25519: Duration,
    /// ECDSA on P-256, as for an assertion or a proof.
    pub(crate) es256: Duration,
}

impl Bare {
    /// Measures both, on one thread, with `key` for ES256.
    pub(crate) fn measure(key: &EncodingKey) -> anyhow::Result<Self> {
        let ours = SigningKey::from_bytes(&[9; 32]);
        let (signature, public) = (ours.sign(&MESSAGE), ours.verifying_key());
        let ed25519 = repeated(|| Ok(public.verify_strict(&MESSAGE, &signature)?))?;
        let public = DecodingKey::from_jwk(&Jwk::from_encoding_key(key, Algorithm::ES256)?)?;
        let signature = crypto::sign(&MESSAGE, key, Algorithm::ES256)?;
        let es256 = repeated(|| {
            let holds = crypto::verify(&signature, &MESSAGE, &public, Algorithm::ES256)?;
            ensure!(holds, "a signature of our own does not hold");
            Ok(())
        })?;
        Ok(Self { ed25519, es256 })
    }
}

fn repeated(verify: impl Fn() -> anyhow::Result<()>) -> anyhow::Result<Duration> {
    let process = std::process::id();
    let (before, begun, mut verified) = (cpu::used_by(process)?, Instant::now(), 0_u32);
    while begun.elapsed() < LENGTH {
        for _ in 0..BATCH {
            verify()?;
        }
        verified += BATCH;
    }
    let used = cpu::used_by(process)?.saturating_sub(before);
    used.checked_div(verified).context("nothing was verified")
}
