//! Counsellors sign in at a provider of their own, and their sessions are apart from workers'.

use reqwest::{StatusCode, header};

use super::start;
use crate::harness::{Browser, EVERYTHING, MISSION_LOCALE, Platform};

/// How many agents the platform knows.
async fn agents(platform: &Platform) -> i64 {
    let count = sqlx::query_scalar("SELECT count(*) FROM agents");
    count.fetch_one(&platform.owner().await).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_who_is_not_admitted_nothing_is_kept() {
    let platform = Platform::start().await;
    platform.admit_counsellors().await;
    for (persona, told) in [
        ("elsewhere", "n’accompagne personne"),
        ("self-asserted", "ne garantit pas assez"),
    ] {
        let browser = Browser::open(&platform);
        let seen = browser.sign_in("/counsellor", persona).await;
        assert_eq!(seen.status, StatusCode::FORBIDDEN, "{persona}");
        assert!(seen.html.contains(told), "{persona}: {}", seen.html);
        assert_eq!(browser.cookie("agent"), None);
    }
    assert_eq!(agents(&platform).await, 0);
    // The same person twice is one agent; for another organisation she is another.
    for persona in ["counsellor", "counsellor", "moved"] {
        Browser::of_agent(&platform, persona).await;
    }
    assert_eq!(agents(&platform).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_the_one_kind_opens_no_page_of_the_other() {
    let (platform, worker, counsellor) = start().await;
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let (hers, theirs) = (worker.cookie("session"), counsellor.cookie("agent"));
    for (path, cookie) in [
        ("/record", format!("session={}", theirs.clone().unwrap())),
        ("/mandates", format!("session={}", theirs.unwrap())),
        ("/counsellor", format!("agent={}", hers.unwrap())),
    ] {
        let request = client.get(format!("{}{path}", platform.url));
        let reply = request.header(header::COOKIE, cookie).send().await.unwrap();
        assert_eq!(reply.status(), StatusCode::SEE_OTHER, "{path}");
        let to = reply.headers()[header::LOCATION].to_str().unwrap();
        assert!(to.contains("/sign-in?return_to="), "{path}: {to}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_for_the_one_provider_does_not_come_back_from_the_other() {
    let platform = Platform::start().await;
    platform.admit_counsellors().await;
    let browser = Browser::open(&platform);
    let mut back = browser.come_back(Some("plain")).await;
    back.set_path("/counsellor/sign-in/callback");
    let reply = browser.visit(back.clone()).await;
    assert_eq!(reply.status(), StatusCode::BAD_REQUEST);
    // Even with the cookie of the other door.
    let state = back.query_pairs().find(|(name, _)| name == "state");
    let cookie = format!("agent-sign-in={}", state.unwrap().1);
    let client = reqwest::Client::new();
    let request = client.get(back).header(header::COOKIE, cookie);
    let reply = request.send().await.unwrap();
    assert_eq!(reply.status(), StatusCode::BAD_REQUEST);
    assert_eq!(agents(&platform).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn once_an_organisation_counsels_no_longer_none_of_its_agents_gets_in() {
    let (platform, worker, counsellor) = start().await;
    let mandate = worker.entrust(&counsellor, &EVERYTHING, "30").await;
    platform.counsels(MISSION_LOCALE, false).await;
    for path in ["", "/record", "/authorizations"] {
        let path = format!("/counsellor/mandates/{mandate}{path}");
        let seen = counsellor.open_path(&path).await;
        assert_eq!(seen.status, StatusCode::FORBIDDEN, "{path}");
    }
    let again = Browser::open(&platform);
    let seen = again.sign_in("/counsellor", "counsellor").await;
    assert_eq!(seen.status, StatusCode::FORBIDDEN);
    platform.counsels(MISSION_LOCALE, true).await;
    let path = format!("/counsellor/mandates/{mandate}/record");
    assert_eq!(counsellor.open_path(&path).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_the_counsellor_s_session_and_no_worker_s() {
    let (platform, worker, counsellor) = start().await;
    // One person may be both, in one browser.
    let both = worker.sign_in("/counsellor", "colleague").await;
    assert_eq!(both.url.path(), "/counsellor", "{}", both.html);
    let secret = counsellor.cookie("agent").unwrap();
    for browser in [&counsellor, &worker] {
        let out = browser
            .press("/counsellor", "/counsellor/sign-out", &[])
            .await;
        assert_eq!(out.url.path(), "/", "{}", out.html);
    }
    let request = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
        .get(format!("{}/counsellor", platform.url))
        .header(header::COOKIE, format!("agent={secret}"));
    let reply = request.send().await.unwrap();
    assert_eq!(
        reply.status(),
        StatusCode::SEE_OTHER,
        "the kept cookie opens nothing"
    );
    assert_eq!(worker.open_path("/record").await.url.path(), "/record");
}
