//! Two people of one name, born on the same day: nobody receives what may be the other's.

use super::{
    Certifier, Stored,
    flux::{self, Passage},
};
use crate::harness::{Browser, Platform};

#[tokio::test(flavor = "multi_thread")]
async fn namesakes_claim_each_their_own_by_their_birthplace() {
    let platform = Platform::start().await;
    let certifier = Certifier::of(&platform).await;
    let rennes = Passage {
        score: 111,
        ..Passage::of_julien("R-1", Some("35238"))
    };
    let nantes = Passage {
        score: 222,
        ..Passage::of_julien("N-1", Some("44109"))
    };
    assert_eq!(
        certifier
            .deposit(flux::of(&[rennes, nantes]))
            .await
            .count("waiting"),
        2
    );

    for (persona, own, other) in [
        ("homonym-nantes", "222", "111"),
        ("homonym-rennes", "111", "222"),
    ] {
        let worker = Browser::of(&platform, persona).await;
        let record = worker.open_path("/record").await.html;
        let score = |score: &str| record.contains(&format!("<dd>{score}</dd>"));
        assert!(score(own) && !score(other), "{persona}: {record}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fits_two_namesakes_is_given_to_neither_and_kept_nowhere() {
    let platform = Platform::start().await;
    let certifier = Certifier::of(&platform).await;
    let rennes = Browser::of(&platform, "homonym-rennes").await;
    let nantes = Browser::of(&platform, "homonym-nantes").await;

    let flux = flux::of(&[Passage::of_julien("J-1", None)]);
    for _ in 0..2 {
        let report = certifier.deposit(flux.clone()).await;
        assert_eq!(report.only(), ("ambiguous", Some("birthplace")));
        let legacy = certifier.legacy_report(report.id()).await.body;
        let wrong = legacy
            .as_str()
            .unwrap()
            .split("<PassagesOK>")
            .next()
            .unwrap();
        assert!(wrong.contains("<idTechnique>J-1</idTechnique>"), "{legacy}");
    }
    for worker in [&rennes, &nantes] {
        let record = worker.open_path("/record").await.html;
        assert!(!record.contains("<li class=\"card\">"), "{record}");
    }
    let stored = Stored::on(&platform).await;
    for table in ["entries", "waiting_certificates", "passages", "journal"] {
        assert_eq!(stored.rows(table), 0, "{table}");
    }
}
