//! A mandate has receipts, for the worker and for the counsellor.

use std::time::Duration;

use reqwest::StatusCode;

use super::{Scene, document, states};
use crate::harness::{Browser, EVERYTHING};

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_and_her_counsellor_hold_the_same_receipt_of_a_mandate_and_of_its_end() {
    let scene = Scene::set().await;
    let platform = &scene.platform;
    platform.admit_counsellors().await;
    let counsellor = Browser::of_agent(platform, "counsellor").await;
    let mandate = scene.worker.entrust(&counsellor, &EVERYTHING, "30").await;
    let (hers, held) = (
        format!("/mandates/{mandate}/receipts"),
        format!("/counsellor/mandates/{mandate}/receipts"),
    );
    let list = scene.worker.open_path("/mandates").await.html;
    assert!(list.contains(&format!("href=\"{hers}/1\"")), "{list}");
    let path = format!("/counsellor/mandates/{mandate}");
    let page = counsellor.open_path(&path).await.html;
    assert!(page.contains(&format!("href=\"{held}/1\"")), "{page}");

    let one = scene
        .keep(&scene.worker, &format!("{hers}/1.jwt"), "one.jwt")
        .await;
    let same = scene
        .keep(&counsellor, &format!("{held}/1.jwt"), "same.jwt")
        .await;
    assert_eq!(one, same);
    let written = document(&one).to_string();
    assert!(written.contains("Maëlle Trévidic"), "{written}");
    assert!(!written.contains("Orfeuillard"), "{written}");
    for (browser, path) in [(&scene.worker, &hers), (&counsellor, &held)] {
        let page = browser.open_path(&format!("{path}/1?lang=en")).await.html;
        for words in [
            "Maëlle Trévidic",
            "To see the authorisations",
            "My certificates",
        ] {
            assert!(page.contains(words), "{words}: {page}");
        }
    }
    scene.keep_keys().await;
    scene
        .keep(&scene.worker, &format!("{hers}/1.json"), "copy.json")
        .await;
    let verified = scene.verify(&["copy.json", "--keys", "keys.json"]).await;
    assert_eq!(verified.code, Some(0), "{verified:?}");

    let end = format!("/mandates/{mandate}/end");
    scene.worker.press("/mandates", &end, &[]).await;
    for (browser, path) in [(&scene.worker, &hers), (&counsellor, &held)] {
        let end = scene
            .keep(browser, &format!("{path}/2.jwt"), "end.jwt")
            .await;
        assert_eq!(states(&end), ["dpv:ConsentGiven", "dpv:ConsentWithdrawn"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mandate_that_reached_its_date_has_a_receipt_that_says_so() {
    let scene = Scene::set().await;
    let platform = &scene.platform;
    platform.admit_counsellors().await;
    let counsellor = Browser::of_agent(platform, "counsellor").await;
    let mandate = scene.worker.entrust(&counsellor, &EVERYTHING, "1").await;
    let path = format!("/mandates/{mandate}/receipts/2");
    let early = scene.worker.get(&path).send().await.unwrap();
    assert_eq!(early.status(), StatusCode::NOT_FOUND, "it has not ended");
    platform.clock.advance(Duration::from_hours(25));
    let worker = Browser::of(platform, "plain").await;
    let list = worker.open_path("/mandates").await.html;
    assert!(list.contains(&format!("href=\"{path}\"")), "{list}");
    for _ in 0..2 {
        let end = scene.keep(&worker, &format!("{path}.jwt"), "end.jwt").await;
        assert_eq!(states(&end), ["dpv:ConsentGiven", "dpv:ConsentExpired"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_counsellor_and_no_other_worker_gets_a_receipt_of_a_mandate() {
    let scene = Scene::set().await;
    let platform = &scene.platform;
    platform.admit_counsellors().await;
    let counsellor = Browser::of_agent(platform, "counsellor").await;
    let mandate = scene.worker.entrust(&counsellor, &EVERYTHING, "30").await;
    let held = format!("/counsellor/mandates/{mandate}/receipts");
    let hers = format!("/mandates/{mandate}/receipts");
    let colleague = Browser::of_agent(platform, "colleague").await;
    let other = Browser::of(platform, "corsica").await;
    for form in ["1", "1.jwt", "1.json"] {
        for (browser, path) in [(&colleague, &held), (&other, &hers)] {
            let foreign = browser.get(&format!("{path}/{form}")).send().await.unwrap();
            assert_eq!(foreign.status(), StatusCode::NOT_FOUND, "{path}/{form}");
        }
    }
    let texts = counsellor
        .get(&format!("{held}/1.json"))
        .send()
        .await
        .unwrap();
    assert_eq!(
        texts.status(),
        StatusCode::NOT_FOUND,
        "the texts are the worker's"
    );
}
