//! Who an app is, and forms of the back channel that cannot be read in one way only.

use std::time::Duration;

use super::{BACK_CHANNEL, assertion::is_not_believed, good, now};
use crate::harness::{Form, Platform, TestApp, altered, asked, contract, without};

async fn is_invalid(platform: &Platform, form: &Form, why: &str) {
    for path in BACK_CHANNEL {
        let reply = platform.coach.post(path, form).await;
        assert_eq!(
            reply.verdict(),
            (400, "invalid_request"),
            "{why}: {}",
            reply.body
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_say_who_it_is_or_is_not_known_is_not_believed() {
    let platform = Platform::start().await;
    let form = good(&platform);
    for (form, why) in [
        (without(form.clone(), "client_assertion"), "no assertion"),
        (without(form.clone(), "client_assertion_type"), "no type"),
        (
            altered(form.clone(), "client_assertion", ""),
            "an empty assertion",
        ),
        (
            altered(form.clone(), "client_assertion_type", "secret"),
            "another type",
        ),
        (
            altered(form.clone(), "client_id", "another-app"),
            "another client id",
        ),
        (
            vec![("client_id".into(), "cap-metier".into())],
            "a name alone",
        ),
        (Vec::new(), "nothing"),
    ] {
        is_not_believed(&platform, &form, why).await;
    }
    let stranger = TestApp::named(&platform, "stranger");
    let form = stranger.push_form(now(&platform), &asked());
    is_not_believed(&platform, &form, "an app that nobody registered").await;
    let named = altered(good(&platform), "client_id", &platform.coach.client_id);
    assert_eq!(platform.coach.post("/oauth/par", &named).await.status, 201);

    let owner = platform.owner().await;
    sqlx::query("UPDATE apps SET enabled = false")
        .execute(&owner)
        .await
        .unwrap();
    is_not_believed(&platform, &good(&platform), "an app that was switched off").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_proves_who_it_is_in_two_ways_is_refused_and_its_assertion_not_spent() {
    let platform = Platform::start().await;
    let form = good(&platform);
    is_invalid(
        &platform,
        &altered(form.clone(), "client_secret", "s3cret"),
        "a secret too",
    )
    .await;
    let client = reqwest::Client::builder().build().unwrap();
    for path in BACK_CHANNEL {
        let request = client.post(format!("{}{path}", platform.url));
        let request = request
            .basic_auth(&platform.coach.client_id, Some("s3cret"))
            .form(&form);
        let reply = contract()
            .hold("post", path, request.send().await.unwrap())
            .await;
        assert_eq!(
            reply.verdict(),
            (400, "invalid_request"),
            "{path}: {}",
            reply.body
        );
    }
    assert_eq!(platform.coach.post("/oauth/par", &form).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_believed_is_told_how_to_be_and_what_was_sent_is_not_repeated() {
    let platform = Platform::start().await;
    let secret = vec![("client_secret".to_owned(), "s3cret".to_owned())];
    for form in [Vec::new(), secret] {
        let reply = platform.coach.post("/oauth/par", &form).await;
        assert_eq!(reply.verdict(), (401, "invalid_client"), "{}", reply.body);
        // A library would read a challenge in place of the error.
        assert!(!reply.headers.contains_key("www-authenticate"));
    }
    let client = reqwest::Client::builder().build().unwrap();
    let request = client.post(format!("{}/oauth/par", platform.url));
    let request = request.basic_auth(&platform.coach.client_id, Some("s3cret"));
    let sent = request.form(&[("a", "b")]).send().await.unwrap();
    let reply = contract().hold("post", "/oauth/par", sent).await;
    assert_eq!(reply.verdict(), (401, "invalid_client"), "{}", reply.body);
    let challenge = reply.headers["www-authenticate"].to_str().unwrap();
    assert!(challenge.starts_with("private_key_jwt "), "{challenge}");
    let odd = "\"\u{1f511}<script>";
    let twice = [odd, odd].map(|name| (name.to_owned(), "x".to_owned()));
    let reply = platform.coach.post("/oauth/par", &twice).await;
    assert_eq!(reply.verdict(), (400, "invalid_request"));
    assert!(
        !reply.body["error_description"]
            .as_str()
            .unwrap()
            .contains("script")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assertion_is_good_once_whoever_presents_it_and_wherever() {
    let platform = Platform::start().await;
    let form = good(&platform);
    let (one, other) = tokio::join!(
        platform.coach.post("/oauth/par", &form),
        platform.coach.post("/oauth/par", &form),
    );
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 401], "of two at once, one");
    is_not_believed(&platform, &form, "again").await;
    platform.clock.advance(Duration::from_secs(61));
    is_not_believed(&platform, &form, "again, once it has expired").await;
    assert_eq!(
        platform
            .coach
            .post("/oauth/par", &good(&platform))
            .await
            .status,
        201
    );
    is_not_believed(&platform, &form, "again, once its trace was swept away").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_can_be_read_in_two_ways_is_refused() {
    let platform = Platform::start().await;
    let form = good(&platform);
    for (name, value) in &form {
        let mut twice = form.clone();
        twice.push((name.clone(), value.clone()));
        is_invalid(&platform, &twice, &format!("{name} twice")).await;
        let nul = altered(form.clone(), name, &format!("{value}\0"));
        is_invalid(&platform, &nul, &format!("NUL in {name}")).await;
    }
    let unknown_name = altered(form, "a\0b", "c");
    is_invalid(&platform, &unknown_name, "NUL in a name").await;
    let media_type = "application/x-www-form-urlencoded";
    for body in [
        "state=%",
        "state=%zz",
        "state=%ff",
        "state=%ed%a0%80",
        "state=%c0%af",
    ] {
        let reply = platform
            .coach
            .post_body("/oauth/par", media_type, body.into())
            .await;
        assert_eq!(reply.verdict(), (400, "invalid_request"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_media_type_is_refused_in_oauth_s_words_and_a_huge_form_with_its_problem() {
    let platform = Platform::start().await;
    let form = serde_urlencoded::to_string(good(&platform)).unwrap();
    for media_type in [
        "application/json",
        "multipart/form-data; boundary=x",
        "text/plain",
        "",
    ] {
        let reply = platform
            .coach
            .post_body("/oauth/par", media_type, form.clone().into())
            .await;
        assert_eq!(reply.verdict(), (400, "invalid_request"), "{media_type}");
    }
    let media_type = "application/x-www-form-urlencoded; charset=UTF-8";
    let huge = format!("{form}&padding={}", "a".repeat(1024 * 1024));
    let reply = platform
        .coach
        .post_body("/oauth/par", media_type, huge.into())
        .await;
    assert_eq!(reply.status, 413);
    assert!(
        reply.body["type"]
            .as_str()
            .unwrap()
            .ends_with("/problems/too-large")
    );
    let reply = platform
        .coach
        .post_body("/oauth/par", media_type, form.into())
        .await;
    assert_eq!(
        reply.status, 201,
        "a parameter of the media type changes nothing"
    );
}
