//! A grant that changes: its next version is in force at once, and everywhere soon after.

use std::time::Duration;

use consent::{ChangeError, Narrowing, Scope, Shown};
use identity::Session;
use kernel::GrantId;
use serde_json::{Value, json};
use sqlx::Row;

use super::{read, start};
use crate::harness::{Browser, Platform, refusal};

async fn session(platform: &Platform, worker: &Browser) -> Session {
    let secret = worker.cookie("session").unwrap();
    platform.app.identity.session(&secret).await.unwrap()
}

/// The worker's newest grant.
async fn newest(platform: &Platform, session: &Session) -> GrantId {
    platform.app.consent.given(session).await.unwrap()[0].grant
}

/// Leaving `scope` of a grant for a week.
fn leaving(platform: &Platform, scope: Value) -> Narrowing {
    Narrowing {
        scope: serde_json::from_value(scope).unwrap(),
        expires_at: platform.clock.now() + Duration::from_hours(7 * 24),
        shown: Shown {
            locale: "fr".into(),
            texts: vec!["Seulement le score".into(), "Modifier".into()],
            template: None,
        },
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_token_of_before_reads_after_a_change_and_the_next_one_gives_less() {
    let (platform, worker) = start().await;
    let other_node = platform.second_node().await;
    let tokens = platform.coach.connect(&platform, &worker).await;
    let before = other_node.read(&platform.coach, &tokens.access).await;
    assert_eq!(before.status, 200);
    let session = session(&platform, &worker).await;
    let grant = newest(&platform, &session).await;
    let narrowing = leaving(&platform, json!({"certificates": {"fields": ["score"]}}));
    let until = narrowing.expires_at;
    platform
        .app
        .consent
        .narrow(&session, grant, narrowing)
        .await
        .unwrap();

    let here = read(&platform, &tokens.access).await;
    assert_eq!(
        here.verdict(),
        (401, "invalid-token"),
        "at once where it was changed"
    );
    let detail = here.body["detail"].as_str().unwrap();
    assert!(detail.contains("has changed"), "{detail}");
    let there = refusal(async || other_node.read(&platform.coach, &tokens.access).await).await;
    assert_eq!(
        there.verdict(),
        (401, "invalid-token"),
        "everywhere soon after"
    );

    let refreshed = platform
        .coach
        .refresh(&platform, &tokens.refresh.unwrap())
        .await;
    let details = &refreshed.body["authorization_details"][0];
    assert_eq!(
        (&details["sections"], &details["fields"]),
        (
            &json!(["certificates"]),
            &json!({"certificates": ["score"]})
        )
    );
    let ends = time::serde::rfc3339::deserialize(&details["expires_at"]).unwrap();
    assert_eq!(ends, until, "and for less time");
    let access = refreshed.body["access_token"].as_str().unwrap();
    for reply in [
        read(&platform, access).await,
        other_node.read(&platform.coach, access).await,
    ] {
        assert_eq!(reply.status, 200, "the next version reads: {}", reply.body);
    }
    worker.revoke().await;
    let ended = read(&platform, access).await;
    assert_eq!(
        ended.verdict(),
        (401, "grant-ended"),
        "an end is told from a change"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_version_is_kept_with_what_was_shown_and_the_journal_tells_of_the_change() {
    let (platform, worker) = start().await;
    platform.coach.connect(&platform, &worker).await;
    let session = session(&platform, &worker).await;
    let grant = newest(&platform, &session).await;
    platform.clock.advance(Duration::from_mins(1));
    let narrowing = leaving(&platform, json!({"skills": {}}));
    platform
        .app
        .consent
        .narrow(&session, grant, narrowing.clone())
        .await
        .unwrap();
    let versions = "SELECT version, terms, shown_texts, shown_digest FROM grant_versions
                     WHERE grant_id = $1 ORDER BY version";
    let owner = platform.owner().await;
    let versions = sqlx::query(versions)
        .bind(grant.uuid())
        .fetch_all(&owner)
        .await
        .unwrap();
    let [first, second] = &versions[..] else {
        panic!("{versions:?}")
    };
    let scope = |row: &sqlx::postgres::PgRow| row.get::<Value, _>("terms")["scope"].clone();
    assert_eq!(scope(first), json!({"certificates": {}, "skills": {}}));
    assert_eq!(
        (second.get::<i32, _>("version"), scope(second)),
        (2, json!({"skills": {}}))
    );
    assert_eq!(
        second.get::<Value, _>("shown_texts"),
        json!(narrowing.shown.texts)
    );
    let digest = kernel::Digest::of(narrowing.shown.texts.join("\n"));
    assert_eq!(second.get::<Vec<u8>, _>("shown_digest"), digest.as_bytes());

    let journal = worker.open_path("/journal?lang=en").await.html;
    assert_eq!(
        journal
            .matches("Changed the authorisation of Cap Métier")
            .count(),
        1,
        "{journal}"
    );
    let page = worker.open_path("/authorizations?lang=en").await.html;
    assert!(
        page.contains("My skills") && !page.contains("My certificates"),
        "{page}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_narrows_her_own_grant_while_it_lasts_and_never_beyond_what_she_gave() {
    let (platform, worker) = start().await;
    let tokens = platform.coach.connect(&platform, &worker).await;
    let hers = session(&platform, &worker).await;
    let grant = newest(&platform, &hers).await;
    let consent = &platform.app.consent;
    let whole = json!({"certificates": {}, "skills": {}});
    let mut longer = leaving(&platform, whole.clone());
    longer.expires_at += Duration::from_hours(24 * 24);
    let mut past = leaving(&platform, whole.clone());
    past.expires_at -= Duration::from_hours(8 * 24);
    let mut nothing = leaving(&platform, whole.clone());
    nothing.scope = Scope::default();
    for beyond in [
        leaving(&platform, json!({"certificates": {}, "trainings": {}})),
        leaving(&platform, json!({"certificates": {"fields": []}})),
        longer,
        past,
        nothing,
    ] {
        let refused = consent.narrow(&hers, grant, beyond).await;
        assert!(
            matches!(refused, Err(ChangeError::OutOfBounds)),
            "{refused:?}"
        );
    }
    let other = session(&platform, &Browser::of(&platform, "corsica").await).await;
    let foreign = consent
        .narrow(&other, grant, leaving(&platform, whole.clone()))
        .await;
    assert!(matches!(foreign, Err(ChangeError::Unknown)), "{foreign:?}");
    assert_eq!(
        read(&platform, &tokens.access).await.status,
        200,
        "nothing has changed"
    );

    let some = json!({"certificates": {"fields": ["score"]}});
    consent
        .narrow(&hers, grant, leaving(&platform, some))
        .await
        .unwrap();
    let back = consent
        .narrow(&hers, grant, leaving(&platform, whole.clone()))
        .await;
    assert!(
        matches!(back, Err(ChangeError::OutOfBounds)),
        "to narrow never widens: {back:?}"
    );
    worker.revoke().await;
    let late = consent
        .narrow(&hers, grant, leaving(&platform, whole))
        .await;
    assert!(matches!(late, Err(ChangeError::Ended)), "{late:?}");
}
