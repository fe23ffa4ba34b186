//! What a certifier is told: every error of every passage, page by page, and in the legacy form.

use quick_xml::{Reader, events::Event};
use reqwest::header;
use serde_json::Value;

use super::{Certifier, Stored, sample, sent::refusal};
use crate::harness::{Browser, Platform};

/// What is wrong in `certificates-with-errors.xml`: the passage's place, then code, line, element.
const WRONG: &[(u64, &str, u64, &str)] = &[
    (2, "not_in_list", 61, "obtentionCertification"),
    (2, "exam_ends_before_start", 64, "dateFinExamen"),
    (2, "no_such_day", 67, "dateDebutValidite"),
    (2, "out_of_range", 72, "scoreGeneral"),
    (2, "out_of_range", 75, "niveau"),
    (2, "out_of_range", 92, "moisNaissance"),
    (2, "not_in_list", 94, "sexe"),
    (3, "duplicate_technical_id", 104, "idTechnique"),
    (4, "evidence_url_shape", 154, "urlPreuve"),
    (4, "validity_ends_before_start", 158, "dateFinValidite"),
    (4, "language_level_missing", 159, "presenceNiveauLangueEuro"),
    (4, "day_without_month", 173, "jourNaissance"),
    (4, "birthplace_shape", 177, "codeInsee"),
    (5, "unknown_element", 186, "passageCertification"),
    (5, "name_without_letter", 200, "nomNaissance"),
    (5, "birth_after_validity", 203, "anneeNaissance"),
    (5, "no_such_day", 205, "jourNaissance"),
    (6, "qualification_shape", 220, "code"),
];

/// Every error of a report, in the file's order.
fn errors(passages: &[Value]) -> Vec<(u64, &str, u64, &str)> {
    let mut all = Vec::new();
    for passage in passages {
        for error in passage["errors"].as_array().into_iter().flatten() {
            let text = |name: &str| error[name].as_str().unwrap();
            assert!(!text("detail").is_empty(), "{error}");
            let position = passage["position"].as_u64().unwrap();
            all.push((
                position,
                text("code"),
                error["line"].as_u64().unwrap(),
                text("field"),
            ));
        }
    }
    all
}

