//! No address without a refusal: every operation of the document is guarded, or is listed here.

use std::time::Duration;

use reqwest::{RequestBuilder, header};

use super::{Guard, Operation, scene::Scene};
use crate::harness::contract;

/// What anybody may ask, and why. A line that no longer stands for a public operation fails.
const PUBLIC: [(&str, &str, &str); 26] = [
    ("get", "/healthz", "says only that the process lives"),
    ("get", "/readyz", "says only whether requests are welcome"),
    (
        "get",
        "/.well-known/oauth-authorization-server",
        "how to begin (RFC 8414)",
    ),
    (
        "get",
        "/.well-known/oauth-protected-resource/v1",
        "how to begin (RFC 9728)",
    ),
    (
        "get",
        "/.well-known/oauth-protected-resource/oauth/grants",
        "the same, for the grants",
    ),
    (
        "get",
        "/.well-known/jwks.json",
        "public halves, for whoever verifies (RFC 7517)",
    ),
    (
        "get",
        "/.well-known/openid-configuration",
        "how to begin (OpenID Connect Discovery)",
    ),
    (
        "post",
        "/oauth/introspect",
        "the form itself carries a signed assertion",
    ),
    (
        "post",
        "/oauth/revoke",
        "the form itself carries a signed assertion",
    ),
    (
        "post",
        "/oauth/par",
        "the form itself carries a signed assertion",
    ),
    (
        "post",
        "/oauth/token",
        "the form itself carries a signed assertion",
    ),
    (
        "get",
        "/journal/checkpoint",
        "what anybody may keep, and names nobody",
    ),
    ("get", "/journal/key", "what checkpoints are checked with"),
    (
        "get",
        "/journal/consistency/{size}",
        "shows that the log was not rewritten",
    ),
    (
        "post",
        "/oauth/grants/renounce",
        "the form itself carries a signed assertion",
    ),
    (
        "post",
        "/oauth/grants/attest",
        "the form itself carries a signed assertion",
    ),
    (
        "post",
        "/oauth/grants/receipt",
        "the form itself carries a signed assertion",
    ),
    (
        "post",
        "/oauth/webhook",
        "the form itself carries a signed assertion",
    ),
    (
        "post",
        "/oauth/webhook/secret",
        "the form itself carries a signed assertion",
    ),
    (
        "post",
        "/oauth/webhook/verification",
        "the form itself carries a signed assertion",
    ),
    (
        "post",
        "/oauth/events",
        "the form itself carries a signed assertion",
    ),
    (
        "post",
        "/oauth/events/attempts",
        "the form itself carries a signed assertion",
    ),
    (
        "post",
        "/oauth/events/resend",
        "the form itself carries a signed assertion",
    ),
    ("get", "/v1/occupations", "public data"),
    ("get", "/v1/occupations/{code}", "public data"),
    ("get", "/v1/qualifications/{code}", "public data"),
];

#[test]
fn every_operation_is_guarded_or_listed_as_public() {
    let open: Vec<_> = Operation::all()
        .into_iter()
        .filter(|operation| operation.guard() == Guard::Nobody)
        .map(|operation| (operation.method, operation.template))
        .collect();
    for (method, template) in &open {
        let listed = PUBLIC
            .iter()
            .any(|(known, path, _)| known == method && path == template);
        assert!(
            listed,
            "{method} {template} serves anybody and is not listed"
        );
    }
    for (method, template, _) in PUBLIC {
        let needed = open
            .iter()
            .any(|(known, path)| known == method && path == template);
        assert!(needed, "{method} {template} needs no exception any more");
    }
}

/// Sends what `alter` makes of a request for `operation`, and holds the refusal to its words.
async fn refused(
    scene: &Scene,
    operation: &Operation,
    expected: &str,
    alter: impl FnOnce(RequestBuilder) -> RequestBuilder,
) {
    let sent = alter(operation.request(&scene.platform, &operation.path()))
        .send()
        .await
        .unwrap();
    let reply = contract()
        .hold(&operation.method, &operation.template, sent)
        .await;
    let told = reply.body["type"].as_str().unwrap_or_default();
    let place = format!(
        "{} {}: {}",
        operation.method, operation.template, reply.body
    );
    assert_eq!(reply.status, 401, "{place}");
    assert!(
        told.ends_with(&format!("/problems/{expected}")),
        "{expected} expected, {place}"
    );
    let challenge = reply.headers[header::WWW_AUTHENTICATE].to_str().unwrap();
    let scheme = scheme(operation.guard());
    assert!(challenge.starts_with(scheme), "{challenge}, {place}");
}

/// How the credential of `guard` is presented.
fn scheme(guard: Guard) -> &'static str {
    match guard {
        Guard::Consent | Guard::Management => "DPoP",
        _ => "Bearer",
    }
}

