//! A change and an end have receipts of their own.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Scene, document, states};

impl Scene {
    /// The states that the latest receipt of `grant` tells of, and its number.
    async fn latest(&self, grant: &str) -> (Vec<String>, Value) {
        let reply = self.asked(grant, None).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        let signed = reply.body["receipt"].as_str().unwrap();
        (states(signed), reply.body["number"].clone())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_change_has_a_receipt_that_tells_the_whole_story() {
    let scene = Scene::set().await;
    let platform = &scene.platform;
    let tokens = platform.coach.connect(platform, &scene.worker).await;
    platform.clock.advance(Duration::from_mins(1));
    let score = [
        ("section", "certificates"),
        ("field", "certificates.score"),
        ("days", "1"),
    ];
    scene.worker.choose(&tokens.grant, &score).await;

    let second = scene.asked(&tokens.grant, Some("2")).await;
    let signed = second.body["receipt"].as_str().unwrap();
    assert_eq!(
        states(signed),
        ["dpv:ConsentGiven", "dpv:RenewedConsentGiven"]
    );
    assert_eq!(
        (&second.body["number"], &second.body["version"]),
        (&json!(2), &json!(2))
    );
    let record = &document(signed)["dpv:hasRecordOfActivity"];
    let data = &record["dpv:hasProcess"]["dpv:hasPersonalData"];
    assert_eq!(data[0]["dct:hasPart"], json!(["score"]), "{data}");
    assert_eq!(record["dpv:hasNotice"]["dct:language"], "en");
    let first = scene.asked(&tokens.grant, Some("1")).await;
    let signed = first.body["receipt"].as_str().unwrap();
    assert_eq!(states(signed), ["dpv:ConsentGiven"], "what was, stays");

    scene.keep_keys().await;
    let path = format!("/authorizations/{}/receipts/2.json", tokens.grant);
    scene.keep(&scene.worker, &path, "copy.json").await;
    let ended = scene.verify(&["copy.json", "--keys", "keys.json"]).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(
        ended.out.contains("certificates, fields score"),
        "{ended:?}"
    );

    let refresh = tokens.refresh.unwrap();
    let back = [("token", refresh.as_str())];
    platform.coach.call(platform, "/oauth/revoke", &back).await;
    let (told, number) = scene.latest(&tokens.grant).await;
    assert_eq!((told.len(), number), (3, json!(3)), "{told:?}");
    assert_eq!(
        told[2], "dpv:ConsentGiven",
        "tokens given back change nothing of it"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_worker_takes_back_is_withdrawn_and_both_have_it_on_paper() {
    let scene = Scene::set().await;
    let platform = &scene.platform;
    let grant = platform.coach.connect(platform, &scene.worker).await.grant;
    scene.worker.revoke().await;
    let (told, number) = scene.latest(&grant).await;
    assert_eq!(told, ["dpv:ConsentGiven", "dpv:ConsentWithdrawn"]);
    assert_eq!(number, json!(2));
    let path = format!("/authorizations/{grant}/receipts/2?lang=en");
    let page = scene.worker.open_path(&path).await;
    assert!(
        page.html.contains("Taken back by the person on"),
        "{}",
        page.html
    );
    let list = scene.worker.open_path("/authorizations").await.html;
    for number in [1, 2] {
        let link = format!("href=\"/authorizations/{grant}/receipts/{number}\"");
        assert!(list.contains(&link), "{list}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_app_gives_up_is_revoked_by_it_and_what_reaches_its_date_has_expired() {
    let scene = Scene::set().await;
    let platform = &scene.platform;
    let given_up = platform.coach.connect(platform, &scene.worker).await.grant;
    let fields = [("grant_id", given_up.as_str())];
    let path = "/oauth/grants/renounce";
    platform.coach.call(platform, path, &fields).await;
    let (told, _) = scene.latest(&given_up).await;
    assert_eq!(told, ["dpv:ConsentGiven", "dpv:ConsentRevoked"]);

    let late = platform.coach.connect(platform, &scene.worker).await.grant;
    platform.clock.advance(Duration::from_hours(31 * 24));
    platform.app.consent.settle_expired().await.unwrap();
    let (told, _) = scene.latest(&late).await;
    assert_eq!(told, ["dpv:ConsentGiven", "dpv:ConsentExpired"]);
}
