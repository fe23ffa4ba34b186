//! Tokens that carry another: they open what that one opens, and whatever is tried, nothing more.

use std::collections::BTreeSet;

use biscuit_auth::{
    Biscuit, KeyPair,
    builder::BlockBuilder,
    macros::{biscuit, block},
};
use proptest::prelude::*;
use time::{Duration, OffsetDateTime};

use super::{AUDIENCE, KEY, NOW, minted, opened, read, root, tokens, two};
use crate::{
    Thumbprint,
    scope::tests::scope,
    token::{ConsentToken, TokenError, Tokens},
};

/// The thumbprint of a sub-service's key.
fn their_key() -> Thumbprint {
    Thumbprint::parse(&"A".repeat(43)).unwrap()
}

fn bytes(token: &Biscuit) -> Vec<u8> {
    token.to_vec().unwrap()
}

/// What carries `first` for two minutes.
fn carrying(tokens: &Tokens, first: &[u8]) -> String {
    let end = NOW + Duration::minutes(2);
    tokens.carry(first, their_key(), NOW, end).unwrap()
}

/// What is read of it at its first arrival.
fn carried(tokens: &Tokens, first: &Biscuit) -> Result<ConsentToken, TokenError> {
    tokens.read(&carrying(tokens, &bytes(first)), NOW)
}

fn narrowed(token: &Biscuit, code: &str) -> Biscuit {
    let block = BlockBuilder::new().code(code).unwrap();
    token.append(block).unwrap()
}

fn is_invalid(read: &Result<ConsentToken, TokenError>, why: &str) {
    assert!(matches!(read, Err(TokenError::Invalid)), "{why}: {read:?}");
}

proptest! {
    #[test]
    fn an_exchanged_token_opens_what_the_first_one_does(
        scope in scope().prop_filter("it shows nothing", |scope| scope.check().is_ok()),
        blocks in proptest::collection::vec(
            proptest::collection::vec(super::appended::check(), 1..=3), 0..=3,
        ),
    ) {
        let tokens = tokens();
        let whole = minted(&root(&tokens), AUDIENCE, &scope);
        let first = blocks.iter().fold(whole, |token, checks| narrowed(&token, &checks.concat()));
        if let Ok(known) = read(&tokens, &first) {
            let carried = carried(&tokens, &first).unwrap();
            prop_assert_eq!(tokens.opened(&carried, NOW), tokens.opened(&known, NOW));
        }
    }
}

#[test]
fn it_is_bound_to_the_new_key_and_the_first_one_s_checks_to_its_own() {
    let tokens = tokens();
    let first = minted(&root(&tokens), AUDIENCE, &two());
    let first = narrowed(&first, &format!("check if dpop_jkt(\"{KEY}\");"));
    let token = carried(&tokens, &first).unwrap();
    assert_eq!(token.key, their_key());
    assert_eq!(opened(&tokens, &token, NOW).len(), 2);
    let pinned = narrowed(&first, &format!("check if dpop_jkt(\"{}\");", their_key()));
    let token = carried(&tokens, &pinned).unwrap();
    assert_eq!(
        opened(&tokens, &token, NOW),
        BTreeSet::new(),
        "nobody holds both"
    );
}

#[test]
fn it_ends_when_the_first_of_both_does_and_keeps_the_first_one_s_own_limits() {
    let tokens = tokens();
    let first = minted(&root(&tokens), AUDIENCE, &two());
    let ends = |end: OffsetDateTime| {
        let token = tokens.carry(&bytes(&first), their_key(), NOW, end).unwrap();
        tokens.read(&token, NOW).unwrap().expires_at
    };
    assert_eq!(ends(NOW + Duration::minutes(2)), NOW + Duration::minutes(2));
    assert_eq!(ends(NOW + Duration::days(1)), NOW + Duration::minutes(5));
    let briefly = narrowed(&first, "check if time($t), $t < 2026-11-23T08:01:00Z;");
    let token = carried(&tokens, &briefly).unwrap();
    assert_eq!(opened(&tokens, &token, NOW).len(), 2);
    let later = NOW + Duration::minutes(1);
    assert_eq!(opened(&tokens, &token, later), BTreeSet::new());
    let late = tokens.read(
        &carrying(&tokens, &bytes(&first)),
        NOW + Duration::minutes(2),
    );
    is_invalid(&late, "it has ended");
}

#[test]
fn nothing_carries_a_carrier_and_nothing_is_appended_to_one() {
    let tokens = tokens();
    let first = minted(&root(&tokens), AUDIENCE, &two());
    let carrier = carrying(&tokens, &bytes(&first));
    let sealed = Biscuit::from_base64(&carrier, root(&tokens).public()).unwrap();
    is_invalid(
        &tokens.read(&carrying(&tokens, &bytes(&sealed)), NOW),
        "a carrier of a carrier",
    );
    let more = sealed.append(block!("check if true"));
    assert!(more.is_err(), "it is sealed");

    // A carrier that was never sealed, as if a key of ours had slipped.
    let open = biscuit!(
        "carries({first}); issued(2026-11-23T08:00:00Z); expires(2026-11-23T08:02:00Z); cnf({key});",
        first = bytes(&first),
        key = their_key().to_string(),
    );
    let open = open.root_key_id(2).build(&root(&tokens)).unwrap();
    assert!(tokens.read(&open.to_base64().unwrap(), NOW).is_ok());
    let appended = narrowed(&open, "check if true;");
    is_invalid(&read(&tokens, &appended), "a block on a carrier");
    let two_of_them = biscuit!(
        "carries({first}); carries(hex:00); issued(2026-11-23T08:00:00Z);
         expires(2026-11-23T08:02:00Z); cnf({key});",
        first = bytes(&first),
        key = their_key().to_string(),
    );
    let two_of_them = two_of_them.root_key_id(2).build(&root(&tokens)).unwrap();
    is_invalid(&read(&tokens, &two_of_them), "which of two?");
}

#[test]
fn both_are_ours_unaltered_and_of_believed_keys() {
    let tokens = tokens();
    let first = minted(&root(&tokens), AUDIENCE, &two());
    for (carried_bytes, why) in [
        (vec![], "nothing"),
        (vec![0; 100], "no Biscuit"),
        (
            bytes(&minted(&KeyPair::new(), AUDIENCE, &two())),
            "of another root",
        ),
        (
            bytes(&minted(&root(&tokens), "https://other.test/v1", &two())),
            "for another audience",
        ),
    ] {
        let read = tokens.read(&carrying(&tokens, &carried_bytes), NOW);
        assert!(read.is_err(), "{why}: {read:?}");
    }
    let forged = biscuit!(
        "carries({first}); issued(2026-11-23T08:00:00Z); expires(2026-11-23T08:02:00Z); cnf({key});",
        first = bytes(&first),
        key = their_key().to_string(),
    );
    for generation in [1, 2] {
        let forged = forged.clone().root_key_id(generation);
        let forged = forged.build(&KeyPair::new()).unwrap();
        is_invalid(&read(&tokens, &forged), "a carrier of another root");
    }
    let facts = narrowed(&first, "check if true;");
    let mut altered = bytes(&facts);
    let last = altered.len() - 1;
    altered[last] ^= 1;
    let read = tokens.read(&carrying(&tokens, &altered), NOW);
    assert!(read.is_err(), "{read:?}");
}
