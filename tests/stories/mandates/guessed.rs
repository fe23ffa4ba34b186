//! Guessing codes: five tries in ten minutes, however fast they come.

use std::time::Duration;

use futures_util::future::join_all;

use super::start;
use crate::harness::{Browser, Seen};

/// A code that is not `code`.
fn wrong(code: &str) -> String {
    let last = if code.ends_with('2') { '3' } else { '2' };
    format!("{}{last}", &code[..code.len() - 1])
}

async fn see(worker: &Browser, code: &str) -> Seen {
    let form = [("code", code)];
    worker
        .press("/mandates", "/mandates/invitation", &form)
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn after_five_wrong_codes_the_right_one_is_not_looked_at_for_ten_minutes() {
    let (platform, worker, counsellor) = start().await;
    let (hers, theirs) = (worker.meeting().await, counsellor.invitation().await);
    for code in [&wrong(&hers), "", "2345-678", "not a code", "é"] {
        assert_eq!(counsellor.join(code).await.status, 422, "{code}");
    }
    for code in [&wrong(&theirs), "", "2345-678", "not a code", "é"] {
        assert_eq!(see(&worker, code).await.status, 422, "{code}");
    }
    assert_eq!(counsellor.join(&hers).await.status, 429);
    assert_eq!(see(&worker, &theirs).await.status, 429);
    let colleague = Browser::of_agent(&platform, "colleague").await;
    assert_eq!(colleague.join(&hers).await.status, 200, "others may");

    platform.clock.advance(Duration::from_mins(10));
    let hers = worker.meeting().await;
    assert_eq!(counsellor.join(&hers).await.status, 200);
    assert_eq!(see(&worker, &theirs).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_again_gives_no_more_tries() {
    let (platform, worker, counsellor) = start().await;
    let code = worker.meeting().await;
    for _ in 0..5 {
        counsellor.join(&wrong(&code)).await;
    }
    let again = Browser::of_agent(&platform, "counsellor").await;
    assert_eq!(again.join(&code).await.status, 429);
}

#[tokio::test(flavor = "multi_thread")]
async fn tries_at_the_same_time_are_counted_one_by_one() {
    let (_platform, worker, counsellor) = start().await;
    let code = wrong(&worker.meeting().await);
    let token = counsellor
        .open_path("/counsellor")
        .await
        .hidden("form_token");
    let form = [("form_token", token.as_str()), ("code", code.as_str())];
    let tries = (0..20).map(|_| counsellor.send("/counsellor/code", &form));
    let told = join_all(tries).await;
    let looked_at = told.iter().filter(|reply| reply.status() == 422).count();
    assert_eq!(looked_at, 5);
    assert!(
        told.iter()
            .all(|reply| [422, 429].contains(&reply.status().as_u16()))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_that_gives_a_mandate_is_no_way_around_the_tries() {
    let (_platform, worker, counsellor) = start().await;
    let code = counsellor.invitation().await;
    let give = async |code: &str| {
        let form = [
            ("code", code),
            ("section", "certificates"),
            ("days", "1"),
            ("decision", "accept"),
        ];
        worker.press("/mandates", "/mandates", &form).await.status
    };
    for _ in 0..5 {
        assert_eq!(give(&wrong(&code)).await, 422);
    }
    assert_eq!(give(&code).await, 429);
}
