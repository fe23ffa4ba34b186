//! An app's server that is told of its grants: it keeps what arrives and answers as the story says.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use serde_json::Value;
use standardwebhooks::Webhook;
use tokio::net::TcpListener;

use super::first;

/// The server, for as long as its story lasts.
#[derive(Clone)]
pub(crate) struct Receiver {
    /// Where it listens.
    pub(crate) url: String,
    kept: Arc<Mutex<Kept>>,
}

#[derive(Default)]
struct Kept {
    messages: Vec<Message>,
    answers: VecDeque<u16>,
    usual: Option<u16>,
}

/// A message as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Bytes,
    pub(crate) body: Value,
}

impl Receiver {
    /// A server that takes everything.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let kept = Arc::<Mutex<Kept>>::default();
        let router = Router::new()
            .route("/hooks", post(take))
            .with_state(Arc::clone(&kept));
        tokio::spawn(axum::serve(listener, router).into_future());
        let url = format!("http://localhost:{port}/hooks");
        Self { url, kept }
    }

    /// Answers the next messages with these statuses, then takes everything again.
    pub(crate) fn answer(&self, statuses: &[u16]) {
        self.kept.lock().unwrap().answers.extend(statuses);
    }

    /// Answers every message with `status` from here on.
    pub(crate) fn always(&self, status: u16) {
        self.kept.lock().unwrap().usual = Some(status);
    }

    /// What has arrived.
    pub(crate) fn messages(&self) -> Vec<Message> {
        self.kept.lock().unwrap().messages.clone()
    }

    /// Waits until `count` messages have arrived, and answers them.
    pub(crate) async fn until(&self, count: usize) -> Vec<Message> {
        let what = format!("{count} messages");
        first(&what, async || {
            Some(self.messages()).filter(|messages| messages.len() >= count)
        })
        .await
    }
}

impl Message {
    /// A header that came once.
    pub(crate) fn header(&self, name: &str) -> &str {
        let values: Vec<_> = self.headers.get_all(name).iter().collect();
        let [value] = values[..] else {
            panic!("{name}: {values:?}");
        };
        value.to_str().unwrap()
    }

    /// Its type.
    pub(crate) fn kind(&self) -> &str {
        self.body["type"].as_str().unwrap()
    }

    /// Whether one of its signatures is by `secret`, as another implementation computes it. It would
    /// refuse a message of another time than the machine's, which a story may have moved.
    pub(crate) fn is_signed_by(&self, secret: &str) -> bool {
        let at = self.header("webhook-timestamp").parse().unwrap();
        let theirs = Webhook::new(secret).unwrap();
        let expected = theirs.sign(self.header("webhook-id"), at, &self.bytes);
        let expected = expected.unwrap();
        let mut signatures = self.header("webhook-signature").split(' ');
        signatures.any(|signature| signature == expected)
    }
}

async fn take(
    State(kept): State<Arc<Mutex<Kept>>>,
    headers: HeaderMap,
    bytes: Bytes,
) -> StatusCode {
    let mut kept = kept.lock().unwrap();
    let body = serde_json::from_slice(&bytes).unwrap();
    kept.messages.push(Message {
        headers,
        bytes,
        body,
    });
    let next = kept.answers.pop_front().or(kept.usual).unwrap_or(204);
    StatusCode::from_u16(next).unwrap()
}
