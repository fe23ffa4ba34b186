//! Before she decides, she can see what the app would see.

use kernel::Entropy;
use serde_json::{Value, json};

use super::{
    grants, read,
    scope::{Dice, Drawn, FIELDS, store},
    start,
};
use crate::harness::{ConsentPage, Seen, asked};

/// What the random numbers follow from.
const SEED: u64 = 0x5eed_0010;
/// How many choices are tried.
const CHOICES: usize = 24;

/// The text that the app would receive, as the page shows it.
fn shown(page: &Seen) -> Value {
    let text = page.between("<pre class=\"wrapped\"><code>", "</code>");
    let text = [
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#38;", "&"),
    ]
    .iter()
    .fold(text, |text, (from, to)| text.replace(from, to));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// What an app asks, one time in two with limits of its own.
fn drawn_details(dice: &Dice, record: &[Drawn]) -> Value {
    let mut details = asked();
    if dice.chance() {
        details[0]["fields"] = json!({"certificates": dice.some(&FIELDS)});
    }
    if dice.chance() {
        let ids: Vec<_> = record.iter().map(|entry| entry.id).collect();
        details[0]["items"] = json!({"certificates": dice.some(&ids)});
    }
    if dice.chance() {
        details[0]["period"] = dice.period();
    }
    details
}

#[tokio::test(flavor = "multi_thread")]
async fn what_she_is_shown_is_what_the_app_then_reads_whatever_she_chose() {
    let dice = Dice(Entropy::seeded(SEED));
    let (platform, worker) = start().await;
    platform.certifier().await;
    let record: Vec<_> = (0..12).map(|_| Drawn::draw(&dice)).collect();
    store(
        &platform.owner().await,
        "Orfeuillard",
        "certificates",
        &record,
    )
    .await;
    let mut entries = 0;
    for number in 0..CHOICES {
        let place = format!("seed {SEED:#x}, choice {number}");
        let details = drawn_details(&dice, &record);
        let page = ConsentPage::open(&platform, &worker, &platform.coach, &details).await;
        let mut ticked = Vec::new();
        for name in ["field", "item"] {
            let boxes = page.boxes(name);
            if dice.chance() && !boxes.is_empty() {
                let some = dice.some(&boxes).into_iter();
                ticked.extend(some.map(|value| (name, value)));
            }
        }
        if dice.chance() && details[0]["period"]["until"].is_null() {
            ticked.push(("since", dice.day().to_string()));
        }
        let form = |decision| {
            let mut form = page.form(&["skills"], "30", decision);
            form.extend(ticked.iter().map(|(name, value)| (*name, value.as_str())));
            form
        };
        let preview = worker.submit(&page.action(), &form("preview")).await;
        assert_eq!(preview.status, 200, "{place}: {}", preview.html);
        let shown = shown(&preview);
        // Her choices are kept on the page: it is the form of that page that she sends now.
        let kept = ConsentPage::of(preview, page.path.clone());
        for (name, value) in &ticked {
            let kept = kept.seen.between(&format!("value=\"{value}\""), ">");
            assert!(
                *name == "since" || kept.ends_with("checked"),
                "{place}: {name} {value}"
            );
        }
        let back = worker.submit(&kept.action(), &form("accept")).await;
        let code = back
            .parameter("code")
            .unwrap_or_else(|| panic!("{place}: {}", back.html));
        let tokens = platform.coach.trade(&platform, &code).await;
        let reply = read(&platform, &tokens.access).await;
        assert_eq!(shown, reply.body, "{place}: {ticked:?}");
        entries += shown["items"].as_array().unwrap().len();
        worker.revoke().await;
    }
    assert!(entries > CHOICES, "too little was compared: {entries}");
}

#[tokio::test(flavor = "multi_thread")]
async fn to_look_gives_nothing_and_is_her_own_view() {
    let (platform, worker) = start().await;
    let owner = platform.owner().await;
    let lines = async || {
        let count = sqlx::query_scalar("SELECT count(*) FROM journal");
        let count: i64 = count.fetch_one(&owner).await.unwrap();
        count
    };
    let before = lines().await;
    let page = ConsentPage::open(&platform, &worker, &platform.coach, &asked()).await;
    let form = page.form(&["skills"], "1", "preview");
    for _ in 0..2 {
        let preview = worker.submit(&page.action(), &form).await;
        assert!(
            preview.html.contains("Ce que Cap Métier verrait"),
            "{}",
            preview.html
        );
        assert!(
            preview
                .html
                .contains("Le service ne verrait aucun élément.")
        );
        assert!(
            !preview
                .html
                .contains("Aucun service ne peut encore lire cette partie.")
        );
        assert_eq!(shown(&preview), json!({"items": []}));
    }
    assert_eq!(grants(&platform).await, 0);
    assert_eq!(lines().await, before, "no line tells her that she looked");
    let kept = worker
        .submit(&page.action(), &page.form(&[], "1", "preview"))
        .await;
    assert!(
        kept.html
            .contains("Vous gardez pour vous : Mes compétences.")
    );
    assert!(page.accept(&worker, &[]).await.parameter("code").is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_an_app_that_only_proposes_she_is_told_that_it_reads_nothing() {
    let (platform, worker) = start().await;
    let mut details = asked();
    details[0]["actions"] = json!(["propose"]);
    let page = ConsentPage::open(&platform, &worker, &platform.coach, &details).await;
    let preview = worker
        .submit(&page.action(), &page.form(&[], "1", "preview"))
        .await;
    assert!(
        preview.html.contains("Ce service ne lira rien."),
        "{}",
        preview.html
    );
    assert!(!preview.html.contains("<pre"));
}
