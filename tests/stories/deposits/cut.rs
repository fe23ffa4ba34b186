//! A file that does not arrive whole, or is not what was announced, leaves nothing behind.

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::header;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    Certifier, Stored,
    flux::{self, Passage},
    sample,
    sent::{hold, refusal},
};
use crate::harness::Platform;

#[tokio::test(flavor = "multi_thread")]
async fn a_file_cut_anywhere_stores_nothing_and_is_refused_with_the_line() {
    let platform = Platform::start().await;
    let certifier = Certifier::of(&platform).await;
    let whole = sample("certificates.xml").trim_end().as_bytes().to_vec();
    let last_tag = whole.len() - "</cpf:flux>".len();
    let mut ends: Vec<_> = (1..10).map(|tenth| whole.len() * tenth / 10).collect();
    ends.extend([1, 5, 40, last_tag, last_tag + 1, whole.len() - 1]);
    for end in ends {
        let cut = &whole[..end];
        let error = refusal(&certifier.send(cut.to_vec()).await, 422, "malformed-flux");
        assert_eq!(error["code"], "truncated", "cut after {end} bytes");
        let line = u64::try_from(cut.split(|byte| *byte == b'\n').count()).unwrap();
        // The line where what is incomplete begins.
        let told = error["line"].as_u64().unwrap();
        assert!(
            told == line || told + 1 == line,
            "cut at line {line}, told {told}"
        );
    }
    assert_eq!(Stored::on(&platform).await, Stored::nothing());
    assert_eq!(certifier.deposit(whole).await.count("waiting"), 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_must_have_the_digest_it_was_announced_with() {
    let platform = Platform::start().await;
    let certifier = Certifier::of(&platform).await;
    let flux = flux::of(&[Passage::of_lucie("A-1")]);
    let digest = |bytes: &[u8]| format!("sha-256=:{}:", STANDARD.encode(Sha256::digest(bytes)));
    let with = |digest: String| {
        hold(
            certifier
                .request()
                .header("content-digest", digest)
                .body(flux.clone()),
        )
    };
    refusal(&with(digest(b"another file")).await, 422, "digest-mismatch");
    refusal(
        &with("sha-256=:not a digest:".into()).await,
        400,
        "invalid-parameter",
    );
    assert_eq!(Stored::on(&platform).await, Stored::nothing());

    let taken = with(digest(flux.as_bytes())).await;
    assert_eq!(taken.status, 202, "{}", taken.body);
    assert_eq!(taken.body["size_bytes"], flux.len());
    let hex = format!("{:x}", Sha256::digest(&flux));
    assert_eq!(taken.body["content_sha256"], hex);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_xml_is_taken() {
    let platform = Platform::start().await;
    let certifier = Certifier::of(&platform).await;
    let flux = flux::of(&[Passage::of_lucie("A-1")]);
    for other in [
        "application/json",
        "text/plain",
        "application/xml; charset=iso-8859-1",
    ] {
        let request = certifier.request().body(flux.clone());
        let mut request = request.build().unwrap();
        request
            .headers_mut()
            .insert(header::CONTENT_TYPE, other.parse().unwrap());
        let sent = reqwest::Client::new().execute(request).await.unwrap();
        let reply = crate::harness::contract()
            .hold("post", "/v1/batches", sent)
            .await;
        refusal(&reply, 415, "unsupported-media-type");
    }
    assert_eq!(Stored::on(&platform).await, Stored::nothing());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_another_emitter_is_refused_whole() {
    let platform = Platform::start().await;
    let certifier = Certifier::of(&platform).await;
    let foreign = sample("certificates.xml").replacen("00TEST00", "00OTHER0", 1);
    let report = certifier.deposit(foreign).await;
    assert_eq!(report.0["batch"]["status"], "refused");
    let error = &report.0["batch"]["errors"][0];
    assert_eq!(
        (&error["code"], &error["line"]),
        (&"unknown_emitter".into(), &7.into())
    );
    assert_eq!(error["field"], "idClient");
    assert!(report.passages().is_empty());
    let stored = Stored::on(&platform).await;
    assert_eq!(stored.rows("batches"), 1, "the report");
    for table in [
        "batch_chunks",
        "batch_reports",
        "passages",
        "waiting_certificates",
        "entries",
    ] {
        assert_eq!(stored.rows(table), 0, "{table}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_organisation_s_batch_is_not_there() {
    let platform = Platform::start().await;
    let report = Certifier::of(&platform)
        .await
        .deposit(sample("certificates.xml"))
        .await;
    let other = Certifier::other(&platform).await;
    let unknown = Uuid::from_u128(1).to_string();
    for batch in [report.id(), &unknown] {
        refusal(&other.report(batch, "").await, 404, "not-found");
        refusal(&other.legacy_report(batch).await, 404, "not-found");
    }
}
