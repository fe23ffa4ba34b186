//! Connections: those that say nothing are closed, and there are only so many.

use std::io::ErrorKind;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::harness::Platform;

const HEALTH: &[u8] = b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";

async fn connect(platform: &Platform) -> TcpStream {
    let address = platform.url.strip_prefix("http://").unwrap();
    TcpStream::connect(address).await.unwrap()
}

/// Reads until the answer of a health check is whole.
async fn answered(connection: &mut TcpStream) -> String {
    let mut said = Vec::new();
    while !said.ends_with(b"}") {
        let read = connection.read_buf(&mut said).await.unwrap();
        assert!(read > 0, "closed after {}", String::from_utf8_lossy(&said));
    }
    String::from_utf8(said).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_never_finishes_the_head_of_a_request_is_cut_off() {
    let platform = Platform::start_with(|config| config.head_seconds = 1).await;
    for said in [&b""[..], b"GET /healthz HTTP/1.1\r\nhost: loc"] {
        let mut slow = connect(&platform).await;
        slow.write_all(said).await.unwrap();
        let mut heard = Vec::new();
        // Ends when the platform closes the connection, and not before.
        slow.read_to_end(&mut heard).await.unwrap();
        let heard = String::from_utf8(heard).unwrap();
        assert!(!heard.starts_with("HTTP/1.1 2"), "{heard}");
    }
    let mut resting = connect(&platform).await;
    resting.write_all(HEALTH).await.unwrap();
    assert!(answered(&mut resting).await.starts_with("HTTP/1.1 200"));
    let mut heard = Vec::new();
    resting.read_to_end(&mut heard).await.unwrap();
    assert_eq!(
        heard, b"",
        "a connection that rests too long is closed without a word"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_too_many_waits_for_a_place() {
    let platform = Platform::start_with(|config| config.max_connections = 1).await;
    let mut first = connect(&platform).await;
    first.write_all(HEALTH).await.unwrap();
    answered(&mut first).await;
    let mut second = connect(&platform).await;
    second.write_all(HEALTH).await.unwrap();
    first.write_all(HEALTH).await.unwrap();
    answered(&mut first).await;
    let waiting = second.try_read(&mut [0; 1]).unwrap_err();
    assert_eq!(waiting.kind(), ErrorKind::WouldBlock, "there is one place");
    drop(first);
    assert!(answered(&mut second).await.starts_with("HTTP/1.1 200"));
}
