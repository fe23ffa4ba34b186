//! Attenuation: whatever is appended to a token, it never opens more than before.

use std::{collections::BTreeSet, time::SystemTime};

use biscuit_auth::{
    Biscuit, KeyPair,
    builder::{BlockBuilder, Fact, string},
    error,
    macros::{biscuit, block},
};
use kernel::{Clock, Entropy, Keys, WorkerId};
use proptest::prelude::*;
use time::{Duration, OffsetDateTime, macros::datetime};

use super::{ConsentToken, TokenError, refused};
use crate::{Right, Section, Thumbprint, token::Tokens};

const NOW: OffsetDateTime = datetime!(2026-11-23 08:00 UTC);
const AUDIENCE: &str = "https://cpf.test/v1";
/// The thumbprint in RFC 9449 §6.1.
const KEY: &str = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";

fn keys() -> Keys {
    Keys::new([7; 32].into())
}

fn tokens() -> Tokens {
    Tokens::new(&keys(), AUDIENCE.into())
}

/// A token that grants `read` on `sections` until five minutes from now, signed by `root`.
fn minted(root: &KeyPair, audience: &str, sections: &[Section]) -> Biscuit {
    let clock = Clock::manual(NOW);
    let worker = WorkerId::generate(&clock, &Entropy::seeded(1));
    let subject = keys().pairwise_subject(worker, "coach");
    let expires = SystemTime::from(NOW + Duration::minutes(5));
    let (grant, key) = ("01938f5a-0000-7000-8000-000000000000", KEY);
    let mut builder = biscuit!(
        "subject({subject}); client(\"coach\"); grant({grant}, 1); token(\"t\");
         purpose(\"career_guidance\"); expires({expires}); cnf({key});
         check if time($time), $time < {expires};
         check if audience({audience});
         check if dpop_jkt({key});"
    );
    for section in sections {
        let right = Fact::new(
            "right".into(),
            vec![string(section.as_str()), string("read")],
        );
        builder = builder.fact(right).unwrap();
    }
    builder.build(root).unwrap()
}

/// `token` as it travels, read as at its first arrival.
fn read(tokens: &Tokens, token: &Biscuit) -> Result<ConsentToken, TokenError> {
    tokens.read(&token.to_base64().unwrap(), NOW)
}

/// The sections that `token` opens at `now`.
fn opened(tokens: &Tokens, token: &ConsentToken, now: OffsetDateTime) -> BTreeSet<Section> {
    let opens = |section: &Section| tokens.allows(token, *section, Right::Read, now).is_ok();
    Section::ALL.iter().copied().filter(opens).collect()
}

const TWO: &[Section] = &[Section::Certificates, Section::Skills];

#[test]
fn a_token_opens_what_was_granted_and_nothing_else() {
    let tokens = tokens();
    let token = read(&tokens, &minted(&tokens.root, AUDIENCE, TWO)).unwrap();
    assert_eq!(opened(&tokens, &token, NOW), TWO.iter().copied().collect());
}

#[test]
fn appended_checks_cut_away_sections_actions_and_time() {
    let tokens = tokens();
    let whole = minted(&tokens.root, AUDIENCE, TWO);
    let narrowed = |code: &str, now| {
        let token = whole
            .append(BlockBuilder::new().code(code).unwrap())
            .unwrap();
        opened(&tokens, &read(&tokens, &token).unwrap(), now)
    };
    let skills = BTreeSet::from([Section::Skills]);
    assert_eq!(narrowed("check if section(\"skills\");", NOW), skills);
    assert_eq!(
        narrowed("reject if section(\"certificates\");", NOW),
        skills
    );
    assert_eq!(narrowed("check if operation(\"read\");", NOW).len(), 2);
    assert_eq!(narrowed("check if operation(\"propose\");", NOW).len(), 0);
    let briefly = "check if time($t), $t < 2026-11-23T08:01:00Z;";
    assert_eq!(narrowed(briefly, NOW).len(), 2);
    assert_eq!(narrowed(briefly, NOW + Duration::minutes(1)).len(), 0);
}

#[test]
fn a_token_of_another_key_or_for_another_audience_is_not_valid_here() {
    let tokens = tokens();
    let forged = read(&tokens, &minted(&KeyPair::new(), AUDIENCE, TWO));
    assert!(matches!(forged, Err(TokenError::Invalid)), "{forged:?}");
    let elsewhere = read(&tokens, &minted(&tokens.root, "https://other.test/v1", TWO));
    assert!(
        matches!(elsewhere, Err(TokenError::Invalid)),
        "{elsewhere:?}"
    );
    let mut altered = minted(&tokens.root, AUDIENCE, TWO)
        .to_base64()
        .unwrap()
        .into_bytes();
    let last = altered.iter().rposition(|byte| *byte != b'=').unwrap() - 20;
    altered[last] = if altered[last] == b'A' { b'B' } else { b'A' };
    let altered = tokens.read(&String::from_utf8(altered).unwrap(), NOW);
    assert!(altered.is_err(), "{altered:?}");
}

#[test]
fn a_token_opens_nothing_under_another_key_than_its_own() {
    let tokens = tokens();
    let token = minted(&tokens.root, AUDIENCE, TWO);
    let other = Thumbprint::parse(&"A".repeat(43)).unwrap();
    let allowed = tokens.authorize(&token, other, Section::Skills, Right::Read, NOW);
    assert!(matches!(allowed, Err(TokenError::Invalid)), "{allowed:?}");
    let moved = token
        .append(BlockBuilder::new().code("check if dpop_jkt($k);").unwrap())
        .unwrap();
    let allowed = tokens.authorize(&moved, other, Section::Skills, Right::Read, NOW);
    assert!(matches!(allowed, Err(TokenError::Invalid)), "{allowed:?}");
}

#[test]
fn facts_and_rules_of_a_foreign_block_are_not_believed_even_without_the_guard() {
    let tokens = tokens();
    let whole = minted(&tokens.root, AUDIENCE, TWO);
    for forged in [
        block!("right(\"identity\", \"read\");"),
        block!("right($s, $o) <- section($s), operation($o);"),
    ] {
        let token = whole.append(forged).unwrap();
        let key = Thumbprint::parse(KEY).unwrap();
        let allowed = tokens.authorize(&token, key, Section::Identity, Right::Read, NOW);
        assert!(matches!(allowed, Err(TokenError::Invalid)), "{allowed:?}");
    }
}

#[test]
fn an_evaluation_that_was_cut_short_says_nothing_about_the_token() {
    for limit in [
        error::RunLimit::Timeout,
        error::RunLimit::TooManyFacts,
        error::RunLimit::TooManyIterations,
    ] {
        let refused = refused(error::Token::RunLimit(limit.clone()));
        assert!(matches!(refused, TokenError::Undecided), "{limit:?}");
    }
    let twice = error::RunLimit::UnexpectedQueryResult(1, 2);
    assert!(matches!(
        refused(error::Token::RunLimit(twice)),
        TokenError::Invalid
    ));
    assert!(matches!(
        refused(error::Token::InternalError),
        TokenError::Invalid
    ));
}

/// Predicates over everything there is, and what of it an expression may look at.
const PREDICATES: &[&str] = &[
    "right($s, $o)",
    "section($s)",
    "operation($o)",
    "time($t)",
    "audience($a)",
    "client($c)",
    "dpop_jkt($k)",
    "right(\"identity\", \"read\")",
    "section(\"certificates\")",
    "unknown($x)",
];
const EXPRESSIONS: &[(&str, &str)] = &[
    ("", "true"),
    ("", "1 > 2"),
    ("$s", "$s == \"skills\""),
    ("$s", "$s != \"skills\""),
    ("$s", "[\"identity\", \"certificates\"].contains($s)"),
    ("$o", "$o.starts_with(\"r\")"),
    ("$t", "$t < 2030-01-01T00:00:00Z"),
    ("$c", "$c.length() > 100"),
];

fn query() -> impl Strategy<Value = String> {
    let predicates = proptest::sample::subsequence(PREDICATES, 1..=3);
    let expressions = proptest::sample::subsequence(EXPRESSIONS, 0..=4);
    (predicates, expressions).prop_map(|(predicates, expressions)| {
        let body = predicates.join(", ");
        let bound = expressions
            .into_iter()
            .filter(|(variable, _)| body.contains(variable));
        bound.fold(body.clone(), |query, (_, expression)| {
            format!("{query}, {expression}")
        })
    })
}

fn check() -> impl Strategy<Value = String> {
    let queries = proptest::collection::vec(query(), 1..=3);
    prop_oneof![
        queries.prop_map(|queries| format!("check if {};", queries.join(" or "))),
        query().prop_map(|query| format!("check all {query};")),
        query().prop_map(|query| format!("reject if {query};")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn whatever_checks_are_appended_the_rights_never_widen(
        sections in proptest::sample::subsequence(Section::ALL, 1..=Section::ALL.len()),
        blocks in proptest::collection::vec(proptest::collection::vec(check(), 1..=4), 1..=3),
    ) {
        let tokens = tokens();
        let whole = minted(&tokens.root, AUDIENCE, &sections);
        let before = read(&tokens, &whole).unwrap();
        let appended = blocks.iter().fold(whole, |token, checks| {
            token.append(BlockBuilder::new().code(checks.concat()).unwrap()).unwrap()
        });
        let after = read(&tokens, &appended).unwrap();
        prop_assert_eq!(after.worker, before.worker);
        prop_assert_eq!(after.grant, before.grant);
        prop_assert_eq!(after.expires_at, before.expires_at);
        let (before, after) = (opened(&tokens, &before, NOW), opened(&tokens, &after, NOW));
        prop_assert_eq!(&before, &sections.iter().copied().collect());
        prop_assert!(after.is_subset(&before), "{:?} opens {:?}", blocks, after);
    }
}
