//! What each verdict on a token is answered with.

use axum::{
    http::{StatusCode, header},
    response::IntoResponse,
};
use consent::{DpopError, GuardError, Right, Section, TokenError};
use kernel::Fault;

use crate::wire::{Problem, Slug};

#[test]
fn a_token_that_nobody_could_evaluate_is_not_called_bad() {
    for error in [
        TokenError::Undecided,
        TokenError::Fault(Fault::Unavailable("the revocation log")),
        TokenError::Proof(DpopError::Fault(Fault::Unavailable("the used proofs"))),
    ] {
        let problem = Problem::from(error);
        assert_eq!(problem.slug(), Slug::Unavailable);
        assert!(problem.cause().is_some(), "the log says why");
        let response = problem.into_response();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(response.headers().contains_key(header::RETRY_AFTER));
        assert!(!response.headers().contains_key(header::WWW_AUTHENTICATE));
    }
}

#[test]
fn a_token_that_opens_nothing_says_why_and_how_to_ask() {
    let (section, right) = (Section::Identity, Right::Read);
    for (error, slug, told) in [
        (TokenError::Invalid, Slug::InvalidToken, "invalid_token"),
        (
            TokenError::Guarded(GuardError::ThirdParty),
            Slug::InvalidToken,
            "invalid_token",
        ),
        (TokenError::Expired, Slug::InvalidToken, "invalid_token"),
        (TokenError::OtherKey, Slug::InvalidToken, "invalid_token"),
        (TokenError::Revoked, Slug::GrantEnded, "invalid_token"),
        (
            TokenError::NotGranted { section, right },
            Slug::InsufficientRights,
            "insufficient_scope",
        ),
        (
            TokenError::Proof(DpopError::Refused("it is not a JWT")),
            Slug::InvalidProof,
            "invalid_dpop_proof",
        ),
        (
            TokenError::Proof(DpopError::UseNonce("a-nonce".into())),
            Slug::InvalidProof,
            "use_dpop_nonce",
        ),
    ] {
        let problem = Problem::from(error);
        assert_eq!(problem.slug(), slug);
        let response = problem.into_response();
        let challenge = format!("DPoP error=\"{told}\", algs=\"ES256 PS256 EdDSA Ed25519\"");
        assert_eq!(response.headers()[header::WWW_AUTHENTICATE], challenge);
        let nonce = response
            .headers()
            .get("dpop-nonce")
            .map(|nonce| nonce.to_str().unwrap());
        assert_eq!(nonce, (told == "use_dpop_nonce").then_some("a-nonce"));
    }
}
