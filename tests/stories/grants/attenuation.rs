//! An app narrows its token offline; whoever tries to widen one, or to keep the platform busy with
//! it, is turned away.

use std::time::Duration;

use biscuit_auth::{
    KeyPair, UnverifiedBiscuit,
    builder::{Algorithm, BlockBuilder},
    macros::block,
};

use super::{read, start};
use crate::harness::{Platform, Reply};

/// A platform, and the token of an app that may read certificates and skills.
async fn granted() -> (Platform, UnverifiedBiscuit) {
    let (platform, worker) = start().await;
    let access = platform.coach.connect(&platform, &worker).await.access;
    let token = UnverifiedBiscuit::from_base64(access).unwrap();
    (platform, token)
}

fn appended(token: &UnverifiedBiscuit, code: &str) -> UnverifiedBiscuit {
    token
        .append(BlockBuilder::new().code(code).unwrap())
        .unwrap()
}

async fn present(platform: &Platform, token: &UnverifiedBiscuit) -> Reply {
    read(platform, &token.to_base64().unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_narrows_its_token_by_action_section_and_time() {
    let (platform, token) = granted().await;
    for kept in [
        "check if operation(\"read\");",
        "check if section(\"certificates\");",
        "check if section(\"skills\") or section(\"certificates\");",
    ] {
        assert_eq!(
            present(&platform, &appended(&token, kept)).await.status,
            200,
            "{kept}"
        );
    }
    for cut in [
        "check if section(\"skills\");",
        "check if operation(\"propose\");",
        "check if section(\"certificates\"), section(\"skills\");",
        "reject if section(\"certificates\");",
        "check if something(\"never said\");",
    ] {
        let reply = present(&platform, &appended(&token, cut)).await;
        assert_eq!(reply.verdict(), (403, "insufficient-rights"), "{cut}");
    }
    let until = platform.clock.now() + Duration::from_mins(1);
    let until = until.replace_nanosecond(0).unwrap();
    let format = &time::format_description::well_known::Rfc3339;
    let code = format!(
        "check if time($t), $t <= {};",
        until.format(format).unwrap()
    );
    let brief = appended(&token, &code);
    assert_eq!(present(&platform, &brief).await.status, 200);
    platform.clock.advance(Duration::from_secs(61));
    let late = present(&platform, &brief).await;
    assert_eq!(
        late.verdict(),
        (403, "insufficient-rights"),
        "its minute has passed"
    );
    assert_eq!(
        present(&platform, &token).await.status,
        200,
        "the whole token lives on"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_narrowed_token_is_narrowed_further_sealed_and_dies_with_the_whole_one() {
    let (platform, token) = granted().await;
    let narrow = appended(&token, "check if operation(\"read\");");
    let narrower = appended(&narrow, "check if section(\"certificates\");");
    let sealed = narrower.seal().unwrap();
    for token in [&narrow, &narrower, &sealed] {
        assert_eq!(present(&platform, token).await.status, 200);
    }
    let cut = appended(&narrower, "check if section(\"skills\");");
    assert_eq!(present(&platform, &cut).await.status, 403);
    platform.clock.advance(Duration::from_secs(301));
    for token in [&token, &narrow, &narrower, &sealed] {
        let reply = present(&platform, token).await;
        assert_eq!(reply.verdict(), (401, "invalid-token"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_narrowed_token_ends_with_its_grant() {
    let (platform, worker) = start().await;
    let access = platform.coach.connect(&platform, &worker).await.access;
    let token = UnverifiedBiscuit::from_base64(access).unwrap();
    let narrow = appended(&token, "check if operation(\"read\");");
    assert_eq!(present(&platform, &narrow).await.status, 200);
    worker.revoke().await;
    let unseen = appended(&token, "check if section(\"certificates\");");
    for token in [&narrow, &unseen] {
        let reply = present(&platform, token).await;
        assert_eq!(reply.verdict(), (401, "grant-ended"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_that_attacks_is_refused_before_it_is_evaluated() {
    let (platform, token) = granted().await;
    let facts = |count| {
        (0..count)
            .map(|n| format!("z({n});"))
            .collect::<Vec<_>>()
            .concat()
    };
    let within = |inner: String, name: char| {
        format!("[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].all(${name} -> {inner})")
    };
    let nested = ('a'..='e').fold("true".to_owned(), within);
    let mut refused: Vec<_> = [
        facts(20) + "r($a) <- z($a), z($b), z($c), z($d), $a + $b + $c + $d < 0;",
        facts(12) + "check if z($a), z($b), z($c), z($d), z($e), $a + $e < 0;",
        facts(12) + "reject if z($a), z($b), z($c), z($d), $a + $d < 0;",
        "check if right($a, $b), right($c, $d), right($e, $f), right($g, $h), right($i, $j), \
         right($k, $l), $a == \"zz\";"
            .into(),
        "check if section($s), $s.matches(\"(((a{50}){50}){20})*b\");".into(),
        format!("check if {nested};"),
        "right(\"identity\", \"read\");".into(),
        "right(\"certificates\", \"read\") <- time($t);".into(),
        "check if true;".repeat(9),
        format!("check if section(\"{}\");", "a".repeat(2_048)),
    ]
    .iter()
    .map(|code| {
        (
            code.chars().take(120).collect::<String>(),
            appended(&token, code),
        )
    })
    .collect();
    let many = (0..9).fold(token.clone(), |token, _| appended(&token, "check if true;"));
    refused.push(("nine blocks".into(), many));
    refused.push(("a third party's block".into(), third_party(&token)));
    let malleable = KeyPair::new_with_algorithm(Algorithm::Secp256r1);
    let passed_on = token
        .append_with_keypair(&malleable, block!("check if true;"))
        .unwrap();
    refused.push(("a malleable key".into(), passed_on));
    for (why, token) in refused {
        let reply = present(&platform, &token).await;
        assert_eq!(reply.verdict(), (401, "invalid-token"), "{why}");
        let detail = reply.body["detail"].as_str().unwrap();
        assert!(detail.contains("before evaluation"), "{why}: {detail}");
    }
    assert_eq!(
        present(&platform, &token).await.status,
        200,
        "the app's own token still reads"
    );
}

fn third_party(token: &UnverifiedBiscuit) -> UnverifiedBiscuit {
    let theirs = KeyPair::new();
    let request = token.third_party_request().unwrap();
    let signed = request.create_block(&theirs.private(), block!("check if operation(\"read\");"));
    token
        .append_third_party(&signed.unwrap().serialize().unwrap())
        .unwrap()
}
