//! What a publisher cannot register, and what an app cannot ask until its publisher is verified.

use reqwest::Method;
use serde_json::{Value, json};

use super::{changed, manage, metadata, publisher, register, registered, text};
use crate::harness::{Platform, TestApp, altered, asked};

const METADATA: &str = "invalid_client_metadata";
const REDIRECT: &str = "invalid_redirect_uri";

/// Changes to good metadata, and the error of RFC 7591 that they are answered with.
const MISTAKES: [(&str, &str); 42] = [
    (r#"{"client_name": "Mon Compte Formation"}"#, METADATA),
    (r#"{"client_name": "DÉCLIC"}"#, METADATA),
    (r#"{"client_name": "B\u043eussole"}"#, METADATA),
    (r#"{"client_name": "Bous\u202esole"}"#, METADATA),
    (r#"{"client_name": null}"#, METADATA),
    (r#"{"client_name": 7}"#, METADATA),
    (r#"{"client_name#en": "France Connect"}"#, METADATA),
    (r#"{"client_uri": "javascript:alert(1)"}"#, METADATA),
    (r#"{"redirect_uris": []}"#, REDIRECT),
    (r#"{"redirect_uris": ["https://a.example/#x"]}"#, REDIRECT),
    (r#"{"redirect_uris": ["https://*.example/"]}"#, REDIRECT),
    (r#"{"redirect_uris": ["http://a.example/"]}"#, REDIRECT),
    (r#"{"redirect_uris": ["https://A.example/"]}"#, REDIRECT),
    (
        r#"{"redirect_uris": ["https://a.example/?code=1"]}"#,
        REDIRECT,
    ),
    (r#"{"jwks": {"keys": []}}"#, METADATA),
    (
        r#"{"jwks": {"keys": [{"kty": "EC", "d": "AAAA"}]}}"#,
        METADATA,
    ),
    (
        r#"{"jwks": {"keys": [{"kty": "OKP", "crv": "X25519", "x": "AA", "use": "enc"}]}}"#,
        METADATA,
    ),
    (
        r#"{"jwks": {"keys": [{"kty": "OKP", "crv": "Ed25519",
            "x": "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}]}}"#,
        METADATA,
    ),
    (r#"{"jwks": null}"#, METADATA),
    (r#"{"jwks_uri": "https://a.example/keys"}"#, METADATA),
    (
        r#"{"jwks": null, "jwks_uri": "https://10.0.0.1/keys"}"#,
        METADATA,
    ),
    (
        r#"{"jwks": null, "jwks_uri": "https://a.example:25/keys"}"#,
        METADATA,
    ),
    (
        r#"{"token_endpoint_auth_method": "client_secret_basic"}"#,
        METADATA,
    ),
    (r#"{"token_endpoint_auth_method": "none"}"#, METADATA),
    (
        r#"{"grant_types": ["authorization_code", "password"]}"#,
        METADATA,
    ),
    (r#"{"grant_types": ["refresh_token"]}"#, METADATA),
    (r#"{"response_types": ["token"]}"#, METADATA),
    (r#"{"dpop_bound_access_tokens": false}"#, METADATA),
    (r#"{"authorization_details_types": ["payment"]}"#, METADATA),
    (r#"{"token_endpoint_auth_signing_alg": "RS256"}"#, METADATA),
    (r#"{"id_token_signed_response_alg": "RS256"}"#, METADATA),
    (r#"{"id_token_signed_response_alg": "none"}"#, METADATA),
    (
        r#"{"id_token_encrypted_response_alg": "RSA-OAEP"}"#,
        METADATA,
    ),
    (r#"{"subject_type": "public"}"#, METADATA),
    (
        r#"{"sector_identifier_uri": "https://a.example/s"}"#,
        METADATA,
    ),
    (r#"{"default_max_age": 60}"#, METADATA),
    (r#"{"cpf_sections": ["health"]}"#, METADATA),
    (r#"{"cpf_purposes": []}"#, METADATA),
    (
        r#"{"cpf_description": {"fr": "En français seulement."}}"#,
        METADATA,
    ),
    (
        r#"{"cpf_description": ["Les mots sont à leur place.", "The words are in place."]}"#,
        METADATA,
    ),
    (r#"{"contacts": []}"#, METADATA),
    (
        r#"{"software_statement": "a.b.c"}"#,
        "unapproved_software_statement",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn metadata_that_would_mislead_or_weaken_are_refused_in_the_words_of_rfc_7591() {
    let platform = Platform::start().await;
    let (_, initial) = publisher(&platform, None).await;
    registered(&platform, &initial, "Déclic").await;
    let app = TestApp::named(&platform, "unregistered");
    let good = metadata(&app, "Boussole");
    for (changes, error) in MISTAKES {
        let body = changed(good.clone(), &serde_json::from_str(changes).unwrap());
        let reply = register(&platform, &initial, &body).await;
        assert_eq!(reply.verdict(), (400, error), "{changes}: {}", reply.body);
        assert!(text(&reply, "error_description").len() > 10);
    }
    let odd = register(&platform, &initial, &Value::Null).await;
    assert_eq!(odd.verdict(), (400, METADATA), "{}", odd.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_out_is_the_default_and_what_is_unknown_is_ignored() {
    let platform = Platform::start().await;
    let (_, initial) = publisher(&platform, None).await;
    let app = TestApp::named(&platform, "unregistered");
    let least = json!({"token_endpoint_auth_method": null, "grant_types": null,
        "response_types": null, "dpop_bound_access_tokens": null,
        "authorization_details_types": null, "software_id": null, "software_version": null,
        "redirect_uris": ["http://localhost:9000/callback"], "unheard_of": {"a": 1}});
    let least = changed(metadata(&app, "Boussole"), &least);
    let reply = register(&platform, &initial, &least).await;
    assert_eq!(reply.status, 201, "{}", reply.body);
    assert_eq!(
        text(&reply, "token_endpoint_auth_method"),
        "private_key_jwt"
    );
    assert!(reply.body.get("unheard_of").is_none());
    assert_eq!(text(&reply, "id_token_signed_response_alg"), "ES256");
    assert_eq!(text(&reply, "subject_type"), "pairwise");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registration_is_managed_under_its_own_token_at_its_own_address() {
    let platform = Platform::start().await;
    let (_, initial) = publisher(&platform, None).await;
    let (app, ours) = registered(&platform, &initial, "Déclic").await;
    let (_, theirs) = registered(&platform, &initial, "Boussole").await;
    let address = text(&ours, "registration_client_uri");
    let foreign = text(&theirs, "registration_access_token");
    for token in [foreign, &initial, "garbage"] {
        let reply = manage(Method::GET, address, token, None).await;
        assert_eq!(reply.verdict(), (401, "invalid-token"));
        let reply = manage(Method::DELETE, address, token, None).await;
        assert_eq!(reply.verdict(), (401, "invalid-token"));
    }
    let token = text(&ours, "registration_access_token");
    let whole = metadata(&app, "Déclic");
    for changes in [
        json!({}),
        json!({"client_id": "cap-metier"}),
        json!({"client_id": app.client_id, "registration_access_token": token}),
        json!({"client_id": app.client_id, "registration_client_uri": address}),
        json!({"client_id": app.client_id, "client_secret": "another-s"}),
        json!({"client_id": app.client_id, "client_secret_expires_at": 0}),
        json!({"client_id": app.client_id, "client_name": "Boussole"}),
    ] {
        let body = changed(whole.clone(), &changes);
        let reply = manage(Method::PUT, address, token, Some(&body)).await;
        assert_eq!(
            reply.verdict(),
            (400, "invalid_client_metadata"),
            "{changes}"
        );
    }
    let unchanged = manage(Method::GET, address, token, None).await;
    assert_eq!(
        unchanged.body, ours.body,
        "what was refused changed nothing"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn outside_a_sandbox_an_app_asks_nobody_until_its_publisher_is_verified() {
    let issuer = "https://cpf.example";
    let platform = Platform::start_with(|config| {
        config.sandbox = false;
        config.public_url = issuer.parse().unwrap();
        config.provider_issuer = "https://identity.example".parse().unwrap();
        config.agent_provider_issuer = "https://agents.example".parse().unwrap();
        std::fs::write(&config.master_key_file, "07".repeat(32)).unwrap();
    })
    .await;
    let catalogue = &platform.app.catalogue;
    let push = async || {
        let now = platform.clock.now().unix_timestamp();
        let mut claims = platform.coach.claims(now);
        claims["aud"] = issuer.into();
        let form = platform.coach.push_form(now, &asked());
        let form = altered(form, "client_assertion", &platform.coach.sign(&claims));
        platform.coach.post("/oauth/par", &form).await
    };
    assert_eq!(push().await.status, 201, "its publisher is verified");
    let siret = "73282932000074".parse().unwrap();
    let publisher = catalogue.organisation_of(&siret).await.unwrap().unwrap();
    catalogue.verify(publisher.id, false).await.unwrap();
    let reply = push().await;
    assert_eq!(
        reply.verdict(),
        (400, "unauthorized_client"),
        "{}",
        reply.body
    );
    catalogue.verify(publisher.id, true).await.unwrap();
    assert_eq!(push().await.status, 201);

    // And its addresses lie on the domain that was checked.
    let (_, initial) = super::publisher(&platform, None).await;
    let app = TestApp::named(&platform, "unregistered");
    let elsewhere = metadata(&app, "Déclic");
    let reply = register(&platform, &initial, &elsewhere).await;
    assert_eq!(
        reply.verdict(),
        (400, "invalid_redirect_uri"),
        "{}",
        reply.body
    );
    let own = json!({"redirect_uris": ["https://app.declic.example/callback"]});
    let reply = register(&platform, &initial, &changed(elsewhere, &own)).await;
    assert_eq!(reply.status, 201, "{}", reply.body);
}
