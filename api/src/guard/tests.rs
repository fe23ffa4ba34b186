//! What each verdict on a token is answered with.

use axum::{
    http::{StatusCode, header},
    response::IntoResponse,
};
use consent::{GuardError, Right, Section, TokenError};
use kernel::Fault;

use crate::wire::{Problem, Slug};

#[test]
fn a_token_that_nobody_could_evaluate_is_not_called_bad() {
    for error in [
        TokenError::Undecided,
        TokenError::Fault(Fault::Unavailable("the revocation log")),
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
    for (error, slug, challenge) in [
        (
            TokenError::Invalid,
            Slug::InvalidToken,
            "Bearer error=\"invalid_token\"",
        ),
        (
            TokenError::Guarded(GuardError::ThirdParty),
            Slug::InvalidToken,
            "Bearer error=\"invalid_token\"",
        ),
        (
            TokenError::Expired,
            Slug::InvalidToken,
            "Bearer error=\"invalid_token\"",
        ),
        (
            TokenError::Revoked,
            Slug::GrantEnded,
            "Bearer error=\"invalid_token\"",
        ),
        (
            TokenError::NotGranted { section, right },
            Slug::InsufficientRights,
            "Bearer error=\"insufficient_scope\"",
        ),
    ] {
        let problem = Problem::from(error);
        assert_eq!(problem.slug(), slug);
        let response = problem.into_response();
        assert_eq!(response.headers()[header::WWW_AUTHENTICATE], challenge);
    }
}
