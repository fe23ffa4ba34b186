//! An app trades a narrowed token for a short one of a sub-service (RFC 8693), and whatever else is
//! tried with it gives nothing.

use std::time::Duration;

use attenuate::{Narrowing, narrow, seal};
use biscuit_auth::{UnverifiedBiscuit, builder::BlockBuilder};
use serde_json::json;

use super::{now, read, start};
use crate::harness::{Browser, Platform, Reply, TestApp, Tokens};

const CERTIFICATES: &str = "/v1/record/certificates";
const TYPE: &str = "urn:ietf:params:oauth:token-type:access_token";

/// A worker's tokens of the coach, and its sub-service: a key, and no registration.
async fn connected() -> (Platform, Browser, Tokens, TestApp) {
    let (platform, worker) = start().await;
    let tokens = platform.coach.connect(&platform, &worker).await;
    let sub_service = TestApp::named(&platform, "sub-service");
    (platform, worker, tokens, sub_service)
}

/// `app` asks to exchange `subject` for a token of the key of `holder`; `more` overrides.
async fn ask(
    platform: &Platform,
    app: &TestApp,
    holder: &TestApp,
    subject: &str,
    more: &[(&str, &str)],
) -> Reply {
    let mut form = app.assertion_form(now(platform));
    let asked = [
        (
            "grant_type",
            "urn:ietf:params:oauth:grant-type:token-exchange",
        ),
        ("subject_token", subject),
        ("subject_token_type", TYPE),
    ];
    let asked = asked
        .iter()
        .filter(|(name, _)| more.iter().all(|(known, _)| known != name));
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    form.extend(asked.chain(more).map(owned));
    let proof = holder.prove("POST", "/oauth/token", None);
    app.post_proving("/oauth/token", &form, &[proof]).await
}

