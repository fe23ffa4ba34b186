//! The same file again is harmless; the same technical id with something else is an error.

use super::{
    Certifier, Stored,
    flux::{self, Passage},
    sample,
};
use crate::harness::{Browser, Platform};

#[tokio::test(flavor = "multi_thread")]
async fn a_file_deposited_again_changes_nothing_before_or_after_a_claim() {
    let platform = Platform::start().await;
    let worker = Browser::of(&platform, "plain").await;
    let certifier = Certifier::of(&platform).await;
    let first = certifier.deposit(sample("certificates.xml")).await;
    assert_eq!((first.count("matched"), first.count("waiting")), (2, 10));
    let tokens = platform.coach.connect(&platform, &worker).await;
    let read = async || {
        platform
            .coach
            .read("/v1/record/certificates", &tokens.access)
            .await
            .body["items"]
            .clone()
    };
    let record = read().await;
    // What waited for her joins another worker's record in between.
    Browser::of(&platform, "usage-name").await;
    let before = Stored::on(&platform).await;

    let again = certifier.deposit(sample("certificates.xml")).await;
    assert_ne!(again.id(), first.id());
    assert_eq!(again.count("already_known"), 12);
    for passage in again.passages() {
        assert_eq!(passage["verdict"], "already_known");
        assert!(
            passage["decided_by"].is_null() && passage["errors"].is_null(),
            "{passage}"
        );
    }
    let after = Stored::on(&platform).await;
    for table in ["passages", "waiting_certificates", "entries", "journal"] {
        assert_eq!(after.rows(table), before.rows(table), "{table}");
    }
    assert_eq!(read().await, record);
    let legacy = certifier.legacy_report(again.id()).await.body;
    let legacy = legacy.as_str().unwrap();
    assert!(
        !legacy.contains("<messageErreur>"),
        "nothing to do about it: {legacy}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_technical_id_with_another_content_is_rejected_and_the_first_stays() {
    let platform = Platform::start().await;
    let worker = Browser::of(&platform, "plain").await;
    let certifier = Certifier::of(&platform).await;
    let lucie = Passage::of_lucie("A-1");
    assert_eq!(
        certifier
            .deposit(flux::of(std::slice::from_ref(&lucie)))
            .await
            .only()
            .0,
        "matched"
    );
    let before = Stored::on(&platform).await;

    let other_score = Passage {
        score: 999,
        ..lucie.clone()
    };
    let other_holder = Passage {
        first_name: "Lucienne",
        ..lucie.clone()
    };
    let other_day = Passage {
        day: None,
        ..lucie.clone()
    };
    for other in [other_score, other_holder, other_day] {
        let report = certifier.deposit(flux::of(&[other])).await;
        assert_eq!(report.only(), ("rejected", None));
        let error = &report.passages()[0]["errors"][0];
        assert_eq!(error["code"], "technical_id_conflict");
        assert_eq!(
            (&error["line"], &error["field"]),
            (&13.into(), &"idTechnique".into())
        );
    }
    let after = Stored::on(&platform).await;
    for table in ["passages", "waiting_certificates", "entries", "journal"] {
        assert_eq!(after.rows(table), before.rows(table), "{table}");
    }
    let record = worker.open_path("/record").await.html;
    assert!(
        record.contains("<dd>500</dd>") && !record.contains("<dd>999</dd>"),
        "{record}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn technical_ids_belong_to_their_certifier() {
    let platform = Platform::start().await;
    let worker = Browser::of(&platform, "plain").await;
    let flux = flux::of(&[Passage::of_lucie("A-1")]);
    let ours = Certifier::of(&platform).await.deposit(flux.clone()).await;
    let other = Certifier::other(&platform).await;
    let theirs = other.deposit(flux.replace("00TEST00", "00OTHER0")).await;
    assert_eq!((ours.only().0, theirs.only().0), ("matched", "matched"));
    let record = worker.open_path("/record").await.html;
    for attestor in ["Organisation 90000000100009", "Organisation 90000000200007"] {
        assert_eq!(record.matches(attestor).count(), 1, "{record}");
    }
}
