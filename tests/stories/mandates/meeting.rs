//! Face to face: the worker reads a code out, sees who typed it, and decides.

use std::time::Duration;

use super::{mandates, start};
use crate::harness::{Browser, EVERYTHING, Seen};

/// The worker accepts what stands on `page`.
async fn accept(worker: &Browser, page: &Seen) -> Seen {
    let (token, meeting) = (page.hidden("form_token"), page.hidden("meeting"));
    let form = [
        ("form_token", token.as_str()),
        ("meeting", &meeting),
        ("days", "1"),
        ("decision", "accept"),
    ];
    worker
        .submit("/mandates", &[&form[..], &EVERYTHING].concat())
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_opens_nothing_before_she_has_seen_who_typed_it_and_agreed() {
    let (platform, worker, counsellor) = start().await;
    let code = worker.meeting().await;
    let waiting = worker.open_path("/mandates/meeting?lang=en").await;
    assert_eq!(waiting.spoken(), code, "she can look at it again");
    assert!(waiting.html.contains("Nobody has typed your code yet"));

    let typed = counsellor.join(&code).await;
    assert_eq!(typed.url.query(), Some("joined=1"), "{}", typed.html);
    assert!(
        !typed.html.contains("Orfeuillard"),
        "nothing of her is told"
    );
    assert_eq!(mandates(&platform).await, 0);

    let page = worker.open_path("/mandates/meeting").await;
    assert!(page.html.contains("Maëlle Trévidic") && page.html.contains("900000003"));
    assert!(!page.html.contains("\" checked"));
    let given = accept(&worker, &page).await;
    assert_eq!(given.url.query(), Some("given=1"), "{}", given.html);
    let home = counsellor.open_path("/counsellor").await.html;
    assert!(home.contains("Lucie Orfeuillard"), "{home}");

    let again = accept(&worker, &page).await;
    assert_eq!(again.status, 422, "a form sent twice gives one mandate");
    assert_eq!(mandates(&platform).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_good_once_for_ten_minutes_and_until_she_asks_for_another() {
    let (platform, worker, counsellor) = start().await;
    let colleague = Browser::of_agent(&platform, "colleague").await;
    let code = worker.meeting().await;
    assert_eq!(counsellor.join(&code).await.status, 200);
    assert_eq!(colleague.join(&code).await.status, 422, "used");
    let first = worker.meeting().await;
    let second = worker.meeting().await;
    assert_eq!(counsellor.join(&first).await.status, 422, "replaced");
    assert_eq!(counsellor.join(&second).await.status, 200);
    let late = worker.meeting().await;
    platform.clock.advance(Duration::from_mins(10));
    assert_eq!(counsellor.join(&late).await.status, 422, "late");
    let page = worker.open_path("/mandates/meeting").await;
    assert_eq!(page.url.path(), "/mandates", "there is no meeting any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_typed_a_code_first_is_not_swapped_for_another_behind_her_back() {
    let (platform, worker, counsellor) = start().await;
    let colleague = Browser::of_agent(&platform, "colleague").await;
    counsellor.join(&worker.meeting().await).await;
    let page = worker.open_path("/mandates/meeting").await;
    assert!(page.html.contains("Maëlle Trévidic"));
    // In another tab she shows another code, which the colleague types.
    colleague.join(&worker.meeting().await).await;
    assert_eq!(accept(&worker, &page).await.status, 422);
    assert_eq!(mandates(&platform).await, 0);
    let page = worker.open_path("/mandates/meeting").await;
    assert!(page.html.contains("Yanis Bellecombe"));
    assert_eq!(accept(&worker, &page).await.url.query(), Some("given=1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn she_may_send_the_counsellor_away_or_take_too_long() {
    let (platform, worker, counsellor) = start().await;
    counsellor.join(&worker.meeting().await).await;
    let page = worker.open_path("/mandates/meeting").await;
    let form = [
        ("form_token", page.hidden("form_token")),
        ("meeting", page.hidden("meeting")),
        ("decision", "refuse".into()),
    ];
    let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
    let refused = worker.submit("/mandates", &form).await;
    assert_eq!(refused.url.path(), "/mandates");
    assert_eq!(accept(&worker, &page).await.status, 422, "it is over");

    counsellor.join(&worker.meeting().await).await;
    let page = worker.open_path("/mandates/meeting").await;
    platform.clock.advance(Duration::from_mins(10));
    assert_eq!(accept(&worker, &page).await.status, 422, "too late");
    assert_eq!(mandates(&platform).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_answers_in_another_s_meeting() {
    let (platform, worker, counsellor) = start().await;
    let other = Browser::of(&platform, "accents").await;
    counsellor.join(&worker.meeting().await).await;
    let page = worker.open_path("/mandates/meeting").await;
    let token = other.form_token().await;
    let form = [
        ("form_token", token.as_str()),
        ("meeting", &page.hidden("meeting")),
        ("days", "1"),
        ("decision", "accept"),
    ];
    let stolen = other
        .submit("/mandates", &[&form[..], &EVERYTHING].concat())
        .await;
    assert_eq!(stolen.status, 422, "{}", stolen.html);
    assert_eq!(mandates(&platform).await, 0);
}
