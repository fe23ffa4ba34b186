//! What was on the screen is kept with the grant (GDPR article 7(1)).

use std::{cmp::Reverse, time::Duration};

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
        check_kept(&kept, &page.seen.html);
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
    let source = include_str!("../../../api/templates/consent.html");
    let digest = kernel::Digest::of(source);
    assert_eq!(row.get::<Vec<u8>, _>("template_digest"), digest.as_bytes());
}

/// The texts within `<main>` of a page, as a reader reads them.
fn read_texts(html: &str) -> Vec<String> {
    let main = html
        .split_once("<main")
        .unwrap()
        .1
        .split_once("</main>")
        .unwrap()
        .0;
    let texts = main
        .split('<')
        .filter_map(|tag| Some(tag.split_once('>')?.1.trim()));
    texts
        .filter(|text| !text.is_empty())
        .map(|text| text.replace("&#38;", "&"))
        .collect()
}

/// Everything on the page is among what was kept, but for the headings, the choice of durations
/// and how much the record holds.
fn check_kept(kept: &[String], html: &str) {
    let apart = [
        [
            "Pour quoi",
            "Ce qu’il faut savoir",
            "Votre dossier n’en contient pas.",
        ],
        ["What for", "Good to know", "Your record holds none."],
    ];
    let html = html.replace("&#60;", "‹").replace("&#62;", "›");
    let mut kept: Vec<_> = kept
        .iter()
        .map(|text| text.replace('<', "‹").replace('>', "›"))
        .collect();
    kept.sort_by_key(|text| Reverse(text.len()));
    for text in read_texts(&html) {
        let mut rest = text.clone();
        for known in kept
            .iter()
            .map(String::as_str)
            .chain(apart.into_iter().flatten())
        {
            rest = rest.replace(known, "");
        }
        let duration = text.starts_with(char::is_numeric);
        let left = rest.trim_matches([' ', '.', '(', ')']);
        assert!(
            left.is_empty() || duration,
            "{text:?} was shown and not kept: {kept:#?}"
        );
    }
}