/// The texts of every element `name` of `xml`, which must be well-formed.
fn texts(xml: &str, name: &str) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    let (mut inside, mut depth, mut found) = (false, 0, Vec::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => {
                depth += 1;
                inside = tag.name().into_inner() == name;
                if inside {
                    found.push(String::new());
                }
            }
            Event::Text(text) if inside => found.last_mut().unwrap().push_str(&text),
            Event::GeneralRef(_) if inside => found.last_mut().unwrap().push('\''),
            Event::End(_) => {
                depth -= 1;
                inside = false;
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0, "{xml}");
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn every_error_of_every_passage_is_told_with_its_code_line_and_element() {
    let platform = Platform::start().await;
    Browser::of(&platform, "plain").await;
    let certifier = Certifier::of(&platform).await;
    let report = certifier
        .deposit(sample("certificates-with-errors.xml"))
        .await;
    assert_eq!(report.0["batch"]["status"], "done");
    assert_eq!((report.count("matched"), report.count("rejected")), (1, 5));
    assert_eq!(errors(report.passages()), WRONG);
    let spoken = report.0.to_string();
    for value in ["Orfeuillard", "Boisjolain", "ABCDE", "PAR_CHANCE", "1975"] {
        assert!(!spoken.contains(value), "{value} is repeated");
    }
    let stored = Stored::on(&platform).await;
    assert_eq!(
        (stored.rows("entries"), stored.rows("waiting_certificates")),
        (1, 0)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_read_one_passage_at_a_time_is_the_whole_report() {
    let platform = Platform::start().await;
    let certifier = Certifier::of(&platform).await;
    let report = certifier.deposit(sample("certificates.xml")).await;
    let mut walked = Vec::new();
    let mut query = "?limit=1".to_owned();
    loop {
        let page = certifier.report(report.id(), &query).await;
        assert_eq!(page.status, 200, "{}", page.body);
        assert_eq!(page.body["batch"], report.0["batch"]);
        let passages = page.body["passages"].as_array().unwrap();
        assert_eq!(passages.len(), 1);
        walked.extend(passages.clone());
        let Some(next) = page.body["next"].as_str() else {
            break;
        };
        assert!(walked.len() < 12, "it ends");
        query = format!("?limit=1&after={next}");
    }
    assert_eq!(walked, report.passages());
    let positions: Vec<_> = walked
        .iter()
        .map(|passage| passage["position"].as_u64())
        .collect();
    assert_eq!(positions, (1..=12).map(Some).collect::<Vec<_>>());
    for query in [
        "?limit=0",
        "?limit=1000000",
        "?after=no-cursor",
        "?limit=one",
    ] {
        refusal(
            &certifier.report(report.id(), query).await,
            400,
            "invalid-parameter",
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_legacy_report_tells_the_same_of_the_same_passages() {
    let platform = Platform::start().await;
    let certifier = Certifier::of(&platform).await;
    let report = certifier
        .deposit(sample("certificates-with-errors.xml"))
        .await;
    let legacy = certifier.legacy_report(report.id()).await;
    let xml = legacy.body.as_str().unwrap();
    assert_eq!(legacy.headers[header::VARY], "Accept");
    assert_eq!(texts(xml, "nomFichier"), ["holders.xml"]);
    assert_eq!(texts(xml, "idFlux"), ["certif-horizon-2026-11-21"]);
    assert_eq!(texts(xml, "idTraitement"), [report.id()]);

    let (wrong, fine) = xml.split_once("    <PassagesOK>").unwrap();
    let (wrong, fine) = (
        format!("{wrong}</rapport>"),
        format!("<rapport><PassagesOK>{fine}"),
    );
    let ids = |verdicts: &[&str]| {
        let theirs = report.passages().iter();
        let theirs = theirs.filter(|one| verdicts.contains(&one["verdict"].as_str().unwrap()));
        theirs
            .map(|one| one["technical_id"].as_str().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(texts(&wrong, "idTechnique"), ids(&["rejected"]));
    assert_eq!(texts(&fine, "idTechnique"), ids(&["waiting"]));
    let messages = texts(xml, "messageErreur");
    for (place, _, line, field) in WRONG {
        let message = &messages[usize::try_from(*place).unwrap() - 2];
        assert!(
            message.contains(&format!("Ligne {line}, {field} : ")),
            "{line}: {message}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_waits_is_told_as_received_and_has_no_legacy_report_yet() {
    let platform = Platform::start().await;
    let certifier = Certifier::of(&platform).await;
    // The queue takes one batch of an organisation at a time: as if another one were under way.
    let owner = platform.owner().await;
    let mut under_way = owner.acquire().await.unwrap();
    let lock = "SELECT pg_advisory_lock(hashtextextended('intake ' || organisation_id, 0)) \
                FROM organisations WHERE siret = '90000000100009'";
    sqlx::query(lock).execute(&mut *under_way).await.unwrap();

    let sent = certifier.send(sample("certificates.xml")).await;
    assert_eq!(sent.status, 202, "{}", sent.body);
    let batch = sent.body["id"].as_str().unwrap();
    assert!(platform.app.intake.process_next().await.unwrap().is_none());
    let report = certifier.report(batch, "").await.body;
    assert_eq!(report["batch"]["status"], "received");
    assert_eq!(report["passages"], serde_json::json!([]));
    let early = certifier.legacy_report(batch).await;
    refusal(&early, 409, "conflict");
    assert!(early.headers.contains_key(header::RETRY_AFTER));

    sqlx::query("SELECT pg_advisory_unlock_all()")
        .execute(&mut *under_way)
        .await
        .unwrap();
    platform.app.intake.process_next().await.unwrap();
    assert_eq!(certifier.processed(batch).await.count("waiting"), 12);
}
