//! An app asks again: only what is new is asked, and it joins the grant in force.

use serde_json::{Value, json};
use sqlx::Row;

use super::{grants, read, start};
use crate::harness::{Browser, ConsentPage, Platform, Tokens, asked};

/// The coach's request for `sections`, and of the certificates for these fields only.
fn request(sections: &[&str], fields: &[&str]) -> Value {
    let mut details = asked();
    details[0]["sections"] = json!(sections);
    details[0]["essential"] = json!([]);
    details[0]["fields"] = json!({"certificates": fields});
    details
}

/// The worker gives the coach the score of her certificates.
async fn first(platform: &Platform, worker: &Browser) -> Tokens {
    let details = request(&["certificates"], &["score"]);
    super::grant(platform, worker, &details).await
}

async fn open(platform: &Platform, worker: &Browser, details: &Value) -> ConsentPage {
    ConsentPage::open(platform, worker, &platform.coach, details).await
}

/// She accepts with these sections ticked, and the coach trades the code.
async fn accepted(
    platform: &Platform,
    worker: &Browser,
    page: &ConsentPage,
    ticked: &[&str],
) -> Tokens {
    let back = page.accept(worker, ticked).await;
    let code = back
        .parameter("code")
        .unwrap_or_else(|| panic!("{}", back.html));
    platform.coach.trade(platform, &code).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_request_asks_only_for_what_is_new_and_adds_it_to_the_grant() {
    let (platform, worker) = start().await;
    let before = first(&platform, &worker).await;
    let more = request(&["certificates", "skills"], &["score", "mention"]);
    let page = open(&platform, &worker, &more).await;
    for words in [
        "Ce que Cap Métier peut déjà voir",
        "Seulement : le score.",
        "s’ajoute à cette autorisation",
        "Seulement : la mention.",
        "La durée vaut pour toute l’autorisation",
    ] {
        assert!(
            page.seen.html.contains(words),
            "{words}: {}",
            page.seen.html
        );
    }
    let after = accepted(&platform, &worker, &page, &["certificates", "skills"]).await;
    assert_eq!(after.grant, before.grant, "the grant stays");
    assert_eq!(after.details["sections"], json!(["certificates", "skills"]));
    assert_eq!(
        after.details["fields"],
        json!({"certificates": ["score", "mention"]})
    );
    assert_eq!(grants(&platform).await, 1);
    let old = read(&platform, &before.access).await;
    assert_eq!(old.verdict(), (401, "invalid-token"), "its tokens die");
    assert_eq!(read(&platform, &after.access).await.status, 200);

    let versions = "SELECT shown_texts FROM grant_versions ORDER BY version";
    let owner = platform.owner().await;
    let versions = sqlx::query(versions).fetch_all(&owner).await.unwrap();
    let [_, second] = &versions[..] else {
        panic!("{} versions", versions.len())
    };
    let texts: Vec<String> = serde_json::from_value(second.get("shown_texts")).unwrap();
    for words in [
        "Ce que Cap Métier peut déjà voir",
        "Seulement : la mention.",
    ] {
        assert!(
            texts.iter().any(|text| text.contains(words)),
            "{words}: {texts:?}"
        );
    }
    let journal = worker.open_path("/journal?lang=en").await.html;
    let changes = journal.matches("Changed the authorisation of Cap Métier");
    assert_eq!(changes.count(), 1, "{journal}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_lost_its_tokens_comes_back_for_what_stands_though_she_gives_nothing_more() {
    let (platform, worker) = start().await;
    let lost = first(&platform, &worker).await;
    let more = request(&["certificates", "skills"], &["score"]);
    let page = open(&platform, &worker, &more).await;
    let after = accepted(&platform, &worker, &page, &[]).await;
    assert_eq!(after.grant, lost.grant);
    assert_eq!(after.details["sections"], json!(["certificates"]));
    assert_eq!(read(&platform, &after.access).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn she_gives_no_more_of_what_is_new_than_she_ticks_and_may_keep_the_end() {
    let (platform, worker) = start().await;
    let before = first(&platform, &worker).await;
    platform.clock.advance(std::time::Duration::from_mins(10));
    let more = request(&["certificates", "skills"], &["score", "mention"]);
    let page = open(&platform, &worker, &more).await;
    let form = page.form(&["skills"], "kept", "accept");
    let back = worker.submit(&page.action(), &form).await;
    let code = back.parameter("code").unwrap();
    let after = platform.coach.trade(&platform, &code).await;
    assert_eq!(after.details["sections"], json!(["certificates", "skills"]));
    assert_eq!(after.details["fields"], json!({"certificates": ["score"]}));
    assert_eq!(after.details["expires_at"], before.details["expires_at"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_again_asks_for_nothing_but_an_end() {
    let (platform, worker) = start().await;
    let before = super::grant(&platform, &worker, &asked()).await;
    platform.clock.advance(std::time::Duration::from_mins(10));
    let page = open(&platform, &worker, &asked()).await;
    assert!(
        !page.seen.html.contains("\"checkbox\""),
        "{}",
        page.seen.html
    );
    assert!(page.seen.html.contains("ne demande rien de plus à voir"));
    let after = accepted(&platform, &worker, &page, &[]).await;
    assert_eq!(after.grant, before.grant);
    assert_eq!(after.details["sections"], before.details["sections"]);
    assert!(
        after.details["expires_at"].as_str() > before.details["expires_at"].as_str(),
        "thirty days from now: ten minutes later"
    );

    let page = open(&platform, &worker, &asked()).await;
    let form = page.form(&[], "30", "refuse");
    let back = worker.submit(&page.action(), &form).await;
    assert_eq!(back.parameter("error").as_deref(), Some("access_denied"));
    assert_eq!(
        read(&platform, &after.access).await.status,
        200,
        "who refuses leaves the grant as it is"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_refresh_token_of_before_goes_on_until_the_new_code_is_traded() {
    let (platform, worker) = start().await;
    let before = first(&platform, &worker).await.refresh.unwrap();
    let more = request(&["certificates", "skills"], &["score"]);
    let page = open(&platform, &worker, &more).await;
    let back = page.accept(&worker, &["skills"]).await;
    let refreshed = platform.coach.refresh(&platform, &before).await;
    assert_eq!(refreshed.status, 200, "{}", refreshed.body);
    let code = back.parameter("code").unwrap();
    let after = platform.coach.trade(&platform, &code).await;
    let late = platform.coach.refresh(&platform, &before).await;
    assert_eq!(late.verdict(), (400, "invalid_grant"));
    let refresh = after.refresh.unwrap();
    let refreshed = platform.coach.refresh(&platform, &refresh).await;
    assert_eq!(refreshed.body["grant_id"], after.grant.as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_added_exactly_makes_a_grant_of_its_own() {
    let (platform, worker) = start().await;
    let before = first(&platform, &worker).await;
    let mut elsewhere = request(&["certificates"], &["mention"]);
    elsewhere[0]["period"] = json!({"from": "2020-01-01"});
    let mut kept_longer = request(&["certificates"], &["score"]);
    kept_longer[0]["retention"] = json!("P31D");
    let mut passed_on = request(&["certificates"], &["score"]);
    passed_on[0]["recipients"] = json!(["Une autre société"]);
    for (number, details) in [elsewhere, kept_longer, passed_on].into_iter().enumerate() {
        let page = open(&platform, &worker, &details).await;
        assert_eq!(page.standing, "", "{details}");
        let after = accepted(&platform, &worker, &page, &["certificates"]).await;
        assert_ne!(after.grant, before.grant, "{details}");
        let count = i64::try_from(number).unwrap() + 2;
        assert_eq!(grants(&platform).await, count);
    }
    assert_eq!(read(&platform, &before.access).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_changed_since_the_page_was_shown_is_shown_again_before_it_is_decided() {
    let (platform, worker) = start().await;
    let before = first(&platform, &worker).await;
    let more = request(&["certificates", "skills"], &["score"]);
    let (one, other) = (
        open(&platform, &worker, &more).await,
        open(&platform, &worker, &more).await,
    );
    let (first, second) = tokio::join!(
        one.accept(&worker, &["skills"]),
        other.accept(&worker, &["skills"])
    );
    let codes = [&first, &second].map(|seen| seen.parameter("code"));
    assert_eq!(codes.iter().flatten().count(), 1, "one of two is taken");
    let late = if codes[0].is_some() { second } else { first };
    assert_eq!(late.status, 409, "{}", late.html);
    assert!(late.html.contains("a changé depuis l’affichage"));
    assert!(
        late.html.contains("ne demande rien de plus à voir"),
        "{}",
        late.html
    );

    let page = open(
        &platform,
        &worker,
        &request(&["certificates"], &["score", "mention"]),
    )
    .await;
    assert!(page.standing.starts_with(&before.grant));
    worker.revoke().await;
    let late = page.accept(&worker, &["certificates"]).await;
    assert_eq!(late.status, 409, "it has ended: {}", late.html);
    assert!(
        !late.html.contains("peut déjà voir"),
        "and there is nothing to add to"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_her_own_making_adds_only_what_was_asked_and_only_to_a_grant_of_that_app() {
    let (platform, worker) = start().await;
    let before = first(&platform, &worker).await;
    let other = crate::harness::TestApp::named(&platform, "another-app");
    other.register(&platform.app).await;
    let theirs = other.connect(&platform, &worker).await.grant;
    let more = request(&["certificates", "skills"], &["score"]);
    let page = open(&platform, &worker, &more).await;
    for standing in [
        "",
        "x",
        &theirs,
        &format!("{theirs}.1"),
        &format!("{}.2", before.grant),
    ] {
        let mut form = page.form(&["skills"], "30", "accept");
        form.retain(|(name, _)| *name != "standing");
        form.push(("standing", standing));
        let seen = worker.submit(&page.action(), &form).await;
        assert_eq!(seen.status, 409, "{standing}: {}", seen.html);
    }
    let trainings = page.form(&["skills", "trainings"], "30", "accept");
    let seen = worker.submit(&page.action(), &trainings).await;
    assert_eq!(seen.status, 422, "{}", seen.html);
    let longer = page.form(&["skills"], "91", "accept");
    let seen = worker.submit(&page.action(), &longer).await;
    assert_eq!(seen.status, 422, "{}", seen.html);
    assert_eq!(
        read(&platform, &before.access).await.status,
        200,
        "nothing has changed"
    );
}
