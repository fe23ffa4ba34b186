//! What the operator of the platform does without SQL.

use serde_json::Value;

use super::{metadata, register, text};
use crate::{
    commands::{Ended, cpf},
    harness::{Platform, TestApp},
};

/// Runs `cpf …` on the database of `platform`.
async fn run(platform: &Platform, arguments: &[&str]) -> Ended {
    let mut command = cpf(arguments);
    let database = platform.config.database_url.as_ref().unwrap();
    command.env("DATABASE_URL", database.expose());
    Ended::of(command).await
}

/// Runs it with `--json`, to success.
async fn told(platform: &Platform, arguments: &[&str]) -> Value {
    let ended = run(platform, &[arguments, &["--json"]].concat()).await;
    assert_eq!(ended.code, Some(0), "{arguments:?}: {ended:?}");
    ended.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_is_added_verified_and_given_keys_that_can_be_revoked() {
    let platform = Platform::start().await;
    let siret = "90000000300005";
    let added = told(
        &platform,
        &["organisation", "add", "--siret", siret, "--name", "Horizon"],
    )
    .await;
    assert_eq!(added["verified"], false, "{added}");
    told(&platform, &["organisation", "verify", siret]).await;
    let all = told(&platform, &["organisation", "list"]).await;
    let listed = all
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["siret"] == siret);
    assert_eq!(listed.unwrap()["verified"], true, "{all}");

    let issue = [
        "organisation",
        "key",
        "issue",
        siret,
        "--label",
        "nightly export",
    ];
    let issued = told(&platform, &issue).await;
    let key = issued["key"].as_str().unwrap();
    assert!(platform.app.catalogue.operator(key).await.is_ok());
    let keys = told(&platform, &["organisation", "key", "list", siret]).await;
    assert!(!keys.to_string().contains(key), "{keys}");
    assert_eq!(keys[0]["label"], "nightly export");
    let id = keys[0]["id"].as_str().unwrap();
    let revoke = ["organisation", "key", "revoke", siret, id];
    told(&platform, &[&revoke[..], &["--dry-run"]].concat()).await;
    assert!(platform.app.catalogue.operator(key).await.is_ok());
    told(&platform, &revoke).await;
    assert!(platform.app.catalogue.operator(key).await.is_err());
    let again = run(&platform, &revoke).await;
    assert_eq!(again.code, Some(1), "{again:?}");
    assert!(again.err.contains("no live key"), "{again:?}");

    let unknown = run(&platform, &["organisation", "verify", "73282932000074"]).await;
    assert_eq!(unknown.code, Some(0), "the coach's publisher: {unknown:?}");
    let unknown = run(&platform, &["organisation", "verify", "35600000049837"]).await;
    assert_eq!(unknown.code, Some(1), "{unknown:?}");
    let misspelt = run(&platform, &["organisation", "verify", "90000000300006"]).await;
    assert_eq!(misspelt.code, Some(2), "{misspelt:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_publisher_is_added_and_registers_with_the_token_it_is_given() {
    let platform = Platform::start().await;
    let siret = "90000000300005";
    let add = [
        "publisher",
        "add",
        "--siret",
        siret,
        "--name",
        "Horizon",
        "--website",
        "https://declic.example",
        "--uses",
        "1",
    ];
    let ended = run(&platform, &add).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let token = ended.out.trim();
    let app = TestApp::named(&platform, "unregistered");
    let reply = register(&platform, token, &metadata(&app, "Déclic")).await;
    assert_eq!(reply.status, 201, "{}", reply.body);
    let client_id = text(&reply, "client_id");
    let tokens = told(&platform, &["publisher", "tokens", siret]).await;
    assert_eq!(tokens[0]["uses_left"], 0, "{tokens}");

    let second = told(&platform, &["publisher", "token", siret]).await;
    let second = second["initial_access_token"].as_str().unwrap();
    let tokens = told(&platform, &["publisher", "tokens", siret]).await;
    let ids = tokens.as_array().unwrap().iter();
    let live = ids.clone().find(|token| token["uses_left"] == 5).unwrap();
    let id = live["id"].as_str().unwrap();
    told(&platform, &["publisher", "revoke-token", siret, id]).await;
    let refused = register(&platform, second, &metadata(&app, "Boussole")).await;
    assert_eq!(refused.verdict(), (401, "invalid-token"));

    let apps = told(&platform, &["app", "list"]).await;
    let entry = apps
        .as_array()
        .unwrap()
        .iter()
        .find(|app| app["client_id"] == client_id);
    assert_eq!(entry.unwrap()["name"], "Déclic", "{apps}");
    let lost = text(&reply, "registration_access_token");
    let found = told(&platform, &["app", "token", client_id]).await;
    let found = found["registration_access_token"].as_str().unwrap();
    let catalogue = &platform.app.catalogue;
    assert!(catalogue.registration(lost).await.is_err());
    assert!(catalogue.registration(found).await.is_ok());
}