fn guarded_by(guard: Guard) -> Vec<Operation> {
    let found: Vec<_> = Operation::all()
        .into_iter()
        .filter(|operation| operation.guard() == guard)
        .collect();
    assert!(!found.is_empty());
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn no_guarded_operation_serves_without_its_own_credential() {
    let scene = Scene::set().await;
    let (app, consent, key) = (&scene.ours.app, &scene.ours.tokens.access, &scene.ours.key);
    let long = "A".repeat(8_000);
    for guard in [
        Guard::Consent,
        Guard::Management,
        Guard::OperatorKey,
        Guard::InitialToken,
        Guard::Registration,
    ] {
        let scheme = scheme(guard);
        let (downgraded, wrong) = match guard {
            Guard::Consent => (format!("Bearer {consent}"), &scene.ours.management),
            Guard::Management => (format!("Bearer {}", scene.ours.management), consent),
            Guard::InitialToken => (format!("DPoP {key}"), &scene.ours.registration.1),
            Guard::Registration => (format!("DPoP {key}"), &scene.ours.initial),
            _ => (format!("DPoP {key}"), consent),
        };
        for operation in guarded_by(guard) {
            let says = async |expected, value: &str| {
                // With a proof for whatever is presented, so that nothing else is wrong.
                let alter = |request: RequestBuilder| {
                    let token = value.split(' ').nth(1).unwrap_or_default();
                    let request = app.authorize(request, token);
                    let (client, request) = request.build_split();
                    let mut request = request.unwrap();
                    let headers = request.headers_mut();
                    headers.insert(header::AUTHORIZATION, value.parse().unwrap());
                    RequestBuilder::from_parts(client, request)
                };
                refused(&scene, &operation, expected, alter).await;
            };
            refused(&scene, &operation, "unauthenticated", |request| request).await;
            says("unauthenticated", "Basic Zm9vOmJhcg==").await;
            says("unauthenticated", scheme).await;
            says("unauthenticated", &downgraded).await;
            says("invalid-token", &format!("{scheme} garbage")).await;
            says("invalid-token", &format!("{scheme} {long}{long}")).await;
            says("invalid-token", &format!("{scheme} {wrong}")).await;
            // Which of two would count is nothing to guess.
            refused(&scene, &operation, "unauthenticated", |request| {
                app.authorize(request, consent).bearer_auth(key)
            })
            .await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_a_session_or_a_token_in_the_address_opens_nothing() {
    let scene = Scene::set().await;
    let refresh = scene.ours.tokens.refresh.clone().unwrap();
    let session = scene.ours.browser.cookie("session").unwrap();
    for operation in guarded_by(Guard::Consent) {
        for other in [&refresh, &session] {
            refused(&scene, &operation, "invalid-token", |request| {
                scene.ours.app.authorize(request, other)
            })
            .await;
        }
        refused(&scene, &operation, "unauthenticated", |request| {
            request.query(&[("access_token", &scene.ours.tokens.access)])
        })
        .await;
        let cookie = format!("session={session}");
        refused(&scene, &operation, "unauthenticated", |request| {
            request.header(header::COOKIE, cookie)
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_token_opens_nothing_without_a_proof_of_its_own_key() {
    let scene = Scene::set().await;
    let token = &scene.ours.tokens.access;
    for operation in guarded_by(Guard::Consent) {
        refused(&scene, &operation, "invalid-proof", |request| {
            request.header(header::AUTHORIZATION, format!("DPoP {token}"))
        })
        .await;
        refused(&scene, &operation, "invalid-token", |request| {
            scene.theirs.app.authorize(request, token)
        })
        .await;
        let path = operation.path();
        let request = || operation.request(&scene.platform, &path);
        let stolen = scene.ours.authorize(request()).build().unwrap().headers()["dpop"].clone();
        let sent = request().header("dpop", &stolen);
        let sent = sent.header(header::AUTHORIZATION, format!("DPoP {token}"));
        let first = sent.send().await.unwrap();
        assert_ne!(first.status(), 401, "{}", operation.template);
        refused(&scene, &operation, "invalid-proof", |request| {
            let again = request.header("dpop", &stolen);
            again.header(header::AUTHORIZATION, format!("DPoP {token}"))
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_token_that_has_expired_or_was_revoked_opens_nothing() {
    let scene = Scene::set().await;
    let (ours, platform) = (&scene.ours, &scene.platform);
    platform.clock.advance(Duration::from_mins(6));
    for operation in guarded_by(Guard::Consent) {
        refused(&scene, &operation, "invalid-token", |request| {
            ours.authorize(request)
        })
        .await;
    }
    let refreshed = ours
        .app
        .refresh(platform, ours.tokens.refresh.as_ref().unwrap())
        .await;
    let fresh = refreshed.body["access_token"].as_str().unwrap();
    let read = ours.app.read("/v1/record/certificates", fresh).await;
    assert_eq!(read.status, 200, "{}", read.body);
    ours.browser.revoke().await;
    for operation in guarded_by(Guard::Consent) {
        refused(&scene, &operation, "grant-ended", |request| {
            ours.app.authorize(request, fresh)
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_key_that_was_revoked_or_is_of_no_organisation_opens_nothing() {
    let scene = Scene::set().await;
    let owner = scene.platform.owner().await;
    let invented = catalogue::KeyFormat::ORGANISATION
        .write([7; 32])
        .into_exposed();
    let revoked =
        sqlx::query("UPDATE organisation_keys SET revoked_at = now() WHERE key_digest = $1")
            .bind(kernel::Digest::of(&scene.ours.key).as_bytes())
            .execute(&owner)
            .await
            .unwrap();
    assert_eq!(revoked.rows_affected(), 1);
    for operation in guarded_by(Guard::OperatorKey) {
        for key in [&scene.ours.key, &invented] {
            refused(&scene, &operation, "invalid-token", |request| {
                request.bearer_auth(key)
            })
            .await;
        }
    }
}
