//! Whoever tries to widen a token by appending to it, to keep the platform busy with it, or to alter
//! it, is turned away before anything of it is evaluated.

use base64::{Engine, engine::general_purpose::URL_SAFE};
use biscuit_auth::{
    KeyPair, UnverifiedBiscuit,
    builder::{Algorithm, BlockBuilder, Scope},
    macros::block,
};

use super::{
    attenuation::{appended, granted, present},
    read,
};
use crate::harness::Platform;

/// Presents the token with each of these blocks: refused, and the whole token reads on.
async fn all_are_refused(blocks: impl AsyncFn(&UnverifiedBiscuit) -> Vec<UnverifiedBiscuit>) {
    let (platform, token) = granted().await;
    for (number, forged) in blocks(&token).await.iter().enumerate() {
        is_refused(&platform, forged, number).await;
    }
    assert_eq!(present(&platform, &token).await.status, 200);
}

async fn is_refused(platform: &Platform, token: &UnverifiedBiscuit, number: usize) {
    let reply = present(platform, token).await;
    assert_eq!(reply.verdict(), (401, "invalid-token"), "block {number}");
    let detail = reply.body["detail"].as_str().unwrap();
    assert!(
        detail.contains("before evaluation"),
        "block {number}: {detail}"
    );
}

/// The same for blocks of Datalog.
async fn all_code_is_refused(codes: &[String]) {
    all_are_refused(async |token| codes.iter().map(|code| appended(token, code)).collect()).await;
}

