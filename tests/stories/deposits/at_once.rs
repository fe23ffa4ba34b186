//! The same file by two hands at once, and two nodes that work through the queue at once.

use super::{Certifier, Stored, sample};
use crate::harness::{Browser, Platform, answer};

#[tokio::test(flavor = "multi_thread")]
async fn the_same_file_sent_twice_at_once_is_stored_once() {
    let platform = Platform::start().await;
    let worker = Browser::of(&platform, "plain").await;
    let certifier = Certifier::of(&platform).await;
    let flux = sample("certificates.xml");
    let (one, other) = tokio::join!(
        certifier.deposit(flux.clone()),
        certifier.deposit(flux.clone())
    );
    assert_ne!(one.id(), other.id());
    let sum = |verdict| one.count(verdict) + other.count(verdict);
    assert_eq!(
        (sum("matched"), sum("waiting"), sum("already_known")),
        (2, 10, 12)
    );
    assert_eq!(sum("rejected") + sum("ambiguous"), 0);
    let stored = Stored::on(&platform).await;
    assert_eq!((stored.rows("passages"), stored.rows("entries")), (12, 2));
    assert_eq!(
        (stored.rows("waiting_certificates"), stored.rows("journal")),
        (10, 2)
    );
    let record = worker.open_path("/record").await.html;
    assert_eq!(record.matches("<li class=\"card\">").count(), 2, "{record}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_process_each_batch_once() {
    let platform = Platform::start().await;
    let node = platform.second_node().await;
    let certifier = Certifier::of(&platform).await;
    let there = certifier.at(&node.url);
    let other = Certifier::other(&platform).await;
    let files: Vec<_> = (0..6)
        .map(|number| sample("certificates.xml").replace("CH-2026", &format!("CH-{number}")))
        .collect();
    // Each file by both nodes, and each of them again by another certifier.
    let mut deposits = Vec::new();
    for file in &files {
        let theirs = file.replace("00TEST00", "00OTHER0");
        deposits.push((&certifier, file.clone()));
        deposits.push((&there, file.clone()));
        deposits.push((&other, theirs));
    }
    let sent = deposits
        .into_iter()
        .map(async |(by, file)| patiently(by, file).await);
    let reports = futures_util::future::join_all(sent).await;
    let sum = |verdict| {
        reports
            .iter()
            .map(|report| report.count(verdict))
            .sum::<u64>()
    };
    assert_eq!((sum("waiting"), sum("already_known")), (12 * 12, 6 * 12));
    let stored = Stored::on(&platform).await;
    assert_eq!(
        (stored.rows("batches"), stored.rows("batch_reports")),
        (18, 18 * 12)
    );
    assert_eq!(
        (stored.rows("passages"), stored.rows("waiting_certificates")),
        (144, 144)
    );
    assert_eq!(stored.rows("batch_chunks"), 0);
}

/// Deposits as a certifier does whom a busy platform asks to come back.
async fn patiently(certifier: &Certifier, file: String) -> super::sent::Report {
    let sent = answer(async || certifier.send(file.clone()).await).await;
    assert_eq!(sent.status, 202, "{}", sent.body);
    certifier.processed(sent.body["id"].as_str().unwrap()).await
}
