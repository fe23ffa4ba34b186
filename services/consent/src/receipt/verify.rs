//! Verifying a receipt with nothing but the platform's public keys.

use jsonwebtoken::{
    Algorithm, DecodingKey, Validation, decode, decode_header, errors::ErrorKind, jwk::JwkSet,
};
use kernel::Digest;
use serde::{Deserialize, Serialize};

use super::{TYPE, document::Document};

/// The worker's copy: the receipt, and the texts it binds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkerCopy {
    /// The signed receipt.
    pub receipt: String,
    /// Every text she was shown, in the order of the page.
    pub texts: Vec<String>,
}

/// Why a receipt does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// Not three parts, or a header that cannot be read.
    #[error("this is not a signed receipt")]
    Malformed,
    /// Signed, and something else.
    #[error("this is signed, but it is not a consent receipt")]
    NotAReceipt,
    /// No key of this id is given.
    #[error("none of the keys given has signed it: read the platform's keys again")]
    UnknownKey,
    /// Somebody has changed it, or another has signed it.
    #[error("the signature does not hold: it was changed, or the platform has not signed it")]
    Signature,
    /// Signed by the platform, and not of this shape.
    #[error("it is signed, but it says what this version does not understand: {0}")]
    Shape(String),
    /// It says another issuer than expected.
    #[error("it is of another platform: {0}")]
    Issuer(String),
    /// Other texts.
    #[error("these are not the texts that the worker was shown")]
    Texts,
    /// Another template.
    #[error("this is not the template that the worker was shown")]
    Template,
}

/// What a receipt says, when one of `keys` has signed it.
pub fn verify(signed: &str, keys: &JwkSet) -> Result<Document, VerifyError> {
    let header = decode_header(signed).map_err(|_unreadable| VerifyError::Malformed)?;
    if header.typ.as_deref() != Some(TYPE) || header.alg != Algorithm::ES256 {
        return Err(VerifyError::NotAReceipt);
    }
    let key = header.kid.and_then(|kid| keys.find(&kid));
    let key = key.and_then(|key| DecodingKey::from_jwk(key).ok());
    let key = key.ok_or(VerifyError::UnknownKey)?;
    let mut validation = Validation::new(Algorithm::ES256);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    match decode::<Document>(signed, &key, &validation) {
        Ok(read) => Ok(read.claims),
        Err(error) => Err(match error.kind() {
            ErrorKind::Json(shape) => VerifyError::Shape(shape.to_string()),
            _ => VerifyError::Signature,
        }),
    }
}

impl Document {
    /// Checks that the platform at `issuer` issued it.
    pub fn check_issuer(&self, issuer: &str) -> Result<(), VerifyError> {
        if self.iss == issuer.trim_end_matches('/') {
            Ok(())
        } else {
            Err(VerifyError::Issuer(self.iss.clone()))
        }
    }

    /// Checks that `texts` are what the worker was shown.
    pub fn check_texts(&self, texts: &[String]) -> Result<(), VerifyError> {
        if Digest::of(texts.join("\n")).to_hex() == self.record.notice.texts.value {
            Ok(())
        } else {
            Err(VerifyError::Texts)
        }
    }

    /// Checks that `source` is the template that arranged them: its file, followed by those that it
    /// includes.
    pub fn check_template(&self, source: &[u8]) -> Result<(), VerifyError> {
        let template = self.record.notice.template.as_ref();
        if template.is_some_and(|one| one.sum.value == Digest::of(source).to_hex()) {
            Ok(())
        } else {
            Err(VerifyError::Template)
        }
    }
}

#[cfg(test)]
mod tests;
