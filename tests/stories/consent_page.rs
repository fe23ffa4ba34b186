//! The consent page: what it shows, and that nothing is given which the worker did not give.

use reqwest::{StatusCode, header::HeaderMap};
use serde_json::{Value, json};
use sqlx::Row;

use crate::harness::{Browser, ConsentPage, Platform, asked};

/// A platform, a worker who has signed in, and the page that asks her.
async fn asking() -> (Platform, Browser, ConsentPage) {
    let platform = Platform::start().await;
    let worker = Browser::of(&platform, "plain").await;
    let page = ConsentPage::open(&platform, &worker, &platform.coach, &asked()).await;
    (platform, worker, page)
}

/// How many grants the platform holds.
async fn grants(platform: &Platform) -> i64 {
    let count = sqlx::query_scalar("SELECT count(*) FROM grants");
    count.fetch_one(&platform.owner().await).await.unwrap()
}

/// The tags of `html` that begin with `<name `.
fn tags<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!("<{name} ");
    html.split(&start).skip(1).map(|rest| rest.split_once('>').unwrap().0).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_essential_is_ticked_and_the_shortest_time_comes_first() {
    let (_platform, _worker, page) = asking().await;
    let boxes = tags(&page.seen.html, "input");
    let boxes: Vec<_> = boxes.into_iter().filter(|tag| tag.contains("\"checkbox\"")).collect();
    let [certificates, skills] = boxes[..] else { panic!("{boxes:?}") };
    assert!(certificates.contains("value=\"certificates\""));
    assert!(certificates.ends_with("checked disabled"), "{certificates}");
    assert!(skills.contains("value=\"skills\""));
    assert!(!skills.contains("checked") && !skills.contains("disabled"), "{skills}");
    let durations = tags(&page.seen.html, "option");
    assert_eq!(durations, ["1", "7", "30", "90"].map(|days| format!("value=\"{days}\"")));
}

