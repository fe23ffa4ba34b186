//! The key pair of one generation, derived from the master secret.

use aws_lc_rs::{
    agreement::{ECDH_P256, PrivateKey},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    Algorithm, EncodingKey, Header, crypto,
    jwk::{Jwk, PublicKeyUse, ThumbprintHash},
};
use kernel::{Fault, Keys, Secret};
use serde::Serialize;

use crate::Purpose;

/// A key pair: Ed25519 (RFC 8032), or P-256 for [`Purpose::Jwt`].
#[derive(Debug)]
pub struct Key {
    generation: u16,
    algorithm: Algorithm,
    secret: Secret<[u8; 32]>,
    private: EncodingKey,
    public: Jwk,
    public_bytes: Vec<u8>,
    kid: String,
}

/// The two halves as their libraries take them.
struct Pair {
    secret: Secret<[u8; 32]>,
    private: EncodingKey,
    public_bytes: Vec<u8>,
}

impl Key {
    pub(crate) fn derive(keys: &Keys, purpose: Purpose, generation: u16) -> Result<Self, Fault> {
        let (algorithm, pair) = match purpose {
            Purpose::ConsentToken => (Algorithm::EdDSA, ed25519(keys, purpose, generation)),
            Purpose::Jwt => (Algorithm::ES256, p256(keys, purpose, generation)),
        };
        let Pair {
            secret,
            private,
            public_bytes,
        } = pair.ok_or(Fault::Unavailable("a signing key"))?;
        let mut public = Jwk::from_encoding_key(&private, algorithm).map_err(unsigned)?;
        let kid = public
            .thumbprint(ThumbprintHash::SHA256)
            .map_err(unsigned)?;
        public.common.key_id = Some(kid.clone());
        public.common.public_key_use = Some(PublicKeyUse::Signature);
        Ok(Self {
            generation,
            algorithm,
            secret,
            private,
            public,
            public_bytes,
            kid,
        })
    }

    /// Its generation.
    pub const fn generation(&self) -> u16 {
        self.generation
    }

    /// Its id: the thumbprint of its public half (RFC 7638), so that no other key ever has it, not
    /// even one of the same generation under another master secret.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The public half (RFC 7517).
    pub const fn public(&self) -> &Jwk {
        &self.public
    }

    /// The public half's bare bytes: 32 of Ed25519; the 65 of an uncompressed point of P-256.
    pub fn public_bytes(&self) -> &[u8] {
        &self.public_bytes
    }

    /// The private half, for libraries that sign by themselves: an Ed25519 seed, a P-256 scalar.
    pub const fn secret(&self) -> &Secret<[u8; 32]> {
        &self.secret
    }

    /// The signature of `message`, 64 bytes.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Fault> {
        let signed = crypto::sign(message, &self.private, self.algorithm).map_err(unsigned)?;
        URL_SAFE_NO_PAD.decode(signed).map_err(unsigned)
    }

    pub(crate) fn sign_jwt(&self, typ: &str, claims: &impl Serialize) -> Result<String, Fault> {
        let header = Header {
            typ: Some(typ.to_owned()),
            kid: Some(self.kid.clone()),
            ..Header::new(self.algorithm)
        };
        jsonwebtoken::encode(&header, claims, &self.private).map_err(unsigned)
    }
}

/// A key that we derived ourselves does not fail to sign; if it does, nothing goes out.
fn unsigned<E>(_error: E) -> Fault {
    Fault::Unavailable("a signature")
}

fn label(purpose: Purpose) -> String {
    format!("signing/{}", purpose.as_str())
}

/// Any 32 bytes are a seed (RFC 8032 §5.1.5).
fn ed25519(keys: &Keys, purpose: Purpose, generation: u16) -> Option<Pair> {
    let secret = keys.derive(&label(purpose), generation);
    let pair = Ed25519KeyPair::from_seed_unchecked(secret.expose()).ok()?;
    Some(Pair {
        private: EncodingKey::from_ed_der(pair.to_pkcs8v1().ok()?.as_ref()),
        public_bytes: pair.public_key().as_ref().to_vec(),
        secret,
    })
}

/// The first candidate that is a scalar of the group: neither zero nor beyond its order (FIPS 186-5
/// §A.2.2). One in four thousand million is passed over; to reduce it instead would favour small
/// scalars.
fn p256(keys: &Keys, purpose: Purpose, generation: u16) -> Option<Pair> {
    let label = label(purpose);
    let mut candidates =
        (0..=u8::MAX).map(|attempt| keys.derive(&format!("{label}/{attempt}"), generation));
    candidates.find_map(scalar)
}

