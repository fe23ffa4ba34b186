//! Who may name which grant in a request, and what is answered to everybody else (Grant Management
//! for OAuth 2.0, draft 03, §5.4).

use serde_json::json;

use super::{good, read, start};
use crate::harness::{Browser, ConsentPage, Form, Platform, Reply, TestApp, altered, asked};

const NOBODY_S: &str = "01938f5a-0000-7000-8000-000000000000";

fn naming(form: Form, action: &str, grant: &str) -> Form {
    altered(
        altered(form, "grant_management_action", action),
        "grant_id",
        grant,
    )
}

async fn pushed(platform: &Platform, form: &Form) -> Reply {
    platform.coach.post("/oauth/par", form).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_that_is_unknown_ended_or_another_app_s_is_answered_alike() {
    let (platform, worker) = start().await;
    let other = TestApp::named(&platform, "another-app");
    other.register(&platform.app).await;
    let theirs = other.connect(&platform, &worker).await.grant;
    worker.revoke().await;
    let ended = platform.coach.connect(&platform, &worker).await.grant;
    worker.revoke().await;
    let live = other.connect(&platform, &worker).await.grant;
    for action in ["merge", "replace"] {
        let mut answers = Vec::new();
        for grant in [
            NOBODY_S,
            &theirs,
            &live,
            &ended,
            "x",
            "TSdqirmAxDa0_-DB_1bASQ",
        ] {
            let reply = pushed(&platform, &naming(good(&platform), action, grant)).await;
            assert_eq!(
                reply.verdict(),
                (400, "invalid_grant_id"),
                "{action} {grant}"
            );
            answers.push(reply.body);
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "one answer for all: {answers:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_action_without_its_grant_and_a_grant_without_its_action_are_refused() {
    let (platform, worker) = start().await;
    let grant = platform.coach.connect(&platform, &worker).await.grant;
    let with = |name, value| altered(good(&platform), name, value);
    for form in [
        with("grant_management_action", "merge"),
        with("grant_management_action", "replace"),
        with("grant_management_action", "update"),
        with("grant_management_action", "revoke"),
        with("grant_id", &grant),
        naming(good(&platform), "create", &grant),
    ] {
        let reply = pushed(&platform, &form).await;
        assert_eq!(reply.verdict(), (400, "invalid_request"), "{form:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_added_exactly_is_refused_when_it_is_pushed_with_the_way_out() {
    let (platform, worker) = start().await;
    let mut narrow = asked();
    narrow[0]["fields"] = json!({"certificates": ["score"]});
    let grant = super::grant(&platform, &worker, &narrow).await.grant;
    let mut elsewhere = asked();
    elsewhere[0]["fields"] = json!({"certificates": ["mention"]});
    elsewhere[0]["period"] = json!({"from": "2020-01-01"});
    let mut longer = asked();
    longer[0]["retention"] = json!("P31D");
    for details in [elsewhere, longer] {
        let asking = |action| {
            let details = details.to_string();
            let form = altered(good(&platform), "authorization_details", &details);
            naming(form, action, &grant)
        };
        let reply = pushed(&platform, &asking("merge")).await;
        assert_eq!(reply.verdict(), (400, "invalid_request"), "{}", reply.body);
        let said = reply.body["error_description"].as_str().unwrap();
        assert!(said.contains("grant_management_action=create"), "{said}");
        let replacing = pushed(&platform, &asking("replace")).await;
        assert_eq!(replacing.status, 201, "{}", replacing.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_creates_gets_another_grant_beside_the_one_in_force() {
    let (platform, worker) = start().await;
    let first = platform.coach.connect(&platform, &worker).await;
    let form = altered(good(&platform), "grant_management_action", "create");
    let page = ConsentPage::open_at(&worker, platform.coach.ask_by(&form).await).await;
    assert_eq!(page.standing, "");
    let code = page.accept(&worker, &["skills"]).await.parameter("code");
    let second = platform.coach.trade(&platform, &code.unwrap()).await;
    assert_ne!(first.grant, second.grant);
    for token in [&first.access, &second.access] {
        assert_eq!(read(&platform, token).await.status, 200);
    }
    let form = naming(good(&platform), "merge", &first.grant);
    let page = ConsentPage::open_at(&worker, platform.coach.ask_by(&form).await).await;
    let code = page.accept(&worker, &[]).await.parameter("code");
    let merged = platform.coach.trade(&platform, &code.unwrap()).await;
    assert_eq!(merged.grant, first.grant, "the one that is named");
    assert_eq!(read(&platform, &second.access).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_worker_is_sent_back_with_an_error_that_reveals_nothing() {
    let (platform, worker) = start().await;
    let tokens = platform.coach.connect(&platform, &worker).await;
    let stranger = Browser::of(&platform, "corsica").await;
    for action in ["merge", "replace"] {
        let form = naming(good(&platform), action, &tokens.grant);
        let path = platform.coach.ask_by(&form).await;
        let back = stranger.open_path(&path).await;
        assert_eq!(back.url.host_str(), Some("coach.example"), "{}", back.html);
        let told = ["error", "error_description", "state", "iss", "code"];
        let told = told.map(|name| back.parameter(name));
        let expected = [
            Some("invalid_grant_id".into()),
            Some("there is no such grant".into()),
            Some("a-state".into()),
            Some(platform.url.clone()),
            None,
        ];
        assert_eq!(told, expected);

        let token = stranger.form_token().await;
        let query: Vec<(String, String)> =
            serde_urlencoded::from_str(path.split_once('?').unwrap().1).unwrap();
        let seen = format!("{}.1", tokens.grant);
        let mut form = vec![
            ("form_token", token.as_str()),
            ("standing", &seen),
            ("section", "certificates"),
            ("days", "30"),
            ("decision", "accept"),
        ];
        form.extend(
            query
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
        );
        let back = stranger.submit("/oauth/authorize?lang=fr", &form).await;
        assert_eq!(back.parameter("error").as_deref(), Some("invalid_grant_id"));
        assert_eq!(back.parameter("code"), None);
        assert_eq!(read(&platform, &tokens.access).await.status, 200);

        let hers = ConsentPage::open_at(&worker, path).await;
        assert!(
            hers.standing.starts_with(&tokens.grant),
            "she may still decide"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_that_ends_before_she_decides_is_answered_like_one_that_never_was() {
    let (platform, worker) = start().await;
    let tokens = platform.coach.connect(&platform, &worker).await;
    let form = naming(good(&platform), "merge", &tokens.grant);
    let path = platform.coach.ask_by(&form).await;
    let page = ConsentPage::open_at(&worker, path.clone()).await;
    worker.revoke().await;
    for back in [
        page.accept(&worker, &[]).await,
        worker.open_path(&path).await,
    ] {
        assert_eq!(back.parameter("error").as_deref(), Some("invalid_grant_id"));
        assert_eq!(back.parameter("code"), None);
    }
}
