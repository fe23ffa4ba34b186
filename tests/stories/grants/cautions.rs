//! What is unusual about a request is said before she decides, as a fact.

use std::time::Duration;

use serde_json::json;

use super::start;
use crate::harness::{Browser, ConsentPage, Platform, asked};

const QUARTER: u64 = 91 * 24 * 60 * 60;

/// What the page warns of, as its source has it.
async fn warned(platform: &Platform, worker: &Browser, details: &serde_json::Value) -> String {
    let page = ConsentPage::open(platform, worker, &platform.coach, details).await;
    if page.seen.html.contains("À savoir avant de décider") {
        page.seen.between("id=\"cautions\">", "</section>")
    } else {
        String::new()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_is_said_to_be_new_until_it_is_known_for_a_time_and_by_some() {
    let (platform, worker) = start().await;
    let told = warned(&platform, &worker, &asked()).await;
    assert!(told.contains("Ce service est nouveau ici."), "{told}");
    assert!(told.contains("Moins de 10 autorisations"), "{told}");
    let given = "INSERT INTO app_usage (client_id, shard, grants) VALUES ('cap-metier', 3, 27)";
    sqlx::query(given)
        .execute(&platform.owner().await)
        .await
        .unwrap();
    let told = warned(&platform, &worker, &asked()).await;
    assert!(told.contains("Au moins 20 autorisations"), "{told}");
    platform.clock.advance(Duration::from_secs(QUARTER));
    let worker = Browser::of(&platform, "plain").await;
    assert_eq!(warned(&platform, &worker, &asked()).await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_unusual_for_the_purpose_and_what_is_much_is_said() {
    let (platform, worker) = start().await;
    let everything = r"UPDATE apps SET sections = ARRAY['certificates', 'skills', 'trainings', 'badges',
                       'identity'], purposes = ARRAY['career_guidance', 'training_enrolment']";
    sqlx::query(everything)
        .execute(&platform.owner().await)
        .await
        .unwrap();
    let mut details = asked();
    details[0]["sections"] = json!(["certificates", "skills", "trainings", "badges", "identity"]);
    details[0]["duration"] = json!("P365D");
    details[0]["actions"] = json!(["read", "propose"]);
    let told = warned(&platform, &worker, &details).await;
    for fact in [
        "Pour ce but, un service n’a d’habitude pas besoin de : Mon identité.",
        "Ce service demande beaucoup. Il demande 5 parties de votre dossier. \
         Il demande chaque partie en entier. Il demande jusqu’à 365 jours. \
         Il veut aussi proposer des ajouts à votre dossier.",
    ] {
        assert!(told.contains(fact), "{fact}: {told}");
    }
    details[0]["purpose"] = json!("training_enrolment");
    details[0]["sections"] = json!(["certificates", "identity"]);
    details[0]["duration"] = json!("P30D");
    details[0]["actions"] = json!(["read"]);
    let told = warned(&platform, &worker, &details).await;
    assert!(
        !told.contains("d’habitude") && !told.contains("beaucoup"),
        "{told}"
    );
}