fn scalar(secret: Secret<[u8; 32]>) -> Option<Pair> {
    let scalar = PrivateKey::from_private_key(&ECDH_P256, secret.expose()).ok()?;
    let public = scalar.compute_public_key().ok()?;
    let pair = EcdsaKeyPair::from_private_key_and_public_key(
        &ECDSA_P256_SHA256_FIXED_SIGNING,
        secret.expose(),
        public.as_ref(),
    );
    Some(Pair {
        private: EncodingKey::from_ec_der(pair.ok()?.to_pkcs8v1().ok()?.as_ref()),
        public_bytes: public.as_ref().to_vec(),
        secret,
    })
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{DecodingKey, Validation, crypto, decode, decode_header};
    use kernel::{Keys, Secret};
    use serde_json::{Value, json};

    use super::{Key, scalar};
    use crate::Purpose;

    fn key(master: u8, purpose: Purpose, generation: u16) -> Key {
        Key::derive(&Keys::new([master; 32].into()), purpose, generation).unwrap()
    }

    #[test]
    fn each_purpose_generation_and_master_secret_has_a_key_of_its_own_and_always_the_same() {
        let mut kids = std::collections::BTreeSet::new();
        for purpose in Purpose::ALL {
            for (master, generation) in [(7, 1), (7, 2), (8, 1)] {
                let one = key(master, purpose, generation);
                assert_eq!(one.kid(), key(master, purpose, generation).kid());
                assert!(kids.insert(one.kid().to_owned()), "{one:?}");
                assert_eq!(one.generation(), generation);
            }
        }
    }

    #[test]
    fn what_a_key_signs_its_published_half_verifies() {
        for purpose in Purpose::ALL {
            let (ours, other) = (key(7, purpose, 1), key(7, purpose, 2));
            let signature = ours.sign(b"message").unwrap();
            assert_eq!(signature.len(), 64);
            let written = base64::Engine::encode(&super::URL_SAFE_NO_PAD, &signature);
            for (key, holds) in [(&ours, true), (&other, false)] {
                let public = DecodingKey::from_jwk(key.public()).unwrap();
                let verified = crypto::verify(&written, b"message", &public, ours.algorithm);
                assert_eq!(verified.unwrap(), holds);
            }
        }
    }

    #[test]
    fn a_jwt_names_its_type_and_its_key_and_verifies() {
        let key = key(7, Purpose::Jwt, 1);
        let jwt = key.sign_jwt("receipt+jwt", &json!({"a": 1})).unwrap();
        let header = decode_header(&jwt).unwrap();
        assert_eq!(header.kid.as_deref(), Some(key.kid()));
        assert_eq!(header.typ.as_deref(), Some("receipt+jwt"));
        let mut validation = Validation::new(header.alg);
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        let public = DecodingKey::from_jwk(key.public()).unwrap();
        let read = decode::<Value>(&jwt, &public, &validation).unwrap();
        assert_eq!(read.claims, json!({"a": 1}));
    }

    #[test]
    fn the_published_half_holds_nothing_private_and_the_private_one_is_not_printed() {
        for purpose in Purpose::ALL {
            let key = key(7, purpose, 1);
            let public = serde_json::to_value(key.public()).unwrap();
            assert!(public["d"].is_null(), "{public}");
            assert_eq!(public["use"], "sig");
            assert_eq!(public["kid"], key.kid());
            let printed = format!("{key:?}");
            let secret = format!("{:?}", key.secret().expose());
            assert!(!printed.contains(&secret), "{printed}");
        }
    }

    #[test]
    fn a_candidate_that_is_zero_or_beyond_the_order_of_the_group_is_no_scalar() {
        // The order of P-256 (SP 800-186 §3.2.1.3).
        let mut order = [0xff; 32];
        order[4..8].fill(0);
        let low: [u8; 16] = 0xbce6_faad_a717_9e84_f3b9_cac2_fc63_2551_u128.to_be_bytes();
        order[16..].copy_from_slice(&low);
        let mut below = order;
        below[31] -= 1;
        let mut one = [0; 32];
        one[31] = 1;
        for (bytes, is_scalar) in [
            ([0; 32], false),
            (one, true),
            (below, true),
            (order, false),
            ([0xff; 32], false),
        ] {
            let taken = scalar(Secret::new(bytes)).is_some();
            assert_eq!(taken, is_scalar, "{bytes:?}");
        }
    }
}
