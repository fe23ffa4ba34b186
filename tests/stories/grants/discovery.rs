//! What OAuth and OpenID Connect clients find out by themselves: the metadata, and ID tokens.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, jwk::JwkSet};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{good, now, start};
use crate::harness::{Browser, ConsentPage, Form, Platform, altered, contract};

async fn get(platform: &Platform, path: &str) -> Value {
    let sent = reqwest::get(format!("{}{path}", platform.url)).await;
    contract().hold("get", path, sent.unwrap()).await.body
}

/// What the token endpoint answers when the worker accepts a request with these parameters too.
async fn traded(platform: &Platform, worker: &Browser, more: &[(&str, &str)]) -> Value {
    let form = more.iter().fold(good(platform), |form, (name, value)| {
        altered(form, name, value)
    });
    let path = platform.coach.ask_by(&form).await;
    let page = ConsentPage::open_at(worker, path).await;
    let code = page.accept(worker, &["skills"]).await.parameter("code");
    let form = platform.coach.trade_form(now(platform), &code.unwrap());
    let reply = platform.coach.post("/oauth/token", &form).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.body
}

/// The claims of an ID token, verified as a client does: by the key set that the metadata names.
async fn verified(platform: &Platform, jwt: &str) -> Value {
    let metadata = get(platform, "/.well-known/openid-configuration").await;
    let keys: JwkSet = reqwest::get(metadata["jwks_uri"].as_str().unwrap())
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let header = decode_header(jwt).unwrap();
    assert_eq!(header.alg, Algorithm::ES256);
    let key = keys.find(&header.kid.unwrap()).unwrap();
    let mut validation = Validation::new(Algorithm::ES256);
    validation.set_audience(&["cap-metier"]);
    validation.set_issuer(&[metadata["issuer"].as_str().unwrap()]);
    validation.validate_exp = false;
    let key = DecodingKey::from_jwk(key).unwrap();
    decode::<Value>(jwt, &key, &validation).unwrap().claims
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_openid_gets_an_id_token_that_says_who_signed_in_and_nothing_about_her() {
    let (platform, worker) = start().await;
    platform.clock.advance(Duration::from_mins(10));
    let nonce = "n".repeat(512);
    let more = [
        ("scope", "openid offline_access"),
        ("nonce", nonce.as_str()),
    ];
    let reply = traded(&platform, &worker, &more).await;
    assert_eq!(reply["scope"], "openid");
    let claims = verified(&platform, reply["id_token"].as_str().unwrap()).await;
    let access = reply["access_token"].as_str().unwrap();
    let half = URL_SAFE_NO_PAD.encode(&Sha256::digest(access)[..16]);
    assert_eq!(claims["at_hash"], half);
    assert_eq!(claims["nonce"], nonce);
    assert_eq!(claims["acr"], "eidas1");
    let begun = now(&platform);
    assert_eq!(claims["iat"], begun);
    assert_eq!(claims["exp"], begun + 300);
    let signed_in = claims["auth_time"].as_i64().unwrap();
    assert!((595..=700).contains(&(begun - signed_in)), "{claims}");

    let mut form: Form = platform.coach.assertion_form(begun);
    form.push(("token".into(), access.into()));
    let told = platform.coach.post("/oauth/introspect", &form).await;
    assert_eq!(told.body["sub"], claims["sub"], "one subject everywhere");
    let mut names: Vec<_> = claims.as_object().unwrap().keys().cloned().collect();
    names.sort_unstable();
    let metadata = get(&platform, "/.well-known/openid-configuration").await;
    let mut promised: Vec<String> =
        serde_json::from_value(metadata["claims_supported"].clone()).unwrap();
    promised.sort_unstable();
    assert_eq!(names, promised);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_ask_for_openid_gets_no_id_token_and_a_refresh_gives_none() {
    let (platform, worker) = start().await;
    let plain = traded(&platform, &worker, &[]).await;
    assert!(plain["id_token"].is_null() && plain["scope"].is_null());
    let openid = traded(&platform, &worker, &[("scope", "openid")]).await;
    let claims = verified(&platform, openid["id_token"].as_str().unwrap()).await;
    assert!(claims["nonce"].is_null(), "none was sent: {claims}");
    let refresh = openid["refresh_token"].as_str().unwrap();
    let again = platform.coach.refresh(&platform, refresh).await;
    assert!(again.body["id_token"].is_null(), "{}", again.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resource_that_is_not_this_platform_s_is_refused_and_costs_no_code() {
    let (platform, worker) = start().await;
    let here = format!("{}/v1", platform.url);
    let code = platform.coach.code(&platform, &worker, &[]).await;
    let trade = || platform.coach.trade_form(now(&platform), &code);
    for elsewhere in ["https://other.example/v1", &platform.url, "x", "v1"] {
        for (path, form) in [("/oauth/par", good(&platform)), ("/oauth/token", trade())] {
            let form = altered(form, "resource", elsewhere);
            let reply = platform.coach.post(path, &form).await;
            assert_eq!(
                reply.verdict(),
                (400, "invalid_target"),
                "{path} {elsewhere}"
            );
        }
    }
    let form = altered(good(&platform), "resource", &here);
    let pushed = platform.coach.post("/oauth/par", &form).await;
    assert_eq!(pushed.status, 201, "{}", pushed.body);
    let form = altered(trade(), "resource", &here);
    let traded = platform.coach.post("/oauth/token", &form).await;
    assert_eq!(traded.status, 200, "{}", traded.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn both_kinds_of_clients_find_the_same_metadata_and_each_endpoint_is_there() {
    let platform = Platform::start().await;
    let metadata = get(&platform, "/.well-known/oauth-authorization-server").await;
    let openid = get(&platform, "/.well-known/openid-configuration").await;
    assert_eq!(metadata, openid);
    assert_eq!(metadata["issuer"], platform.url);
    for (name, expected) in [
        ("subject_types_supported", json!(["pairwise"])),
        ("id_token_signing_alg_values_supported", json!(["ES256"])),
        (
            "scopes_supported",
            json!([
                "openid",
                "grant_management_query",
                "grant_management_revoke"
            ]),
        ),
        ("response_types_supported", json!(["code"])),
        (
            "acr_values_supported",
            json!(["eidas1", "eidas2", "eidas3"]),
        ),
        (
            "authorization_response_iss_parameter_supported",
            json!(true),
        ),
        ("require_pushed_authorization_requests", json!(true)),
    ] {
        assert_eq!(metadata[name], expected, "{name}");
    }
    let client = reqwest::Client::builder().build().unwrap();
    for (name, value) in metadata.as_object().unwrap() {
        if !(name.ends_with("_endpoint") || name == "jwks_uri") {
            continue;
        }
        let mut address = value.as_str().unwrap().to_owned();
        if name == "grant_management_endpoint" {
            address += "/01938f5a-0000-7000-8000-000000000000";
        }
        let there = client.get(&address).send().await.unwrap().status();
        assert_ne!(there, 404, "{name}: {address}");
    }
    for endpoint in ["token", "introspection", "revocation"] {
        let methods = &metadata[format!("{endpoint}_endpoint_auth_methods_supported")];
        assert_eq!(*methods, json!(["private_key_jwt"]), "{endpoint}");
        let name = format!("{endpoint}_endpoint_auth_signing_alg_values_supported");
        assert_eq!(
            metadata[name],
            json!(["ES256", "PS256", "EdDSA", "Ed25519"])
        );
    }
}

/// RFC 9728 §3.1 and §3.3: an address says of which resource it tells, and §5.1: a challenge leads there.
#[tokio::test(flavor = "multi_thread")]
async fn each_resource_is_told_of_where_its_identifier_says_and_its_challenge_leads_there() {
    let platform = Platform::start().await;
    let server = get(&platform, "/.well-known/oauth-authorization-server").await;
    let mut told = Vec::new();
    let client = reqwest::Client::builder().build().unwrap();
    for (path, within) in [
        ("/v1", "/v1/record/certificates"),
        (
            "/oauth/grants",
            "/oauth/grants/01938f5a-0000-7000-8000-000000000000",
        ),
    ] {
        let address = format!("/.well-known/oauth-protected-resource{path}");
        let resource = get(&platform, &address).await;
        assert_eq!(resource["resource"], format!("{}{path}", platform.url));
        assert_eq!(resource["authorization_servers"], json!([platform.url]));
        told.push(resource["resource"].clone());
        for credential in [None, Some("Bearer x"), Some("Basic eDp5"), Some("DPoP x")] {
            let request = client.get(format!("{}{within}", platform.url));
            let request = credential.into_iter().fold(request, |request, credential| {
                request.header("authorization", credential)
            });
            let reply = request.send().await.unwrap();
            assert_eq!(reply.status(), 401);
            let challenge = reply.headers()["www-authenticate"].to_str().unwrap();
            let expected = format!("resource_metadata=\"{}{address}\"", platform.url);
            assert!(challenge.contains(&expected), "{challenge}");
            let brought = credential.is_some_and(|credential| credential.starts_with("DPoP"));
            assert_eq!(
                challenge.contains("error="),
                brought,
                "RFC 6750 §3.1: {challenge}"
            );
        }
    }
    assert_eq!(server["protected_resources"], json!(told));
    let origin = format!("{}/.well-known/oauth-protected-resource", platform.url);
    let nothing = client.get(origin).send().await.unwrap();
    assert_eq!(nothing.status(), 404, "the origin is no resource");
}
