//! The life of a registration, from the publisher's first token to the end of the app.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use super::{changed, manage, metadata, publisher, register, registered, text};
use crate::harness::{Browser, Platform, Reply, TestApp};

const CERTIFICATES: &str = "/v1/record/certificates";

/// What came with a registration: where it is managed, and under which token.
fn access(reply: &Reply) -> (String, String) {
    let of = |member| text(reply, member).to_owned();
    (
        of("registration_client_uri"),
        of("registration_access_token"),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_its_publisher_registered_asks_a_worker_and_reads() {
    let platform = Platform::start().await;
    let (_, initial) = publisher(&platform, Some(1)).await;
    let (app, reply) = registered(&platform, &initial, "Déclic").await;
    assert_eq!(reply.headers["cache-control"], "no-store");
    let now = platform.clock.now().unix_timestamp();
    assert_eq!(reply.body["client_id_issued_at"], now);
    for absent in ["logo_uri", "client_secret"] {
        assert!(reply.body.get(absent).is_none(), "{absent}");
    }
    let (address, _) = access(&reply);
    let expected = format!("{}/oauth/register/{}", platform.url, app.client_id);
    assert_eq!(address, expected);
    let worker = Browser::of(&platform, "plain").await;
    let tokens = app.connect(&platform, &worker).await;
    let read = app.read(CERTIFICATES, &tokens.access).await;
    assert_eq!(read.status, 200, "{}", read.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registration_is_read_and_replaced_as_a_whole_and_its_token_with_it() {
    let platform = Platform::start().await;
    let (_, initial) = publisher(&platform, None).await;
    let (app, reply) = registered(&platform, &initial, "Déclic").await;
    let worker = Browser::of(&platform, "plain").await;
    let tokens = app.connect(&platform, &worker).await;
    let (address, first) = access(&reply);
    let shown = manage(Method::GET, &address, &first, None).await;
    assert_eq!((shown.status, &shown.body), (200, &reply.body));

    let renamed = json!({"client_id": app.client_id, "client_name": "Déclic Formation",
                         "client_name#en": null, "software_version": null});
    let renamed = changed(metadata(&app, "Déclic"), &renamed);
    let amended = manage(Method::PUT, &address, &first, Some(&renamed)).await;
    assert_eq!(amended.status, 200, "{}", amended.body);
    assert_eq!(text(&amended, "client_name"), "Déclic Formation");
    for absent in ["client_name#en", "software_version"] {
        assert!(amended.body.get(absent).is_none(), "{absent}");
    }
    let (_, second) = access(&amended);
    let late = manage(Method::GET, &address, &first, None).await;
    assert_eq!(late.verdict(), (401, "invalid-token"), "it was replaced");
    let shown = manage(Method::GET, &address, &second, None).await;
    assert_eq!(shown.body, amended.body);
    let page = worker.open_path("/authorizations?lang=en").await;
    assert!(page.html.contains("Déclic Formation"), "{}", page.html);
    let read = app.read(CERTIFICATES, &tokens.access).await;
    assert_eq!(read.status, 200, "nothing of the worker's ended");
    let other = TestApp::named(&platform, "unregistered");
    let free = register(&platform, &initial, &metadata(&other, "Déclic")).await;
    assert_eq!(
        free.status, 201,
        "the name it gave up is free: {}",
        free.body
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_its_publisher_ends_is_gone_at_once_and_for_good() {
    let platform = Platform::start().await;
    let (_, initial) = publisher(&platform, None).await;
    let (app, reply) = registered(&platform, &initial, "Déclic").await;
    let worker = Browser::of(&platform, "plain").await;
    let tokens = app.connect(&platform, &worker).await;
    assert_eq!(app.read(CERTIFICATES, &tokens.access).await.status, 200);
    let (address, token) = access(&reply);
    let ended = manage(Method::DELETE, &address, &token, None).await;
    assert_eq!(ended.status, 204, "{}", ended.body);
    let dead = app.read(CERTIFICATES, &tokens.access).await;
    assert_eq!(dead.verdict(), (401, "grant-ended"));
    let refresh = app.refresh(&platform, &tokens.refresh.unwrap()).await;
    assert_eq!(refresh.verdict(), (401, "invalid_client"));
    for method in [Method::GET, Method::DELETE] {
        let gone = manage(method, &address, &token, None).await;
        assert_eq!(gone.verdict(), (401, "invalid-token"));
    }
    let db = &platform.app.db;
    let back = consent::switch_app(db, &platform.clock, &app.client_id, true).await;
    assert!(back.is_err(), "nobody switches it on again");
    let page = worker.open_path("/journal?lang=en").await;
    assert!(page.html.contains("Déclic"), "the journal still names it");
    let other = TestApp::named(&platform, "unregistered");
    let same = register(&platform, &initial, &metadata(&other, "Declic")).await;
    let told = same.verdict();
    assert_eq!(
        told,
        (400, "invalid_client_metadata"),
        "its name stays its own"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_initial_token_is_good_for_its_uses_and_its_time() {
    let platform = Platform::start().await;
    let (organisation, single) = publisher(&platform, Some(1)).await;
    let app = TestApp::named(&platform, "unregistered");
    let refused = register(&platform, &single, &metadata(&app, "Mon CPF")).await;
    assert_eq!(refused.status, 400, "a refusal uses nothing up");
    let (one, other) = (metadata(&app, "Premier"), metadata(&app, "Deuxième"));
    let (one, other) = tokio::join!(
        register(&platform, &single, &one),
        register(&platform, &single, &other),
    );
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 401], "of two at once, one");
    let (_, many) = publisher(&platform, None).await;
    registered(&platform, &many, "Troisième").await;
    let catalogue = &platform.app.catalogue;
    let listed = catalogue.initial_tokens_of(organisation).await.unwrap();
    let uses: Vec<_> = listed.iter().map(|token| token.uses_left).collect();
    assert!(uses.contains(&Some(0)) && uses.contains(&None), "{uses:?}");
    platform.clock.advance(Duration::from_hours(30 * 24));
    let late = register(&platform, &many, &metadata(&app, "Quatrième")).await;
    assert_eq!(late.verdict(), (401, "invalid-token"), "its time is over");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_take_the_same_at_once_one_has_it() {
    let platform = Platform::start().await;
    let (_, initial) = publisher(&platform, None).await;
    let app = TestApp::named(&platform, "unregistered");
    let (one, other) = (metadata(&app, "Tremplin"), metadata(&app, "TRERNPLIN"));
    let (one, other) = tokio::join!(
        register(&platform, &initial, &one),
        register(&platform, &initial, &other),
    );
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 400], "names that look alike");

    let (app, reply) = registered(&platform, &initial, "Passerelle").await;
    let address = text(&reply, "registration_client_uri");
    let token = text(&reply, "registration_access_token");
    let body = changed(
        metadata(&app, "Passerelle"),
        &json!({"client_id": app.client_id}),
    );
    let (one, other) = tokio::join!(
        manage(Method::PUT, address, token, Some(&body)),
        manage(Method::PUT, address, token, Some(&body)),
    );
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401], "amendments under one token");
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_kept_by_digest_and_contacts_are_not_published() {
    let platform = Platform::start().await;
    let (_, initial) = publisher(&platform, None).await;
    let (app, reply) = registered(&platform, &initial, "Déclic").await;
    let secret = text(&reply, "registration_access_token");
    let owner = platform.owner().await;
    let stored: String = sqlx::query_scalar(
        "SELECT (SELECT jsonb_agg(t) FROM initial_access_tokens t)::text
             || (SELECT jsonb_agg(r) FROM app_registrations r)::text",
    )
    .fetch_one(&owner)
    .await
    .unwrap();
    for secret in [initial.as_str(), secret] {
        assert!(!stored.contains(&secret[8..72]), "{stored}");
    }
    let worker = Browser::of(&platform, "plain").await;
    let page = worker
        .open_path(&app.ask(&platform, &crate::harness::asked()).await)
        .await;
    assert!(page.html.contains("Déclic"), "{}", page.html);
    assert!(!page.html.contains("dev@declic.example"), "{}", page.html);
    let known = platform
        .app
        .catalogue
        .usage(&app.client_id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (known.registered_at, known.grants),
        (platform.clock.now(), 0)
    );
}
