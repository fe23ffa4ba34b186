//! An app asks where its grants stand, and gives them up, with a token for that and nothing else
//! (Grant Management for OAuth 2.0, draft 03, §6).

use std::time::Duration;

use serde_json::{Value, json};

use super::{now, read, start};
use crate::harness::{ConsentPage, Platform, Reply, TestApp, asked};

const QUERY: &str = "grant_management_query";
const REVOKE: &str = "grant_management_revoke";
const NOBODY_S: &str = "01938f5a-0000-7000-8000-000000000000";

async fn queried(platform: &Platform, grant: &str) -> Reply {
    let token = platform.coach.manage(platform, QUERY).await;
    platform.coach.manage_grant("get", grant, &token).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_metadata_names_the_actions_and_where_grants_are_managed() {
    let (platform, _worker) = start().await;
    let address = "/.well-known/oauth-authorization-server";
    let told = reqwest::get(format!("{}{address}", platform.url)).await;
    let told: Value = told.unwrap().json().await.unwrap();
    let actions = ["query", "revoke", "create", "merge", "replace"];
    for (member, expected) in [
        ("grant_management_actions_supported", json!(actions)),
        ("grant_management_action_required", json!(false)),
        (
            "grant_management_endpoint",
            json!(format!("{}/oauth/grants", platform.url)),
        ),
    ] {
        assert_eq!(told[member], expected, "{member}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_asks_where_a_grant_stands_and_learns_what_it_permits_now() {
    let (platform, worker) = start().await;
    let given = now(&platform);
    let tokens = platform.coach.connect(&platform, &worker).await;
    let reply = queried(&platform, &tokens.grant).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(reply.body["status"], "active");
    assert_eq!(reply.body["grant_id"], tokens.grant.as_str());
    assert_eq!(reply.body["authorization_details"], json!([tokens.details]));
    assert_eq!(reply.body["created_at"], given);
    assert_eq!(reply.body["last_updated"], given);
    assert_eq!(reply.body["expires_at"], given + 30 * 24 * 3600);

    platform.clock.advance(Duration::from_hours(1));
    let mut more = asked();
    more[0]["fields"] = json!({"certificates": ["score"]});
    more[0]["retention"] = json!("P7D");
    let mut form = platform.coach.push_form(now(&platform), &more);
    form.push(("grant_management_action".into(), "replace".into()));
    form.push(("grant_id".into(), tokens.grant.clone()));
    let path = platform.coach.ask_by(&form).await;
    let page = ConsentPage::open_at(&worker, path).await;
    page.accept(&worker, &[]).await;
    let changed = queried(&platform, &tokens.grant).await.body;
    assert_eq!(changed["version"], 2);
    assert_eq!(changed["created_at"], given);
    assert_eq!(changed["last_updated"], given + 3600);
    assert_eq!(changed["authorization_details"][0]["retention"], "P7D");

    worker.revoke().await;
    let ended = queried(&platform, &tokens.grant).await.body;
    assert_eq!(ended["status"], "ended");
    assert_eq!(
        ended["authorization_details"],
        json!([]),
        "it permits nothing"
    );
    assert_eq!(ended["ended_at"], given + 3600);
    assert!(ended["attestation_due_at"].is_string(), "{ended}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_ends_a_grant_and_everything_that_came_of_it() {
    let (platform, worker) = start().await;
    let tokens = platform.coach.connect(&platform, &worker).await;
    let token = platform.coach.manage(&platform, REVOKE).await;
    for again in [false, true] {
        let reply = platform
            .coach
            .manage_grant("delete", &tokens.grant, &token)
            .await;
        assert_eq!((reply.status, &reply.body), (204, &Value::Null), "{again}");
    }
    let dead = read(&platform, &tokens.access).await;
    assert_eq!(dead.verdict(), (401, "grant-ended"));
    let refresh = tokens.refresh.unwrap();
    let dead = platform.coach.refresh(&platform, &refresh).await;
    assert_eq!(dead.verdict(), (400, "invalid_grant"));
    let journal = worker.open_path("/journal?lang=en").await.html;
    assert_eq!(
        journal.matches("Gave its authorisation up").count(),
        1,
        "{journal}"
    );
    assert_eq!(
        queried(&platform, &tokens.grant).await.body["status"],
        "ended"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_this_app_s_does_not_exist() {
    let (platform, worker) = start().await;
    let other = TestApp::named(&platform, "another-app");
    other.register(&platform.app).await;
    let tokens = platform.coach.connect(&platform, &worker).await;
    let token = other.manage(&platform, &format!("{QUERY} {REVOKE}")).await;
    for method in ["get", "delete"] {
        for grant in [
            tokens.grant.as_str(),
            NOBODY_S,
            "x",
            "TSdqirmAxDa0_-DB_1bASQ",
        ] {
            let reply = other.manage_grant(method, grant, &token).await;
            assert_eq!(reply.verdict(), (404, "not-found"), "{method} {grant}");
        }
    }
    assert_eq!(read(&platform, &tokens.access).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_scope_opens_its_own_door_and_no_record() {
    let (platform, worker) = start().await;
    let tokens = platform.coach.connect(&platform, &worker).await;
    let coach = &platform.coach;
    let query = coach.manage(&platform, QUERY).await;
    let revoke = coach.manage(&platform, REVOKE).await;
    let refused = coach.manage_grant("delete", &tokens.grant, &query).await;
    assert_eq!(refused.verdict(), (403, "insufficient-rights"));
    let challenge = refused.headers["www-authenticate"].to_str().unwrap();
    assert!(challenge.contains("insufficient_scope"), "{challenge}");
    let refused = coach.manage_grant("get", &tokens.grant, &revoke).await;
    assert_eq!(refused.verdict(), (403, "insufficient-rights"));
    for token in [&query, &revoke] {
        let refused = read(&platform, token).await;
        assert_eq!(refused.verdict(), (401, "invalid-token"), "no record");
    }
    let refused = coach
        .manage_grant("get", &tokens.grant, &tokens.access)
        .await;
    assert_eq!(
        refused.verdict(),
        (401, "invalid-token"),
        "nor the other way"
    );

    let other = TestApp::named(&platform, "another-app");
    let stolen = other.manage_grant("get", &tokens.grant, &query).await;
    assert_eq!(stolen.verdict(), (401, "invalid-token"), "by another key");
    platform.clock.advance(Duration::from_mins(5));
    let late = coach.manage_grant("get", &tokens.grant, &query).await;
    assert_eq!(late.verdict(), (401, "invalid-token"), "five minutes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_to_manage_grants_is_told_to_its_app_and_nobody_narrows_it() {
    let (platform, _worker) = start().await;
    let coach = &platform.coach;
    let token = coach.manage(&platform, QUERY).await;
    let ask = async |app: &TestApp| {
        let asked = [("token", token.as_str())];
        app.call(&platform, "/oauth/introspect", &asked).await.body
    };
    let told = ask(coach).await;
    assert_eq!(told["active"], true, "{told}");
    assert_eq!(told["scope"], QUERY);
    assert_eq!(told["aud"], format!("{}/oauth/grants", platform.url));
    assert_eq!(
        (&told["client_id"], &told["sub"]),
        (&json!("cap-metier"), &json!("cap-metier"))
    );
    assert_eq!(told["token_type"], "DPoP");
    assert!(told["grant_id"].is_null() && told["authorization_details"].is_null());
    let other = TestApp::named(&platform, "another-app");
    other.register(&platform.app).await;
    assert_eq!(ask(&other).await, json!({"active": false}));

    let given_back = [("token", token.as_str())];
    let reply = coach.call(&platform, "/oauth/revoke", &given_back).await;
    assert_eq!(reply.verdict(), (400, "unsupported_token_type"));
    let appended = biscuit_auth::UnverifiedBiscuit::from_base64(&token).unwrap();
    let block = biscuit_auth::macros::block!("check if scope(\"grant_management_query\")");
    let appended = appended.append(block).unwrap().to_base64().unwrap();
    let reply = coach.manage_grant("get", NOBODY_S, &appended).await;
    assert_eq!(reply.verdict(), (401, "invalid-token"));
}

#[tokio::test(flavor = "multi_thread")]
async fn client_credentials_give_nothing_but_that() {
    let (platform, _worker) = start().await;
    let coach = &platform.coach;
    let ask = async |more: &[(&str, &str)]| {
        let mut asked = vec![("grant_type", "client_credentials")];
        asked.extend(more);
        coach.call(&platform, "/oauth/token", &asked).await
    };
    assert_eq!(ask(&[]).await.verdict(), (400, "invalid_request"));
    for scope in [
        "openid",
        "x",
        " ",
        "grant_management_query openid",
        "GRANT_MANAGEMENT_QUERY",
    ] {
        let reply = ask(&[("scope", scope)]).await;
        assert_eq!(reply.verdict(), (400, "invalid_scope"), "{scope}");
    }
    let record = format!("{}/v1", platform.url);
    let reply = ask(&[("scope", QUERY), ("resource", &record)]).await;
    assert_eq!(reply.verdict(), (400, "invalid_target"));
    let endpoint = format!("{}/oauth/grants", platform.url);
    let reply = ask(&[("scope", QUERY), ("resource", &endpoint)]).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(
        (&reply.body["token_type"], &reply.body["expires_in"]),
        (&json!("DPoP"), &json!(300))
    );
    assert_eq!(reply.body["scope"], QUERY);
    for absent in [
        "refresh_token",
        "id_token",
        "grant_id",
        "authorization_details",
    ] {
        assert!(reply.body[absent].is_null(), "{absent}: {}", reply.body);
    }
    let mut form = coach.assertion_form(now(&platform));
    let asked = [("grant_type", "client_credentials"), ("scope", QUERY)];
    form.extend(asked.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let unproved = coach.post_proving("/oauth/token", &form, &[]).await;
    assert_eq!(unproved.verdict(), (400, "invalid_dpop_proof"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_is_switched_off_manages_nothing() {
    let (platform, worker) = start().await;
    let tokens = platform.coach.connect(&platform, &worker).await;
    let token = platform.coach.manage(&platform, QUERY).await;
    let db = &platform.app.db;
    let switch = async |on| consent::switch_app(db, &platform.clock, "cap-metier", on).await;
    switch(false).await.unwrap();
    crate::harness::until("the app is off", async || {
        let reply = platform
            .coach
            .manage_grant("get", &tokens.grant, &token)
            .await;
        reply.status == 401
    })
    .await;
    switch(true).await.unwrap();
    crate::harness::until("the app is on again", async || {
        let asked = [("grant_type", "client_credentials"), ("scope", QUERY)];
        platform
            .coach
            .call(&platform, "/oauth/token", &asked)
            .await
            .status
            == 200
    })
    .await;
    let old = platform
        .coach
        .manage_grant("get", &tokens.grant, &token)
        .await;
    assert_eq!(old.status, 401, "what was minted before stays dead");
}
