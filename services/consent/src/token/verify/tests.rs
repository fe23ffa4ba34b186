//! Attenuation: whatever is appended to a token, it never opens more than before.

use std::{
    collections::BTreeSet,
    time::{Instant, SystemTime},
};

use biscuit_auth::{
    Biscuit, KeyPair, PrivateKey,
    builder::{Algorithm, BiscuitBuilder, BlockBuilder, Fact, string},
    error,
    macros::{biscuit, block},
};
use kernel::{Clock, Entropy, Keys, WorkerId};
use signing::{Generation, Purpose, Schedule, SigningKeys};
use time::{Duration, OffsetDateTime, macros::datetime};

use super::{ConsentToken, Request, TokenError, refused};
use crate::{
    Field, Part, Right, Scope, Section, Thumbprint,
    token::{Tokens, limits},
};

mod appended;
mod carried;
mod shapes;

const NOW: OffsetDateTime = datetime!(2026-11-23 08:00 UTC);
const AUDIENCE: &str = "https://cpf.test/v1";
/// The thumbprint in RFC 9449 §6.1.
const KEY: &str = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";

fn keys() -> Keys {
    Keys::new([7; 32].into())
}

/// Two generations of the root key: the second signs.
fn tokens() -> Tokens {
    let generation = |number, retired_at| Generation {
        number,
        published_at: NOW - Duration::days(2),
        signs_from: NOW - Duration::days(2),
        retired_at,
    };
    let retired = generation(1, Some(NOW - Duration::days(1)));
    let schedule = Schedule::new(Purpose::ConsentToken, vec![retired, generation(2, None)]);
    let signing = SigningKeys::new(Clock::manual(NOW), keys());
    signing.learn(vec![schedule], Instant::now()).unwrap();
    Tokens::new(signing, &keys(), AUDIENCE.into())
}

/// The root key that signs.
fn root(tokens: &Tokens) -> KeyPair {
    tokens.root().unwrap().0
}

/// A token that grants `read` on `scope` until five minutes from now, signed by `root`.
fn minted(root: &KeyPair, audience: &str, scope: &Scope) -> Biscuit {
    stating(root, audience, scope, "")
}

/// The same, with more in its authority block.
fn stating(root: &KeyPair, audience: &str, scope: &Scope, more: &str) -> Biscuit {
    let granting = granting(audience, scope).root_key_id(2);
    granting.code(more).unwrap().build(root).unwrap()
}

