//! The consent page, as a worker reads it.

use kernel::Clock;
use serde_json::json;
use time::macros::datetime;

use super::{asking, grants, start};
use crate::harness::{Browser, ConsentPage, Platform, asked};

/// The tags of `html` that begin with `<name `.
fn tags<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!("<{name} ");
    html.split(&start)
        .skip(1)
        .map(|rest| rest.split_once('>').unwrap().0)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_essential_is_ticked_and_the_shortest_time_comes_first() {
    let clock = Clock::manual(datetime!(2026-11-24 08:00 UTC));
    let platform = Platform::start_at(clock, |_config| {}).await;
    let worker = Browser::of(&platform, "plain").await;
    let page = ConsentPage::open(&platform, &worker, &platform.coach, &asked()).await;
    let boxes = tags(&page.seen.html, "input");
    let boxes: Vec<_> = boxes
        .into_iter()
        .filter(|tag| tag.contains("\"checkbox\""))
        .collect();
    let (finer, sections): (Vec<_>, Vec<_>) = boxes
        .into_iter()
        .partition(|tag| tag.contains("name=\"field\""));
    assert_eq!(
        finer.len(),
        12 + 3,
        "one for each field of a certificate, and of a skill"
    );
    assert!(
        finer.iter().all(|tag| !tag.contains("checked")),
        "{finer:?}"
    );
    let [certificates, skills] = sections[..] else {
        panic!("{sections:?}")
    };
    assert!(certificates.contains("value=\"certificates\""));
    assert!(certificates.ends_with("checked disabled"), "{certificates}");
    assert!(skills.contains("value=\"skills\""));
    assert!(
        !skills.contains("checked") && !skills.contains("disabled"),
        "{skills}"
    );
    let durations = tags(&page.seen.html, "option");
    assert_eq!(
        durations,
        ["1", "7", "30", "90"].map(|days| format!("value=\"{days}\""))
    );
    for end in [
        "1 jour, jusqu’au 25 novembre 2026",
        "7 jours, jusqu’au 1er décembre 2026",
        "30 jours, jusqu’au 24 décembre 2026",
        "90 jours, jusqu’au 22 février 2027",
    ] {
        assert!(
            page.seen.html.contains(&format!(">{end}</option>")),
            "{end}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refusing_looks_as_easy_as_accepting_and_how_to_stop_is_said_before() {
    let (_platform, worker, page) = asking().await;
    let buttons = tags(&page.seen.html, "button");
    let [look, accept, refuse] = buttons[..] else {
        panic!("{buttons:?}")
    };
    assert!(
        look.contains("value=\"preview\""),
        "what Enter presses gives nothing"
    );
    assert_eq!(
        accept.replace("accept", "refuse"),
        refuse,
        "the same element in the same clothes"
    );
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
        assert!(
            places[3] < html.find("value=\"accept\"").unwrap(),
            "before either button"
        );
        assert!(
            html.contains("https://coach.example"),
            "where she is sent back to"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_who_ticks_nothing_gives_what_is_essential_and_one_who_refuses_nothing() {
    let (platform, worker, page) = asking().await;
    let back = worker
        .submit(&page.action(), &page.form(&[], "30", "refuse"))
        .await;
    assert_eq!(back.url.host_str(), Some("coach.example"));
    let told = ["error", "state", "iss", "code"].map(|name| back.parameter(name));
    let denied = [
        Some("access_denied".into()),
        Some("a-state".into()),
        Some(platform.url.clone()),
    ];
    assert_eq!((&told[..3], &told[3]), (&denied[..], &None));
    assert_eq!(grants(&platform).await, 0);

    let other = Browser::of(&platform, "corsica").await;
    let page = ConsentPage::open(&platform, &other, &platform.coach, &asked()).await;
    let code = page.accept(&other, &[]).await.parameter("code").unwrap();
    let tokens = platform.coach.trade(&platform, &code).await;
    assert_eq!(tokens.details["sections"], json!(["certificates"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_and_her_authorisations_say_which_fields_entries_and_days() {
    let (platform, worker) = start().await;
    let mut details = asked();
    details[0]["fields"] = json!({"certificates": ["score", "valid_from"]});
    details[0]["items"] = json!({"skills": ["01938f5a-0000-7000-8000-000000000000"]});
    details[0]["period"] = json!({"from": "2020-01-01", "until": "2024-12-31"});
    let page = ConsentPage::open(&platform, &worker, &platform.coach, &details).await;
    let french = [
        "Seulement : le premier jour de validité, le score.",
        "Seulement 1 élément choisi.",
        "Seulement du 01/01/2020 au 31/12/2024.",
    ];
    let english = [
        "Only: the first day of validity, the score.",
        "Only 1 chosen item.",
        "Only from 1 Jan 2020 to 31 Dec 2024.",
    ];
    let read = worker.open_path(&format!("{}&lang=en", page.path)).await;
    let says = |html: &str, words: [&str; 3]| {
        for words in words {
            assert!(html.contains(words), "{words}: {html}");
        }
    };
    says(&page.seen.html, french);
    says(&read.html, english);
    assert!(
        page.accept(&worker, &["skills"])
            .await
            .parameter("code")
            .is_some()
    );
    says(
        &worker.open_path("/authorizations?lang=fr").await.html,
        french,
    );
    says(
        &worker.open_path("/authorizations?lang=en").await.html,
        english,
    );
}
