//! A worker who has signed in before sees a deposited certificate at once, and who deposited it.

use super::{Certifier, Stored, put_labour_in_force, sample};
use crate::harness::{Browser, Platform, real_data};

/// The real file's one holder, and the persona put in his place.
const PERSONA: [(&str, &str); 7] = [
    ("Haba", "Orfeuillard"),
    ("Bart", "Lucie"),
    ("1993", "1987"),
    ("<cpf:moisNaissance>05", "<cpf:moisNaissance>04"),
    ("<cpf:jourNaissance>23", "<cpf:jourNaissance>12"),
    ("<cpf:sexe>M", "<cpf:sexe>F"),
    ("PARIS", "GRENOBLE"),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_who_is_known_finds_her_certificates_at_once_with_the_occupations_they_lead_to() {
    let platform = Platform::start().await;
    put_labour_in_force(&platform).await;
    let worker = Browser::of(&platform, "plain").await;
    let certifier = Certifier::of(&platform).await;

    let report = certifier.deposit(sample("certificates.xml")).await;
    assert_eq!((report.count("matched"), report.count("waiting")), (2, 10));
    for passage in report.passages() {
        let hers =
            ["CH-2026-0001", "CH-2026-0004"].contains(&passage["technical_id"].as_str().unwrap());
        assert_eq!(
            passage["verdict"],
            if hers { "matched" } else { "waiting" },
            "{passage}"
        );
        assert_eq!(passage["decided_by"], "mandatory_traits", "{passage}");
    }

    let record = worker.open_path("/record?lang=en").await.html;
    assert_eq!(record.matches("<li class=\"card\">").count(), 2, "{record}");
    for shown in ["RS5875", "RNCP37674", "Compétences numériques (Pix)", "612"] {
        assert!(record.contains(shown), "{shown}: {record}");
    }
    assert!(
        record.contains("Développeur / Développeuse informatique"),
        "the occupations: {record}"
    );
    assert!(
        record.contains("Organisation 90000000100009"),
        "who attests it: {record}"
    );

    let journal = worker.open_path("/journal?lang=en").await.html;
    let named = "<th scope=\"row\">Organisation 90000000100009</th>\n<td>Deposited</td>";
    assert_eq!(journal.matches(named).count(), 2, "{journal}");

    let tokens = platform.coach.connect(&platform, &worker).await;
    let read = platform
        .coach
        .read("/v1/record/certificates", &tokens.access)
        .await;
    let items = read.body["items"].as_array().unwrap();
    assert_eq!(items.len(), 2, "{}", read.body);
    assert!(
        items
            .iter()
            .all(|item| item["issuer"]["siret"] == "90000000100009"),
        "{}",
        read.body
    );
    let developer = items
        .iter()
        .find(|item| item["qualification"]["code"] == "RNCP37674")
        .unwrap();
    let led: Vec<_> = developer["occupations"]
        .as_array()
        .unwrap()
        .iter()
        .collect();
    assert!(
        led.iter().any(|occupation| occupation["code"] == "M1805"),
        "{developer}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_real_sample_of_the_caisse_des_depots_is_taken() {
    let Some(path) = real_data("cpf-flux/sample_flux_valid.xml") else {
        return;
    };
    let real = std::fs::read_to_string(path).unwrap();
    let platform = Platform::start().await;
    let worker = Browser::of(&platform, "plain").await;
    let certifier = Certifier::of(&platform).await;

    let report = certifier.deposit(real.clone()).await;
    assert_eq!(
        report.0["batch"]["flux_id"],
        "5d079a5d-0a4d-45ac-854d-256b01cacdfe"
    );
    assert_eq!(report.0["batch"]["file_name"], "holders.xml");
    assert_eq!(report.0["batch"]["size_bytes"], real.len());
    assert_eq!(report.only(), ("waiting", Some("mandatory_traits")));
    assert_eq!(report.passages()[0]["technical_id"], "1234");

    let hers = PERSONA
        .iter()
        .fold(real.replace("1234", "5678"), |flux, (from, to)| {
            assert!(flux.contains(from), "{from}");
            flux.replacen(from, to, 1)
        });
    assert_eq!(
        certifier.deposit(hers).await.only(),
        ("matched", Some("mandatory_traits"))
    );
    let record = worker.open_path("/record?lang=en").await.html;
    assert!(
        record.contains("RS5875") && record.contains("324"),
        "{record}"
    );
    let stored = Stored::on(&platform).await;
    assert_eq!(
        (stored.rows("entries"), stored.rows("waiting_certificates")),
        (1, 1)
    );
    assert_eq!(
        stored.rows("batch_chunks"),
        0,
        "the files, which name people, are gone"
    );
}