#[tokio::test(flavor = "multi_thread")]
async fn refusing_looks_as_easy_as_accepting_and_how_to_stop_is_said_before() {
    let (_platform, worker, page) = asking().await;
    let buttons = tags(&page.seen.html, "button");
    let [accept, refuse] = buttons[..] else { panic!("{buttons:?}") };
    assert_eq!(accept.replace("accept", "refuse"), refuse, "the same element in the same clothes");
    let english = worker.open_path(&format!("{}&lang=en", page.path)).await;
    for (html, words) in [
        (
            &page.seen.html,
            [
                "Éditions du Chemin, SIREN 732829320",
                "Cochez seulement ce que vous voulez montrer",
                "efface vos données sous 30 jours",
                "Vous pourrez arrêter à tout moment dans Mes autorisations",
                ">Refuser</button>",
            ],
        ),
        (
            &english.html,
            [
                "Éditions du Chemin, SIREN 732829320",
                "Tick only what you want to show",
                "erases your data within 30 days",
                "You can stop at any time in My authorisations",
                ">Refuse</button>",
            ],
        ),
    ] {
        let places = words.map(|words| html.find(words).unwrap_or_else(|| panic!("no {words}")));
        assert!(places.is_sorted(), "{words:?}");
        assert!(places[3] < html.find("<button").unwrap(), "before either button");
        assert!(html.contains("https://coach.example"), "where she is sent back to");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_who_ticks_nothing_gives_what_is_essential_and_one_who_refuses_nothing() {
    let (platform, worker, page) = asking().await;
    let back = worker.submit(&page.action(), &page.form(&[], "30", "refuse")).await;
    assert_eq!(back.url.host_str(), Some("coach.example"));
    let told = ["error", "state", "iss", "code"].map(|name| back.parameter(name));
    let denied = [Some("access_denied".into()), Some("a-state".into()), Some(platform.url.clone())];
    assert_eq!((&told[..3], &told[3]), (&denied[..], &None));
    assert_eq!(grants(&platform).await, 0);

    let page = ConsentPage::open(&platform, &worker, &platform.coach, &asked()).await;
    let code = page.accept(&worker, &[]).await.parameter("code").unwrap();
    let tokens = platform.coach.trade(&platform, &code).await;
    assert_eq!(tokens.details["sections"], json!(["certificates"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_another_page_sent_gives_nothing() {
    let (platform, worker, page) = asking().await;
    let other = Browser::of(&platform, "corsica").await;
    let other_token = other.form_token().await;
    let form = page.form(&["skills"], "30", "accept");
    let with_token = |token: Option<&'static str>| {
        let others = form.iter().copied().filter(|(name, _)| *name != "form_token");
        others.chain(token.map(|token| ("form_token", token))).collect::<Vec<_>>()
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
        (form.clone(), headers("sec-fetch-site", "cross-site"), "another site"),
        (form.clone(), headers("sec-fetch-site", "same-site"), "a sister site"),
        (form.clone(), headers("sec-fetch-site", "none"), "no page at all"),
        (form.clone(), headers("origin", "https://evil.example"), "a foreign origin"),
        (form.clone(), headers("origin", &format!("{}.evil", platform.url)), "a look-alike"),
        (with_token(None), own(), "no token"),
        (with_token(Some("")), own(), "an empty token"),
        (with_token(Some("0")), own(), "a token that nobody gave"),
        (of_other, own(), "the token of another session"),
        (with_token(None), headers("origin", "null"), "a sandboxed frame"),
    ] {
        let sent = worker.form(&page.action(), &form).headers(headers).send().await.unwrap();
        assert_eq!(sent.status(), StatusCode::FORBIDDEN, "{why}");
        let html = sent.text().await.unwrap();
        assert!(html.contains("ne vient pas de notre page"), "{why}: {html}");
    }
    let stranger = Browser::open(&platform).send(&page.action(), &form).await;
    assert_eq!(stranger.status(), StatusCode::UNAUTHORIZED, "nobody signed in");
    assert_eq!(grants(&platform).await, 0);
    assert!(page.accept(&worker, &[]).await.parameter("code").is_some(), "and she may still decide");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_sent_twice_gives_once() {
    let (platform, worker, page) = asking().await;
    let form = page.form(&[], "30", "accept");
    let action = page.action();
    let (one, other) = tokio::join!(worker.send(&action, &form), worker.send(&action, &form));
    let mut statuses = [one.status(), other.status()];
    statuses.sort_unstable();
    assert_eq!(statuses, [StatusCode::SEE_OTHER, StatusCode::CONFLICT], "of two at once, one");
    for decision in ["accept", "refuse"] {
        let again = worker.send(&action, &page.form(&["skills"], "30", decision)).await;
        assert_eq!(again.status(), StatusCode::CONFLICT, "{decision} afterwards");
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
        let sent = worker.send(&page.action(), &page.form(ticked, days, decision)).await;
        let status = sent.status();
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{ticked:?} {days} {decision}");
    }
    assert_eq!(grants(&platform).await, 0);
    let longest = worker.submit(&page.action(), &page.form(&["skills"], "90", "accept")).await;
    assert!(longest.parameter("code").is_some(), "what was asked is still hers to give");
}

/// The texts within `<main>` of a page, as a reader reads them.
fn read_texts(html: &str) -> Vec<String> {
    let main = html.split_once("<main").unwrap().1.split_once("</main>").unwrap().0;
    let texts = main.split('<').filter_map(|tag| Some(tag.split_once('>')?.1.trim()));
    texts.filter(|text| !text.is_empty()).map(|text| text.replace("&#38;", "&")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_grant_keeps_every_text_that_was_on_the_screen_in_its_language() {
    let (platform, worker, _) = asking().await;
    let owner = platform.owner().await;
    let mut alone = asked();
    alone[0]["essential"] = json!([]);
    alone[0]["recipients"] = json!(["Bureau <b>& Cie</b>"]);
    for (locale, details) in [("fr", asked()), ("en", asked()), ("fr", alone)] {
        let path = platform.coach.ask(&platform, &details).await;
        let page = ConsentPage::open_at(&worker, format!("{path}&lang={locale}")).await;
        assert!(page.accept(&worker, &["skills"]).await.parameter("code").is_some());
        let rows = sqlx::query(
            "SELECT locale, shown_texts, shown_digest FROM grant_versions
             ORDER BY given_at DESC, grant_id DESC LIMIT 1",
        );
        let row = rows.fetch_one(&owner).await.unwrap();
        assert_eq!(row.get::<String, _>("locale"), locale);
        let kept: Vec<String> = serde_json::from_value(row.get::<Value, _>("shown_texts")).unwrap();
        let digest = kernel::Digest::of(kept.join("\n"));
        assert_eq!(row.get::<Vec<u8>, _>("shown_digest"), digest.as_bytes());
        check_kept(&kept, &page.seen.html);
    }
}

/// Everything on the page is among what was kept, but for the headings, the choice of durations
/// and how much the record holds.
fn check_kept(kept: &[String], html: &str) {
    let apart = [
        ["Pour quoi", "Ce qu’il faut savoir", "Votre dossier n’en contient pas."],
        ["What for", "Good to know", "Your record holds none."],
    ];
    let html = html.replace("&#60;", "‹").replace("&#62;", "›");
    let mut kept: Vec<_> =
        kept.iter().map(|text| text.replace('<', "‹").replace('>', "›")).collect();
    kept.sort_by_key(|text| std::cmp::Reverse(text.len()));
    for text in read_texts(&html) {
        let mut rest = text.clone();
        for known in kept.iter().map(String::as_str).chain(apart.into_iter().flatten()) {
            rest = rest.replace(known, "");
        }
        let duration = text.ends_with("jour") || text.ends_with("jours") || text.contains(" day");
        let left = rest.trim_matches([' ', '.', '(', ')']);
        assert!(left.is_empty() || duration, "{text:?} was shown and not kept: {kept:#?}");
    }
}
