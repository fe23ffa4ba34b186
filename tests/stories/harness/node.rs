//! A second node of a platform: the same settings and database, another process's worth of memory.

use api::App;
use kernel::Entropy;
use tokio::{net::TcpListener, sync::oneshot};

use super::{Platform, Reply, TestApp, contract};

/// A node, until dropped.
pub(crate) struct Node {
    /// Its own address.
    pub(crate) url: String,
    _stop: oneshot::Sender<()>,
}

impl Platform {
    /// Starts another node beside the first.
    pub(crate) async fn second_node(&self) -> Node {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let metrics = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let running = App::start(self.config.clone(), self.clock.clone(), Entropy::system()).await;
        let (stop, stopped) = oneshot::channel();
        tokio::spawn(api::serve(
            running.unwrap(),
            listener,
            metrics,
            async move {
                // Ends when the node is dropped.
                let _ = stopped.await;
            },
        ));
        super::platform::until_ready(&url).await;
        Node { url, _stop: stop }
    }
}

impl Node {
    /// `app` reads the record's certificates here with `token`.
    pub(crate) async fn read(&self, app: &TestApp, token: &str) -> Reply {
        let path = "/v1/record/certificates";
        let request = reqwest::Client::builder()
            .build()
            .unwrap()
            .get(format!("{}{path}", self.url));
        let sent = app.authorize(request, token).send().await;
        contract().hold("get", path, sent.unwrap()).await
    }
}
