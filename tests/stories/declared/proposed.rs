//! From an app's proposal to the worker's record.

use serde_json::{Value, json};

use super::{Proposing, skill, standings};

#[tokio::test(flavor = "multi_thread")]
async fn what_an_app_proposes_enters_the_record_when_she_accepts_it_and_not_before() {
    let story = Proposing::start().await;
    let titles = ["Animer un atelier", "Tenir un budget", "Souder à l’arc"];
    let ids = story.propose_skills(&titles).await;
    assert!(story.skills().await.is_empty());
    assert_eq!(story.waiting().await, titles);

    let entry = story.accept(ids[0]).await.unwrap();
    story.decline(ids[1]).await.unwrap();
    assert_eq!(story.waiting().await, ["Souder à l’arc"]);
    let skills = story.skills().await;
    let [skill] = skills.as_slice() else {
        panic!("{skills:?}")
    };
    let expected = json!({
        "id": entry, "version": 1, "provenance": "declared", "title": "Animer un atelier",
        "recorded_at": skill["recorded_at"],
    });
    assert_eq!(*skill, expected, "hers: nothing says who thought of it");
    assert_ne!(entry.uuid(), ids[0].uuid(), "not even its id");
    let states: Vec<_> = story.follow().await;
    let states: Vec<_> = states.iter().map(|(_, state)| state.as_str()).collect();
    assert_eq!(states, ["accepted", "refused", "waiting"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_is_proposed_is_what_she_is_shown_and_what_is_read() {
    let story = Proposing::start().await;
    crate::promises::scene::seed(&story.platform).await;
    story.platform.app.labour.reload().await.unwrap();
    let experience = json!({
        "title": "Développeuse", "organisation": "Café du Port", "occupation": "M1805",
        "started_on": "2020-03", "ended_on": "2021", "description": "Un site.\nUn autre.",
    });
    let proposed = story.propose("experiences", json!([experience])).await;
    assert_eq!(proposed.status, 201, "{}", proposed.body);
    let location = proposed.headers["location"].to_str().unwrap();
    assert_eq!(location, "/v1/record/experiences/proposals");
    let [(id, _)] = standings(&proposed)[..] else {
        panic!("{}", proposed.body)
    };
    story.accept(id).await.unwrap();
    let path = "/v1/record/experiences";
    let read = story.coach().read(path, &story.tokens.access).await;
    let read = &read.body["items"][0];
    for (member, told) in experience.as_object().unwrap() {
        let shown = match member.as_str() {
            "occupation" => &read["occupation"]["code"],
            _ => &read[member],
        };
        assert_eq!(shown, told, "{member}");
    }
    assert!(read["occupation"]["label"].is_string(), "{read}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_is_not_proposed_twice_and_what_she_refused_stays_refused() {
    let story = Proposing::start().await;
    let ids = story.propose_skills(&["Animer", "Conduire"]).await;
    story.decline(ids[0]).await.unwrap();
    let again = json!([{ "title": " Animer " }, { "title": "Peindre" }, { "title": "Conduire" }]);
    let again = story.propose("skills", again).await;
    assert_eq!(again.status, 201, "{}", again.body);
    let told = standings(&again);
    assert_eq!(told[0], (ids[0], "refused".into()));
    assert_eq!(told[1].1, "waiting");
    assert_eq!(told[2], (ids[1], "waiting".into()));
    assert_eq!(story.waiting().await, ["Conduire", "Peindre"]);
    // In one request as well.
    let twice = json!([{ "title": "Lire" }, { "title": "Lire" }]);
    let twice = standings(&story.propose("skills", twice).await);
    assert_eq!(twice[0], twice[1]);
    assert_eq!(story.follow().await.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_she_took_into_her_record_she_may_change_and_remove_like_all_that_she_declares() {
    let story = Proposing::start().await;
    let ids = story.propose_skills(&["Animer", "Conduire"]).await;
    let mut entries = Vec::new();
    for id in &ids {
        entries.push(story.accept(*id).await.unwrap());
    }
    let (session, app) = (story.session().await, &story.platform.app);
    let new = skill("Animer un groupe");
    let changed = app.declarations.amend(&session, entries[0], 1, &new);
    changed.await.unwrap();
    app.declarations.remove(&session, entries[1]).await.unwrap();
    let skills = story.skills().await;
    assert_eq!(skills.len(), 1);
    assert_eq!(skills[0]["title"], "Animer un groupe");
    assert_eq!(skills[0]["version"], 2);
    let owner = story.platform.owner().await;
    let before = "SELECT body ->> 'title' FROM entry_versions WHERE entry_id = $1 AND version = 1";
    let before = sqlx::query_scalar(before).bind(entries[0].uuid());
    let before: String = before.fetch_one(&owner).await.unwrap();
    assert_eq!(before, "Animer", "what it said is kept");
    // To the app they stay accepted: what she does with them is hers.
    let states: Vec<_> = story.follow().await;
    assert!(
        states.iter().all(|(_, state)| state == "accepted"),
        "{states:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_journal_tells_what_was_proposed_asked_and_decided_and_by_whom() {
    let story = Proposing::start().await;
    let ids = story.propose_skills(&["Animer", "Conduire"]).await;
    let entry = story.accept(ids[0]).await.unwrap();
    story.decline(ids[1]).await.unwrap();
    story.follow().await;
    // To propose it again, beside another, is to ask where it stands.
    story.propose_skills(&["Animer", "Peindre"]).await;
    let (session, app) = (story.session().await, &story.platform.app);
    app.declarations.remove(&session, entry).await.unwrap();
    let owner = story.platform.owner().await;
    let lines = "SELECT jsonb_build_array(action, actor_kind, section, cardinality(entries),
                                          grant_id IS NOT NULL, purpose)
                   FROM journal WHERE section = 'skills' ORDER BY line_id";
    let lines: Vec<Value> = sqlx::query_scalar(lines).fetch_all(&owner).await.unwrap();
    let purpose = "career_guidance";
    let expected = [
        json!(["propose", "app", "skills", 2, true, purpose]),
        json!(["declare", "worker", "skills", 1, false, null]),
        json!(["decline", "worker", "skills", 1, false, null]),
        json!(["follow", "app", "skills", 2, true, purpose]),
        json!(["propose", "app", "skills", 1, true, purpose]),
        json!(["follow", "app", "skills", 1, true, purpose]),
        json!(["remove", "worker", "skills", 1, false, null]),
    ];
    assert_eq!(lines, expected);
}
