//! Nobody gets a receipt of another's.

use reqwest::StatusCode;

use super::{PATH, Scene};
use crate::harness::{Browser, TestApp};

#[tokio::test(flavor = "multi_thread")]
async fn no_other_app_gets_a_receipt_and_none_learns_whether_there_is_one() {
    let scene = Scene::set().await;
    let platform = &scene.platform;
    let grant = platform.coach.connect(platform, &scene.worker).await.grant;
    let other = TestApp::named(platform, "another-app");
    other.register(&platform.app).await;
    let foreign = other.call(platform, PATH, &[("grant_id", &grant)]).await;
    assert_eq!(foreign.verdict(), (400, "invalid_grant"));
    let unknown = scene
        .asked("01900000-0000-7000-8000-000000000000", None)
        .await;
    assert_eq!(unknown.body, foreign.body, "both are answered alike");
    let missing = scene.asked(&grant, Some("7")).await;
    assert_eq!(missing.body, foreign.body);
    for (grant, number) in [
        ("", None),
        ("not-an-id", None),
        (grant.as_str(), Some("two")),
    ] {
        let refused = scene.asked(grant, number).await;
        assert_eq!(refused.verdict(), (400, "invalid_request"));
    }
    let unproven = other.post(PATH, &[("grant_id".into(), grant)]).await;
    assert_eq!(unproven.verdict(), (401, "invalid_client"));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_worker_opens_a_receipt_and_who_has_not_signed_in_is_sent_to() {
    let scene = Scene::set().await;
    let platform = &scene.platform;
    let grant = platform.coach.connect(platform, &scene.worker).await.grant;
    let path = format!("/authorizations/{grant}/receipts/1");
    let other = Browser::of(platform, "corsica").await;
    for form in ["", ".jwt", ".json"] {
        let path = format!("{path}{form}");
        let foreign = other.get(&path).send().await.unwrap();
        assert_eq!(foreign.status(), StatusCode::NOT_FOUND, "{path}");
        let nobody = Browser::open(platform).get(&path).send().await.unwrap();
        assert!(nobody.status().is_redirection(), "{path}");
    }
    for nothing in ["0", "2", "-1", "1.xml", "one", "1.jwt.jwt"] {
        let path = format!("/authorizations/{grant}/receipts/{nothing}");
        let missing = scene.worker.get(&path).send().await.unwrap();
        assert_eq!(missing.status(), StatusCode::NOT_FOUND, "{path}");
    }
    let as_mandate = format!("/mandates/{grant}/receipts/1");
    let confused = scene.worker.get(&as_mandate).send().await.unwrap();
    assert_eq!(confused.status(), StatusCode::NOT_FOUND);
}
