//! What an app owes when a grant has ended, whether it did it, and who sees that.

use std::time::Duration;

use serde_json::json;

use super::Told;
use crate::harness::{Browser, Platform, Reply, TestApp};

const PATH: &str = "/oauth/grants/attest";

/// The coach says that it has erased, at the platform's present, but for `changed`.
async fn attest(platform: &Platform, app: &TestApp, grant: &str, changed: (&str, &str)) -> Reply {
    let now = written(platform.clock.now());
    let mut fields = vec![
        ("grant_id", grant),
        ("erased_at", &now),
        ("kept", "nothing"),
        ("responsible", "Data protection officer"),
    ];
    fields.retain(|(name, _)| *name != changed.0);
    fields.push(changed);
    app.call(platform, PATH, &fields).await
}

fn written(at: time::OffsetDateTime) -> String {
    let format = &time::format_description::well_known::Rfc3339;
    at.format(format).unwrap()
}

async fn page(worker: &Browser) -> String {
    worker.open_path("/authorizations?lang=en").await.html
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worker_reads_until_when_an_app_must_erase_and_that_it_did() {
    let told = Told::start().await;
    let (platform, coach) = (&told.platform, told.coach());
    let grant = told.end_a_grant().await.grant;
    let seen = page(&told.worker).await;
    assert!(seen.contains("The service must confirm before"), "{seen}");
    let french = told.worker.open_path("/authorizations?lang=fr").await.html;
    assert!(
        french.contains("Le service doit confirmer avant le"),
        "{french}"
    );

    platform.clock.advance(Duration::from_mins(10));
    let attested = attest(platform, coach, &grant, ("kept", "legal_duty")).await;
    assert_eq!(attested.status, 200, "{}", attested.body);
    let erased = written(platform.clock.now());
    let expected = json!({
        "grant_id": grant,
        "attested_at": erased,
        "erased_at": erased,
        "kept": "legal_duty",
        "responsible": "Data protection officer",
    });
    assert_eq!(attested.body, expected);
    let seen = page(&told.worker).await;
    for words in [
        "The service confirmed on",
        "It keeps only what the law obliges it to keep.",
    ] {
        assert!(seen.contains(words), "{words}: {seen}");
    }
    let journal = told.worker.open_path("/journal?lang=en").await.html;
    assert_eq!(journal.matches("Confirmed the erasure").count(), 1);

    platform.clock.advance(Duration::from_mins(10));
    let again = attest(platform, coach, &grant, ("responsible", "Somebody else")).await;
    assert_eq!(again.body, expected, "the first word counts");
    let journal = told.worker.open_path("/journal?lang=en").await.html;
    assert_eq!(journal.matches("Confirmed the erasure").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_attested_in_time_is_overdue_for_the_worker_and_then_still_can_be() {
    let told = Told::start().await;
    let (platform, coach) = (&told.platform, told.coach());
    let grant = told.end_a_grant().await.grant;
    // The retention that was agreed to, and a week.
    platform.clock.advance(Duration::from_hours(24 * 37));
    let worker = Browser::of(platform, "plain").await;
    let seen = page(&worker).await;
    for words in [
        "The service has not confirmed the erasure.",
        "turn to the CNIL",
    ] {
        assert!(seen.contains(words), "{words}: {seen}");
    }
    let overdue = async || {
        let overdue = consent::overdue(&platform.app.db, platform.clock.now());
        overdue.await.unwrap()
    };
    let [owed] = &overdue().await[..] else {
        panic!("{:#?}", overdue().await);
    };
    assert_eq!(owed.client_id, "cap-metier");
    assert_eq!(owed.grant.to_string(), grant);
    let late = attest(platform, coach, &grant, ("kept", "nothing")).await;
    assert_eq!(late.status, 200, "{}", late.body);
    assert!(overdue().await.is_empty());
    let seen = page(&worker).await;
    assert!(seen.contains("The service confirmed on"), "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_that_reaches_its_date_is_told_and_owed_like_any_other() {
    let told = Told::start().await;
    let (platform, coach) = (&told.platform, told.coach());
    let grant = coach.connect(platform, &told.worker).await.grant;
    // The worker gave thirty days.
    platform.clock.advance(Duration::from_hours(24 * 30));
    let consent = &platform.app.consent;
    let (one, other) = tokio::join!(consent.settle_expired(), consent.settle_expired());
    one.and(other).unwrap();
    let event = told.until("delivered").await;
    assert_eq!(event["type"], "grant.ended");
    assert_eq!(event["data"]["grant_id"], grant);
    assert_eq!(told.events().await.len(), 1, "once, whoever looked");
    let worker = Browser::of(platform, "plain").await;
    let seen = page(&worker).await;
    assert!(seen.contains("Reached its end on"), "{seen}");
    assert!(seen.contains("The service must confirm before"), "{seen}");
    let attested = attest(platform, coach, &grant, ("kept", "nothing")).await;
    assert_eq!(attested.status, 200, "{}", attested.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attestation_that_comes_before_the_end_or_the_task_is_answered_all_the_same() {
    let told = Told::start().await;
    let (platform, coach) = (&told.platform, told.coach());
    let grant = coach.connect(platform, &told.worker).await.grant;
    let early = attest(platform, coach, &grant, ("kept", "nothing")).await;
    assert_eq!(
        early.verdict(),
        (400, "invalid_request"),
        "it has not ended"
    );
    platform.clock.advance(Duration::from_hours(24 * 30));
    let attested = attest(platform, coach, &grant, ("kept", "nothing")).await;
    assert_eq!(attested.status, 200, "{}", attested.body);
    platform.app.consent.settle_expired().await.unwrap();
    assert_eq!(told.events().await.len(), 1, "it was settled once");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_attests_for_another_app_and_no_word_is_taken_that_says_nothing() {
    let told = Told::start().await;
    let (platform, coach) = (&told.platform, told.coach());
    let grant = told.end_a_grant().await.grant;
    let other = TestApp::named(platform, "another-app");
    other.register(&platform.app).await;
    let kept = ("kept", "nothing");
    let foreign = attest(platform, &other, &grant, kept).await;
    assert_eq!(foreign.verdict(), (400, "invalid_grant"));
    let nobody_s = "01900000-0000-7000-8000-000000000000";
    let unknown = attest(platform, coach, nobody_s, kept).await;
    assert_eq!(unknown.body, foreign.body, "both are answered alike");
    let tomorrow = written(platform.clock.now() + time::Duration::days(1));
    let before = written(platform.clock.now() - time::Duration::days(1));
    let long = "a".repeat(101);
    for changed in [
        ("grant_id", "not-an-id"),
        ("grant_id", ""),
        ("erased_at", ""),
        ("erased_at", "2026-11-24"),
        ("erased_at", &tomorrow),
        ("erased_at", &before),
        ("kept", ""),
        ("kept", "everything"),
        ("responsible", ""),
        ("responsible", " "),
        ("responsible", "D\u{202e}PO"),
        ("responsible", &long),
    ] {
        let refused = attest(platform, coach, &grant, changed).await;
        assert_eq!(refused.verdict(), (400, "invalid_request"), "{changed:?}");
    }
    let seen = page(&told.worker).await;
    assert!(seen.contains("The service must confirm before"), "{seen}");
}
