//! What every page tells a browser, and what no page holds.

use reqwest::{Response, header};

use super::{
    client,
    page_forms::{COUNSELLOR_S, OF_A_GRANT, OF_A_MANDATE, OF_AN_ENTRY, OWN},
    scene::Scene,
};
use crate::harness::{asked, contract};

/// Pages for everybody. The chapters of the documentation are added from the document.
const OPEN: [&str; 7] = [
    "/",
    "/docs",
    "/docs/schemas",
    "/problems",
    "/problems/not-found",
    "/nothing-is-here",
    "/record?after=not-a-cursor",
];

/// Elements that load what their attribute names.
const LOADING: [&str; 10] = [
    "link", "script", "img", "iframe", "source", "audio", "video", "object", "embed", "use",
];

async fn every_page(scene: &Scene) -> Vec<(String, Response)> {
    let chapters = contract().document()["tags"].as_array().unwrap();
    let chapters = chapters
        .iter()
        .map(|tag| format!("/docs/{}", tag["name"].as_str().unwrap()));
    let consent = scene.ours.app.ask(&scene.platform, &asked()).await;
    let open = OPEN.into_iter().map(str::to_owned);
    let own = OWN.into_iter().map(str::to_owned);
    let callbacks = ["/sign-in", "/counsellor/sign-in"];
    let callbacks = callbacks.map(|door| format!("{door}/callback?error=access_denied"));
    let counsellor_s = OF_A_MANDATE
        .map(|page| format!("/counsellor/mandates/{}{page}", scene.mandate))
        .into_iter()
        .chain([COUNSELLOR_S.to_owned()]);
    let receipts = [
        format!("/authorizations/{}/receipts/1", scene.ours.tokens.grant),
        format!("/mandates/{}/receipts/1", scene.mandate),
    ];
    scene.ours.browser.meeting().await;
    let entry = scene.ours.entry_page().await;
    let of_an_entry = OF_AN_ENTRY.map(|page| format!("{entry}{page}"));
    let mut pages = Vec::new();
    for path in open
        .chain(chapters)
        .chain(own)
        .chain(OF_A_GRANT.map(|page| scene.grant_page(page)))
        .chain(of_an_entry)
        .chain(counsellor_s)
        .chain(receipts)
        .chain(callbacks)
        .chain([consent])
    {
        let page = scene.reader(&path).get(&path).send().await.unwrap();
        let media_type = page.headers()[header::CONTENT_TYPE].to_str().unwrap();
        assert!(
            media_type.starts_with("text/html"),
            "{path} is {media_type}"
        );
        pages.push((path, page));
    }
    pages
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_tells_the_browser_what_to_refuse() {
    let scene = Scene::set().await;
    for (path, page) in every_page(&scene).await {
        let told = |name: &str| {
            let value = page
                .headers()
                .get(name)
                .unwrap_or_else(|| panic!("{path}: no {name}"));
            value.to_str().unwrap().to_owned()
        };
        let policy = told("content-security-policy");
        for needed in [
            "default-src 'none'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ] {
            assert!(policy.contains(needed), "{path}: {policy}");
        }
        assert!(
            !policy.contains("unsafe") && !policy.contains('*'),
            "{path}: {policy}"
        );
        assert_eq!(told("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(told("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(told("cross-origin-opener-policy"), "same-origin", "{path}");
        // All were asked for by somebody signed in.
        assert_eq!(told("cache-control"), "no-store", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_holds_code_or_fetches_from_elsewhere() {
    let scene = Scene::set().await;
    for (path, page) in every_page(&scene).await {
        let html = page.text().await.unwrap();
        for element in elements(&html) {
            check_element(&path, element);
        }
        assert!(!html.contains("javascript:"), "{path}");
    }
}

/// What stands between `<` and `>`, for every tag that opens.
fn elements(html: &str) -> impl Iterator<Item = &str> {
    let tags = html
        .split('<')
        .skip(1)
        .filter_map(|rest| rest.split('>').next());
    tags.filter(|tag| tag.starts_with(|first: char| first.is_ascii_alphabetic()))
}

fn check_element(path: &str, element: &str) {
    let name = element
        .split_ascii_whitespace()
        .next()
        .unwrap()
        .to_ascii_lowercase();
    assert!(name != "style", "{path}: a style in the page");
    if name == "script" {
        assert!(element.contains(" src="), "{path}: a script in the page");
    }
    for (attribute, value) in attributes(element) {
        assert!(attribute != "style", "{path}: {element}");
        assert!(!attribute.starts_with("on"), "{path}: {element}");
        let loads = LOADING.contains(&name.as_str()) || attribute == "action";
        let address = ["src", "href", "srcset", "data", "action", "xlink:href"];
        if loads && address.contains(&attribute.as_str()) {
            let ours = value.starts_with('/') && !value.starts_with("//");
            assert!(ours || value.starts_with('?'), "{path}: {element}");
        }
    }
}

/// The attributes of an element, in lower case, with their values.
fn attributes(element: &str) -> Vec<(String, &str)> {
    let pieces: Vec<_> = element.split('"').collect();
    let pairs = pieces.chunks_exact(2).filter_map(|pair| {
        let name = pair[0]
            .trim_end()
            .strip_suffix('=')?
            .split_ascii_whitespace()
            .last()?;
        Some((name.to_ascii_lowercase(), pair[1]))
    });
    pairs.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_page_is_not_to_be_framed_or_guessed_either() {
    let scene = Scene::set().await;
    for path in [
        "/healthz",
        "/openapi.json",
        "/v1/occupations",
        "/v1/batches",
        "/robots.txt",
    ] {
        let reply = client()
            .get(format!("{}{path}", scene.platform.url))
            .send()
            .await
            .unwrap();
        let policy = reply.headers()[header::CONTENT_SECURITY_POLICY]
            .to_str()
            .unwrap();
        assert!(
            policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert_eq!(
            reply.headers()[header::X_CONTENT_TYPE_OPTIONS],
            "nosniff",
            "{path}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_session_s_cookie_is_hidden_from_scripts_and_other_sites() {
    let scene = Scene::set().await;
    let left = scene.ours.browser.get("/sign-in").send().await.unwrap();
    let cookie = left.headers()[header::SET_COOKIE].to_str().unwrap();
    for needed in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(needed), "{cookie}");
    }
    let token = scene.ours.browser.form_token().await;
    let out = scene
        .ours
        .browser
        .send("/sign-out", &[("form_token", &token)])
        .await;
    assert!(
        out.headers()["clear-site-data"]
            .to_str()
            .unwrap()
            .contains("cache")
    );
}
