//! Servers that mean harm, and names that lead elsewhere.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::{Address, Egress, EgressError, Limits, Reach, resolver::Resolver};

const LIMITS: Limits = Limits {
    time: Duration::from_secs(30),
    bytes: 1_000,
};

/// A server on this machine that says `words` to each request and then does what `then` says.
struct Server {
    port: u16,
    /// How many connections it has seen.
    seen: Arc<AtomicUsize>,
}

impl Server {
    async fn saying<F>(words: &'static [u8], then: fn(TcpStream) -> F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                counter.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(async move {
                    let mut request = [0; 4_096];
                    let _ = stream.read(&mut request).await;
                    let _ = stream.write_all(words).await;
                    then(stream).await;
                });
            }
        });
        Self { port, seen }
    }

    /// Its address, under a name that is a loopback's.
    fn address(&self) -> Address {
        let text = format!("http://localhost:{}/keys", self.port);
        Address::parse(&text, Reach::WorldAndLoopback).unwrap()
    }

    fn seen(&self) -> usize {
        self.seen.load(Ordering::SeqCst)
    }
}

async fn close(_stream: TcpStream) {}

async fn stay(stream: TcpStream) {
    tokio::time::sleep(Duration::from_mins(1)).await;
    drop(stream);
}

/// A byte now and then, for ever.
async fn drip(mut stream: TcpStream) {
    while stream.write_all(b"a").await.is_ok() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// As much as the other side takes.
async fn pour(mut stream: TcpStream) {
    while stream.write_all(&[b'a'; 8_192]).await.is_ok() {}
}

fn sandbox() -> Egress {
    Egress::new(Reach::WorldAndLoopback).unwrap()
}

async fn ask(server: &Server) -> Result<crate::Answer, EgressError> {
    sandbox().get(&server.address(), LIMITS).await
}

async fn tell(server: &Server) -> Result<u16, EgressError> {
    let headers = [("webhook-id", "1".to_owned())];
    let body = b"{}".to_vec();
    let egress = sandbox();
    egress
        .post(&server.address(), &headers, body, LIMITS.time)
        .await
}

#[tokio::test]
async fn a_good_server_is_heard() {
    let words = b"HTTP/1.1 200 OK\r\ncache-control: max-age=60\r\ncontent-length: 2\r\n\r\n{}";
    let server = Server::saying(words, close).await;
    let answer = ask(&server).await.unwrap();
    assert_eq!((answer.status, answer.body.as_slice()), (200, &b"{}"[..]));
    assert_eq!(answer.header("Cache-Control"), Some("max-age=60"));
    assert_eq!(answer.header("etag"), None);
    assert_eq!(tell(&server).await.unwrap(), 200);
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_leads_nowhere() {
    let words = b"HTTP/1.1 302 Found\r\nlocation: http://localhost:1/\r\ncontent-length: 0\r\n\r\n";
    let server = Server::saying(words, close).await;
    assert_eq!(ask(&server).await.unwrap().status, 302);
    assert_eq!(server.seen(), 1);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_not_read_to_its_end() {
    let announced = b"HTTP/1.1 200 OK\r\ncontent-length: 4000000000\r\n\r\n";
    let server = Server::saying(announced, stay).await;
    let begun = Instant::now();
    assert!(matches!(ask(&server).await, Err(EgressError::TooLarge)));
    assert!(begun.elapsed() < LIMITS.time, "by what it announces");
    let unsaid = b"HTTP/1.1 200 OK\r\n\r\n";
    let server = Server::saying(unsaid, pour).await;
    assert!(matches!(ask(&server).await, Err(EgressError::TooLarge)));
    // The status of a message is enough: what comes with it stays where it is.
    assert_eq!(tell(&server).await.unwrap(), 200);
}

#[tokio::test]
async fn a_small_body_is_not_unfolded_into_a_large_one() {
    // 20 bytes of gzip that unfold to nothing; what counts is that they stay 20.
    let words = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 20\r\n\r\n\
        \x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00";
    let server = Server::saying(words, close).await;
    assert_eq!(ask(&server).await.unwrap().body.len(), 20);
}

#[tokio::test]
async fn who_says_nothing_or_a_byte_now_and_then_is_not_waited_for() {
    let limits = Limits {
        time: Duration::from_millis(400),
        bytes: 1_000_000,
    };
    let body = b"HTTP/1.1 200 OK\r\n\r\n";
    for server in [
        Server::saying(b"", stay).await,
        Server::saying(b"", drip).await,
        Server::saying(b"HTTP/1.1 200 OK\r\nx-a: ", drip).await,
        Server::saying(body, drip).await,
    ] {
        let begun = Instant::now();
        let answer = sandbox().get(&server.address(), limits).await;
        assert!(answer.is_err(), "{answer:?}");
        assert!(begun.elapsed() < Duration::from_secs(30), "{answer:?}");
    }
}

#[tokio::test]
async fn what_is_not_http_or_has_endless_headers_is_no_answer() {
    for server in [
        Server::saying(b"SSH-2.0-OpenSSH_9.2\r\n", stay).await,
        Server::saying(b"HTTP/1.1 200 OK\r\nx-a: ", pour).await,
    ] {
        let answer = ask(&server).await;
        assert!(
            matches!(answer, Err(EgressError::Unreachable(_))),
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn a_name_that_leads_to_this_network_is_not_connected_to() {
    let server = Server::saying(b"HTTP/1.1 200 OK\r\n\r\n", close).await;
    for answer in [
        &["127.0.0.1"][..],
        &["::1"],
        &["10.0.0.1"],
        &["169.254.169.254"],
        &["::ffff:127.0.0.1"],
        &["64:ff9b::7f00:1"],
        &["1.1.1.1", "127.0.0.1"],
        &[],
    ] {
        let resolver = Resolver::told(Reach::World, &[answer]);
        let egress = Egress::over(resolver, Reach::World).unwrap();
        let address = format!("https://hooks.example:{}/", server.port);
        let refused = egress.get(&egress.address(&address).unwrap(), LIMITS).await;
        let out = matches!(refused, Err(EgressError::OutOfReach));
        assert!(out, "{answer:?}: {refused:?}");
    }
    assert_eq!(server.seen(), 0);
}

#[tokio::test]
async fn a_name_is_resolved_once_for_each_request_and_that_answer_is_connected_to() {
    let server = Server::saying(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", stay).await;
    // The second answer is asked for by the second request only, and judged anew: no connection
    // of the first is used again.
    let resolver = Resolver::told(Reach::WorldAndLoopback, &[&["127.0.0.1"], &["10.0.0.1"]]);
    let egress = Egress::over(resolver.clone(), Reach::WorldAndLoopback).unwrap();
    let answer = egress.get(&server.address(), LIMITS).await.unwrap();
    assert_eq!((answer.status, resolver.left()), (200, 1));
    let refused = egress.get(&server.address(), LIMITS).await;
    assert!(
        matches!(refused, Err(EgressError::OutOfReach)),
        "{refused:?}"
    );
    assert_eq!((server.seen(), resolver.left()), (1, 0));
}

#[tokio::test]
async fn an_error_tells_nothing_of_the_address() {
    let address = Address::parse("http://localhost:1/hooks/s3cret", Reach::WorldAndLoopback);
    let error = sandbox().get(&address.unwrap(), LIMITS).await.unwrap_err();
    let told = format!("{error:?} {error}");
    assert!(!told.contains("s3cret"), "{told}");
}

/// Run by the test below, with a proxy in its environment.
#[tokio::test]
#[ignore = "run by `a_proxy_of_the_environment_is_not_used`"]
async fn says_whether_it_reaches_a_server_of_its_own() {
    let words = b"HTTP/1.1 204 No Content\r\n\r\n";
    let server = Server::saying(words, close).await;
    assert_eq!(ask(&server).await.unwrap().status, 204);
    assert_eq!(server.seen(), 1);
}

#[tokio::test]
async fn a_proxy_of_the_environment_is_not_used() {
    let proxy = Server::saying(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", close).await;
    let through = format!("http://127.0.0.1:{}", proxy.port);
    let mut itself = std::process::Command::new(std::env::current_exe().unwrap());
    itself
        .args([
            "--ignored",
            "--exact",
            "tests::says_whether_it_reaches_a_server_of_its_own",
        ])
        .envs(["http_proxy", "https_proxy", "all_proxy"].map(|name| (name, &through)))
        .envs(["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"].map(|name| (name, &through)));
    let ended = tokio::task::spawn_blocking(move || itself.output())
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&ended.as_ref().unwrap().stdout).into_owned();
    assert!(ended.unwrap().status.success(), "{said}");
    assert!(said.contains("1 passed"), "{said}");
    assert_eq!(proxy.seen(), 0);
}
