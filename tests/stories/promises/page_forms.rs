//! Pages and their forms: who may see and send them, and what text does to them.

use reqwest::{RequestBuilder, StatusCode, Url, header};

use super::{
    addresses::{UNREADABLE, odd},
    client,
    scene::{Scene, is_for_counsellors},
};
use crate::harness::{Browser, Platform, asked};

/// Pages of a signed-in worker.
pub(super) const OWN: [&str; 9] = [
    "/record",
    "/record/skills",
    "/record/skills/add",
    "/record/experiences/add",
    "/record/diplomas/add",
    "/authorizations",
    "/journal",
    "/mandates",
    "/mandates/meeting",
];

/// Pages of one grant, below the list.
pub(super) const OF_A_GRANT: [&str; 2] = ["", "/change"];

/// Pages of one entry that she declared.
pub(super) const OF_AN_ENTRY: [&str; 2] = ["", "/remove"];

/// Pages of a signed-in counsellor; those of one mandate are below it.
pub(super) const COUNSELLOR_S: &str = "/counsellor";
pub(super) const OF_A_MANDATE: [&str; 4] = ["", "/record", "/authorizations", "/receipts/1"];

/// Every page that reads its address, with the parameters it reads.
const READING: [(&str, &[&str]); 18] = [
    ("/", &["lang"]),
    ("/sign-in", &["return_to", "lang"]),
    (
        "/sign-in/callback",
        &["code", "state", "iss", "error", "error_description"],
    ),
    ("/oauth/authorize", &["client_id", "request_uri", "lang"]),
    ("/record", &["after", "limit", "done", "lang"]),
    ("/record/skills", &["after", "limit", "done", "lang"]),
    ("/record/skills/add", &["lang"]),
    ("/authorizations", &["revoked", "lang"]),
    ("/journal", &["after", "limit", "lang"]),
    ("/journal/export", &["since"]),
    ("/mandates", &["given", "ended", "lang"]),
    ("/mandates/meeting", &["lang"]),
    ("/counsellor", &["joined", "ended", "resigned", "lang"]),
    ("/counsellor/sign-in", &["return_to", "lang"]),
    (
        "/counsellor/sign-in/callback",
        &["code", "state", "iss", "error"],
    ),
    ("/docs", &["lang"]),
    ("/problems", &["lang"]),
    ("/problems/not-found", &["lang"]),
];

/// The fields of an entry's form.
const ENTRY: [&str; 13] = [
    "form_token",
    "version",
    "title",
    "organisation",
    "occupation",
    "occupation_for",
    "occupation_code",
    "started_on",
    "ended_on",
    "obtained_on",
    "level",
    "mastery",
    "description",
];

/// Every form of a page, with its fields.
const FORMS: [(&str, &[&str]); 18] = [
    ("/sign-out", &["form_token"]),
    (
        "/authorizations/01900000-0000-7000-8000-000000000000/revoke",
        &["form_token"],
    ),
    (
        "/authorizations/01900000-0000-7000-8000-000000000000",
        &["form_token", "version", "act", "section", "days"],
    ),
    (
        "/authorizations/01900000-0000-7000-8000-000000000000/change",
        &[
            "form_token",
            "version",
            "section",
            "field",
            "item",
            "later",
            "days",
        ],
    ),
    (
        "/record/proposals/01900000-0000-7000-8000-000000000000",
        &["form_token", "decision"],
    ),
    ("/record/experiences/add", &ENTRY),
    (
        "/record/entries/01900000-0000-7000-8000-000000000000",
        &ENTRY,
    ),
    (
        "/record/entries/01900000-0000-7000-8000-000000000000/remove",
        &["form_token"],
    ),
    (
        "/oauth/authorize",
        &[
            "form_token",
            "client_id",
            "request_uri",
            "decision",
            "seen",
            "section",
            "field",
            "item",
            "since",
            "days",
            "standing",
        ],
    ),
    ("/mandates/invitation", &["form_token", "code"]),
    ("/mandates/meeting", &["form_token"]),
    (
        "/mandates",
        &[
            "form_token",
            "code",
            "meeting",
            "decision",
            "section",
            "action",
            "days",
        ],
    ),
    (
        "/mandates/01900000-0000-7000-8000-000000000000/end",
        &["form_token"],
    ),
    ("/counsellor/sign-out", &["form_token"]),
    ("/counsellor/invitation", &["form_token"]),
    ("/counsellor/code", &["form_token", "code"]),
    (
        "/counsellor/mandates/01900000-0000-7000-8000-000000000000/resign",
        &["form_token"],
    ),
    (
        "/counsellor/mandates/01900000-0000-7000-8000-000000000000/authorizations/\
         01900000-0000-7000-8000-000000000000/stop",
        &["form_token"],
    ),
];

