//! Where a challenge leads (RFC 9728 §5.1): to the metadata of the resource that was asked for.

use axum::{
    http::{HeaderValue, Uri, header},
    response::Response,
};

use crate::{config::Config, oauth::metadata::Resource};

/// Adds to the challenge of a protected resource where its metadata is. Keys of organisations are no
/// tokens of OAuth, and have none.
pub(super) fn lead_to_metadata(config: &Config, uri: &Uri, response: &mut Response) {
    let challenge = response.headers().get(header::WWW_AUTHENTICATE);
    let challenge = challenge.and_then(|value| value.to_str().ok());
    let Some(challenge) = challenge.filter(|value| value.starts_with("DPoP ")) else {
        return;
    };
    let Some(resource) = Resource::at(uri.path()) else {
        return;
    };
    let metadata = resource.metadata_address(config.origin());
    let led = HeaderValue::from_str(&format!("{challenge}, resource_metadata=\"{metadata}\""));
    if let Ok(led) = led {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, led);
    }
}
