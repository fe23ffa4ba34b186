//! After a refusal: the same request does not simply ask again.

use std::time::Duration;

use serde_json::{Value, json};
use time::macros::format_description;

use super::{grants, start};
use crate::harness::{Browser, ConsentPage, Platform, Seen, asked};

const DAY: u64 = 24 * 60 * 60;

/// Has the coach ask for `details` and opens what the worker is shown.
async fn opened(platform: &Platform, worker: &Browser, details: &Value) -> Seen {
    worker
        .open_path(&platform.coach.ask(platform, details).await)
        .await
}

/// Whether she is told that she refused this before.
fn is_told(page: &Seen) -> bool {
    page.html.contains("Vous avez déjà refusé cette demande")
}

/// What her list says that she refused lately; nothing when it has no such part.
async fn listed(worker: &Browser) -> Option<String> {
    let page = worker.open_path("/authorizations").await;
    let (_, part) = page
        .html
        .split_once("<section aria-labelledby=\"refusals\">")?;
    Some(part.split("</section>").next().unwrap().to_owned())
}

/// A worker who has refused what the coach asked.
async fn refused() -> (Platform, Browser) {
    let (platform, worker) = start().await;
    let page = ConsentPage::open(&platform, &worker, &platform.coach, &asked()).await;
    let back = worker
        .submit(&page.action(), &page.form(&[], "1", "refuse"))
        .await;
    assert_eq!(back.parameter("error").as_deref(), Some("access_denied"));
    (platform, worker)
}

/// The form of the page that tells her, with this button pressed.
async fn press(worker: &Browser, page: &Seen, decision: &str) -> Seen {
    let fields = ["form_token", "client_id", "request_uri"].map(|name| (name, page.hidden(name)));
    let mut form: Vec<_> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    form.push(("decision", decision));
    let action = page.between("<form method=\"post\" action=\"", "\"");
    worker.submit(&action, &form).await
}

#[tokio::test(flavor = "multi_thread")]
async fn she_is_told_when_she_refused_and_goes_back_to_the_app_or_looks_again() {
    let (platform, worker) = refused().await;
    let told = opened(&platform, &worker, &asked()).await;
    assert!(is_told(&told), "{}", told.html);
    assert!(!told.html.contains("checkbox"), "nothing is asked of her");
    let buttons: Vec<_> = told.html.split("<button ").skip(1).collect();
    let buttons: Vec<_> = buttons
        .iter()
        .map(|rest| rest.split('>').next().unwrap())
        .collect();
    assert_eq!(
        buttons[0].replace("refuse", "look"),
        buttons[1],
        "two equal choices"
    );
    let back = press(&worker, &told, "refuse").await;
    assert_eq!(back.url.host_str(), Some("coach.example"));
    assert_eq!(back.parameter("error").as_deref(), Some("access_denied"));

    let told = opened(&platform, &worker, &asked()).await;
    let page = press(&worker, &told, "look").await;
    let page = ConsentPage::of(page, told.url.path().to_owned());
    assert_eq!(grants(&platform).await, 0);
    assert!(
        page.accept(&worker, &["skills"])
            .await
            .parameter("code")
            .is_some()
    );
    let english = worker.open_path("/authorizations?lang=en").await;
    assert!(english.html.contains("Cap Métier"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_for_as_much_or_more_is_the_same_and_one_for_less_or_of_another_is_not() {
    let (platform, worker) = refused().await;
    let asks = |change: fn(&mut Value)| {
        let mut details = asked();
        change(&mut details[0]);
        details
    };
    let longer = asks(|details| details["duration"] = json!("P91D"));
    assert!(is_told(&opened(&platform, &worker, &longer).await));
    let less = asks(|details| details["sections"] = json!(["certificates"]));
    assert!(!is_told(&opened(&platform, &worker, &less).await));
    let other = crate::harness::TestApp::named(&platform, "other-app");
    other.register(&platform.app).await;
    let page = worker
        .open_path(&other.ask(&platform, &asked()).await)
        .await;
    assert!(!is_told(&page), "another app");
    let somebody = Browser::of(&platform, "corsica").await;
    assert!(
        !is_told(&opened(&platform, &somebody, &asked()).await),
        "another worker"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn after_seven_days_a_refusal_is_forgotten_and_deleted() {
    let (platform, worker) = refused().await;
    let owner = platform.owner().await;
    let kept = async || {
        let count = sqlx::query_scalar("SELECT count(*) FROM refusals");
        let count: i64 = count.fetch_one(&owner).await.unwrap();
        count
    };
    platform.clock.advance(Duration::from_secs(7 * DAY - 60));
    platform.app.consent.forget_refusals().await.unwrap();
    assert_eq!(kept().await, 1);
    // Sessions last two hours.
    drop(worker);
    let worker = Browser::of(&platform, "plain").await;
    assert!(is_told(&opened(&platform, &worker, &asked()).await));
    assert!(listed(&worker).await.is_some());
    platform.clock.advance(Duration::from_secs(61));
    assert_eq!(listed(&worker).await, None);
    assert!(!is_told(&opened(&platform, &worker, &asked()).await));
    platform.app.consent.forget_refusals().await.unwrap();
    assert_eq!(kept().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_she_refused_lately_is_listed_once_and_to_her_alone() {
    let (platform, worker) = refused().await;
    let told = listed(&worker).await.unwrap();
    for said in [
        "Cap Métier",
        "Vous conseiller dans votre parcours professionnel",
        "Ce que vous avez refusé récemment",
        "Mes certificats",
        "Mes compétences",
        "Vous n’avez rien à faire",
        "peut redemander la même chose après 7 jours",
    ] {
        assert!(told.contains(said), "{said}: {told}");
    }
    // She reads the day of Paris.
    let today = [0, 2].map(|hours| {
        let at = platform.clock.now() + Duration::from_hours(hours);
        at.format(format_description!("[day]/[month]/[year]"))
            .unwrap()
    });
    assert!(today.iter().any(|day| told.contains(day)), "{told}");
    // To refuse it again takes the place of the first time.
    let told = opened(&platform, &worker, &asked()).await;
    press(&worker, &told, "refuse").await;
    let again = listed(&worker).await.unwrap();
    assert_eq!(again.matches("<h3>").count(), 1, "{again}");
    let somebody = Browser::of(&platform, "corsica").await;
    assert_eq!(listed(&somebody).await, None);
    let english = worker.open_path("/authorizations?lang=en").await.html;
    assert!(english.contains("What you refused lately"), "{english}");
}

#[tokio::test(flavor = "multi_thread")]
async fn to_accept_after_all_forgets_the_refusal() {
    let (platform, worker) = refused().await;
    let told = opened(&platform, &worker, &asked()).await;
    let page = press(&worker, &told, "look").await;
    let page = ConsentPage::of(page, told.url.path().to_owned());
    let back = page.accept(&worker, &[]).await;
    assert!(back.parameter("code").is_some(), "{}", back.html);
    assert_eq!(listed(&worker).await, None);
    assert!(!is_told(&opened(&platform, &worker, &asked()).await));
}
