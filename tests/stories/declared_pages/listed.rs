//! Long sections: the latest on her record, all on their own page.

use ::declared::Draft;
use consent::Section;

use super::{Desk, says};

#[tokio::test(flavor = "multi_thread")]
async fn her_record_shows_the_latest_and_the_section_shows_all_page_by_page() {
    let desk = Desk::start().await;
    let cookie = desk.worker.cookie("session").unwrap();
    let app = &desk.platform.app;
    let session = app.identity.session(&cookie).await.unwrap();
    for number in 1..=51 {
        let draft = Draft {
            title: Some(format!("Savoir {number:02}")),
            ..Draft::default()
        };
        let declared = app.declarations.declare(&session, Section::Skills, &draft);
        declared.await.unwrap();
    }
    let record = desk.open("/record").await;
    says(
        &record,
        &[
            "Savoir 51",
            "Savoir 46",
            "Tout voir",
            "href=\"/record/skills\"",
        ],
    );
    assert!(!record.contains("Savoir 45"), "{record}");
    let first = desk.worker.open_path("/record/skills").await;
    says(&first.html, &["Savoir 01", "Savoir 50", "Page suivante"]);
    assert!(!first.html.contains("Savoir 51"), "{}", first.html);
    let next = first.between("href=\"/record/skills?after=", "\"");
    let second = desk.open(&format!("/record/skills?after={next}")).await;
    says(&second, &["Savoir 51"]);
    assert!(
        !second.contains("Savoir 50") && !second.contains("Page suivante"),
        "{second}"
    );
}
