//! The platform, assembled: every chapter built once and handed down.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use anyhow::Context;
use catalogue::Catalogue;
use certificates::Certificates;
use consent::{Consent, Doorkeeper, Follower, Foundations};
use declared::Declarations;
use egress::{Egress, Reach};
use events::Events;
use identity::{Agents, Identity, ProviderSettings, RelyingParty};
use intake::Intake;
use journal::{Journal, Log, Recorder};
use kernel::{Clock, Db, Entropy, Keys, Secret};
use labour::Labour;
use metrics_exporter_prometheus::PrometheusHandle;
use signing::{Keeper, SigningKeys};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{config::Config, limits::Limits, master_key, telemetry};

/// What handlers work with, shared by `Arc`.
#[derive(Debug)]
pub struct App {
    /// The settings.
    pub config: Arc<Config>,
    /// The present.
    pub clock: Clock,
    /// The unguessable.
    pub entropy: Entropy,
    /// The database.
    pub db: Db,
    /// The keys.
    pub keys: Keys,
    /// Those that sign, by generation.
    pub signing: SigningKeys,
    /// The schedule of their generations.
    pub keeper: Keeper,
    /// Organisations and apps.
    pub catalogue: Catalogue,
    /// Workers and their sessions.
    pub identity: Identity,
    /// Agents of organisations and their sessions.
    pub agents: Agents,
    /// Grants, tokens, and the way to personal rows.
    pub consent: Consent,
    /// The public log that the journal is sealed in.
    pub log: Log,
    /// What apps are told.
    pub events: Events,
    /// Attested achievements.
    pub certificates: Certificates,
    /// What workers declare, and what apps propose.
    pub declarations: Declarations,
    /// Bulk deposits.
    pub intake: Intake,
    /// Public labour-market data.
    pub labour: Labour,
    /// How much each may still ask for.
    pub limits: Limits,
    /// What was counted.
    pub metrics: PrometheusHandle,
    draining: AtomicBool,
}

/// The platform with its background work, until [`stop`](Self::stop).
#[derive(Debug)]
pub struct Running {
    /// The platform.
    pub app: Arc<App>,
    tasks: TaskTracker,
    token: CancellationToken,
}

impl App {
    /// Builds every chapter and starts its background work. Fails, saying what to do, when the
    /// settings contradict each other or the database cannot be reached.
    pub async fn start(config: Config, clock: Clock, entropy: Entropy) -> anyhow::Result<Running> {
        config.check()?;
        let keys = master_key::load(&config.master_key_file, config.sandbox, &entropy)?;
        let db = connect(&config).await?;
        let signing = SigningKeys::new(clock.clone(), keys.clone());
        let keeper = Keeper::new(db.clone(), clock.clone(), signing.clone());
        let (journal, recorder) = Journal::open(db.clone(), entropy.clone());
        let log = Log::new(db.clone(), clock.clone(), &keys, &config.journal_origin());
        let catalogue = Catalogue::new(db.clone(), clock.clone(), entropy.clone());
        let labour = Labour::new(db.clone(), clock.clone());
        let egress = egress(&config)?;
        let events = events(&db, &clock, &entropy, &keys, &egress);
        let (consent, follower, doorkeeper) = Consent::new(Foundations {
            db: db.clone(),
            clock: clock.clone(),
            entropy: entropy.clone(),
            keys: keys.clone(),
            signing: signing.clone(),
            journal,
            catalogue: catalogue.clone(),
            egress,
            issuer: config.origin().to_owned(),
            dpop_nonce_required: config.dpop_nonce_required,
            unverified_may_ask: config.sandbox,
        });
        let certificates = certificates(&clock, &entropy, &consent, &labour);
        let declarations = declarations(&db, &clock, &entropy, &consent, &labour);
        let intake = intake(&config, &db, &clock, &entropy, &keys, &catalogue, &consent);
        let app = Self {
            identity: identity(&config, &db, &clock, &entropy, &keys)?,
            limits: Limits::new(&config.limits, clock.clone()),
            agents: agents(&config, &db, &clock, &entropy, &keys)?,
            metrics: telemetry::recorder()?,
            draining: AtomicBool::new(false),
            config: Arc::new(config),
            clock,
            entropy,
            db,
            keys,
            signing,
            keeper,
            labour,
            catalogue,
            consent,
            log,
            events,
            certificates,
            declarations,
            intake,
        };
        Ok(Running::of(app, recorder, follower, doorkeeper))
    }

    /// Whether the platform is about to stop: it answers, and wants no new requests.
    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }
}

/// The chapter of what is attested.
fn certificates(
    clock: &Clock,
    entropy: &Entropy,
    consent: &Consent,
    labour: &Labour,
) -> Certificates {
    let (consent, labour) = (consent.clone(), labour.clone());
    Certificates::new(clock.clone(), entropy.clone(), consent, labour)
}

/// The chapter of what workers declare.
fn declarations(
    db: &Db,
    clock: &Clock,
    entropy: &Entropy,
    consent: &Consent,
    labour: &Labour,
) -> Declarations {
    let (consent, labour) = (consent.clone(), labour.clone());
    Declarations::new(db.clone(), clock.clone(), entropy.clone(), consent, labour)
}

/// The chapter of deposits, within the settings' limits.
fn intake(
    config: &Config,
    db: &Db,
    clock: &Clock,
    entropy: &Entropy,
    keys: &Keys,
    catalogue: &Catalogue,
    consent: &Consent,
) -> Intake {
    Intake::new(intake::Foundations {
        db: db.clone(),
        clock: clock.clone(),
        entropy: entropy.clone(),
        keys: keys.clone(),
        catalogue: catalogue.clone(),
        consent: consent.clone(),
        limits: intake::Limits::new(config.max_batch_bytes, config.database_connections),
    })
}