fn facts(count: usize) -> String {
    (0..count).fold(String::new(), |facts, number| {
        facts + &format!("z({number});")
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_that_states_facts_is_refused() {
    all_code_is_refused(&[
        "right(\"identity\", \"read\");".into(),
        "right(\"certificates\", \"propose\"); check if true;".into(),
        "section(\"skills\");".into(),
        "time(2020-01-01T00:00:00Z);".into(),
        facts(12) + "check if z($a), z($b), z($c), z($d), z($e), $a + $e < 0;",
        facts(12) + "reject if z($a), z($b), z($c), z($d), $a + $d < 0;",
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_that_states_rules_is_refused() {
    all_code_is_refused(&[
        "right(\"identity\", \"read\") <- time($t);".into(),
        "right($s, $o) <- section($s), operation($o);".into(),
        facts(20) + "r($a) <- z($a), z($b), z($c), z($d), $a + $b + $c + $d < 0;",
        "n(0); n($k) <- n($k), time($t);".into(),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_join_without_bounds_is_refused() {
    let six = "right($a, $b), right($c, $d), right($e, $f), right($g, $h), right($i, $j), \
               right($k, $l), $a == \"zz\"";
    let four = "right($a, $b), right($c, $d), right($e, $f), right($g, $h)";
    let mut codes = Vec::new();
    for kind in ["check if", "check all", "reject if"] {
        codes.extend([four, six].map(|query| format!("{kind} {query};")));
        codes.push(format!("{kind} section(\"certificates\") or {four};"));
    }
    all_code_is_refused(&codes).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn regular_expressions_closures_and_foreign_functions_are_refused() {
    let within = |inner: String, name: char| {
        format!("[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].all(${name} -> {inner})")
    };
    let nested = ('a'..='e').fold("true".to_owned(), within);
    all_code_is_refused(&[
        "check if section($s), $s.matches(\"(((a{50}){50}){20})*b\");".into(),
        format!("check if {nested};"),
        "check if [1, 2].any($x -> $x > 1);".into(),
        "check if section($s), $s.extern::anything();".into(),
        "check if section($s), $s.extern::anything(1);".into(),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_checks_queries_expressions_or_operations_than_allowed_are_refused() {
    all_code_is_refused(&[
        "check if true;".repeat(9),
        format!("check if {};", ["operation(\"read\")"; 9].join(" or ")),
        format!("check if {};", ["1 < 2"; 7].join(", ")),
        format!("check if 0 < {};", ["1"; 17].join(" + ")),
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_or_a_token_that_is_too_large_and_a_ninth_block_are_refused() {
    all_are_refused(async |token| {
        let long = format!("check if section(\"{}\");", "a".repeat(2_048));
        let many = (0..9).fold(token.clone(), |token, _| appended(&token, "check if true;"));
        // A word that was said before takes no room: each block says another.
        let heavy = ["a", "b", "c", "d", "e"]
            .iter()
            .fold(token.clone(), |token, letter| {
                appended(
                    &token,
                    &format!("reject if section(\"{}\");", letter.repeat(1_900)),
                )
            });
        vec![appended(token, &long), many, heavy]
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn blocks_of_third_parties_and_trust_in_them_are_refused() {
    all_are_refused(async |token| {
        let theirs = KeyPair::new();
        let request = token.third_party_request().unwrap();
        let signed = request
            .create_block(&theirs.private(), block!("check if operation(\"read\");"))
            .unwrap();
        let theirs_appended = token
            .append_third_party(&signed.serialize().unwrap())
            .unwrap();
        let key = theirs.public();
        let trusting = format!("check if right(\"identity\", \"read\") trusting {key};");
        let scoped = BlockBuilder::new().code("check if true;").unwrap();
        vec![
            theirs_appended,
            appended(token, &trusting),
            appended(token, "check if operation(\"read\") trusting previous;"),
            token.append(scoped.scope(Scope::Previous)).unwrap(),
        ]
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_passed_on_to_a_malleable_key_is_refused() {
    all_are_refused(async |token| {
        let malleable = KeyPair::new_with_algorithm(Algorithm::Secp256r1);
        let block = block!("check if true;");
        let passed_on = token.append_with_keypair(&malleable, block).unwrap();
        // Nor does it help to come back to a key of the right kind.
        let back = appended(&passed_on, "check if true;");
        vec![passed_on, back]
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_cut_or_altered_anywhere_is_refused() {
    let (platform, token) = granted().await;
    let token = appended(&token, "check if operation(\"read\");");
    let whole = token.to_vec().unwrap();
    assert_eq!(present(&platform, &token).await.status, 200);
    for end in (1..whole.len()).step_by(41) {
        let reply = read(&platform, &URL_SAFE.encode(&whole[..end])).await;
        assert_eq!(reply.verdict(), (401, "invalid-token"), "cut at {end}");
    }
    for place in (0..whole.len()).step_by(11) {
        let mut altered = whole.clone();
        altered[place] ^= 1 << (place % 8);
        let reply = read(&platform, &URL_SAFE.encode(&altered)).await;
        assert_eq!(
            reply.verdict(),
            (401, "invalid-token"),
            "altered at {place}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_block_that_narrows_cannot_be_taken_off_exchanged_or_moved() {
    let (platform, token) = granted().await;
    let narrow = appended(&token, "check if section(\"skills\");");
    let other = appended(&token, "check if section(\"certificates\");");
    let parts = |token: &UnverifiedBiscuit| -> biscuit_auth::format::schema::Biscuit {
        prost::Message::decode(&*token.to_vec().unwrap()).unwrap()
    };
    let mut off = parts(&narrow);
    off.blocks.clear();
    let mut exchanged = parts(&narrow);
    exchanged.blocks = parts(&other).blocks;
    let mut twice = parts(&narrow);
    twice.blocks.extend(parts(&other).blocks);
    let mut first = parts(&narrow);
    first.authority = first.blocks.remove(0);
    for (forged, how) in [
        (off, "taken off"),
        (exchanged, "exchanged for another"),
        (twice, "with a block of another"),
        (first, "moved to the front"),
    ] {
        let bytes = prost::Message::encode_to_vec(&forged);
        let reply = read(&platform, &URL_SAFE.encode(bytes)).await;
        assert_eq!(reply.verdict(), (401, "invalid-token"), "{how}");
    }
    assert_eq!(present(&platform, &other).await.status, 200);
    assert_eq!(present(&platform, &narrow).await.status, 403);
}
