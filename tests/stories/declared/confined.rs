//! The second wall: what an app that proposes may do in PostgreSQL, whatever the platform forgot.

use serde_json::json;

use super::Proposing;
use crate::{
    harness::{Browser, TestApp, asked_to_propose},
    promises::speaking::{DENIED, attempt, count, speak, stored, tables_with},
};

/// What a transaction that proposes says first.
fn proposer(worker: &str, client: &str, section: &str) -> String {
    let client = hex::encode(client);
    format!(
        "SET LOCAL ROLE cpf_proposer; SET LOCAL cpf.worker = '{worker}'; \
         SET LOCAL cpf.client = '{client}'; SET LOCAL cpf.section = '{section}'"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn who_proposes_sees_its_own_proposals_of_one_section_and_no_other_row() {
    let story = Proposing::start().await;
    story.propose_skills(&["Animer", "Conduire"]).await;
    let experience = json!([{ "title": "Cheffe" }]);
    story.propose("experiences", experience).await;
    let (platform, other) = (
        &story.platform,
        TestApp::named(&story.platform, "other-app"),
    );
    other.register(&platform.app).await;
    let second = Browser::of(platform, "usage-name").await;
    for browser in [&story.worker, &second] {
        let asked = asked_to_propose();
        let tokens = other
            .connect_for(platform, browser, &asked, &["skills"])
            .await;
        let skill = json!([{ "title": "Peindre" }]);
        let proposed = other.propose("skills", &skill, &tokens.access).await;
        assert_eq!(proposed.status, 201, "{}", proposed.body);
    }
    let owner = platform.owner().await;
    assert_eq!(stored(&owner, "proposals", "true").await, 5);
    let worker = "SELECT worker_id::text FROM proposals WHERE client_id = 'cap-metier' LIMIT 1";
    let worker: String = sqlx::query_scalar(worker).fetch_one(&owner).await.unwrap();
    let its = proposer(&worker, "cap-metier", "skills");
    let mut its = speak(platform, &its).await;
    assert_eq!(count(&mut its, "proposals", "true").await, Ok(2));
    for table in tables_with(&owner, "worker_id", &["proposals"]).await {
        let denied = count(&mut its, &table, "true").await;
        assert_eq!(denied, Err(DENIED.into()), "{table}");
    }
    for (worker, client, section) in [
        ("", "cap-metier", "skills"),
        (worker.as_str(), "", "skills"),
        (&worker, "cap-metier", ""),
        (&worker, "cap-metier", "all"),
        (&worker, "cap-metie", "skills"),
    ] {
        let mut nobody = speak(platform, &proposer(worker, client, section)).await;
        assert_eq!(count(&mut nobody, "proposals", "true").await, Ok(0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_proposes_changes_nothing_and_proposes_for_nobody_else() {
    let story = Proposing::start().await;
    story.propose_skills(&["Animer"]).await;
    let owner = story.platform.owner().await;
    let worker = "SELECT worker_id::text FROM proposals";
    let worker: String = sqlx::query_scalar(worker).fetch_one(&owner).await.unwrap();
    let its = proposer(&worker, "cap-metier", "skills");
    let mut its = speak(&story.platform, &its).await;
    let copy = |alter: &str| {
        format!(
            "INSERT INTO proposals SELECT * FROM jsonb_populate_record(NULL::proposals,
                 (SELECT to_jsonb(p) || '{{\"digest\": \"\\\\x{}\", {alter}}}' FROM proposals p))",
            "00".repeat(32)
        )
    };
    let new = "\"proposal_id\": \"01900000-0000-7000-8000-000000000000\"";
    for change in [
        "UPDATE proposals SET accepted = true, decided_at = now(), body = NULL".to_owned(),
        "DELETE FROM proposals".to_owned(),
        "INSERT INTO entries SELECT * FROM entries".to_owned(),
        "DELETE FROM journal".to_owned(),
        copy(&format!(
            "{new}, \"worker_id\": \"01900000-0000-7000-8000-000000000000\""
        )),
        copy(&format!("{new}, \"client_id\": \"other-app\"")),
        copy(&format!("{new}, \"section\": \"projects\"")),
    ] {
        let counted = format!("WITH done AS ({change} RETURNING 1) SELECT count(*) FROM done");
        let told = attempt(&mut its, counted).await;
        assert_eq!(told, Err(DENIED.into()), "{change}");
    }
    let own = format!(
        "WITH done AS ({} RETURNING 1) SELECT count(*) FROM done",
        copy(new)
    );
    assert_eq!(attempt(&mut its, own).await, Ok(1), "its own it may");
}
