//! A grant that changes: its next version is in force at once, and everywhere soon after.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};
use sqlx::Row;

use super::{read, start};
use crate::harness::{Browser, refusal};

/// The score of her certificates and nothing else, for a week.
const SCORE: [(&str, &str); 3] = [
    ("section", "certificates"),
    ("field", "certificates.score"),
    ("days", "7"),
];

#[tokio::test(flavor = "multi_thread")]
async fn no_token_of_before_reads_after_a_change_and_the_next_one_gives_less() {
    let (platform, worker) = start().await;
    let other_node = platform.second_node().await;
    let tokens = platform.coach.connect(&platform, &worker).await;
    let before = other_node.read(&platform.coach, &tokens.access).await;
    assert_eq!(before.status, 200);
    let seen = worker.choose(&tokens.grant, &SCORE).await;
    assert!(seen.html.contains("your choice applies"), "{}", seen.html);

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
    let ends: time::OffsetDateTime =
        time::serde::rfc3339::deserialize(&details["expires_at"]).unwrap();
    let week = platform.clock.now() + Duration::from_hours(7 * 24);
    assert_eq!(ends, week, "and for less time");
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
async fn every_version_is_kept_with_what_was_shown_and_both_pages_tell_of_the_change() {
    let (platform, worker) = start().await;
    let grant = platform.coach.connect(&platform, &worker).await.grant;
    platform.clock.advance(Duration::from_mins(1));
    worker
        .steer(&grant, "part", &[("section", "certificates")])
        .await;
    let versions = "SELECT version, terms, locale, shown_texts, shown_digest, changed_by
                      FROM grant_versions ORDER BY version";
    let owner = platform.owner().await;
    let versions = sqlx::query(versions).fetch_all(&owner).await.unwrap();
    let [first, second] = &versions[..] else {
        panic!("{versions:?}")
    };
    let scope = |row: &sqlx::postgres::PgRow| row.get::<Value, _>("terms")["scope"].clone();
    assert_eq!(scope(first), json!({"certificates": {}, "skills": {}}));
    assert_eq!(
        (second.get::<i32, _>("version"), scope(second)),
        (2, json!({"skills": {}}))
    );
    let text = |row: &sqlx::postgres::PgRow, name| row.get::<String, _>(name);
    assert_eq!(text(second, "locale"), "en");
    assert_eq!(text(second, "changed_by"), "worker");
    let kept: Vec<String> = serde_json::from_value(second.get("shown_texts")).unwrap();
    for words in ["Cap Métier", "My certificates", "My skills", "Give no more"] {
        assert!(kept.iter().any(|text| text == words), "{words}: {kept:?}");
    }
    let digest = kernel::Digest::of(kept.join("\n"));
    assert_eq!(second.get::<Vec<u8>, _>("shown_digest"), digest.as_bytes());

    let journal = worker.open_path("/journal?lang=en").await.html;
    let told = "Changed the authorisation of Cap Métier";
    assert_eq!(journal.matches(told).count(), 1, "{journal}");
    let page = worker.open_path("/authorizations?lang=en").await.html;
    assert!(
        page.contains("My skills") && !page.contains("My certificates"),
        "{page}"
    );
    let page = worker.grant_page(&grant).await.html;
    for words in ["Version 2", "Taken away: My certificates.", "Version 1"] {
        assert!(page.contains(words), "{words}: {page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_changes_her_own_grant_while_it_lasts_and_leaves_something_of_it() {
    let (platform, worker) = start().await;
    let tokens = platform.coach.connect(&platform, &worker).await;
    let grant = tokens.grant.as_str();
    for nothing in [
        &[][..],
        &[("section", "certificates")],
        &[("section", "skills"), ("section", "trainings")],
        &[("section", "skills"), ("days", "366")],
        &[
            ("section", "certificates"),
            ("field", "certificates.score"),
            ("field", "certificates.nothing"),
        ],
    ] {
        let refused = worker.choose(grant, nothing).await;
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{nothing:?}"
        );
    }
    let other = Browser::of(&platform, "corsica").await;
    for (path, act) in [("", "pause"), ("/change", "")] {
        let path = format!("/authorizations/{grant}{path}");
        assert_eq!(other.open_path(&path).await.status, StatusCode::NOT_FOUND);
        let token = other.form_token().await;
        let form = [
            ("form_token", token.as_str()),
            ("version", "1"),
            ("act", act),
            ("section", "skills"),
        ];
        let sent = other.submit(&path, &form).await;
        assert_eq!(sent.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(
        read(&platform, &tokens.access).await.status,
        200,
        "nothing has changed"
    );
    let last = worker.steer(grant, "part", &[("section", "skills")]).await;
    assert_eq!(last.status, StatusCode::OK, "{}", last.html);
    let none = worker
        .steer(grant, "part", &[("section", "certificates")])
        .await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    worker.revoke().await;
    for act in ["pause", "resume", "keep"] {
        let late = worker.steer_seen(grant, "2", act, &[]).await;
        assert_eq!(late.status, StatusCode::CONFLICT, "{act}");
        assert!(late.html.contains("ended meanwhile"), "{}", late.html);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_changes_at_once_one_wins_and_the_other_is_shown_how_it_stands() {
    let (platform, worker) = start().await;
    let grant = platform.coach.connect(&platform, &worker).await.grant;
    let parts = [("section", "certificates")];
    let (one, other) = tokio::join!(
        worker.steer_seen(&grant, "1", "part", &parts),
        worker.steer_seen(&grant, "1", "pause", &[]),
    );
    let mut statuses = [one.status, other.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::OK, StatusCode::CONFLICT]);
    let told = [one, other].into_iter().find(|seen| seen.status == 409);
    let told = told.unwrap().html;
    assert!(told.contains("has changed meanwhile"), "{told}");
    assert!(told.contains("Version 2"), "the present state: {told}");
    assert!(!told.contains("Version 3"), "{told}");
}
