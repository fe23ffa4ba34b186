//! What nobody decided on, and what was proposed under a grant that has ended.

use std::time::Duration;

use serde_json::json;

use super::{Proposing, standings};
use declared::DecideError;

const DAY: Duration = Duration::from_hours(24);

#[tokio::test(flavor = "multi_thread")]
async fn what_was_proposed_under_a_grant_that_has_ended_waits_no_more() {
    let story = Proposing::start().await;
    let ids = story.propose_skills(&["Animer"]).await;
    story.worker.revoke().await;
    assert_eq!(story.waiting().await, [""; 0]);
    let late = story.accept(ids[0]).await;
    assert!(
        matches!(late, Err(DecideError::Unknown)),
        "not by an old page either"
    );
    let late = story
        .propose("skills", json!([{ "title": "Conduire" }]))
        .await;
    assert_eq!(late.verdict(), (401, "grant-ended"));
    let asked = story
        .coach()
        .read("/v1/record/skills/proposals", &story.tokens.access);
    assert_eq!(asked.await.verdict(), (401, "grant-ended"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_she_does_not_decide_on_within_90_days_is_forgotten() {
    let story = Proposing::start().await;
    let app = &story.platform.app;
    let owner = story.platform.owner().await;
    let kept = async || -> i64 {
        let count = "SELECT count(*) FROM proposals";
        sqlx::query_scalar(count).fetch_one(&owner).await.unwrap()
    };
    let ids = story
        .propose_skills(&["Animer", "Conduire", "Peindre"])
        .await;
    story.decline(ids[1]).await.unwrap();
    let session = story.session().await;
    story.platform.clock.advance(DAY * 29);
    app.declarations.forget().await.unwrap();
    assert_eq!(kept().await, 3);
    story.platform.clock.advance(DAY * 61);
    let late = app.declarations.accept(&session, ids[0]).await;
    assert!(matches!(late, Err(DecideError::Unknown)));
    app.declarations.forget().await.unwrap();
    assert_eq!(kept().await, 1, "what she refused is remembered");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_what_she_refused_nothing_is_kept_that_it_said() {
    let story = Proposing::start().await;
    let ids = story.propose_skills(&["Animer", "Conduire"]).await;
    story.decline(ids[0]).await.unwrap();
    story.accept(ids[1]).await.unwrap();
    let owner = story.platform.owner().await;
    let kept = "SELECT count(*) FROM proposals WHERE body IS NOT NULL OR to_jsonb(proposals)::text LIKE '%Animer%'";
    let kept: i64 = sqlx::query_scalar(kept).fetch_one(&owner).await.unwrap();
    assert_eq!(kept, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn at_most_fifty_proposals_wait_and_a_decision_makes_room() {
    let story = Proposing::start().await;
    let mut ids = Vec::new();
    for request in 0..5 {
        let titles: Vec<_> = (0..10)
            .map(|one| format!("Skill {request}-{one}"))
            .collect();
        let titles: Vec<_> = titles.iter().map(String::as_str).collect();
        ids.extend(story.propose_skills(&titles).await);
    }
    let more = || story.propose("skills", json!([{ "title": "One more" }]));
    assert_eq!(more().await.verdict(), (409, "proposals-waiting"));
    // What was proposed before is answered all the same.
    let again = story
        .propose("skills", json!([{ "title": "Skill 0-0" }]))
        .await;
    assert_eq!(standings(&again), [(ids[0], "waiting".into())]);
    story.decline(ids[0]).await.unwrap();
    assert_eq!(more().await.status, 201);
    assert_eq!(story.waiting().await.len(), 50);
}