/// Sends `request`; whatever it brought, a page or a problem answers.
async fn answered(what: &str, request: RequestBuilder) -> StatusCode {
    let reply = request.send().await.unwrap();
    let status = reply.status();
    let shown: String = what.chars().take(120).collect();
    assert!(
        !status.is_server_error(),
        "{shown}: {status}: {}",
        reply.text().await.unwrap()
    );
    if status.is_client_error() {
        let media_type = reply.headers()[header::CONTENT_TYPE].to_str().unwrap();
        assert!(
            media_type.starts_with("text/html"),
            "{shown}: {status} {media_type}"
        );
    }
    status
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_of_a_worker_shows_without_her_session() {
    let scene = Scene::set().await;
    let ask = scene.ours.app.ask(&scene.platform, &asked()).await;
    let ended = scene.ours.browser.cookie("session").unwrap();
    let out = [("form_token", scene.ours.browser.form_token().await)];
    let out = out.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert!(
        scene
            .ours
            .browser
            .send("/sign-out", &out)
            .await
            .status()
            .is_redirection()
    );
    let of_the_grant = OF_A_GRANT.map(|page| scene.grant_page(page));
    let nobody_s = "/record/entries/01900000-0000-7000-8000-000000000000";
    let of_an_entry = OF_AN_ENTRY.map(|page| format!("{nobody_s}{page}"));
    for path in OWN
        .into_iter()
        .chain([ask.as_str()])
        .chain(of_the_grant.iter().map(String::as_str))
        .chain(of_an_entry.iter().map(String::as_str))
    {
        for cookie in [
            "",
            "session=",
            "session=garbage",
            &format!("session={ended}"),
        ] {
            let request = client().get(format!("{}{path}", scene.platform.url));
            let reply = request.header(header::COOKIE, cookie).send().await.unwrap();
            assert_eq!(reply.status(), StatusCode::SEE_OTHER, "{path} {cookie}");
            let to = reply.headers()[header::LOCATION].to_str().unwrap();
            assert!(to.starts_with("/sign-in?return_to="), "{path}: {to}");
        }
    }
    for (path, _) in FORMS
        .into_iter()
        .filter(|(path, _)| !is_for_counsellors(path))
    {
        let request = scene.ours.browser.form(path, &out);
        assert_eq!(
            answered(path, request).await,
            StatusCode::UNAUTHORIZED,
            "{path}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_of_a_counsellor_shows_without_her_session() {
    let scene = Scene::set().await;
    let ended = scene.counsellor.cookie("agent").unwrap();
    let worker_s = scene.ours.browser.cookie("session").unwrap();
    let out = [("form_token", scene.form_token(COUNSELLOR_S).await)];
    let out = out.each_ref().map(|(name, value)| (*name, value.as_str()));
    let left = scene.counsellor.send("/counsellor/sign-out", &out).await;
    assert!(left.status().is_redirection());
    let of_the_mandate =
        OF_A_MANDATE.map(|page| format!("/counsellor/mandates/{}{page}", scene.mandate));
    for path in of_the_mandate.into_iter().chain([COUNSELLOR_S.to_owned()]) {
        for cookie in [
            "",
            "agent=garbage",
            &format!("agent={ended}"),
            &format!("agent={worker_s}; session={worker_s}"),
        ] {
            let request = client().get(format!("{}{path}", scene.platform.url));
            let reply = request.header(header::COOKIE, cookie).send().await.unwrap();
            assert_eq!(reply.status(), StatusCode::SEE_OTHER, "{path} {cookie}");
            let to = reply.headers()[header::LOCATION].to_str().unwrap();
            assert!(
                to.starts_with("/counsellor/sign-in?return_to="),
                "{path}: {to}"
            );
        }
    }
    for (path, _) in FORMS
        .into_iter()
        .filter(|(path, _)| is_for_counsellors(path))
    {
        let request = scene.counsellor.form(path, &out);
        assert_eq!(
            answered(path, request).await,
            StatusCode::UNAUTHORIZED,
            "{path}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_form_is_taken_from_elsewhere_or_from_another_session() {
    let scene = Scene::set().await;
    let other = scene.theirs.browser.form_token().await;
    let send = |path: &str, token: &str| scene.reader(path).form(path, &[("form_token", token)]);
    for (path, _) in FORMS {
        let own = scene.form_token(path).await;
        for token in ["", "garbage", &other] {
            let status = answered(path, send(path, token)).await;
            assert_eq!(status, StatusCode::FORBIDDEN, "{path} {token}");
        }
        for (name, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://coach.example"),
        ] {
            let mut request = send(path, &own).build().unwrap();
            request.headers_mut().insert(name, value.parse().unwrap());
            let request = RequestBuilder::from_parts(session_client(scene.reader(path)), request);
            let status = answered(path, request).await;
            assert_eq!(status, StatusCode::FORBIDDEN, "{path} {name}: {value}");
        }
    }
}

/// A client that sends the session of `browser`, whatever else is altered.
fn session_client(browser: &Browser) -> reqwest::Client {
    let own = ["session", "agent"]
        .into_iter()
        .filter_map(|name| Some(format!("{name}={}", browser.cookie(name)?)));
    let cookie = own.collect::<Vec<_>>().join("; ");
    let headers = [(header::COOKIE, cookie.parse().unwrap())]
        .into_iter()
        .collect();
    reqwest::Client::builder()
        .default_headers(headers)
        .build()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_text_in_the_address_of_a_page_makes_it_fail() {
    let scene = Scene::set().await;
    let grant = scene.grant_page("");
    let of_the_grant = (grant.as_str(), &["after", "below", "done", "lang"][..]);
    for (path, parameters) in READING.into_iter().chain([of_the_grant]) {
        for parameter in parameters.iter().copied().chain(["nobody_reads_it"]) {
            for text in UNREADABLE
                .iter()
                .map(|text| (*text).to_owned())
                .chain(odd())
            {
                let address = format!("{path}?{parameter}={text}");
                let status = answered(&address, scene.reader(path).get(&address)).await;
                let unreadable = UNREADABLE.contains(&text.as_str());
                let refused = status == StatusCode::BAD_REQUEST;
                assert!(refused || !unreadable, "{address}: {status}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_text_in_a_form_of_a_page_makes_it_fail() {
    let scene = Scene::set().await;
    let page = scene
        .ours
        .browser
        .open_path(&scene.ours.app.ask(&scene.platform, &asked()).await)
        .await;
    let asked = ["client_id", "request_uri"].map(|name| (name, page.hidden(name)));
    let long = "a".repeat(100_000);
    let unreadable = UNREADABLE.iter().map(|text| (*text).to_owned());
    let texts: Vec<_> = unreadable.chain(odd()).chain([long]).collect();
    for (path, fields) in FORMS {
        let browser = scene.reader(path);
        let token = ("form_token", scene.form_token(path).await);
        let good: Vec<_> = asked.iter().chain([&token]).collect();
        for field in fields {
            for text in &texts {
                let kept: Vec<_> = good.iter().filter(|(name, _)| name != field).collect();
                let mut body = serde_urlencoded::to_string(kept).unwrap();
                if *field != "decision" {
                    body += "&decision=accept";
                }
                // No experience has one: an entry's form is never taken.
                body += "&level=9";
                let request = browser
                    .form(path, &[])
                    .body(format!("{body}&{field}={text}"));
                let status = answered(&format!("{path} {field}={text}"), request).await;
                assert!(status.is_client_error(), "{path} {field}: {status}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_text_brought_back_from_the_provider_makes_a_page_fail() {
    let platform = Platform::start().await;
    for text in odd() {
        let browser = Browser::open(&platform);
        let left = browser.get("/sign-in").send().await.unwrap();
        let provider: Url = left.headers()[header::LOCATION]
            .to_str()
            .unwrap()
            .parse()
            .unwrap();
        let state = provider
            .query_pairs()
            .find(|(name, _)| name == "state")
            .unwrap()
            .1;
        let address = format!("/sign-in/callback?state={state}&code={text}");
        let status = answered(&address, browser.get(&address)).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{text:.40}");
    }
}
