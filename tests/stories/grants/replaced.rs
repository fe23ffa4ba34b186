//! What takes the place of a grant keeps its id, and nothing of what it gave.

use serde_json::json;

use super::{good, grants, read, start};
use crate::harness::{Browser, ConsentPage, Form, Platform, Tokens, altered, asked};

/// The form that asks the coach's worker to replace `grant`.
fn replacing(platform: &Platform, grant: &str, details: &serde_json::Value) -> Form {
    let form = altered(good(platform), "grant_management_action", "replace");
    let form = altered(form, "grant_id", grant);
    altered(form, "authorization_details", &details.to_string())
}

async fn replaced(platform: &Platform, worker: &Browser, form: &Form, ticked: &[&str]) -> Tokens {
    let path = platform.coach.ask_by(form).await;
    let page = ConsentPage::open_at(worker, path).await;
    let words = "remplace cette autorisation : le reste s’arrête aussitôt";
    assert!(page.seen.html.contains(words), "{}", page.seen.html);
    let code = page.accept(worker, ticked).await.parameter("code").unwrap();
    platform.coach.trade(platform, &code).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_that_is_replaced_keeps_its_id_and_gives_only_what_is_accepted_now() {
    let (platform, worker) = start().await;
    let before = super::grant(&platform, &worker, &asked()).await;
    let mut less = asked();
    less[0]["sections"] = json!(["certificates"]);
    less[0]["fields"] = json!({"certificates": ["score"]});
    less[0]["retention"] = json!("P7D");
    let form = replacing(&platform, &before.grant, &less);
    let after = replaced(&platform, &worker, &form, &[]).await;
    assert_eq!(after.grant, before.grant);
    assert_eq!(grants(&platform).await, 1);
    assert_eq!(after.details["sections"], json!(["certificates"]));
    assert_eq!(after.details["fields"], json!({"certificates": ["score"]}));
    assert_eq!(after.details["retention"], "P7D");
    let old = read(&platform, &before.access).await;
    assert_eq!(old.verdict(), (401, "invalid-token"));
    let refresh = before.refresh.unwrap();
    let old = platform.coach.refresh(&platform, &refresh).await;
    assert_eq!(old.verdict(), (400, "invalid_grant"), "another was issued");
    let entries = read(&platform, &after.access).await;
    assert_eq!(entries.status, 200, "{}", entries.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_replaced_by_a_single_reading_gives_no_token_to_the_refresh_token_of_before() {
    let (platform, worker) = start().await;
    let before = super::grant(&platform, &worker, &asked()).await;
    let mut once = asked();
    once[0]["frequency"] = json!("once");
    once[0]["duration"] = json!("P1D");
    let form = replacing(&platform, &before.grant, &once);
    let path = platform.coach.ask_by(&form).await;
    let page = ConsentPage::open_at(&worker, path).await;
    let form = page.form(&[], "1", "accept");
    let code = worker.submit(&page.action(), &form).await.parameter("code");
    let refresh = before.refresh.unwrap();
    let early = platform.coach.refresh(&platform, &refresh).await;
    assert_eq!(early.verdict(), (400, "invalid_grant"), "before the trade");
    let after = platform.coach.trade(&platform, &code.unwrap()).await;
    assert_eq!((after.grant, after.refresh), (before.grant, None));
    let late = platform.coach.refresh(&platform, &refresh).await;
    assert_eq!(late.verdict(), (400, "invalid_grant"), "and after");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_cannot_be_kept_by_what_takes_the_place_of_a_grant() {
    let (platform, worker) = start().await;
    let before = super::grant(&platform, &worker, &asked()).await;
    let path = platform
        .coach
        .ask_by(&replacing(&platform, &before.grant, &asked()))
        .await;
    let page = ConsentPage::open_at(&worker, path).await;
    assert!(!page.seen.html.contains("\"kept\""), "{}", page.seen.html);
    let form = page.form(&["skills"], "kept", "accept");
    let seen = worker.submit(&page.action(), &form).await;
    assert_eq!(seen.status, 422, "{}", seen.html);
    assert_eq!(read(&platform, &before.access).await.status, 200);
}
