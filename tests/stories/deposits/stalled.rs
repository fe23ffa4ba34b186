//! Files that stop arriving: the connection drops, or stays and says nothing more.

use reqwest::header;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{Certifier, Stored, sample};
use crate::harness::{Browser, Platform, Reply, answer};

/// Sends half of `flux`, announced as the whole, once the platform wants it or has refused it, and
/// gives the connection.
async fn half(
    platform: &Platform,
    certifier: &Certifier,
    flux: &str,
    in_chunks: bool,
) -> TcpStream {
    let address = platform.url.strip_prefix("http://").unwrap();
    let mut connection = TcpStream::connect(address).await.unwrap();
    let half = &flux[..flux.len() / 2];
    let (framing, body) = if in_chunks {
        (
            "transfer-encoding: chunked".into(),
            format!("{:x}\r\n{half}\r\n", half.len()),
        )
    } else {
        (format!("content-length: {}", flux.len()), half.to_owned())
    };
    let head = format!(
        "POST /v1/batches HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\n\
         content-type: application/xml\r\nexpect: 100-continue\r\n{framing}\r\n\r\n",
        certifier.key
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    let mut said = *b"HTTP/1.1 100";
    connection.read_exact(&mut said).await.unwrap();
    match &said {
        b"HTTP/1.1 100" => connection.write_all(body.as_bytes()).await.unwrap(),
        b"HTTP/1.1 503" => {}
        other => panic!("{}", String::from_utf8_lossy(other)),
    }
    connection
}

/// Sends `flux` for as long as the platform says that it is busy, and when to come back.
async fn patiently(certifier: &Certifier, flux: &str) -> Reply {
    answer(async || {
        let sent = certifier.send(flux.to_owned()).await;
        assert!(sent.status != 503 || sent.headers.contains_key(header::RETRY_AFTER));
        sent
    })
    .await
}

/// What one sound file leaves, and nothing else.
async fn assert_one_batch(platform: &Platform) {
    let stored = Stored::on(platform).await;
    assert_eq!(
        (stored.rows("batches"), stored.rows("batch_chunks")),
        (1, 0)
    );
    assert_eq!(
        (stored.rows("passages"), stored.rows("waiting_certificates")),
        (12, 12)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_drops_stores_nothing_and_frees_its_place() {
    let platform = Platform::start().await;
    let certifier = Certifier::of(&platform).await;
    let flux = sample("certificates.xml");
    // More than can be received at once.
    for upload in 0..12 {
        drop(half(&platform, &certifier, &flux, upload % 2 == 0).await);
    }
    let taken = patiently(&certifier, &flux).await;
    assert_eq!(taken.status, 202, "{}", taken.body);
    certifier
        .processed(taken.body["id"].as_str().unwrap())
        .await;
    assert_one_batch(&platform).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_stall_leave_the_platform_to_everybody_else() {
    let platform = Platform::start().await;
    let certifier = Certifier::of(&platform).await;
    let flux = sample("certificates.xml");
    let mut stalled = Vec::new();
    for upload in 0..12 {
        stalled.push(half(&platform, &certifier, &flux, upload % 2 == 0).await);
    }
    // More than there are places: one more is asked to come back, and workers notice nothing.
    let busy = certifier.send(flux.clone()).await;
    assert_eq!(busy.status, 503, "{}", busy.body);
    assert!(busy.headers.contains_key(header::RETRY_AFTER));
    let worker = Browser::of(&platform, "plain").await;
    assert!(worker.open_path("/journal").await.status.is_success());

    drop(stalled);
    let taken = patiently(&certifier, &flux).await;
    assert_eq!(taken.status, 202, "{}", taken.body);
    let report = certifier
        .processed(taken.body["id"].as_str().unwrap())
        .await;
    assert_eq!((report.count("matched"), report.count("waiting")), (2, 10));
}
