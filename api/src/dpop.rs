//! The `DPoP` header of a request, and what answers say of it (RFC 9449).

use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri};
use consent::DpopError;

use crate::config::Config;

/// The one proof that came with a request, if any.
pub(crate) fn header(headers: &HeaderMap) -> Result<Option<&str>, DpopError> {
    let mut sent = headers.get_all("dpop").iter();
    match (sent.next(), sent.next()) {
        (None, _) => Ok(None),
        (Some(proof), None) => proof
            .to_str()
            .map(Some)
            .map_err(|_not_text| DpopError::Refused("it is not a JWT")),
        (Some(_), Some(_)) => Err(DpopError::Refused("more than one came")),
    }
}

/// The address of a request as the world writes it, which its proof must name: whatever node
/// answers, and whatever stands in front of it.
pub(crate) fn address(config: &Config, uri: &Uri) -> String {
    format!("{}{}", config.origin(), uri.path())
}

/// The header that hands out a nonce.
pub(crate) const NONCE: HeaderName = HeaderName::from_static("dpop-nonce");

/// Its value. A nonce of ours is base64url, which any header can hold.
pub(crate) fn nonce(nonce: &str) -> HeaderValue {
    HeaderValue::from_str(nonce).unwrap_or(HeaderValue::from_static(""))
}
