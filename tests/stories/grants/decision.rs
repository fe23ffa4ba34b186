//! A decision that the worker did not take, or that is not hers to take, gives nothing.

use reqwest::{
    RequestBuilder, StatusCode,
    header::{self, HeaderMap, HeaderValue},
};

use super::{asking, grants};
use crate::harness::Browser;

/// The platform takes `sent` for the form of another page, and says so.
async fn is_foreign(sent: RequestBuilder, why: &str) {
    let reply = sent.send().await.unwrap();
    assert_eq!(reply.status(), StatusCode::FORBIDDEN, "{why}");
    let html = reply.text().await.unwrap();
    assert!(html.contains("ne vient pas de notre page"), "{why}: {html}");
}

/// `form` with `token` as its form token, or without any.
fn with_token<'a>(form: &[(&'a str, &'a str)], token: Option<&'a str>) -> Vec<(&'a str, &'a str)> {
    let others = form.iter().filter(|(name, _)| *name != "form_token");
    let token = token.map(|token| ("form_token", token));
    others.copied().chain(token).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_another_page_sent_gives_nothing() {
    let (platform, worker, page) = asking().await;
    let form = page.form(&["skills"], "30", "accept");
    let look_alike = format!("{}.evil.example", platform.url);
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("sec-fetch-site", "none"),
        ("origin", "https://evil.example"),
        ("origin", &look_alike),
    ] {
        let headers = HeaderMap::from_iter([(name.parse().unwrap(), value.parse().unwrap())]);
        let sent = worker.form(&page.action(), &form).headers(headers);
        is_foreign(sent, &format!("{name}: {value}")).await;
    }
    let other = Browser::of(&platform, "corsica").await.form_token().await;
    for token in [None, Some(""), Some("0"), Some(other.as_str())] {
        let sent = worker.form(&page.action(), &with_token(&form, token));
        is_foreign(sent, &format!("{token:?}")).await;
    }
    let sandboxed = HeaderMap::from_iter([(header::ORIGIN, HeaderValue::from_static("null"))]);
    let sent = worker.form(&page.action(), &with_token(&form, None));
    is_foreign(sent.headers(sandboxed), "a sandboxed frame").await;
    let stranger = Browser::open(&platform).send(&page.action(), &form).await;
    assert_eq!(
        stranger.status(),
        StatusCode::UNAUTHORIZED,
        "nobody signed in"
    );
    assert_eq!(grants(&platform).await, 0);
    assert!(
        page.accept(&worker, &[]).await.parameter("code").is_some(),
        "and she may still decide"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_sent_twice_gives_once() {
    let (platform, worker, page) = asking().await;
    let form = page.form(&[], "30", "accept");
    let action = page.action();
    let (one, other) = tokio::join!(worker.send(&action, &form), worker.send(&action, &form));
    let mut statuses = [one.status(), other.status()];
    statuses.sort_unstable();
    assert_eq!(
        statuses,
        [StatusCode::SEE_OTHER, StatusCode::CONFLICT],
        "of two at once, one"
    );
    for decision in ["accept", "refuse"] {
        let again = worker
            .send(&action, &page.form(&["skills"], "30", decision))
            .await;
        assert_eq!(
            again.status(),
            StatusCode::CONFLICT,
            "{decision} afterwards"
        );
    }
    assert_eq!(grants(&platform).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_beyond_what_was_asked_gives_nothing() {
    let (platform, worker, page) = asking().await;
    for (ticked, days, decision) in [
        (&["identity"][..], "30", "accept"),
        (&["skills", "trainings"], "30", "accept"),
        (&["everything"], "30", "accept"),
        (&[], "91", "accept"),
        (&[], "365", "accept"),
        (&[], "366", "accept"),
        (&[], "0", "accept"),
        (&[], "-1", "accept"),
        (&[], "", "accept"),
        (&[], "30", "accept-all"),
    ] {
        let sent = worker
            .send(&page.action(), &page.form(ticked, days, decision))
            .await;
        let status = sent.status();
        assert_eq!(
            status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{ticked:?} {days} {decision}"
        );
    }
    assert_eq!(grants(&platform).await, 0);
    let longest = worker
        .submit(&page.action(), &page.form(&["skills"], "90", "accept"))
        .await;
    assert!(
        longest.parameter("code").is_some(),
        "what was asked is still hers to give"
    );
}