/// The way out: to the world, and to this machine too in a sandbox.
fn egress(config: &Config) -> anyhow::Result<Egress> {
    let reach = if config.sandbox {
        Reach::WorldAndLoopback
    } else {
        Reach::World
    };
    Egress::new(reach).context("no client for outgoing requests can be made")
}

async fn connect(config: &Config) -> anyhow::Result<Db> {
    let url = config.login_url()?;
    Db::connect(url.expose(), config.database_connections)
        .await
        .context(
            "the database cannot be reached.\n\
             Start it with `./infra/up`, or correct DATABASE_URL.",
        )
}

/// The chapter of what apps are told.
fn events(db: &Db, clock: &Clock, entropy: &Entropy, keys: &Keys, egress: &Egress) -> Events {
    Events::new(
        db.clone(),
        clock.clone(),
        entropy.clone(),
        keys.clone(),
        egress.clone(),
    )
}

/// Workers and their sessions, with the platform registered at their provider.
fn identity(
    config: &Config,
    db: &Db,
    clock: &Clock,
    entropy: &Entropy,
    keys: &Keys,
) -> anyhow::Result<Identity> {
    let settings = ProviderSettings {
        issuer: config.provider_issuer.clone(),
        client_id: config.provider_client_id.clone(),
        client_secret: client_secret(
            &config.provider_client_secret_file,
            "CPF_PROVIDER_CLIENT_SECRET_FILE",
        )?,
        redirect_uri: format!("{}/sign-in/callback", config.origin()).parse()?,
        accept_test_provider: config.sandbox,
    };
    Ok(Identity::new(
        db.clone(),
        clock.clone(),
        entropy.clone(),
        keys.clone(),
        RelyingParty::of_workers(settings, clock.clone())?,
    ))
}

/// Agents and their sessions, with the platform registered at their provider.
fn agents(
    config: &Config,
    db: &Db,
    clock: &Clock,
    entropy: &Entropy,
    keys: &Keys,
) -> anyhow::Result<Agents> {
    let settings = ProviderSettings {
        issuer: config.agent_provider_issuer.clone(),
        client_id: config.agent_provider_client_id.clone(),
        client_secret: client_secret(
            &config.agent_provider_client_secret_file,
            "CPF_AGENT_PROVIDER_CLIENT_SECRET_FILE",
        )?,
        redirect_uri: format!("{}/counsellor/sign-in/callback", config.origin()).parse()?,
        accept_test_provider: config.sandbox,
    };
    Ok(Agents::new(
        db.clone(),
        clock.clone(),
        entropy.clone(),
        keys.clone(),
        RelyingParty::of_agents(settings, clock.clone())?,
    ))
}

fn client_secret(file: &Path, setting: &str) -> anyhow::Result<Secret<String>> {
    let secret = std::fs::read_to_string(file).with_context(|| {
        let file = file.display();
        format!(
            "the client secret at the identity provider cannot be read from {file}.\n\
             Write it there, or name another file in {setting}."
        )
    })?;
    Ok(Secret::new(secret.trim().to_owned()))
}

impl Running {
    /// `app`, with its background work.
    fn of(app: App, recorder: Recorder, follower: Follower, doorkeeper: Doorkeeper) -> Self {
        let running = Self {
            app: Arc::new(app),
            tasks: TaskTracker::new(),
            token: CancellationToken::new(),
        };
        running.keep_up_metrics();
        running.spawn(recorder.run());
        running.spawn(follower.run());
        running.spawn(doorkeeper.run());
        running.spawn(running.app.keeper.clone().follow());
        let every = running.app.config.seal_time();
        running.spawn(running.app.log.clone().run(every));
        running.spawn(running.app.consent.clone().keep_settling());
        running.spawn(running.app.consent.clone().keep_forgetting());
        running.spawn(running.app.declarations.clone().keep_forgetting());
        running.spawn(running.app.events.clone().run());
        running.spawn(running.app.labour.clone().follow());
        running.spawn(running.app.intake.clone().run());
        running
    }

    /// Runs `task` until it ends or the platform stops.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let token = self.token.clone();
        self.tasks.spawn(async move {
            tokio::select! {
                () = token.cancelled() => {}
                () = task => {}
            }
        });
    }

    /// Says that the platform is about to stop, so that balancers send nothing new.
    pub fn drain(&self) {
        self.app.draining.store(true, Ordering::Relaxed);
    }

    /// Stops the background work and closes the database, waiting as long as the settings permit.
    pub async fn stop(self) {
        self.token.cancel();
        self.tasks.close();
        let ended = async {
            self.tasks.wait().await;
            self.app.db.close();
        };
        if tokio::time::timeout(self.app.config.shutdown_time(), ended)
            .await
            .is_err()
        {
            tracing::warn!("background work did not end in time");
        }
    }

    fn keep_up_metrics(&self) {
        let (handle, db) = (self.app.metrics.clone(), self.app.db.clone());
        let open = metrics::gauge!("cpf_database_connections", "state" => "open");
        let idle = metrics::gauge!("cpf_database_connections", "state" => "idle");
        self.spawn(async move {
            let mut beat = tokio::time::interval(telemetry::UPKEEP);
            loop {
                beat.tick().await;
                let count = |some: usize| u32::try_from(some).unwrap_or(u32::MAX);
                let (connections, resting) = db.connections();
                open.set(count(connections));
                idle.set(count(resting));
                handle.run_upkeep();
            }
        });
    }
}
