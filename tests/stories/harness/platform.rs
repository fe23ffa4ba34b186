//! A whole platform for one story: its database, its test provider, its demonstration app's entry.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use api::{App, Config};
use cluster::{Cluster, Settings};
use kernel::{Clock, Entropy};
use tempfile::TempDir;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use super::{TestApp, net, root, until};

/// One cluster for all stories of all runs; each story has a database of its own in it.
static CLUSTER: LazyLock<Mutex<Cluster>> = LazyLock::new(|| {
    let place = root().join(".local/test-postgres");
    std::fs::create_dir_all(place.parent().unwrap()).unwrap();
    Mutex::new(Cluster::ensure(&place, Settings { fsync: false }).unwrap())
});

/// A running platform, until dropped.
pub(crate) struct Platform {
    /// Its address, which is its issuer.
    pub(crate) url: String,
    /// Where its metrics are.
    pub(crate) metrics: String,
    /// Its parts, for what only the inside can do.
    pub(crate) app: Arc<App>,
    /// The settings it runs with.
    pub(crate) config: Config,
    /// Its clock, which the story may move.
    pub(crate) clock: Clock,
    /// The demonstration app, registered.
    pub(crate) coach: TestApp,
    database: String,
    /// Stops it when told, or dropped.
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<anyhow::Result<()>>,
    _files: TempDir,
}

impl Platform {
    /// A platform on an empty database, seeded like the sandbox.
    pub(crate) async fn start() -> Self {
        Self::start_with(|_config| {}).await
    }

    /// The same, with settings of the story's own.
    pub(crate) async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let clock = Clock::manual(Clock::system().now());
        Self::start_at(clock, change).await
    }

    /// The same, with a clock that begins elsewhere.
    pub(crate) async fn start_at(clock: Clock, change: impl FnOnce(&mut Config)) -> Self {
        net::spread();
        let files = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let metrics = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let database = format!(
            "story_{}",
            uuid::Uuid::from_bytes(Entropy::system().bytes()).simple()
        );
        let (login, owner) = prepare(&database);
        kernel::Db::migrate(&owner).await.unwrap();
        let issuer = start_provider(&url).await;
        let mut config = Config::defaults();
        config.sandbox = true;
        config.database_url = Some(login.into());
        config.database_owner_url = Some(owner.into());
        config.database_connections = 4;
        // Stories seal when they want to.
        config.journal_seal_seconds = 86_400;
        config.public_url = url.parse().unwrap();
        config.provider_issuer = issuer.parse().unwrap();
        config.master_key_file = files.path().join("master.key");
        config.provider_client_secret_file = files.path().join("provider.secret");
        config.agent_provider_issuer = format!("{issuer}/agents").parse().unwrap();
        config.agent_provider_client_secret_file = config.provider_client_secret_file.clone();
        std::fs::write(&config.provider_client_secret_file, SECRET).unwrap();
        change(&mut config);
        let coach = TestApp::generate(&url, &clock);
        let running = App::start(config.clone(), clock.clone(), Entropy::system())
            .await
            .unwrap();
        let app = Arc::clone(&running.app);
        coach.register(&app).await;
        let metrics_url = format!("http://{}", metrics.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(api::serve(running, listener, metrics, async move {
            // Ends when the platform is told to stop, or dropped.
            let _ = stopped.await;
        }));
        let platform = Self {
            url,
            metrics: metrics_url,
            app,
            config,
            clock,
            coach,
            database,
            stop: Some(stop),
            serving,
            _files: files,
        };
        until_ready(&platform.url).await;
        platform
    }

    /// A key of the organisation that certifies in the sandbox.
    pub(crate) async fn certifier(&self) -> String {
        self.key_of("90000000100009", "00TEST00").await
    }

    /// A key of a second certifier, who must see nothing of the first.
    pub(crate) async fn other_certifier(&self) -> String {
        self.key_of("90000000200007", "00OTHER0").await
    }

    /// Has workers' mandates taken by the agents of the organisation at `siret`, or no longer.
    pub(crate) async fn counsels(&self, siret: &str, counsels: bool) {
        catalogue_organisation(&self.app, siret, None, counsels).await;
    }

    async fn key_of(&self, siret: &str, flux_client_id: &str) -> String {
        let flux_client_id = Some(flux_client_id);
        let organisation = catalogue_organisation(&self.app, siret, flux_client_id, false).await;
        let key = self.app.catalogue.issue_key(organisation, "story").await;
        key.unwrap().into_exposed()
    }

    /// A pool of the database's owner, to look at what is stored.
    pub(crate) async fn owner(&self) -> sqlx::PgPool {
        sqlx::PgPool::connect(self.config.database_owner_url.as_ref().unwrap().expose())
            .await
            .unwrap()
    }

    /// Tells it to stop, as the operator's signal does, and does not wait.
    pub(crate) fn tell_to_stop(&mut self) {
        self.stop = None;
    }

    /// Waits for a platform that was told to stop.
    pub(crate) async fn until_stopped(&mut self) {
        (&mut self.serving).await.unwrap().unwrap();
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        let cluster = CLUSTER.lock().unwrap_or_else(PoisonError::into_inner);
        // What cannot be dropped now is dropped with the cluster.
        let _ = cluster.drop_database(&self.database);
    }
}

/// Waits until the node at `url` takes requests.
pub(crate) async fn until_ready(url: &str) {
    let ready = format!("{url}/readyz");
    until("the node is ready", async || {
        let reply = reqwest::get(&ready).await;
        reply.is_ok_and(|reply| reply.status().is_success())
    })
    .await;
}

const SECRET: &str = "a-secret-of-the-stories";

fn prepare(database: &str) -> (String, String) {
    let cluster = CLUSTER.lock().unwrap_or_else(PoisonError::into_inner);
    cluster.create_database(database).unwrap();
    (cluster.url(database), cluster.owner_url(database))
}

async fn start_provider(platform: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://localhost:{}", listener.local_addr().unwrap().port());
    let settings = provider::Settings {
        issuer: issuer.clone(),
        client_id: "cpf".into(),
        client_secret: SECRET.into(),
        redirect_uris: vec![
            format!("{platform}/sign-in/callback"),
            format!("{platform}/counsellor/sign-in/callback"),
        ],
        post_logout_redirect_uris: vec![format!("{platform}/")],
        now: provider::system_clock(),
    };
    tokio::spawn(provider::serve(listener, settings));
    issuer
}

async fn catalogue_organisation(
    app: &App,
    siret: &str,
    flux_client_id: Option<&str>,
    counsels: bool,
) -> kernel::OrganisationId {
    let organisation = serde_json::json!({
        "siret": siret,
        "name": format!("Organisation {siret}"),
        "flux_client_id": flux_client_id,
        "website": null,
        "verified": true,
        "counsels": counsels,
    });
    let organisation = serde_json::from_value(organisation).unwrap();
    app.catalogue
        .register_organisation(&organisation)
        .await
        .unwrap()
}
