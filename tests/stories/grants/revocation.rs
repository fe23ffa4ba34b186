//! Taking a grant back: at once here, shortly after on every other node, and on record.

use std::time::Duration;

use reqwest::StatusCode;

use super::{read, start};
use crate::harness::{Browser, refusal};

/// The path that revokes the one grant in force.
async fn revoking(worker: &Browser) -> String {
    let page = worker.open_path("/authorizations").await;
    format!(
        "/authorizations/{}",
        page.between("action=\"/authorizations/", "\"")
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn every_node_refuses_shortly_after_one_has_revoked() {
    let (platform, worker) = start().await;
    let other_node = platform.second_node().await;
    let tokens = platform.coach.connect(&platform, &worker).await;
    let kept = platform
        .coach
        .connect(&platform, &Browser::of(&platform, "corsica").await)
        .await;
    assert_eq!(
        other_node
            .read(&platform.coach, &tokens.access)
            .await
            .status,
        200,
        "it remembers the token now"
    );

    worker.revoke().await;
    let here = read(&platform, &tokens.access).await;
    assert_eq!(
        here.verdict(),
        (401, "grant-ended"),
        "at once where it was revoked"
    );
    let there = refusal(async || other_node.read(&platform.coach, &tokens.access).await).await;
    assert_eq!(
        there.verdict(),
        (401, "grant-ended"),
        "everywhere soon after"
    );
    assert_eq!(
        other_node.read(&platform.coach, &kept.access).await.status,
        200,
        "and nobody else is refused"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_starts_after_a_revocation_knows_of_it() {
    let (platform, worker) = start().await;
    let tokens = platform.coach.connect(&platform, &worker).await;
    worker.revoke().await;
    let late = platform.second_node().await;
    let reply = late.read(&platform.coach, &tokens.access).await;
    assert_eq!(reply.verdict(), (401, "grant-ended"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_revokes_what_another_worker_gave() {
    let (platform, worker) = start().await;
    let other = Browser::of(&platform, "corsica").await;
    let tokens = platform.coach.connect(&platform, &worker).await;
    let path = revoking(&worker).await;

    let token = other.form_token().await;
    let tried = other.send(&path, &[("form_token", &token)]).await;
    assert_eq!(
        tried.status(),
        StatusCode::NOT_FOUND,
        "as if there were none"
    );
    let own = worker.form_token().await;
    let forged = other.send(&path, &[("form_token", &own)]).await;
    assert_eq!(
        forged.status(),
        StatusCode::FORBIDDEN,
        "with a form of the other's session"
    );
    let unknown = "/authorizations/01938f5a-0000-7000-8000-000000000000/revoke";
    let tried = worker.send(unknown, &[("form_token", &own)]).await;
    assert_eq!(tried.status(), StatusCode::NOT_FOUND);
    let stranger = Browser::open(&platform)
        .send(&path, &[("form_token", &own)])
        .await;
    assert_eq!(stranger.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(read(&platform, &tokens.access).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn revoking_twice_changes_nothing_more() {
    let (platform, worker) = start().await;
    platform.coach.connect(&platform, &worker).await;
    let (path, token) = (revoking(&worker).await, worker.form_token().await);
    let form = [("form_token", token.as_str())];
    let (one, other) = tokio::join!(worker.send(&path, &form), worker.send(&path, &form));
    let again = worker.send(&path, &form).await;
    for sent in [one, other, again] {
        assert_eq!(sent.status(), StatusCode::SEE_OTHER);
    }
    let journal = worker.open_path("/journal?lang=en").await.html;
    assert_eq!(
        journal
            .matches("Took back the authorisation of Cap Métier")
            .count(),
        1,
        "{journal}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_journal_and_the_authorisations_tell_the_whole_story_by_name() {
    let (platform, worker) = start().await;
    // The journal is in the order of time: each step has its own minute.
    let a_minute_passes = || platform.clock.advance(Duration::from_mins(1));
    let tokens = platform.coach.connect(&platform, &worker).await;
    let page = worker.open_path("/authorizations?lang=en").await.html;
    for words in [
        "Cap Métier",
        "To guide you in your career",
        "My certificates",
        "Never read",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    for _ in 0..2 {
        a_minute_passes();
        assert_eq!(read(&platform, &tokens.access).await.status, 200);
    }
    let page = worker.open_path("/authorizations?lang=en").await.html;
    assert!(page.contains("read 2 times"), "{page}");
    a_minute_passes();
    worker.revoke().await;
    let page = worker.open_path("/authorizations?lang=en").await.html;
    assert!(page.contains("Stopped on"), "{page}");

    let journal = worker.open_path("/journal?lang=en").await.html;
    let rows: Vec<_> = journal.split("<tr>").skip(2).collect();
    let told = [
        [
            "You",
            "Took back the authorisation of Cap Métier",
            "To guide you in your career",
        ],
        ["Cap Métier", "Read", "My certificates"],
        ["Cap Métier", "Read", "To guide you in your career"],
        [
            "You",
            "Gave Cap Métier an authorisation",
            "To guide you in your career",
        ],
    ];
    assert_eq!(rows.len(), told.len(), "{journal}");
    for (row, words) in rows.iter().zip(told) {
        for words in words {
            assert!(row.contains(words), "{words}: {row}");
        }
    }
    let other = Browser::of(&platform, "corsica").await;
    let journal = other.open_path("/journal?lang=en").await.html;
    assert!(
        !journal.contains("Cap Métier"),
        "another worker reads nothing of it"
    );
}
