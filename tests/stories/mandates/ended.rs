//! The end of a mandate: by the worker, by the counsellor, by its time; at once, on every node.

use std::time::Duration;

use reqwest::header;

use super::{journal, start};
use crate::harness::{Browser, EVERYTHING};

/// Where opening `path` of the mandate leads.
async fn lands(counsellor: &Browser, mandate: &str, path: &str) -> String {
    let path = format!("/counsellor/mandates/{mandate}{path}");
    let seen = counsellor.open_path(&path).await;
    let url = seen.url;
    url[url::Position::BeforePath..].to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn she_ends_it_between_two_acts_and_the_second_is_not_done_on_any_node() {
    let (platform, worker, counsellor) = start().await;
    let node = platform.second_node().await;
    let tokens = platform.coach.connect(&platform, &worker).await;
    let mandate = worker.entrust(&counsellor, &EVERYTHING, "30").await;
    let path = format!("/counsellor/mandates/{mandate}/authorizations");
    let page = counsellor.open_path(&path).await;
    let (stop, token) = (
        page.between(&format!("action=\"{path}/"), "\""),
        page.hidden("form_token"),
    );
    let there = async || {
        let cookie = format!("agent={}", counsellor.cookie("agent").unwrap());
        let address = format!("{}/counsellor/mandates/{mandate}/record", node.url);
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        let request = client.get(address).header(header::COOKIE, cookie);
        request.send().await.unwrap().status()
    };
    assert_eq!(there().await, 200);

    let own = format!("/mandates/{mandate}/end");
    let ended = worker.press("/mandates", &own, &[]).await;
    assert_eq!(ended.url.query(), Some("ended=1"), "{}", ended.html);
    assert_eq!(there().await, 303, "the other node knows at once");
    let form = [("form_token", token.as_str())];
    let late = counsellor.submit(&format!("{path}/{stop}"), &form).await;
    assert_eq!(late.url.query(), Some("ended=1"), "{}", late.html);
    for path in ["", "/record", "/authorizations"] {
        assert_eq!(
            lands(&counsellor, &mandate, path).await,
            "/counsellor?ended=1"
        );
    }
    let read = platform
        .coach
        .read("/v1/record/certificates", &tokens.access);
    assert_eq!(read.await.status, 200, "her authorisation stands");
    let home = counsellor.open_path("/counsellor").await.html;
    assert!(!home.contains("Orfeuillard"), "{home}");
    let again = worker.press("/mandates", &own, &[]).await;
    assert_eq!(again.url.query(), Some("ended=1"), "once more is harmless");
    let told = journal(&worker).await;
    assert_eq!(told.matches("Ended the mandate of Maëlle").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_counsellor_gives_it_up() {
    let (_platform, worker, counsellor) = start().await;
    let mandate = worker.entrust(&counsellor, &EVERYTHING, "30").await;
    let path = format!("/counsellor/mandates/{mandate}/resign");
    let gone = counsellor.press("/counsellor", &path, &[]).await;
    assert_eq!(gone.url.query(), Some("resigned=1"), "{}", gone.html);
    let record = lands(&counsellor, &mandate, "/record").await;
    assert_eq!(record, "/counsellor?ended=1");
    let own = worker.open_path("/mandates?lang=en").await.html;
    assert!(own.contains("Given up by your counsellor on"), "{own}");
    let told = journal(&worker).await;
    let who = "Maëlle Trévidic, Organisation 90000000300005, in your name</th>\n<td>Ended";
    assert!(told.contains(who), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mandate_ends_at_its_hour() {
    let (platform, worker, counsellor) = start().await;
    let mandate = worker.entrust(&counsellor, &EVERYTHING, "1").await;
    platform
        .clock
        .advance(Duration::from_hours(24) - Duration::from_secs(1));
    let counsellor = Browser::of_agent(&platform, "counsellor").await;
    let record = lands(&counsellor, &mandate, "/record").await;
    assert!(record.ends_with("/record"), "{record}");
    platform.clock.advance(Duration::from_secs(1));
    let record = lands(&counsellor, &mandate, "/record").await;
    assert_eq!(
        record, "/counsellor?ended=1",
        "the last instant is not hers"
    );
    let worker = Browser::of(&platform, "plain").await;
    let own = worker.open_path("/mandates?lang=en").await.html;
    assert!(own.contains("Reached its end on"), "{own}");
}
