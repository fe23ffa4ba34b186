//! Reading what a worker declares.

use declared::Draft;
use kernel::EntryId;
use serde_json::{Value, json};

use super::{Proposing, declared_asked, skill};

/// She declares an experience that began then.
async fn experience(story: &Proposing, title: &str, started_on: Option<&str>) -> EntryId {
    let draft = Draft {
        started_on: started_on.map(str::to_owned),
        organisation: Some("Café du Port".into()),
        ..skill(title)
    };
    let session = story.session().await;
    let section = consent::Section::Experiences;
    let declared = story
        .platform
        .app
        .declarations
        .declare(&session, section, &draft);
    declared.await.unwrap()
}

/// The titles that the coach reads of her experiences under a grant of what `limits` leave.
async fn titles(story: &Proposing, limits: Value) -> Vec<Value> {
    let mut details = declared_asked();
    let limited = details[0].as_object_mut().unwrap();
    limited.extend(limits.as_object().unwrap().clone());
    limited.insert("sections".into(), json!(["certificates", "experiences"]));
    limited.insert("essential".into(), json!(["experiences"]));
    let coach = story.coach();
    let ticked = ["experiences"];
    let mut form = coach.push_form(story.platform.clock.now().unix_timestamp(), &details);
    form.push(("grant_management_action".into(), "create".into()));
    let path = coach.ask_by(&form).await;
    let page = crate::harness::ConsentPage::open_at(&story.worker, path).await;
    let back = page.accept(&story.worker, &ticked).await;
    let code = back.parameter("code").unwrap();
    let tokens = coach.trade(&story.platform, &code).await;
    let read = coach.read("/v1/record/experiences", &tokens.access).await;
    assert_eq!(read.status, 200, "{}", read.body);
    let items = read.body["items"].as_array().unwrap();
    for item in items {
        assert!(item.get("title").is_some(), "{item}");
    }
    items.iter().map(|item| item["title"].clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_shows_its_fields_entries_and_days_of_what_she_declares() {
    let story = Proposing::start().await;
    let old = experience(&story, "Serveuse", Some("2011-06")).await;
    experience(&story, "Cheffe", Some("2020")).await;
    experience(&story, "Bénévole", None).await;
    for (limits, expected) in [
        (json!({}), vec!["Serveuse", "Cheffe", "Bénévole"]),
        (json!({"period": {"from": "2012-01-01"}}), vec!["Cheffe"]),
        (json!({"period": {"until": "2011-06-01"}}), vec!["Serveuse"]),
        (json!({"period": {"until": "2011-05-31"}}), vec![]),
        (json!({"items": {"experiences": [old]}}), vec!["Serveuse"]),
    ] {
        let expected: Vec<_> = expected.into_iter().map(Value::from).collect();
        assert_eq!(titles(&story, limits.clone()).await, expected, "{limits}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_that_are_asked_for_are_answered_and_others_stay_where_they_are() {
    let story = Proposing::start().await;
    experience(&story, "Cheffe", Some("2020")).await;
    let read = async |fields: &str| {
        let path = format!("/v1/record/experiences?fields={fields}");
        story.coach().read(&path, &story.tokens.access).await
    };
    let reply = read("organisation").await;
    let item = reply.body["items"][0].as_object().unwrap();
    let members: Vec<_> = item.keys().map(String::as_str).collect();
    let always = ["id", "organisation", "provenance", "recorded_at", "version"];
    assert_eq!(members, always);
    // A field of another section.
    let refused = read("mastery").await;
    assert_eq!(refused.verdict(), (400, "invalid-parameter"));
    assert_eq!(refused.body["errors"][0]["code"], "unknown-field");
}
