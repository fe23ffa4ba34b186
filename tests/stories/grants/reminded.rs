//! A worker is reminded of what ends soon and of what has lasted for long, where she arrives and
//! above her list.

use std::time::Duration;

use reqwest::StatusCode;

use super::start;
use crate::harness::{Browser, ConsentPage, Platform, Tokens, asked};

const DAY: Duration = Duration::from_hours(24);

/// A grant for as many days.
async fn given(platform: &Platform, worker: &Browser, days: &str) -> Tokens {
    let mut details = asked();
    details[0]["duration"] = "P365D".into();
    let page = ConsentPage::open(platform, worker, &platform.coach, &details).await;
    let form = page.form(&[], days, "accept");
    let back = worker.submit(&page.action(), &form).await;
    let code = back.parameter("code").unwrap();
    platform.coach.trade(platform, &code).await
}

/// The first page and the list, days later.
async fn pages_after(platform: &Platform, days: u32) -> (Browser, [String; 2]) {
    platform.clock.advance(DAY * days);
    let worker = Browser::of(platform, "plain").await;
    let home = worker.open_path("/?lang=en").await.html;
    let list = worker.open_path("/authorizations?lang=en").await.html;
    (worker, [home, list])
}

#[tokio::test(flavor = "multi_thread")]
async fn in_its_last_week_a_grant_is_spoken_of_and_can_be_prolonged() {
    let (platform, worker) = start().await;
    let grant = given(&platform, &worker, "30").await.grant;
    let (_, pages) = pages_after(&platform, 22).await;
    assert!(
        pages.iter().all(|page| !page.contains("To look at")),
        "{pages:?}"
    );
    let (worker, pages) = pages_after(&platform, 1).await;
    let link = format!("/authorizations/{grant}#renew");
    for page in &pages {
        assert!(
            page.contains("Your authorisation of Cap Métier ends on"),
            "{page}"
        );
        assert!(page.contains(&link), "{page}");
    }
    worker.steer(&grant, "renew", &[("days", "30")]).await;
    let page = worker.open_path("/?lang=en").await.html;
    assert!(!page.contains("To look at"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_ninety_days_she_keeps_it_or_stops_it_with_one_button_each() {
    let (platform, worker) = start().await;
    let tokens = given(&platform, &worker, "365").await;
    let (_, pages) = pages_after(&platform, 89).await;
    assert!(
        pages.iter().all(|page| !page.contains("To look at")),
        "{pages:?}"
    );
    let (worker, pages) = pages_after(&platform, 1).await;
    for page in &pages {
        assert!(page.contains("You still allow Cap Métier"), "{page}");
        let (_, answers) = page.split_once("class=\"answers\"").unwrap();
        let (answers, _) = answers.split_once("</div>").unwrap();
        assert_eq!(answers.matches("<button type=\"submit\">").count(), 2);
    }
    let kept = worker.steer(&tokens.grant, "keep", &[]).await;
    assert!(
        kept.html.contains("you keep this authorisation"),
        "{}",
        kept.html
    );
    assert!(!kept.html.contains("Version 2"), "nothing has changed");
    let (worker, pages) = pages_after(&platform, 89).await;
    assert!(
        pages.iter().all(|page| !page.contains("To look at")),
        "{pages:?}"
    );
    let journal = worker.open_path("/journal?lang=en").await.html;
    assert!(
        journal.contains("Kept the authorisation of Cap Métier"),
        "{journal}"
    );
    let (worker, pages) = pages_after(&platform, 1).await;
    assert!(
        pages[0].contains("You still allow Cap Métier"),
        "{}",
        pages[0]
    );
    worker.revoke().await;
    let page = worker.open_path("/?lang=en").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.html.contains("To look at"), "{}", page.html);
}
