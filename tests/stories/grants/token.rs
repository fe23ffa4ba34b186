//! A consent token at the record: what opens it, and everything that does not.

use std::time::Duration;

use biscuit_auth::{KeyPair, PrivateKey, UnverifiedBiscuit, builder::Algorithm, macros::biscuit};
use reqwest::Client;
use serde_json::json;

use super::{read, start};
use crate::harness::{ConsentPage, Platform, Reply, asked, contract};

const CERTIFICATES: &str = "/v1/record/certificates";

/// Reads the certificates with these `Authorization` headers, and a proof for the first token.
async fn send(platform: &Platform, headers: &[&str]) -> Reply {
    let request = Client::builder()
        .build()
        .unwrap()
        .get(format!("{}{CERTIFICATES}", platform.url));
    let token = headers.first().and_then(|value| value.rsplit(' ').next());
    let proof = platform.coach.prove("GET", CERTIFICATES, token);
    let request = request.header("dpop", proof);
    let request = headers.iter().fold(request, |request, value| {
        request.header("authorization", *value)
    });
    contract()
        .hold("get", CERTIFICATES, request.send().await.unwrap())
        .await
}

fn is_refused(reply: &Reply, status: u16, problem: &str, why: &str) {
    assert_eq!(reply.verdict(), (status, problem), "{why}: {}", reply.body);
    let challenge = reply.headers["www-authenticate"].to_str().unwrap();
    assert!(challenge.starts_with("DPoP "), "{why}: {challenge}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_brings_no_single_bound_token_is_asked_for_one() {
    let (platform, worker) = start().await;
    let token = platform.coach.connect(&platform, &worker).await.access;
    let (bound, lower) = (format!("DPoP {token}"), format!("dpop {token}"));
    let bearer = format!("Bearer {token}");
    for (headers, why) in [
        (&[][..], "nothing"),
        (&[""], "an empty header"),
        (&["DPoP"], "a scheme alone"),
        (&["DPoP "], "an empty token"),
        (&[token.as_str()], "a token alone"),
        (&["Basic Y2FwOm1ldGllcg=="], "another scheme"),
        (&[&bearer], "a good token, as if it were nobody's"),
        (&[&bound, &bound], "two headers"),
        (&[&bound, &bearer], "two schemes"),
    ] {
        is_refused(&send(&platform, headers).await, 401, "unauthenticated", why);
    }
    for (value, why) in [
        ("DPoP x", "not base64"),
        ("DPoP AAAA", "no token"),
        ("DPoP ====", "padding"),
        (&format!("{bound}.x"), "a token and more"),
        (&format!("{bound}, {bound}"), "two tokens"),
        (
            &format!("DPoP {}", &token[..token.len() / 2]),
            "half a token",
        ),
        (
            &format!("DPoP {}", "A".repeat(10_925)),
            "a token that is too long",
        ),
    ] {
        is_refused(&send(&platform, &[value]).await, 401, "invalid-token", why);
    }
    for value in [
        &bound,
        &lower,
        &format!("DPOP  {token}"),
        &bound.replace('=', ""),
    ] {
        assert_eq!(send(&platform, &[value]).await.status, 200, "{value}");
    }
    let address = format!("{}{CERTIFICATES}?access_token={token}", platform.url);
    let sent = Client::builder()
        .build()
        .unwrap()
        .get(address)
        .send()
        .await
        .unwrap();
    let reply = contract().hold("get", CERTIFICATES, sent).await;
    is_refused(
        &reply,
        401,
        "unauthenticated",
        "a token in the address is not looked at",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_lives_five_minutes_and_its_refresh_token_as_long_as_the_grant() {
    let (platform, worker) = start().await;
    let tokens = platform.coach.connect(&platform, &worker).await;
    let refresh = tokens.refresh.unwrap();
    let mut access = tokens.access;
    for _ in 0..3 {
        platform.clock.advance(Duration::from_secs(299));
        assert_eq!(read(&platform, &access).await.status, 200);
        platform.clock.advance(Duration::from_secs(2));
        let late = read(&platform, &access).await;
        is_refused(&late, 401, "invalid-token", "after five minutes");
        let again = platform.coach.refresh(&platform, &refresh).await;
        assert_eq!(
            (again.status, &again.body["expires_in"]),
            (200, &json!(300))
        );
        assert_eq!(again.body.get("refresh_token"), None, "it stays the same");
        access = again.body["access_token"].as_str().unwrap().into();
    }
    // The grant is of thirty days: 903 s have passed, and 100 s are left after this.
    platform
        .clock
        .advance(Duration::from_secs(30 * 86_400 - 903 - 100));
    let last = platform.coach.refresh(&platform, &refresh).await;
    assert_eq!(last.body["expires_in"], 100, "no token outlives its grant");
    let access = last.body["access_token"].as_str().unwrap();
    platform.clock.advance(Duration::from_secs(100));
    let late = read(&platform, access).await;
    is_refused(&late, 401, "invalid-token", "after the grant");
    let ended = platform.coach.refresh(&platform, &refresh).await;
    assert_eq!(ended.verdict(), (400, "invalid_grant"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_section_that_was_not_granted_is_refused_though_the_token_is_good() {
    let (platform, worker) = start().await;
    let mut details = asked();
    details[0]["essential"] = json!([]);
    let page = ConsentPage::open(&platform, &worker, &platform.coach, &details).await;
    let code = page
        .accept(&worker, &["skills"])
        .await
        .parameter("code")
        .unwrap();
    let tokens = platform.coach.trade(&platform, &code).await;
    assert_eq!(tokens.details["sections"], json!(["skills"]));
    let reply = read(&platform, &tokens.access).await;
    is_refused(
        &reply,
        403,
        "insufficient-rights",
        "certificates were not ticked",
    );
    let challenge = reply.headers["www-authenticate"].to_str().unwrap();
    assert!(challenge.contains("insufficient_scope"), "{challenge}");
    let journal = worker.open_path("/journal?lang=en").await.html;
    assert!(
        !journal.contains("<td>Read</td>"),
        "nothing was read: {journal}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_grants_token_says_that_the_grant_has_ended() {
    let (platform, worker) = start().await;
    let token = platform.coach.connect(&platform, &worker).await.access;
    worker.revoke().await;
    let reply = read(&platform, &token).await;
    is_refused(
        &reply,
        401,
        "grant-ended",
        "revoked before it was ever used",
    );
}

/// The authority block of a token as the platform mints it, signed by `root` for `audience` and
/// `client`.
fn forged(platform: &Platform, root: &KeyPair, audience: &str, client: &str) -> String {
    let issued = platform.clock.system_time();
    let expires = issued + Duration::from_mins(5);
    let worker = kernel::WorkerId::generate(&platform.clock, &platform.app.entropy);
    let subject = platform.app.keys.pairwise_subject(worker, "cap-metier");
    let grant = kernel::GrantId::generate(&platform.clock, &platform.app.entropy).to_string();
    let key = platform.coach.key.thumbprint();
    let built = biscuit!(
        "subject({subject}); client({client}); grant({grant}, 1); token(\"t\"); cnf({key});
         purpose(\"career_guidance\"); issued({issued}); expires({expires});
         right(\"certificates\", \"read\");
         check if time($time), $time < {expires}; check if audience({audience});
         check if dpop_jkt({key});"
    );
    built
        .root_key_id(1)
        .build(root)
        .unwrap()
        .to_base64()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_another_key_another_audience_or_another_platform_is_not_valid() {
    let (platform, worker) = start().await;
    let key = platform.app.signing.signer(signing::Purpose::ConsentToken);
    let seed = *key.unwrap().secret().expose();
    let ours = KeyPair::from(&PrivateKey::from_bytes(&seed, Algorithm::Ed25519).unwrap());
    let here = format!("{}/v1", platform.url);
    let good = forged(&platform, &ours, &here, "cap-metier");
    assert_eq!(
        read(&platform, &good).await.status,
        200,
        "the forger's craft"
    );
    for (token, why) in [
        (
            forged(&platform, &KeyPair::new(), &here, "cap-metier"),
            "another key",
        ),
        (
            forged(&platform, &ours, "https://other.example/v1", "cap-metier"),
            "another audience",
        ),
        (
            forged(&platform, &ours, &platform.url, "cap-metier"),
            "the issuer is not the audience",
        ),
        (
            forged(&platform, &ours, &here, "another-app"),
            "a subject of another client",
        ),
    ] {
        let reply = read(&platform, &token).await;
        is_refused(&reply, 401, "invalid-token", why);
    }
    let elsewhere = Platform::start().await;
    let tokens = platform.coach.connect(&platform, &worker).await;
    let reply = read(&elsewhere, &tokens.access).await;
    is_refused(&reply, 401, "invalid-token", "a token of another platform");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_names_nobody() {
    let (platform, worker) = start().await;
    let token = platform.coach.connect(&platform, &worker).await.access;
    let said = UnverifiedBiscuit::from_base64(&token)
        .unwrap()
        .print_block_source(0)
        .unwrap();
    let worker_ids: Vec<uuid::Uuid> = sqlx::query_scalar("SELECT worker_id FROM workers")
        .fetch_all(&platform.owner().await)
        .await
        .unwrap();
    assert_eq!(worker_ids.len(), 1);
    assert!(!said.contains(&worker_ids[0].to_string()), "{said}");
    for personal in ["Lucie", "Orfeuillard", "1987", "38185"] {
        assert!(!said.contains(personal), "{personal} in {said}");
    }
    assert!(said.contains("right(\"certificates\", \"read\")"), "{said}");
}
