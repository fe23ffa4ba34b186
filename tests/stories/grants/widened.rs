//! A grant that is widened again: up to what its app had asked for, and never beyond.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::start;
use crate::harness::{Browser, ConsentPage, Platform, Seen, Tokens, asked};

/// What the app asks for: two fields of her certificates, and her skills, for ninety days.
fn some_fields() -> Value {
    let mut asked = asked();
    asked[0]["fields"] = json!({"certificates": ["score", "valid_from"]});
    asked
}

/// A grant of the essential alone, for a week, of what `details` ask.
async fn given(platform: &Platform, worker: &Browser, details: &Value) -> Tokens {
    let page = ConsentPage::open(platform, worker, &platform.coach, details).await;
    let form = page.form(&[], "7", "accept");
    let back = worker.submit(&page.action(), &form).await;
    let code = back.parameter("code");
    platform.coach.trade(platform, &code.unwrap()).await
}

/// The form with all of her skills ticked.
const SKILLS: [(&str, &str); 4] = [
    ("section", "skills"),
    ("field", "skills.title"),
    ("field", "skills.mastery"),
    ("field", "skills.description"),
];

/// What a refresh says is given now.
async fn granted(platform: &Platform, tokens: &Tokens) -> Value {
    let refresh = tokens.refresh.as_ref().unwrap();
    let refreshed = platform.coach.refresh(platform, refresh).await;
    refreshed.body["authorization_details"][0].clone()
}

fn check_refused(seen: &Seen) {
    assert_eq!(
        seen.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        seen.html
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn she_gives_again_what_was_asked_and_nothing_beyond_it_is_taken() {
    let (platform, worker) = start().await;
    let tokens = given(&platform, &worker, &some_fields()).await;
    let grant = &tokens.grant;
    let form = worker
        .open_path(&format!("/authorizations/{grant}/change?lang=en"))
        .await
        .html;
    assert!(form.contains("value=\"skills\"") && !form.contains("value=\"identity\""));
    assert!(form.contains("certificates.score") && !form.contains("certificates.issuer"));
    let (_, skills) = form.split_once("id=\"section-skills\"").unwrap();
    let (skills, _) = skills.split_once('>').unwrap();
    assert!(!skills.contains("checked"), "nothing is ticked for her");

    let certificates = [
        ("section", "certificates"),
        ("field", "certificates.score"),
        ("field", "certificates.valid_from"),
    ];
    for beyond in [
        ("section", "identity"),
        ("field", "certificates.issuer"),
        ("days", "91"),
    ] {
        let mut form = certificates.to_vec();
        form.push(beyond);
        check_refused(&worker.choose(grant, &form).await);
    }
    assert_eq!(
        granted(&platform, &tokens).await["sections"],
        json!(["certificates"])
    );

    let mut all = certificates.to_vec();
    all.extend(SKILLS);
    all.push(("days", "90"));
    let seen = worker.choose(grant, &all).await;
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.html);
    assert!(seen.html.contains("Given: My skills."), "{}", seen.html);
    let details = granted(&platform, &tokens).await;
    assert_eq!(details["sections"], json!(["certificates", "skills"]));
    assert_eq!(
        details["fields"],
        json!({"certificates": ["valid_from", "score"]}),
        "what was given before is as it was"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_is_counted_from_today_and_never_longer_than_was_asked() {
    let (platform, worker) = start().await;
    let tokens = given(&platform, &worker, &asked()).await;
    platform.clock.advance(Duration::from_hours(24 * 3));
    let worker = Browser::of(&platform, "plain").await;
    let page = worker.grant_page(&tokens.grant).await;
    let (_, renewal) = page.html.split_once("id=\"renew\"").unwrap();
    let offered = renewal.split("<option value=\"").skip(1);
    let offered: Vec<_> = offered
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    assert_eq!(offered, ["7", "30", "90"], "the shortest comes first");
    for beyond in ["91", "365", "366", "0", "1"] {
        let form = [("days", beyond)];
        check_refused(&worker.steer(&tokens.grant, "renew", &form).await);
    }
    let renewed = worker
        .steer(&tokens.grant, "renew", &[("days", "90")])
        .await;
    assert!(renewed.html.contains("prolonged"), "{}", renewed.html);
    let details = granted(&platform, &tokens).await;
    let ends: time::OffsetDateTime =
        time::serde::rfc3339::deserialize(&details["expires_at"]).unwrap();
    let latest = platform.clock.now() + Duration::from_hours(24 * 90);
    assert_eq!(ends, latest);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_grant_from_before_the_question_was_kept_its_first_version_is_the_most() {
    let (platform, worker) = start().await;
    let tokens = platform.coach.connect(&platform, &worker).await;
    let owner = platform.owner().await;
    sqlx::raw_sql(
        "ALTER TABLE grants NO FORCE ROW LEVEL SECURITY;
         UPDATE grants SET asked = NULL;
         ALTER TABLE grants FORCE ROW LEVEL SECURITY;",
    )
    .execute(&owner)
    .await
    .unwrap();
    worker
        .steer(&tokens.grant, "part", &[("section", "skills")])
        .await;
    let whole: Vec<_> = ["certificates.score"].map(|field| ("field", field)).into();
    let mut both = whole.clone();
    both.push(("section", "certificates"));
    both.extend(SKILLS);
    let mut longer = both.clone();
    longer.push(("days", "31"));
    check_refused(&worker.choose(&tokens.grant, &longer).await);
    let again = worker.choose(&tokens.grant, &both).await;
    assert!(again.html.contains("Given: My skills."), "{}", again.html);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_no_longer_declares_a_section_is_not_given_it_again() {
    let (platform, worker) = start().await;
    let tokens = platform.coach.connect(&platform, &worker).await;
    worker
        .steer(&tokens.grant, "part", &[("section", "skills")])
        .await;
    let owner = platform.owner().await;
    sqlx::query("UPDATE apps SET sections = '{certificates}'")
        .execute(&owner)
        .await
        .unwrap();
    let form = format!("/authorizations/{}/change", tokens.grant);
    let form = worker.open_path(&form).await.html;
    assert!(!form.contains("value=\"skills\""), "{form}");
    let refused = worker.choose(&tokens.grant, &[("section", "skills")]).await;
    check_refused(&refused);
}
