//! What no counsellor reaches: acts that were not permitted, mandates and workers of others.

use reqwest::StatusCode;

use super::{journal, start};
use crate::harness::{Browser, EVERYTHING};

/// Every page and form of a mandate, with the grant that a form names.
fn addresses(mandate: &str, grant: &str) -> [(String, bool); 5] {
    let base = format!("/counsellor/mandates/{mandate}");
    [
        (base.clone(), false),
        (format!("{base}/record"), false),
        (format!("{base}/authorizations"), false),
        (format!("{base}/authorizations/{grant}/stop"), true),
        (format!("{base}/resign"), true),
    ]
}

/// The status of `address` for `counsellor`: a page, or a form of hers.
async fn status(counsellor: &Browser, (address, is_form): &(String, bool)) -> StatusCode {
    if *is_form {
        counsellor.press("/counsellor", address, &[]).await.status
    } else {
        counsellor.open_path(address).await.status
    }
}

/// The grant that the worker of `browser` gave last.
async fn grant(browser: &Browser) -> String {
    let page = browser.open_path("/authorizations").await;
    page.between("action=\"/authorizations/", "/revoke\"")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mandate_permits_what_was_ticked_and_nothing_else() {
    let (platform, worker, counsellor) = start().await;
    let tokens = platform.coach.connect(&platform, &worker).await;
    let grant = grant(&worker).await;
    for (ticked, permitted) in [
        (("section", "certificates"), [200, 200, 403, 403]),
        (("action", "see_authorizations"), [200, 403, 200, 403]),
    ] {
        let mandate = worker.entrust(&counsellor, &[ticked], "30").await;
        let all = addresses(&mandate, &grant);
        for (address, expected) in all.iter().zip(permitted) {
            let status = status(&counsellor, address).await;
            assert_eq!(status, expected, "{ticked:?} {address:?}");
        }
    }
    let read = platform
        .coach
        .read("/v1/record/certificates", &tokens.access);
    assert_eq!(read.await.status, 200, "nothing was stopped");
    let stops = [("action", "stop_authorizations")];
    let mandate = worker.entrust(&counsellor, &stops, "30").await;
    let [_, record, sees, stop, _] = addresses(&mandate, &grant);
    assert_eq!(status(&counsellor, &record).await, 403);
    assert_eq!(status(&counsellor, &sees).await, 200, "to stop is to see");
    assert_eq!(status(&counsellor, &stop).await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_agent_reaches_a_mandate_not_even_the_same_person_elsewhere() {
    let (platform, worker, counsellor) = start().await;
    platform.coach.connect(&platform, &worker).await;
    let mandate = worker.entrust(&counsellor, &EVERYTHING, "30").await;
    let addresses = addresses(&mandate, &grant(&worker).await);
    let before = journal(&worker).await;
    for persona in ["colleague", "moved"] {
        let other = Browser::of_agent(&platform, persona).await;
        let home = other.open_path("/counsellor").await.html;
        assert!(!home.contains("Orfeuillard"), "{persona}: {home}");
        for address in &addresses {
            let status = status(&other, address).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{persona} {address:?}");
        }
    }
    assert_eq!(journal(&worker).await, before, "and nothing was done");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mandate_of_one_worker_reaches_nothing_of_another() {
    let (platform, worker, counsellor) = start().await;
    let other = Browser::of(&platform, "accents").await;
    let tokens = platform.coach.connect(&platform, &other).await;
    let theirs = grant(&other).await;
    let mandate = worker.entrust(&counsellor, &EVERYTHING, "30").await;
    let [_, _, sees, stop, _] = addresses(&mandate, &theirs);
    assert_eq!(status(&counsellor, &stop).await, StatusCode::NOT_FOUND);
    let page = counsellor.open_path(&sees.0).await.html;
    assert!(!page.contains("Cap Métier"), "{page}");
    let read = platform
        .coach
        .read("/v1/record/certificates", &tokens.access);
    assert_eq!(read.await.status, 200);
    let end = format!("/mandates/{mandate}/end");
    let ended = other.press("/mandates", &end, &[]).await;
    assert_eq!(ended.status, StatusCode::NOT_FOUND, "nor does she end it");
    let [_, record, ..] = addresses(&mandate, &theirs);
    assert_eq!(status(&counsellor, &record).await, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_names_no_mandate_is_nobody_s() {
    let (_platform, _worker, counsellor) = start().await;
    let nobody_s = "01900000-0000-7000-8000-000000000000";
    for mandate in [nobody_s, "x", "..%2F"] {
        for address in addresses(mandate, nobody_s) {
            let status = status(&counsellor, &address).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{address:?}");
        }
    }
}
