//! A second node of a platform: the same settings and database, another process's worth of memory.

use std::sync::Arc;

use api::{App, Config};
use cable::Cable;
use kernel::Entropy;
use tokio::{net::TcpListener, sync::oneshot};

use super::{Platform, Reply, TestApp, answer, contract};

/// A node, until dropped.
pub(crate) struct Node {
    /// Its own address.
    pub(crate) url: String,
    /// Its parts, for what only the inside can do.
    pub(crate) app: Arc<App>,
    _stop: oneshot::Sender<()>,
}

impl Platform {
    /// Starts another node beside the first.
    pub(crate) async fn second_node(&self) -> Node {
        Node::start(self, self.config.clone()).await
    }

    /// Starts another node beside the first, and the cable to its database.
    pub(crate) async fn node_by_cable(&self) -> (Node, Cable) {
        let mut config = self.config.clone();
        let database = config.database_url.as_ref().unwrap().expose();
        let cable = Cable::lay(database).unwrap();
        config.database_url = Some(cable.url().to_owned().into());
        (Node::start(self, config).await, cable)
    }
}

impl Node {
    async fn start(platform: &Platform, config: Config) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let metrics = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let running = App::start(config, platform.clock.clone(), Entropy::system())
            .await
            .unwrap();
        let app = Arc::clone(&running.app);
        let (stop, stopped) = oneshot::channel();
        tokio::spawn(api::serve(running, listener, metrics, async move {
            // Ends when the node is dropped.
            let _ = stopped.await;
        }));
        super::platform::until_ready(&url).await;
        Self {
            url,
            app,
            _stop: stop,
        }
    }

    /// `app` reads the record's certificates here with `token`, as soon as this node knows.
    pub(crate) async fn read(&self, app: &TestApp, token: &str) -> Reply {
        answer(async || self.read_once(app, token).await).await
    }

    /// The same, asked once: the node may not know.
    pub(crate) async fn read_once(&self, app: &TestApp, token: &str) -> Reply {
        let path = "/v1/record/certificates";
        let request = reqwest::Client::builder()
            .build()
            .unwrap()
            .get(format!("{}{path}", self.url));
        let sent = app.authorize(request, token).send().await;
        contract().hold("get", path, sent.unwrap()).await
    }
}
