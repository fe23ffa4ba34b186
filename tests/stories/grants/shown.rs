//! What was on the screen is kept with the grant (GDPR article 7(1)).

use std::time::Duration;

use serde_json::{Value, json};
use sqlx::Row;

use super::start;
use crate::harness::{ConsentPage, asked};

#[tokio::test(flavor = "multi_thread")]
async fn the_grant_keeps_every_text_that_was_on_the_screen_in_its_language() {
    let (platform, worker) = start().await;
    let owner = platform.owner().await;
    let mut alone = asked();
    alone[0]["essential"] = json!([]);
    alone[0]["recipients"] = json!(["Bureau <b>& Cie</b>"]);
    let mut limited = asked();
    limited[0]["actions"] = json!(["propose", "read"]);
    limited[0]["fields"] = json!({"certificates": ["score", "valid_from"]});
    limited[0]["items"] = json!({"skills": ["01938f5a-0000-7000-8000-000000000000"]});
    limited[0]["period"] = json!({"from": "2020-01-01", "until": "2024-12-31"});
    for (locale, details) in [
        ("fr", asked()),
        ("en", asked()),
        ("fr", alone),
        ("fr", limited.clone()),
        ("en", limited),
    ] {
        platform.clock.advance(Duration::from_secs(1));
        let path = platform.coach.ask(&platform, &details).await;
        let page = ConsentPage::open_at(&worker, format!("{path}&lang={locale}")).await;
        assert!(
            page.accept(&worker, &["skills"])
                .await
                .parameter("code")
                .is_some()
        );
        let rows = sqlx::query(
            "SELECT locale, shown_texts, shown_digest FROM grant_versions
             ORDER BY given_at DESC LIMIT 1",
        );
        let row = rows.fetch_one(&owner).await.unwrap();
        assert_eq!(row.get::<String, _>("locale"), locale);
        let kept: Vec<String> = serde_json::from_value(row.get::<Value, _>("shown_texts")).unwrap();
        let digest = kernel::Digest::of(kept.join("\n"));
        assert_eq!(row.get::<Vec<u8>, _>("shown_digest"), digest.as_bytes());
        assert_eq!(kept, read_texts(&page.seen.html));
        // So that the next request asks for all of it, and not for what is new.
        worker.revoke().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_grant_keeps_which_template_arranged_the_texts() {
    let (platform, worker) = start().await;
    platform.coach.connect(&platform, &worker).await;
    let row = sqlx::query("SELECT template_name, template_digest FROM grant_versions")
        .fetch_one(&platform.owner().await)
        .await
        .unwrap();
    assert_eq!(row.get::<String, _>("template_name"), "consent.html");
    // With the boxes that it includes.
    let source = concat!(
        include_str!("../../../api/templates/consent.html"),
        include_str!("../../../api/templates/ticks.html"),
    );
    let digest = kernel::Digest::of(source);
    assert_eq!(row.get::<Vec<u8>, _>("template_digest"), digest.as_bytes());
}

/// The texts within `<main>` of a page, as a reader reads them: what stands between two tags of
/// blocks.
fn read_texts(html: &str) -> Vec<String> {
    let main = html.split("<main").nth(1).unwrap();
    let main = main.split("</main>").next().unwrap();
    let mut within = main.split_once('>').unwrap().1.to_owned();
    for inline in ["strong", "span", "a"] {
        let opening = format!("<{inline} ");
        let mut pieces = within.split(&opening);
        let mut joined = pieces.next().unwrap().to_owned();
        for piece in pieces {
            joined += piece.split_once('>').unwrap().1;
        }
        within = joined.replace(&format!("</{inline}>"), "");
    }
    let texts = within.split('<').enumerate().map(|(place, text)| {
        let text = if place == 0 {
            text
        } else {
            text.split_once('>').unwrap().1
        };
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    });
    texts
        .filter(|text| !text.is_empty())
        .map(|text| {
            let text = text.replace("&#60;", "<").replace("&#62;", ">");
            text.replace("&#39;", "'").replace("&#38;", "&")
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_not_the_one_she_read_is_shown_again_and_gives_nothing() {
    let (platform, worker) = start().await;
    let page = ConsentPage::open(&platform, &worker, &platform.coach, &asked()).await;
    // Meanwhile what the page says of the app becomes another thing.
    let form = page.form(&["skills"], "30", "accept");
    let owner = platform.owner().await;
    sqlx::query("UPDATE apps SET description = '{\"fr\": \"Autre chose.\", \"en\": \"Else.\"}'")
        .execute(&owner)
        .await
        .unwrap();
    let again = worker.submit(&page.action(), &form).await;
    assert_eq!(again.status, 409);
    assert!(
        again.html.contains("Cette demande a changé"),
        "{}",
        again.html
    );
    assert!(again.html.contains("Autre chose."));
    assert_eq!(super::grants(&platform).await, 0);
    let skills = again.between("value=\"skills\"", ">");
    assert!(skills.ends_with("checked"), "her choice is kept: {skills}");
    let read = ConsentPage::of(again, page.path.clone());
    assert!(
        read.accept(&worker, &["skills"])
            .await
            .parameter("code")
            .is_some()
    );
}
