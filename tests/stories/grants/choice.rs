//! Choosing finely: of a section single fields and entries, or what is about a day and later.

use kernel::Entropy;
use reqwest::StatusCode;
use serde_json::json;

use super::{
    grants,
    scope::{Dice, Drawn, store},
    start,
};
use crate::harness::{Browser, ConsentPage, Platform, asked};

/// A worker with `count` certificates, and the page that asks for them.
async fn with_certificates(count: usize) -> (Platform, Browser, ConsentPage, Vec<Drawn>) {
    let (platform, worker) = start().await;
    platform.certifier().await;
    let dice = Dice(Entropy::seeded(7));
    let record: Vec<_> = (0..count).map(|_| Drawn::draw(&dice)).collect();
    store(
        &platform.owner().await,
        "Orfeuillard",
        "certificates",
        &record,
    )
    .await;
    let page = ConsentPage::open(&platform, &worker, &platform.coach, &asked()).await;
    (platform, worker, page, record)
}

#[tokio::test(flavor = "multi_thread")]
async fn she_gives_the_fields_and_entries_that_she_ticked_and_the_app_is_told_so() {
    let (platform, worker, page, record) = with_certificates(3).await;
    let items = page.boxes("item");
    assert_eq!(
        items.len(),
        record.len(),
        "each of her certificates can be chosen"
    );
    let mut form = page.form(&["skills"], "30", "accept");
    form.extend([
        ("field", "certificates.score"),
        ("field", "certificates.mention"),
    ]);
    form.extend([("item", items[1].as_str()), ("since", "2016-01-01")]);
    let code = worker.submit(&page.action(), &form).await;
    let code = code
        .parameter("code")
        .unwrap_or_else(|| panic!("{}", code.html));
    let tokens = platform.coach.trade(&platform, &code).await;
    let told = &tokens.details;
    assert_eq!(told["sections"], json!(["certificates", "skills"]));
    assert_eq!(
        told["fields"],
        json!({"certificates": ["score", "mention"]})
    );
    let id = items[1].strip_prefix("certificates.").unwrap();
    assert_eq!(told["items"], json!({"certificates": [id]}));
    assert_eq!(told["period"], json!({"from": "2016-01-01"}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_that_nobody_can_have_meant_is_asked_for_again_and_kept() {
    let (platform, worker, page, _) = with_certificates(1).await;
    let mut details = asked();
    details[0]["essential"] = json!([]);
    details[0]["period"] = json!({"until": "2024-12-31"});
    let open = ConsentPage::open(&platform, &worker, &platform.coach, &details).await;
    let (score, skills) = (("field", "certificates.score"), ("section", "skills"));
    for (more, says) in [
        (vec![], "Cochez au moins une partie"),
        (
            vec![score],
            "Vous avez choisi des détails dans « Mes certificats »",
        ),
        (vec![score, skills], "Vous avez choisi des détails"),
        (
            vec![skills, ("since", "2023-02-29")],
            "Cette date n’existe pas",
        ),
        (vec![skills, ("since", "hier")], "Cette date n’existe pas"),
        (
            vec![skills, ("since", "2025-01-01")],
            "Cette demande s’arrête avant",
        ),
    ] {
        let mut form = open.form(&[], "30", "accept");
        form.extend(more);
        let seen = worker.submit(&open.action(), &form).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{says}");
        let alert = seen.between("role=\"alert\">", "</div>");
        assert!(alert.contains(says), "{says}: {alert}");
        if says.contains("détails") {
            let kept = seen.between("value=\"certificates.score\"", ">");
            assert!(kept.ends_with("checked"), "{kept}");
            assert!(seen.html.contains("<details class=\"finer\" open>"));
        }
    }
    assert_eq!(grants(&platform).await, 0);
    assert!(page.accept(&worker, &[]).await.parameter("code").is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finer_choice_beyond_what_was_asked_or_shown_gives_nothing() {
    let (platform, worker, _, record) = with_certificates(2).await;
    let mut details = asked();
    details[0]["fields"] = json!({"certificates": ["score"]});
    details[0]["items"] = json!({"certificates": [record[0].id]});
    let page = ConsentPage::open(&platform, &worker, &platform.coach, &details).await;
    let boxes = [
        "certificates.score",
        "skills.title",
        "skills.mastery",
        "skills.description",
    ];
    assert_eq!(page.boxes("field"), boxes);
    assert_eq!(
        page.boxes("item"),
        [format!("certificates.{}", record[0].id)]
    );
    let other = format!("certificates.{}", record[1].id);
    let nobody_s = "certificates.01938f5a-0000-7000-8000-000000000000";
    for more in [
        ("field", "certificates.mention"),
        ("field", "skills.score"),
        ("field", "identity.score"),
        ("field", "certificates.name"),
        ("item", &other),
        ("item", nobody_s),
        ("item", "certificates.1"),
    ] {
        for decision in ["accept", "preview"] {
            let mut form = page.form(&["skills"], "30", decision);
            form.push(more);
            let status = worker.send(&page.action(), &form).await.status();
            assert_eq!(
                status,
                StatusCode::UNPROCESSABLE_ENTITY,
                "{more:?} {decision}"
            );
        }
    }
    assert_eq!(grants(&platform).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_long_record_the_hundred_latest_can_be_chosen_one_by_one_and_the_page_says_so() {
    let (platform, worker, page, record) = with_certificates(130).await;
    let items = page.boxes("item");
    assert_eq!(items.len(), 100);
    let day = |value: &str| {
        let entry = record
            .iter()
            .find(|entry| value.ends_with(&entry.id.to_string()));
        entry.unwrap().dated
    };
    let days: Vec<_> = items.iter().map(|item| day(item)).collect();
    assert!(days.is_sorted_by(|one, next| one >= next), "{days:?}");
    let oldest = days.last().unwrap();
    let left = record.iter().filter(|entry| entry.dated > *oldest);
    assert!(left.count() <= 100);
    assert!(page.seen.html.contains("Voici les 100 plus récents."));
    assert!(page.seen.html.contains("Votre dossier en contient 130."));
    let mut form = page.form(&[], "30", "accept");
    form.extend(items.iter().map(|item| ("item", item.as_str())));
    let code = worker
        .submit(&page.action(), &form)
        .await
        .parameter("code")
        .unwrap();
    let tokens = platform.coach.trade(&platform, &code).await;
    let granted = tokens.details["items"]["certificates"].as_array().unwrap();
    assert_eq!(granted.len(), 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_section_is_told_with_a_real_entry_of_hers_and_only_of_what_is_asked() {
    let (platform, worker, page, record) = with_certificates(3).await;
    let named = |entry: &Drawn| entry.code();
    let latest = record.iter().max_by_key(|entry| entry.dated).unwrap();
    let example = format!("Par exemple : {}", named(latest));
    assert!(page.seen.html.contains(&example), "{example}");
    let mut details = asked();
    let earliest = record.iter().min_by_key(|entry| entry.dated).unwrap();
    details[0]["items"] = json!({"certificates": [earliest.id]});
    let page = ConsentPage::open(&platform, &worker, &platform.coach, &details).await;
    let example = format!("Par exemple : {}", named(earliest));
    assert!(page.seen.html.contains(&example), "{example}");
    assert!(
        !page.seen.html.contains(&named(latest)),
        "nothing of what is not asked"
    );
    assert!(page.seen.html.contains("Cette demande en concerne 1."));
}