/// What such a token says.
fn granting(audience: &str, scope: &Scope) -> BiscuitBuilder {
    let clock = Clock::manual(NOW);
    let worker = WorkerId::generate(&clock, &Entropy::seeded(1));
    let subject = keys().pairwise_subject(worker, "coach");
    let (issued, expires) = (
        SystemTime::from(NOW),
        SystemTime::from(NOW + Duration::minutes(5)),
    );
    let (grant, key) = ("01938f5a-0000-7000-8000-000000000000", KEY);
    let mut builder = biscuit!(
        "subject({subject}); client(\"coach\"); grant({grant}, 1); token(\"t\");
         purpose(\"career_guidance\"); issued({issued}); expires({expires}); cnf({key});
         check if time($time), $time < {expires};
         check if audience({audience});
         check if dpop_jkt({key});"
    );
    for (section, _part) in scope.parts() {
        let right = Fact::new(
            "right".into(),
            vec![string(section.as_str()), string("read")],
        );
        builder = builder.fact(right).unwrap();
    }
    limits::state(builder, scope).unwrap()
}

/// `token` as it travels, read as at its first arrival.
fn read(tokens: &Tokens, token: &Biscuit) -> Result<ConsentToken, TokenError> {
    tokens.read(&token.to_base64().unwrap(), NOW)
}

/// The sections that `token` opens at `now`.
fn opened(tokens: &Tokens, token: &ConsentToken, now: OffsetDateTime) -> BTreeSet<Section> {
    let opens = |section: &Section| allowed(tokens, token, *section, None, now).is_ok();
    Section::ALL.iter().copied().filter(opens).collect()
}

/// What `token` gives to read of `section` at `now`, of one field or of all.
fn allowed(
    tokens: &Tokens,
    token: &ConsentToken,
    section: Section,
    field: Option<Field>,
    now: OffsetDateTime,
) -> Result<Part, TokenError> {
    let asked = field.map(|field| BTreeSet::from([field]));
    let request = Request {
        section,
        right: Right::Read,
        asked: asked.as_ref(),
    };
    tokens.allows(token, request, now)
}

fn two() -> Scope {
    Scope::whole([Section::Certificates, Section::Skills])
}

#[test]
fn a_token_opens_what_was_granted_and_nothing_else() {
    let tokens = tokens();
    let token = read(&tokens, &minted(&root(&tokens), AUDIENCE, &two())).unwrap();
    let two = BTreeSet::from([Section::Certificates, Section::Skills]);
    assert_eq!(opened(&tokens, &token, NOW), two);
}

#[test]
fn appended_checks_cut_away_sections_actions_and_time() {
    let tokens = tokens();
    let whole = minted(&root(&tokens), AUDIENCE, &two());
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
    let forged = read(&tokens, &minted(&KeyPair::new(), AUDIENCE, &two()));
    assert!(matches!(forged, Err(TokenError::Invalid)), "{forged:?}");
    let elsewhere = read(
        &tokens,
        &minted(&root(&tokens), "https://other.test/v1", &two()),
    );
    assert!(
        matches!(elsewhere, Err(TokenError::Invalid)),
        "{elsewhere:?}"
    );
    let mut altered = minted(&root(&tokens), AUDIENCE, &two())
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
    let token = minted(&root(&tokens), AUDIENCE, &two());
    let other = Thumbprint::parse(&"A".repeat(43)).unwrap();
    let allowed = tokens.authorize(&token, other, Section::Skills, Right::Read, &[], NOW);
    assert!(matches!(allowed, Err(TokenError::Invalid)), "{allowed:?}");
    let moved = token
        .append(BlockBuilder::new().code("check if dpop_jkt($k);").unwrap())
        .unwrap();
    let allowed = tokens.authorize(&moved, other, Section::Skills, Right::Read, &[], NOW);
    assert!(matches!(allowed, Err(TokenError::Invalid)), "{allowed:?}");
}

#[test]
fn a_token_of_a_retired_an_unknown_or_no_generation_is_not_valid_though_its_signature_holds() {
    let tokens = tokens();
    let (keys, root) = (keys(), root(&tokens));
    let first = keys.derive("signing/consent-token", 1);
    let first = PrivateKey::from_bytes(first.expose(), Algorithm::Ed25519).unwrap();
    let signed = |root: &KeyPair, generation: Option<u32>| {
        let granting = granting(AUDIENCE, &two());
        let granting = match generation {
            Some(generation) => granting.root_key_id(generation),
            None => granting,
        };
        read(&tokens, &granting.build(root).unwrap())
    };
    for (root, generation) in [
        (&KeyPair::from(&first), Some(1)),
        (&root, Some(1)),
        (&root, Some(3)),
        (&root, Some(u32::MAX)),
        (&root, None),
    ] {
        let refused = signed(root, generation);
        assert!(
            matches!(refused, Err(TokenError::Invalid)),
            "{generation:?}: {refused:?}"
        );
    }
    let known = signed(&root, Some(2));
    assert!(known.is_ok(), "{known:?}");
}

#[test]
fn facts_and_rules_of_a_foreign_block_are_not_believed_even_without_the_guard() {
    let tokens = tokens();
    let whole = minted(&root(&tokens), AUDIENCE, &two());
    for forged in [
        block!("right(\"identity\", \"read\");"),
        block!("right($s, $o) <- section($s), operation($o);"),
    ] {
        let token = whole.append(forged).unwrap();
        let key = Thumbprint::parse(KEY).unwrap();
        let allowed = tokens.authorize(&token, key, Section::Identity, Right::Read, &[], NOW);
        assert!(matches!(allowed, Err(TokenError::Invalid)), "{allowed:?}");
    }
}

#[test]
fn an_appended_check_cuts_away_fields_and_leaves_the_others_to_be_asked_for() {
    let tokens = tokens();
    let whole = minted(&root(&tokens), AUDIENCE, &two());
    let cut = |code: &str| {
        let block = BlockBuilder::new().code(code).unwrap();
        read(&tokens, &whole.append(block).unwrap()).unwrap()
    };
    let token = cut("check all field($f), [\"qualification\", \"score\"].contains($f);");
    let given = tokens.opened(&token, NOW);
    let fields: Vec<_> = given.keys().collect();
    let certificates = |field| (Section::Certificates, Some(field));
    let [qualification, score] = [Field::Qualification, Field::Score].map(certificates);
    assert_eq!(
        fields,
        [&qualification, &score],
        "nothing is given where all is asked for"
    );
    let denied = allowed(
        &tokens,
        &token,
        Section::Certificates,
        Some(Field::Issuer),
        NOW,
    );
    assert!(
        matches!(denied, Err(TokenError::NotGranted { .. })),
        "{denied:?}"
    );
}

#[test]
fn a_field_that_was_not_granted_is_refused_by_name() {
    let tokens = tokens();
    let fields = Some(BTreeSet::from([Field::Score]));
    let part = Part {
        fields,
        ..Part::WHOLE
    };
    let scope = Scope::from_iter([(Section::Certificates, part.clone())]);
    let token = read(&tokens, &minted(&root(&tokens), AUDIENCE, &scope)).unwrap();
    let section = Section::Certificates;
    assert_eq!(allowed(&tokens, &token, section, None, NOW).unwrap(), part);
    assert_eq!(
        allowed(&tokens, &token, section, Some(Field::Score), NOW).unwrap(),
        part
    );
    let refused = allowed(&tokens, &token, section, Some(Field::Issuer), NOW);
    assert!(matches!(
        refused,
        Err(TokenError::FieldNotGranted {
            field: Field::Issuer,
            ..
        })
    ));
}

#[test]
fn limits_that_are_not_understood_or_let_nothing_through_make_a_token_invalid() {
    let tokens = tokens();
    for limit in [
        "fields(\"certificates\", {\"name\"});",
        "fields(\"certificates\", {,});",
        "fields(\"certificates\", {\"score\"}); fields(\"certificates\", {\"issuer\"});",
        "fields(\"skills\", {\"score\"});",
        "fields(\"identity\", {\"score\"});",
        "fields(\"everything\", {\"score\"});",
        "fields(\"certificates\", \"score\");",
        "items(\"certificates\", {,});",
        "items(\"certificates\", {hex:00, hex:01});",
        "period(\"certificates\", \"\", \"..\");",
        "period(\"certificates\", \"2020-01-02\", \"2020-01-01\");",
        "period(\"certificates\", \"..\", \"..\"); period(\"certificates\", \"..\", \"2020-01-01\");",
    ] {
        let token = stating(&root(&tokens), AUDIENCE, &two(), limit);
        let refused = read(&tokens, &token);
        assert!(
            matches!(refused, Err(TokenError::Invalid)),
            "{limit}: {refused:?}"
        );
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