async fn exchanged(platform: &Platform, holder: &TestApp, subject: &str) -> String {
    let reply = ask(platform, &platform.coach, holder, subject, &[]).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.body["access_token"].as_str().unwrap().into()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sub_service_reads_with_its_own_key_what_the_narrowed_token_opens_for_two_minutes() {
    let (platform, _worker, tokens, sub_service) = connected().await;
    let less = Narrowing::default()
        .to_sections(["certificates"])
        .to_fields(["score"]);
    let narrowed = narrow(&tokens.access, &less).unwrap();
    let here = format!("{}/v1", platform.url);
    let targets = [
        ("resource", here.as_str()),
        ("audience", &here),
        ("requested_token_type", TYPE),
    ];
    let reply = ask(
        &platform,
        &platform.coach,
        &sub_service,
        &narrowed,
        &targets,
    )
    .await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(reply.body["issued_token_type"], TYPE);
    assert_eq!(
        (&reply.body["token_type"], &reply.body["expires_in"]),
        (&json!("DPoP"), &json!(120))
    );
    assert_eq!(reply.body["grant_id"], tokens.grant.as_str());
    let [details] = reply.body["authorization_details"]
        .as_array()
        .unwrap()
        .as_slice()
    else {
        panic!("{}", reply.body)
    };
    assert_eq!(details["sections"], json!(["certificates"]));
    assert_eq!(details["fields"], json!({"certificates": ["score"]}));
    assert!(reply.body["refresh_token"].is_null() && reply.body["id_token"].is_null());

    let token = reply.body["access_token"].as_str().unwrap();
    let scores = format!("{CERTIFICATES}?fields=score");
    assert_eq!(sub_service.read(&scores, token).await.status, 200);
    let whole = sub_service.read(CERTIFICATES, token).await;
    assert_eq!(whole.verdict(), (403, "insufficient-rights"));
    platform.clock.advance(Duration::from_mins(2));
    let late = sub_service.read(&scores, token).await;
    assert_eq!(late.verdict(), (401, "invalid-token"));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_opens_nothing_under_another_key_and_what_it_carries_nothing_without_the_first() {
    let (platform, _worker, tokens, sub_service) = connected().await;
    let token = exchanged(&platform, &sub_service, &tokens.access).await;
    let stranger = TestApp::named(&platform, "stranger");
    for other in [&platform.coach, &stranger] {
        let refused = other.read(CERTIFICATES, &token).await;
        assert_eq!(
            refused.verdict(),
            (401, "invalid-token"),
            "{}",
            other.client_id
        );
    }
    let taken_out = sub_service.read(CERTIFICATES, &tokens.access).await;
    assert_eq!(taken_out.verdict(), (401, "invalid-token"));
    assert_eq!(sub_service.read(CERTIFICATES, &token).await.status, 200);
    assert_eq!(
        read(&platform, &tokens.access).await.status,
        200,
        "both live"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_narrows_it_further_nor_exchanges_it() {
    let (platform, _worker, tokens, sub_service) = connected().await;
    let token = exchanged(&platform, &sub_service, &tokens.access).await;
    let sealed = UnverifiedBiscuit::from_base64(&token).unwrap();
    let block = BlockBuilder::new().code("check if true").unwrap();
    assert!(sealed.append(block).is_err(), "it is sealed");
    for holder in [&sub_service, &platform.coach] {
        let again = ask(&platform, &platform.coach, holder, &token, &[]).await;
        assert_eq!(again.verdict(), (400, "invalid_request"), "{}", again.body);
    }
    // What is sealed by the app itself can be exchanged: the seal says that no block follows.
    let by_the_app = seal(&tokens.access).unwrap();
    let token = exchanged(&platform, &sub_service, &by_the_app).await;
    assert_eq!(sub_service.read(CERTIFICATES, &token).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_app_that_a_token_was_issued_to_exchanges_it() {
    let (platform, worker, tokens, sub_service) = connected().await;
    let other = TestApp::named(&platform, "another-app");
    other.register(&platform.app).await;
    let theirs = other.connect(&platform, &worker).await;
    let mut answers = Vec::new();
    for (app, subject) in [
        (&other, tokens.access.as_str()),
        (&platform.coach, &theirs.access),
        (&platform.coach, tokens.refresh.as_ref().unwrap()),
        (&platform.coach, "x"),
        (&platform.coach, &"A".repeat(20_000)),
    ] {
        let refused = ask(&platform, app, &sub_service, subject, &[]).await;
        assert_eq!(refused.verdict(), (400, "invalid_request"));
        answers.push(refused.body);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "one answer for all: {answers:?}");
    let managing = platform
        .coach
        .manage(&platform, "grant_management_query")
        .await;
    let refused = ask(&platform, &platform.coach, &sub_service, &managing, &[]).await;
    assert_eq!(refused.verdict(), (400, "invalid_request"));
    let unregistered = ask(&platform, &sub_service, &sub_service, &tokens.access, &[]).await;
    assert_eq!(unregistered.verdict(), (401, "invalid_client"));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_dies_with_its_grant_and_with_every_change_of_it_and_no_dead_token_is_exchanged() {
    let (platform, worker, tokens, sub_service) = connected().await;
    let token = exchanged(&platform, &sub_service, &tokens.access).await;
    assert_eq!(sub_service.read(CERTIFICATES, &token).await.status, 200);
    let given_back = [("token", tokens.access.as_str())];
    platform
        .coach
        .call(&platform, "/oauth/revoke", &given_back)
        .await;
    let superseded = sub_service.read(CERTIFICATES, &token).await;
    assert_eq!(superseded.verdict(), (401, "invalid-token"));
    let dead = ask(
        &platform,
        &platform.coach,
        &sub_service,
        &tokens.access,
        &[],
    )
    .await;
    assert_eq!(
        dead.verdict(),
        (400, "invalid_request"),
        "its version has passed"
    );

    let refresh = tokens.refresh.unwrap();
    let fresh = platform.coach.refresh(&platform, &refresh).await.body;
    let fresh = fresh["access_token"].as_str().unwrap();
    let token = exchanged(&platform, &sub_service, fresh).await;
    assert_eq!(sub_service.read(CERTIFICATES, &token).await.status, 200);
    worker.revoke().await;
    let ended = sub_service.read(CERTIFICATES, &token).await;
    assert_eq!(ended.verdict(), (401, "grant-ended"));
    let dead = ask(&platform, &platform.coach, &sub_service, fresh, &[]).await;
    assert_eq!(
        dead.verdict(),
        (400, "invalid_request"),
        "its grant has ended"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn it_never_outlives_what_it_was_traded_for() {
    let (platform, _worker, tokens, sub_service) = connected().await;
    platform.clock.advance(Duration::from_mins(4));
    let reply = ask(
        &platform,
        &platform.coach,
        &sub_service,
        &tokens.access,
        &[],
    )
    .await;
    // A token's end is a whole second, not after that of the first.
    let left = reply.body["expires_in"].as_u64().unwrap();
    assert!((59..=60).contains(&left), "{}", reply.body);
    let token = reply.body["access_token"].as_str().unwrap();
    platform.clock.advance(Duration::from_mins(1));
    let late = sub_service.read(CERTIFICATES, token).await;
    assert_eq!(late.verdict(), (401, "invalid-token"));
    let late = ask(
        &platform,
        &platform.coach,
        &sub_service,
        &tokens.access,
        &[],
    )
    .await;
    assert_eq!(late.verdict(), (400, "invalid_request"), "it has expired");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_opens_nothing_or_is_too_large_is_not_exchanged() {
    let (platform, _worker, tokens, sub_service) = connected().await;
    let nothing = Narrowing::default().to_sections(["identity"]);
    let nothing = narrow(&tokens.access, &nothing).unwrap();
    let refused = ask(&platform, &platform.coach, &sub_service, &nothing, &[]).await;
    assert_eq!(refused.verdict(), (400, "invalid_request"));
    let first = UnverifiedBiscuit::from_base64(&tokens.access).unwrap();
    let mut large = first;
    // A text that a block before has said costs nothing: each says another.
    for letter in ["a", "b", "c", "d"] {
        let code = format!("check if section($s), $s != \"{}\"", letter.repeat(1_600));
        large = large
            .append(BlockBuilder::new().code(&code).unwrap())
            .unwrap();
    }
    let rest = 8_100 - large.to_vec().unwrap().len() - 250;
    let code = format!(
        "check if section($s), $s != \"{}\"",
        "e".repeat(rest.min(1_600))
    );
    let large = large
        .append(BlockBuilder::new().code(&code).unwrap())
        .unwrap();
    let large = large.to_base64().unwrap();
    let alone = read(&platform, &large).await;
    assert_eq!(alone.status, 200, "by itself it fits: {}", alone.body);
    let refused = ask(&platform, &platform.coach, &sub_service, &large, &[]).await;
    assert_eq!(refused.verdict(), (400, "invalid_request"));
    let said = refused.body["error_description"].as_str().unwrap();
    assert!(said.contains("too large"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exchange_says_what_it_wants_and_proves_a_key() {
    let (platform, _worker, tokens, sub_service) = connected().await;
    let coach = &platform.coach;
    let jwt = "urn:ietf:params:oauth:token-type:jwt";
    for (more, expected) in [
        (("subject_token_type", jwt), "invalid_request"),
        (("subject_token_type", ""), "invalid_request"),
        (("subject_token", ""), "invalid_request"),
        (("requested_token_type", jwt), "invalid_request"),
        (("actor_token", tokens.access.as_str()), "invalid_request"),
        (("actor_token_type", TYPE), "invalid_request"),
        (("scope", "openid"), "invalid_scope"),
        (("audience", "https://other.example/v1"), "invalid_target"),
        (("resource", "https://other.example/v1"), "invalid_target"),
    ] {
        let refused = ask(&platform, coach, &sub_service, &tokens.access, &[more]).await;
        assert_eq!(refused.verdict(), (400, expected), "{more:?}");
    }
    let mut form = coach.assertion_form(now(&platform));
    form.extend(
        [
            (
                "grant_type",
                "urn:ietf:params:oauth:grant-type:token-exchange",
            ),
            ("subject_token", tokens.access.as_str()),
            ("subject_token_type", TYPE),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned())),
    );
    let unproved = coach.post_proving("/oauth/token", &form, &[]).await;
    assert_eq!(unproved.verdict(), (400, "invalid_dpop_proof"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_app_is_told_what_it_stands_for_and_the_worker_who_read() {
    let (platform, worker, tokens, sub_service) = connected().await;
    let token = exchanged(&platform, &sub_service, &tokens.access).await;
    let asked = [("token", token.as_str())];
    let told = platform
        .coach
        .call(&platform, "/oauth/introspect", &asked)
        .await
        .body;
    assert_eq!(told["active"], true, "{told}");
    assert_eq!(told["grant_id"], tokens.grant.as_str());
    assert_eq!(
        told["exp"].as_i64().unwrap() - told["iat"].as_i64().unwrap(),
        120
    );
    let first = [("token", tokens.access.as_str())];
    let first = platform
        .coach
        .call(&platform, "/oauth/introspect", &first)
        .await
        .body;
    assert_eq!(
        told["authorization_details"],
        first["authorization_details"]
    );
    assert_ne!(told["cnf"], first["cnf"]);
    let other = TestApp::named(&platform, "another-app");
    other.register(&platform.app).await;
    let unknown = other
        .call(&platform, "/oauth/introspect", &asked)
        .await
        .body;
    assert_eq!(unknown, json!({"active": false}));
    sub_service.read(CERTIFICATES, &token).await;
    let journal = worker.open_path("/journal?lang=en").await.html;
    assert!(
        journal.contains("Cap Métier"),
        "read in its name: {journal}"
    );
}
