//! Certificates of workers whom nobody knows yet wait, sealed, until they sign in.

use super::{
    Certifier, Stored,
    flux::{self, Passage},
    put_labour_in_force, sample,
};
use crate::harness::{Browser, Platform};

/// Each persona, and the qualifications that wait for them in the sandbox's file.
const WAITING: [(&str, &[&str]); 12] = [
    ("plain", &["RS5875", "RNCP37674"]),
    ("year-only", &["RS5875"]),
    ("month-only", &["RS5875"]),
    ("foreign-birth", &["RNCP35030"]),
    ("several-first-names", &["RNCP34857"]),
    ("corsica", &["RNCP37537"]),
    ("accents", &["RNCP37674"]),
    ("long-name", &["RNCP38676"]),
    ("usage-name", &["RNCP35030"]),
    ("homonym-rennes", &["RNCP34857"]),
    ("homonym-nantes", &["RNCP34857"]),
    ("no-record", &[]),
];

/// The codes on the record's page, in the order shown.
fn codes(html: &str) -> Vec<&str> {
    let cards = html.split("<li class=\"card\">").skip(1);
    let facts = cards.map(|card| card.split("<dd>").nth(1).unwrap());
    facts
        .map(|fact| fact.split("</dd>").next().unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waited_is_claimed_at_the_first_sign_in_of_each_persona_and_nothing_else_is() {
    let platform = Platform::start().await;
    put_labour_in_force(&platform).await;
    let certifier = Certifier::of(&platform).await;
    let report = certifier.deposit(sample("certificates.xml")).await;
    assert_eq!(report.count("waiting"), 12);
    assert_eq!(Stored::on(&platform).await.rows("waiting_certificates"), 12);

    for (persona, expected) in WAITING {
        let worker = Browser::of(&platform, persona).await;
        let record = worker.open_path("/record?lang=en").await.html;
        assert_eq!(codes(&record), expected, "{persona}");
        let journal = worker.open_path("/journal?lang=en").await.html;
        let collected = journal
            .matches("<th scope=\"row\">You</th>\n<td>Collected</td>")
            .count();
        assert_eq!(
            collected,
            usize::from(!expected.is_empty()),
            "{persona}: {journal}"
        );
        if !expected.is_empty() {
            assert!(
                record.contains("Organisation 90000000100009"),
                "{persona}: {record}"
            );
            let many = if expected.len() == 1 {
                "1 item"
            } else {
                "2 items"
            };
            assert!(journal.contains(many), "{persona}: {journal}");
        }
    }
    let stored = Stored::on(&platform).await;
    assert_eq!(
        (stored.rows("waiting_certificates"), stored.rows("entries")),
        (0, 12)
    );

    let again = Browser::of(&platform, "plain").await;
    assert_eq!(
        codes(&again.open_path("/record").await.html),
        ["RS5875", "RNCP37674"]
    );
    assert_eq!(
        Stored::on(&platform).await,
        stored,
        "a second sign-in has nothing to claim"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_contradicts_the_birth_date_stays_sealed_at_every_sign_in() {
    let platform = Platform::start().await;
    let certifier = Certifier::of(&platform).await;
    let other_day = Passage {
        day: Some(13),
        ..Passage::of_lucie("D-1")
    };
    let other_month = Passage {
        month: Some(5),
        ..Passage::of_lucie("M-1")
    };
    let elsewhere = Passage {
        birthplace: Some("38544"),
        ..Passage::of_lucie("P-1")
    };
    let report = certifier
        .deposit(flux::of(&[other_day, other_month, elsewhere]))
        .await;
    assert_eq!(report.count("waiting"), 3);

    for _ in 0..2 {
        let worker = Browser::of(&platform, "plain").await;
        assert!(codes(&worker.open_path("/record").await.html).is_empty());
        let stored = Stored::on(&platform).await;
        assert_eq!(
            (stored.rows("waiting_certificates"), stored.rows("entries")),
            (3, 0)
        );
    }
}
