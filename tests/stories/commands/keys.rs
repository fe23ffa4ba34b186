//! `cpf keys`: what an operator of the platform does about its signing keys.

use serde_json::Value;

use super::program::{Ended, cpf};
use crate::harness::Platform;

/// `cpf keys` on the platform's database.
async fn keys(platform: &Platform, arguments: &[&str]) -> Ended {
    let config = &platform.config;
    let mut command = cpf(&[&["keys"], arguments].concat());
    command
        .env(
            "DATABASE_URL",
            config.database_url.as_ref().unwrap().expose(),
        )
        .env("CPF_MASTER_KEY_FILE", &config.master_key_file)
        .env("CPF_SANDBOX", "true");
    let ended = Ended::of(command).await;
    let master = std::fs::read_to_string(&config.master_key_file).unwrap();
    assert!(!ended.out.contains(master.trim()) && !ended.err.contains(master.trim()));
    ended
}

/// The generations of `key`, with what each does.
async fn states(platform: &Platform, key: &str) -> Vec<(u64, String)> {
    let listed = keys(platform, &["list", "--json"]).await;
    assert_eq!(listed.code, Some(0), "{listed:?}");
    let lines = listed.json();
    let lines = lines.as_array().unwrap().iter();
    lines
        .filter(|line| line["purpose"] == key)
        .map(|line| {
            assert!(line["kid"].is_string(), "{line}");
            let state = line["state"].as_str().unwrap();
            (line["generation"].as_u64().unwrap(), state.into())
        })
        .collect()
}

fn is(states: &[(u64, String)], expected: &[(u64, &str)]) {
    let states: Vec<_> = states.iter().map(|(one, state)| (*one, &**state)).collect();
    assert_eq!(states, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_lists_rotates_and_retires_keys() {
    let platform = Platform::start().await;
    let listed = keys(&platform, &["list"]).await;
    assert_eq!((listed.code, listed.err.as_str()), (Some(0), ""));
    assert_eq!(listed.out.lines().count(), 3, "{listed:?}");
    for key in ["consent-token", "jwt"] {
        is(&states(&platform, key).await, &[(1, "signing")]);
    }

    let rotated = keys(&platform, &["rotate", "jwt", "--json"]).await;
    assert_eq!(rotated.code, Some(0), "{rotated:?}");
    assert_eq!(rotated.json()[0]["generation"], 2);
    is(
        &states(&platform, "jwt").await,
        &[(1, "signing"), (2, "published")],
    );

    let planned = keys(&platform, &["retire", "jwt", "1", "--dry-run", "--json"]).await;
    assert_eq!(planned.code, Some(0), "{planned:?}");
    let said = |ended: &Ended| -> Vec<Value> {
        let lines = ended.json();
        let lines = lines.as_array().unwrap().iter();
        lines.map(|line| line["state"].clone()).collect()
    };
    assert_eq!(said(&planned), ["retired", "signing"]);
    is(
        &states(&platform, "jwt").await,
        &[(1, "signing"), (2, "published")],
    );
    let retired = keys(&platform, &["retire", "jwt", "1", "--json"]).await;
    assert_eq!(said(&retired), ["retired", "signing"], "{retired:?}");
    is(
        &states(&platform, "jwt").await,
        &[(1, "retired"), (2, "signing")],
    );
    is(&states(&platform, "consent-token").await, &[(1, "signing")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_done_to_a_key_says_why_and_what_to_type() {
    let platform = Platform::start().await;
    let rotated = keys(&platform, &["rotate", "jwt"]).await;
    assert_eq!(rotated.code, Some(0), "{rotated:?}");
    for (arguments, words) in [
        (
            &["rotate", "jwt"][..],
            ["generation 2 is published already", "cpf keys retire jwt 2"],
        ),
        (
            &["retire", "jwt", "7"],
            ["there is no generation 7", "cpf keys list"],
        ),
    ] {
        let refused = keys(&platform, arguments).await;
        assert_eq!((refused.code, refused.out.as_str()), (Some(1), ""));
        for words in words {
            assert!(refused.err.contains(words), "{refused:?}");
        }
    }
    for mistyped in [
        &["rotate", "certificates"][..],
        &["rotate", "journal"],
        &["rotate", "jwt", "--overlap", "1"],
        &["retire", "jwt"],
    ] {
        let refused = keys(&platform, mistyped).await;
        assert_eq!(refused.code, Some(2), "{refused:?}");
    }
    let unknown = keys(&platform, &["rotate", "certificates"]).await;
    assert!(unknown.err.contains("the keys are consent-token, jwt"));
}
