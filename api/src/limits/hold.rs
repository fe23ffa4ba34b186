//! The layer that counts every request, and tells what is left.

use axum::{
    extract::{Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{Limits, Meter, Policy};
use crate::wire::Problem;

/// Counts a request for its address, and a refused credential once it is refused.
pub(crate) async fn hold(
    State(limits): State<Limits>,
    mut request: Request,
    next: Next,
) -> Response {
    let address = limits.caller(request.headers(), request.extensions());
    let meter = Meter::at(address);
    request.extensions_mut().insert(meter.clone());
    let mut response = match admit(&limits, &meter, address, &request) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    };
    if is_refused(&response) {
        // Whether or not something is left, this request has its answer.
        let _ = limits.take(&Meter::default(), Policy::Refused, address);
    }
    meter.write(response.headers_mut());
    response
}

fn admit(limits: &Limits, meter: &Meter, address: u128, request: &Request) -> Result<(), Problem> {
    let path = request.uri().path();
    if matches!(path, "/healthz" | "/readyz") {
        // Those who watch us must see us when we are busy, above all.
        return Ok(());
    }
    if brings_credential(request) {
        limits.look(meter, Policy::Refused, address)?;
    }
    if matches!(path, "/sign-in" | "/sign-in/callback") {
        limits.take(meter, Policy::SignIn, address)?;
    }
    limits.take(meter, Policy::Address, address)
}

/// Whether a request wants a credential looked at: in its header, or in the form of a back channel.
fn brings_credential(request: &Request) -> bool {
    let path = request.uri().path();
    let is_back_channel = path.starts_with("/oauth/") && path != "/oauth/authorize";
    is_back_channel || request.headers().contains_key(header::AUTHORIZATION)
}

/// Whether a credential was refused. To ask for a nonce is to refuse nothing (RFC 9449 §9).
fn is_refused(response: &Response) -> bool {
    let challenge = response.headers().get(header::WWW_AUTHENTICATE);
    let asks_for_nonce = challenge
        .and_then(|challenge| challenge.to_str().ok())
        .is_some_and(|challenge| challenge.contains("use_dpop_nonce"));
    response.status() == StatusCode::UNAUTHORIZED && !asks_for_nonce
}
