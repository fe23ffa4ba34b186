//! `GET /.well-known/jwks.json`: the public halves of the keys that the platform's JWTs are signed
//! with (RFC 7517 §5).

use std::sync::Arc;

use axum::extract::State;
use jsonwebtoken::jwk::Jwk;
use serde::Serialize;
use signing::Purpose;
use utoipa::ToSchema;

use crate::{
    app::App,
    wire::{Published, Refusal},
};

/// The keys whose signatures are believed, and the one that will sign next.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KeySet {
    /// Oldest first.
    #[schema(value_type = Vec<PublicKey>)]
    keys: Vec<Jwk>,
}

/// A public key (RFC 7517).
#[derive(Debug, Serialize, ToSchema)]
struct PublicKey {
    /// What JWTs name in their header: the key's thumbprint (RFC 7638).
    kid: String,
    /// Always `sig`.
    #[serde(rename = "use")]
    #[schema(example = "sig")]
    usage: String,
    /// Always `ES256`.
    #[schema(example = "ES256")]
    alg: String,
    /// Always `EC`.
    #[schema(example = "EC")]
    kty: String,
    /// Always `P-256`.
    #[schema(example = "P-256")]
    crv: String,
    /// The point's first coordinate, in base64url.
    x: String,
    /// The point's second coordinate, in base64url.
    y: String,
}

/// Verify what the platform signed.
///
/// The public keys of its JWTs: ID tokens, receipts. A key is published ten minutes or more before
/// it signs, and as long as what it signed is believed. Keep the set for as long as
/// `Cache-Control` says; read it again when a JWT names a key that you do not know.
#[utoipa::path(get, path = "/.well-known/jwks.json", tag = "discovery",
    operation_id = "public_keys", security(()))]
pub(crate) async fn show(State(app): State<Arc<App>>) -> Result<Published<KeySet>, Refusal<()>> {
    let published = app.signing.published(Purpose::Jwt)?;
    let keys = published.iter().map(|key| key.public().clone()).collect();
    Ok(Published(KeySet { keys }))
}
