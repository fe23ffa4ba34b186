//! Text in addresses and headers: whatever it is, the answer is one that the document knows.

use reqwest::{RequestBuilder, header};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{Guard, Operation, scene::Scene};
use crate::harness::contract;

/// What cannot be decoded to text: NUL, invalid and overlong UTF-8, surrogates, broken escapes.
pub(super) const UNREADABLE: [&str; 12] = [
    "%00",
    "a%00b",
    "%ff",
    "a%80",
    "%c0%80",
    "%e0%80%80",
    "%ed%a0%80",
    "%ed%bf%bf",
    "%f8%88%80%80%80",
    "%",
    "%4",
    "%zz",
];

/// Text, but hardly what anybody expects.
pub(super) fn odd() -> Vec<String> {
    let fixed = [
        "",
        "%20",
        "%0d%0aSet-Cookie%3A%20a%3Db",
        "%e2%80%ae%ef%bb%bf",
        "%f0%9f%98%80",
        "%27%20OR%201%3D1--",
        "..%2f..%2fetc%2fpasswd",
        "%25s%7b%7b7*7%7d%7d",
        "-1",
        "99999999999999999999",
        "NaN",
        "null",
    ];
    let long = ["a", "%c3%a9", "%5c"].map(|piece| piece.repeat(60_000 / piece.len()));
    fixed.into_iter().map(str::to_owned).chain(long).collect()
}

/// A request for `path` with the credential that `operation` asks for.
fn allowed(scene: &Scene, operation: &Operation, path: &str) -> RequestBuilder {
    let request = operation.request(&scene.platform, path);
    let bare = path.split('?').next().unwrap_or_default();
    match operation.guard() {
        Guard::Nobody => request,
        // A proof names the whole path: a long one would fill the head of the request twice.
        Guard::Consent | Guard::Management if bare.len() > 4_000 => request,
        Guard::Consent => scene.ours.authorize(request),
        Guard::Management => scene.ours.manage(request),
        Guard::OperatorKey => request.bearer_auth(&scene.ours.key),
        Guard::InitialToken => request.bearer_auth(&scene.ours.initial),
        Guard::Registration => request.bearer_auth(&scene.ours.registration.1),
    }
}

/// Sends `request`; the answer must keep the contract and be no failure of ours.
async fn answered(operation: &Operation, sent: &str, request: RequestBuilder) -> (u16, String) {
    let reply = request.send().await.unwrap();
    let reply = contract()
        .hold(&operation.method, &operation.template, reply)
        .await;
    let shown: String = sent.chars().take(80).collect();
    let place = format!(
        "{} {} with {shown}: {}",
        operation.method, operation.template, reply.body
    );
    assert!(reply.status < 500, "{place}");
    let told = reply.body["type"].as_str().unwrap_or_default();
    (reply.status, told.rsplit('/').next().unwrap().to_owned())
}

/// Every place of `operation`'s address, with `text` in it.
fn addresses(operation: &Operation, text: &str) -> Vec<String> {
    let mut queries = operation.parameters("query");
    queries.push("nobody-reads-it".into());
    let path = operation.path();
    let in_queries = queries.iter().map(|name| format!("{path}?{name}={text}"));
    let named = format!("{path}?{text}=1");
    let steps = operation.parameters("path");
    let in_paths = steps.iter().map(|step| {
        operation.path_with(|name| {
            if name == step {
                text.to_owned()
            } else {
                "x".into()
            }
        })
    });
    in_queries.chain([named]).chain(in_paths).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_cannot_be_decoded_is_malformed_everywhere() {
    let scene = Scene::set().await;
    for operation in Operation::all() {
        for text in UNREADABLE {
            for address in addresses(&operation, text) {
                let request = allowed(&scene, &operation, &address);
                let (status, problem) = answered(&operation, &address, request).await;
                let told = (status, problem.as_str());
                assert_eq!(
                    told,
                    (400, "malformed-request"),
                    "{} {address}",
                    operation.method
                );
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_text_in_an_address_is_answered_as_documented() {
    let scene = Scene::set().await;
    for operation in Operation::all() {
        for text in odd() {
            for address in addresses(&operation, &text) {
                // An empty step, or one with a slash in it, is another address.
                if address.contains("//") || address.ends_with('/') {
                    continue;
                }
                let request = allowed(&scene, &operation, &address);
                answered(&operation, &address, request).await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_text_in_a_header_is_answered_as_documented() {
    let scene = Scene::set().await;
    let long = "a".repeat(60_000);
    let texts: [&[u8]; 7] = [
        b"",
        b"\xff\xfe",
        b"\xed\xa0\x80",
        b"%00",
        b"\"",
        b"=;,:",
        long.as_bytes(),
    ];
    let fixed = [
        "accept",
        "accept-language",
        "if-none-match",
        "cookie",
        "x-request-id",
        "traceparent",
    ];
    for operation in Operation::all() {
        let own = operation.parameters("header");
        for name in fixed.iter().copied().chain(own.iter().map(String::as_str)) {
            for text in texts {
                let value = header::HeaderValue::from_bytes(text).unwrap();
                let request = allowed(&scene, &operation, &operation.path()).header(name, value);
                answered(&operation, name, request).await;
            }
        }
        for scheme in [&b"Bearer \xff"[..], b"DPoP \xff"] {
            let value = header::HeaderValue::from_bytes(scheme).unwrap();
            let request = operation.request(&scene.platform, &operation.path());
            let request = request.header(header::AUTHORIZATION, value);
            answered(&operation, "authorization", request).await;
        }
    }
}

/// Sends `bytes` as they are and answers the status line.
async fn raw(platform: &str, bytes: &[u8]) -> String {
    let host = platform.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    // The other side may cut a connection that it refuses.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer)
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_no_client_sends_are_refused_before_anything_reads_them() {
    let scene = Scene::set().await;
    let long = "a".repeat(100_000);
    let requests: [Vec<u8>; 5] = [
        b"GET /v1/occupations?q=\0 HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n".into(),
        b"GET /\xff HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n".into(),
        b"GET / HTTP/1.1\r\nhost: localhost\r\naccept: \0\r\nconnection: close\r\n\r\n".into(),
        b"G\0T / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n".into(),
        format!("GET /?q={long} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").into(),
    ];
    for request in requests {
        let status = raw(&scene.platform.url, &request).await;
        let refused = status.starts_with("HTTP/1.1 4");
        assert!(
            refused,
            "{status}: {}",
            String::from_utf8_lossy(&request[..30])
        );
    }
}
