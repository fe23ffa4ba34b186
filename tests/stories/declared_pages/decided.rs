//! She looks at what an app proposes, and decides.

use serde_json::json;

use super::{Desk, first_entry, says};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_proposed_is_shown_in_full_and_enters_her_record_once_she_agrees() {
    let desk = Desk::start().await;
    let proposed = json!({
        "title": "Boulangère", "organisation": "Le Fournil <du> Port", "occupation": "D1102",
        "started_on": "2020-03", "ended_on": "2021-06-30", "description": "Le pain.\nLa vente.",
    });
    let id = desk.propose("experiences", proposed).await;
    let waits = "Une proposition d’ajout à votre dossier attend votre décision.";
    says(&desk.open("/").await, &[waits, "/record#proposals"]);
    says(&desk.open("/authorizations").await, &[waits]);
    let grant = format!("/authorizations/{}", desk.tokens.grant);
    let of_it = "Une proposition de ce service attend votre décision.";
    says(&desk.open(&grant).await, &[of_it, "/record#proposals"]);

    let record = desk.open("/record").await;
    let said = [
        "Boulangère",
        "Le Fournil &#60;du&#62; Port",
        "Boulanger / Boulangère",
        "mars 2020",
        "30 juin 2021",
        "Le pain.\nLa vente.",
    ];
    says(&record, &said);
    says(
        &record,
        &[
            "Propositions à examiner",
            "Proposé par Cap Métier, le ",
            "Rien n’entre dans votre dossier sans votre accord.",
            "Le service sera informé de votre décision.",
            "Une proposition refusée est oubliée.",
        ],
    );
    assert!(!record.contains("Déclaré par vous</span>"), "{record}");

    let path = format!("/record/proposals/{id}");
    let seen = desk.submit(&path, &[("decision", "accept")]).await;
    assert_eq!((seen.status.as_u16(), seen.url.path()), (200, "/record"));
    says(
        &seen.html,
        &[
            "la proposition est ajoutée à votre dossier",
            "Déclaré par vous</span>",
        ],
    );
    says(&seen.html, &said);
    assert!(
        !seen.html.contains("Propositions à examiner"),
        "{}",
        seen.html
    );
    assert_eq!(desk.standings("experiences").await, ["accepted"]);
    assert!(!desk.open("/").await.contains(waits));
    assert!(!desk.open(&grant).await.contains(of_it));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_she_refuses_is_gone_and_a_second_answer_changes_nothing() {
    let desk = Desk::start().await;
    let id = desk.propose("skills", json!({ "title": "Animer" })).await;
    let path = format!("/record/proposals/{id}");
    let nothing: &[(&str, &str)] = &[];
    for forged in [nothing, &[("decision", "perhaps")]] {
        let seen = desk.submit(&path, forged).await;
        assert!(seen.status.is_client_error(), "{}", seen.status);
        assert_eq!(desk.standings("skills").await, ["waiting"]);
    }
    let seen = desk.submit(&path, &[("decision", "refuse")]).await;
    assert_eq!(seen.status, 200);
    says(&seen.html, &["la proposition est refusée et oubliée"]);
    assert!(!seen.html.contains("Animer"), "{}", seen.html);
    for decision in ["accept", "refuse"] {
        let seen = desk.submit(&path, &[("decision", decision)]).await;
        assert_eq!(seen.status, 404, "{}", seen.html);
        says(&seen.html, &["n’attend plus de décision"]);
        assert!(!seen.html.contains("Animer"), "{}", seen.html);
    }
    assert_eq!(desk.standings("skills").await, ["refused"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_oldest_proposals_come_first_and_the_others_are_counted() {
    let desk = Desk::start().await;
    for number in 0..22 {
        desk.propose("skills", json!({ "title": format!("Savoir {number:02}") }))
            .await;
    }
    let record = desk.open("/record").await;
    says(
        &record,
        &[
            "Savoir 00",
            "Savoir 19",
            "2 autres propositions attendent. Vous les verrez après celles-ci.",
        ],
    );
    assert!(!record.contains("Savoir 20"), "{record}");
}

#[tokio::test(flavor = "multi_thread")]
async fn her_journal_tells_of_proposals_and_of_what_she_did_in_both_languages() {
    let desk = Desk::start().await;
    let kept = desk.propose("skills", json!({ "title": "Animer" })).await;
    let dropped = desk.propose("skills", json!({ "title": "Ranger" })).await;
    desk.standings("skills").await;
    let refuse = [("decision", "refuse")];
    desk.submit(&format!("/record/proposals/{dropped}"), &refuse)
        .await;
    let accept = [("decision", "accept")];
    let path = format!("/record/proposals/{kept}");
    let accepted = desk.submit(&path, &accept);
    let entry = format!("/record/entries/{}", first_entry(&accepted.await));
    let changed = [("version", "1"), ("title", "Animer un atelier")];
    assert_eq!(desk.submit(&entry, &changed).await.status, 200);
    let removed = desk.submit(&format!("{entry}/remove"), &[]).await;
    assert_eq!(removed.status, 200);
    let french = [
        "<td>A proposé des éléments</td>",
        "<td>A demandé où en sont ses propositions</td>",
        "<td>A ajouté</td>",
        "<td>A refusé une proposition</td>",
        "<td>A modifié</td>",
        "<td>A retiré</td>",
    ];
    says(&desk.open("/journal?lang=fr").await, &french);
    let english = [
        "<td>Proposed items</td>",
        "<td>Asked what became of its proposals</td>",
        "<td>Added</td>",
        "<td>Refused a proposal</td>",
        "<td>Changed</td>",
        "<td>Removed</td>",
    ];
    let journal = desk.open("/journal?lang=en").await;
    says(&journal, &english);
    let (_, proposed) = journal.split_once(english[0]).unwrap();
    let row = proposed.split("</tr>").next().unwrap();
    assert!(row.contains("My skills") && row.contains("1 item"), "{row}");
    assert!(!row.contains("<td>–</td>"), "its purpose is told: {row}");
}
