//! She decides, once, and the app is told that she did.

use declared::{DecideError, DeclareError};
use kernel::EntryId;
use serde_json::json;

use super::{Proposing, skill};
use crate::harness::{Browser, Platform, Receiver, asked_to_propose, first};

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_is_taken_once() {
    let story = Proposing::start().await;
    let ids = story.propose_skills(&["Animer", "Conduire"]).await;
    story.accept(ids[0]).await.unwrap();
    story.decline(ids[1]).await.unwrap();
    for id in ids {
        assert!(matches!(story.accept(id).await, Err(DecideError::Unknown)));
        assert!(matches!(story.decline(id).await, Err(DecideError::Unknown)));
    }
    assert_eq!(story.skills().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_decisions_at_once_one_counts() {
    let story = Proposing::start().await;
    for number in 0..8 {
        let ids = story.propose_skills(&[&format!("Skill {number}")]).await;
        let before = story.skills().await.len();
        let (one, other) = tokio::join!(story.accept(ids[0]), story.decline(ids[0]));
        assert_ne!(one.is_ok(), other.is_ok(), "{one:?} {other:?}");
        let joined = story.skills().await.len() - before;
        assert_eq!(joined, usize::from(one.is_ok()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_decides_on_what_is_proposed_to_another() {
    let story = Proposing::start().await;
    let ids = story.propose_skills(&["Animer"]).await;
    let other = Browser::of(&story.platform, "usage-name").await;
    let cookie = other.cookie("session").unwrap();
    let app = &story.platform.app;
    let other = app.identity.session(&cookie).await.unwrap();
    assert!(app.declarations.waiting(&other).await.unwrap().is_empty());
    let accepted = app.declarations.accept(&other, ids[0]).await;
    assert!(matches!(accepted, Err(DecideError::Unknown)));
    let entry = story.accept(ids[0]).await.unwrap();
    let removed = app.declarations.remove(&other, entry).await;
    assert!(matches!(removed, Err(DeclareError::Unknown)));
    let new = skill("Hers");
    let amended = app.declarations.amend(&other, entry, 1, &new);
    assert!(matches!(amended.await, Err(DeclareError::Unknown)));
    assert!(
        app.declarations
            .entry(&other, entry)
            .await
            .unwrap()
            .is_none()
    );
    assert_eq!(story.skills().await[0]["title"], "Animer");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_attested_is_neither_changed_nor_removed_by_the_worker() {
    let platform = Platform::start().await;
    crate::promises::scene::seed(&platform).await;
    let worker = Browser::of(&platform, "plain").await;
    let key = platform.certifier().await;
    let flux = crate::promises::scene::flux("certificates.xml");
    crate::promises::scene::deposit(&platform, &key, flux).await;
    let owner = platform.owner().await;
    let entry = "SELECT entry_id FROM entries WHERE provenance = 'attested' LIMIT 1";
    let entry: uuid::Uuid = sqlx::query_scalar(entry).fetch_one(&owner).await.unwrap();
    let entry = EntryId::from(entry);
    let cookie = worker.cookie("session").unwrap();
    let session = platform.app.identity.session(&cookie).await.unwrap();
    let declarations = &platform.app.declarations;
    let removed = declarations.remove(&session, entry).await;
    assert!(matches!(removed, Err(DeclareError::Unknown)));
    let new = skill("Other");
    let amended = declarations.amend(&session, entry, 1, &new);
    assert!(matches!(amended.await, Err(DeclareError::Unknown)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_what_has_changed_meanwhile_is_refused() {
    let story = Proposing::start().await;
    let ids = story.propose_skills(&["Animer"]).await;
    let entry = story.accept(ids[0]).await.unwrap();
    let (session, app) = (story.session().await, &story.platform.app);
    let amend = |title: &'static str| {
        let (session, declarations) = (session.clone(), app.declarations.clone());
        async move { declarations.amend(&session, entry, 1, &skill(title)).await }
    };
    let (one, other) = tokio::join!(amend("Un"), amend("Deux"));
    assert_ne!(one.is_ok(), other.is_ok(), "{one:?} {other:?}");
    let lost = one.err().or(other.err());
    assert!(matches!(lost, Some(DeclareError::Changed)), "{lost:?}");
    assert_eq!(story.skills().await[0]["version"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_app_is_told_that_she_decided_and_not_what() {
    let platform = Platform::start().await;
    let worker = Browser::of(&platform, "plain").await;
    let receiver = Receiver::start().await;
    let coach = &platform.coach;
    crate::events::listen(&platform, coach, &receiver).await;
    let asked = asked_to_propose();
    let tokens = coach.connect_for(&platform, &worker, &asked, &["skills"]);
    let tokens = tokens.await;
    let story = Proposing {
        platform,
        worker,
        tokens,
    };
    let ids = story.propose_skills(&["Animer"]).await;
    story.decline(ids[0]).await.unwrap();
    let told = first("the app is told", async || {
        let messages = receiver.messages();
        let told = messages.iter().find(|one| one.kind() == "proposal.decided");
        told.map(|message| message.body["data"].clone())
    });
    let grant = &story.tokens.grant;
    let expected = json!({"client_id": "cap-metier", "grant_id": grant, "version": 1});
    assert_eq!(told.await, expected, "thin: it asks what she decided");
}
