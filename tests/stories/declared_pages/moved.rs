//! An entry that has changed since she saw it.

use super::{Desk, first_entry, says};

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_that_has_changed_meanwhile_is_shown_as_it_is_beside_what_she_wrote() {
    let desk = Desk::start().await;
    let seen = desk.add("skills", &[("title", "Animer")]).await;
    let entry = format!("/record/entries/{}", first_entry(&seen));
    let first = [("version", "1"), ("title", "Animer un atelier")];
    assert_eq!(desk.submit(&entry, &first).await.status, 200);
    let late = [
        ("version", "1"),
        ("title", "Animer une réunion"),
        ("description", "Deux\nlignes"),
    ];
    let seen = desk.submit(&entry, &late).await;
    assert_eq!(seen.status, 409, "{}", seen.html);
    says(
        &seen.html,
        &[
            "Cet élément a changé entre-temps",
            "value=\"Animer un atelier\"",
            "<dd class=\"as-written\">Animer une réunion</dd>",
            "Deux\nlignes",
        ],
    );
    assert_eq!(seen.hidden("version"), "2");
    let again = [("version", "2"), ("title", "Animer une réunion")];
    let seen = desk.submit(&entry, &again).await;
    says(&seen.html, &["l’élément est modifié", "Animer une réunion"]);
}
