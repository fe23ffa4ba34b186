//! What an app may not propose, and what it is told.

use serde_json::{Value, json};

use super::{Proposing, declared_asked};
use crate::harness::{Browser, Platform, asked};

#[tokio::test(flavor = "multi_thread")]
async fn every_flaw_of_every_entry_is_told_and_nothing_is_proposed() {
    let story = Proposing::start().await;
    crate::promises::scene::seed(&story.platform).await;
    let entries = json!([
        { "title": "Développeuse" },
        { "title": "  ", "occupation": "Z1234", "started_on": "2021-02-30" },
        { "title": "a\u{202e}b", "started_on": "2021", "ended_on": "2020" },
    ]);
    let refused = story.propose("experiences", entries).await;
    assert_eq!(refused.verdict(), (422, "invalid-body"));
    let flaws = refused.body["errors"].as_array().unwrap();
    let told = |flaw: &Value| {
        let text = |member: &str| flaw[member].as_str().unwrap().to_owned();
        (text("pointer"), text("code"))
    };
    let told: Vec<_> = flaws.iter().map(told).collect();
    let expected = [
        ("/entries/1/title", "missing"),
        ("/entries/1/occupation", "unknown-occupation"),
        ("/entries/1/started_on", "not-a-date"),
        ("/entries/2/title", "hidden-characters"),
        ("/entries/2/ended_on", "before-it-began"),
    ];
    let expected = expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned()));
    assert_eq!(told, expected);
    assert_eq!(story.waiting().await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_proposes_one_to_twenty_entries_of_known_members() {
    let story = Proposing::start().await;
    let many: Vec<_> = (0..21)
        .map(|number| json!({ "title": number.to_string() }))
        .collect();
    for entries in [json!([]), many.into()] {
        let refused = story.propose("skills", entries).await;
        assert_eq!(refused.verdict(), (422, "invalid-body"));
        assert_eq!(refused.body["errors"][0]["pointer"], "/entries");
    }
    for (entry, pointer) in [
        (json!({ "title": 1 }), "/entries/0/title"),
        (json!({ "title": "a", "label": "b" }), "/entries/0/label"),
        (json!("a"), "/entries/0"),
    ] {
        let refused = story.propose("skills", json!([entry])).await;
        assert_eq!(refused.verdict(), (422, "invalid-body"), "{entry}");
        assert_eq!(
            refused.body["errors"][0]["pointer"], pointer,
            "{}",
            refused.body
        );
    }
    let refused = story.propose("skills", json!("all")).await;
    assert_eq!(refused.verdict(), (422, "invalid-body"));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_section_takes_proposals() {
    let story = Proposing::start().await;
    for section in [
        "certificates",
        "badges",
        "identity",
        "rights",
        "Skills",
        "all",
    ] {
        let refused = story.propose(section, json!([{ "title": "a" }])).await;
        assert_eq!(refused.verdict(), (404, "not-found"), "{section}");
    }
    let path = "/v1/record/badges";
    let refused = story.coach().read(path, &story.tokens.access).await;
    assert_eq!(refused.verdict(), (404, "not-found"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_only_read_proposes_nothing_and_who_may_only_propose_reads_nothing() {
    let platform = Platform::start().await;
    let worker = Browser::of(&platform, "plain").await;
    let coach = &platform.coach;
    let reader = coach
        .connect_for(&platform, &worker, &asked(), &["skills"])
        .await;
    let skill = json!([{ "title": "Animer" }]);
    let refused = coach.propose("skills", &skill, &reader.access).await;
    assert_eq!(refused.verdict(), (403, "insufficient-rights"));
    let followed = coach
        .read("/v1/record/skills/proposals", &reader.access)
        .await;
    assert_eq!(followed.verdict(), (403, "insufficient-rights"));

    let mut details = declared_asked();
    details[0]["actions"] = json!(["propose"]);
    let writer = coach
        .connect_for(&platform, &worker, &details, &["skills"])
        .await;
    let proposed = coach.propose("skills", &skill, &writer.access).await;
    assert_eq!(proposed.status, 201, "{}", proposed.body);
    for section in ["skills", "certificates"] {
        let path = format!("/v1/record/{section}");
        let refused = coach.read(&path, &writer.access).await;
        assert_eq!(refused.verdict(), (403, "insufficient-rights"), "{section}");
    }
    // Ticked for skills only.
    let refused = coach.propose("experiences", &skill, &writer.access).await;
    assert_eq!(refused.verdict(), (403, "insufficient-rights"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_fills_the_fields_that_were_granted_and_no_other() {
    let platform = Platform::start().await;
    let worker = Browser::of(&platform, "plain").await;
    let coach = &platform.coach;
    let mut details = declared_asked();
    details[0]["fields"] = json!({ "skills": ["title"] });
    let tokens = coach
        .connect_for(&platform, &worker, &details, &["skills"])
        .await;
    let whole = json!([{ "title": "Animer", "mastery": "expert" }]);
    let refused = coach.propose("skills", &whole, &tokens.access).await;
    assert_eq!(refused.verdict(), (403, "insufficient-rights"));
    let less = json!([{ "title": "Animer", "mastery": " " }]);
    let proposed = coach.propose("skills", &less, &tokens.access).await;
    assert_eq!(proposed.status, 201, "{}", proposed.body);
}
