//! Giving a mandate by the counsellor's code.

use sqlx::Row;

use super::{journal, mandates, start};
use crate::harness::{Browser, EVERYTHING, MISSION_LOCALE};

#[tokio::test(flavor = "multi_thread")]
async fn she_sees_who_it_is_ticks_what_she_permits_and_both_have_it_on_their_pages() {
    let (platform, worker, counsellor) = start().await;
    let code = counsellor.invitation().await;
    let form = [("code", code.as_str())];
    let page = worker
        .press("/mandates?lang=en", "/mandates/invitation?lang=en", &form)
        .await;
    for told in ["Maëlle Trévidic", MISSION_LOCALE, "SIREN 900000003"] {
        assert!(page.html.contains(told), "{told}: {}", page.html);
    }
    assert!(
        !page.html.contains("\" checked"),
        "nothing is ticked for her"
    );
    let first = page.between("<option value=\"", "\"");
    assert_eq!(first, "1", "the shortest time comes first");
    assert_eq!(mandates(&platform).await, 0, "looking gives nothing");

    worker.entrust(&counsellor, &EVERYTHING, "30").await;
    let own = worker.open_path("/mandates?lang=en").await.html;
    for told in [
        "Maëlle Trévidic",
        "SIREN 900000003",
        "Read my certificates",
        "See my authorisations",
        "Stop an authorisation for me",
    ] {
        assert!(own.contains(told), "{told}: {own}");
    }
    let hers = counsellor.open_path("/counsellor?lang=en").await.html;
    assert!(hers.contains("Lucie Orfeuillard"), "{hers}");
    let told = journal(&worker).await;
    assert!(told.contains("Gave Maëlle Trévidic, Organisation 90000000300005 a mandate"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_texts_that_she_saw_are_kept_with_the_mandate_and_can_be_proved() {
    let (platform, worker, counsellor) = start().await;
    worker.entrust(&counsellor, &EVERYTHING, "7").await;
    let row = sqlx::query(
        "SELECT locale, shown_texts, shown_digest, template_name, template_digest FROM mandates",
    )
    .fetch_one(&platform.owner().await)
    .await
    .unwrap();
    assert_eq!(row.get::<String, _>("locale"), "fr");
    let texts: Vec<String> =
        serde_json::from_value(row.get::<serde_json::Value, _>("shown_texts")).unwrap();
    assert!(texts[0].contains("Maëlle Trévidic") && texts[0].contains("900000003"));
    for text in ["Lire mes certificats", "Donner ce mandat", "Refuser"] {
        assert!(texts.iter().any(|kept| kept == text), "{text}: {texts:?}");
    }
    let digest = kernel::Digest::of(texts.join("\n"));
    assert_eq!(row.get::<Vec<u8>, _>("shown_digest"), digest.as_bytes());
    assert_eq!(row.get::<String, _>("template_name"), "mandate_choice.html");
    let source = include_str!("../../../api/templates/mandate_choice.html");
    let digest = kernel::Digest::of(source);
    assert_eq!(row.get::<Vec<u8>, _>("template_digest"), digest.as_bytes());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mandate_permits_something_and_for_six_months_at_most() {
    let (platform, worker, counsellor) = start().await;
    let code = counsellor.invitation().await;
    let certificates = ("section", "certificates");
    for (ticked, days) in [
        (&[][..], "30"),
        (&[certificates], "184"),
        (&[certificates], "365"),
        (&[certificates], "0"),
        (&[("section", "identity")], "30"),
        (&[("section", "skills"), certificates], "30"),
        (&[("action", "read_record")], "30"),
        (&[("action", "give_authorizations")], "30"),
    ] {
        let form = [
            ("code", code.as_str()),
            ("days", days),
            ("decision", "accept"),
        ];
        let page = worker
            .press("/mandates", "/mandates", &[&form, ticked].concat())
            .await;
        assert_eq!(page.status, 422, "{ticked:?} {days}: {}", page.html);
    }
    assert_eq!(mandates(&platform).await, 0);
    let tried = "SELECT count(*) FROM code_tries WHERE tries > 0";
    let owner = platform.owner().await;
    let tried: i64 = sqlx::query_scalar(tried).fetch_one(&owner).await.unwrap();
    assert_eq!(tried, 0, "a right code does not count as a try");
    worker.entrust(&counsellor, &[certificates], "183").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_leaves_nothing_behind() {
    let (platform, worker, counsellor) = start().await;
    let code = counsellor.invitation().await;
    let form = [("code", code.as_str()), ("decision", "refuse")];
    let page = worker.press("/mandates", "/mandates", &form).await;
    assert_eq!(page.url.path(), "/mandates");
    assert_eq!(mandates(&platform).await, 0);
    assert!(!journal(&worker).await.contains("Trévidic"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_may_be_answered_by_many_until_it_is_replaced_or_late() {
    let (platform, worker, counsellor) = start().await;
    let other = Browser::of(&platform, "accents").await;
    let code = counsellor.invitation().await;
    let see = async |who: &Browser, code: &str| {
        let form = [("code", code)];
        let page = who.press("/mandates", "/mandates/invitation", &form).await;
        page.status.as_u16()
    };
    assert_eq!(see(&worker, &code).await, 200);
    assert_eq!(
        see(&other, &code.to_lowercase().replace('-', " ")).await,
        200
    );
    let newer = counsellor.invitation().await;
    assert_ne!(newer, code);
    assert_eq!(see(&worker, &code).await, 422, "replaced");
    assert_eq!(see(&worker, &newer).await, 200);
    platform
        .clock
        .advance(std::time::Duration::from_hours(7 * 24));
    let worker = Browser::of(&platform, "plain").await;
    assert_eq!(see(&worker, &newer).await, 422, "late");
    platform.counsels(MISSION_LOCALE, false).await;
    let invited = Browser::of(&platform, "plain").await;
    assert_eq!(see(&invited, &newer).await, 422);
}
