//! A decision that the worker did not take, or that is not hers to take, gives nothing.

use reqwest::{StatusCode, header::HeaderMap};

use super::{asking, grants};
use crate::harness::Browser;

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_another_page_sent_gives_nothing() {
    let (platform, worker, page) = asking().await;
    let other = Browser::of(&platform, "corsica").await;
    let other_token = other.form_token().await;
    let form = page.form(&["skills"], "30", "accept");
    let with_token = |token: Option<&'static str>| {
        let others = form
            .iter()
            .copied()
            .filter(|(name, _)| *name != "form_token");
        others
            .chain(token.map(|token| ("form_token", token)))
            .collect::<Vec<_>>()
    };
    let mut of_other = with_token(None);
    of_other.push(("form_token", &other_token));
    let headers = |name: &'static str, value: &str| {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        headers
    };
    let own = HeaderMap::new;
    for (form, headers, why) in [
        (
            form.clone(),
            headers("sec-fetch-site", "cross-site"),
            "another site",
        ),
        (
            form.clone(),
            headers("sec-fetch-site", "same-site"),
            "a sister site",
        ),
        (
            form.clone(),
            headers("sec-fetch-site", "none"),
            "no page at all",
        ),
        (
            form.clone(),
            headers("origin", "https://evil.example"),
            "a foreign origin",
        ),
        (
            form.clone(),
            headers("origin", &format!("{}.evil", platform.url)),
            "a look-alike",
        ),
        (with_token(None), own(), "no token"),
        (with_token(Some("")), own(), "an empty token"),
        (with_token(Some("0")), own(), "a token that nobody gave"),
        (of_other, own(), "the token of another session"),
        (
            with_token(None),
            headers("origin", "null"),
            "a sandboxed frame",
        ),
    ] {
        let sent = worker
            .form(&page.action(), &form)
            .headers(headers)
            .send()
            .await
            .unwrap();
        assert_eq!(sent.status(), StatusCode::FORBIDDEN, "{why}");
        let html = sent.text().await.unwrap();
        assert!(html.contains("ne vient pas de notre page"), "{why}: {html}");
    }
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
