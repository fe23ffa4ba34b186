//! The database, and on whose behalf a transaction speaks.
//!
//! The login role holds no right of its own. Each transaction becomes a confined role for its
//! length and says for whom; PostgreSQL's row-level security does the rest. A transaction that
//! says nothing sees no personal row.

use std::{collections::BTreeSet, fmt::Write as _};

use sqlx::{
    ConnectOptions,
    postgres::{PgConnectOptions, PgListener, PgPoolOptions},
};
use time::Date;

use crate::{
    AgentId, Digest, EntryId, Fault, OrganisationId, Tx, WorkerId,
    pool::{Connections, PATIENCE},
};

/// The connection under a transaction: what the store functions of the chapters take.
pub type Conn = sqlx::PgConnection;

/// On whose behalf a transaction reads and writes. See `migrations/0001_kernel.sql` and
/// `0009_grant_scope.sql` for what each role may touch.
#[derive(Debug, Clone)]
pub enum Confinement {
    /// Public and protocol rows only: labour data, catalogue, pushed requests.
    Open,
    /// The rows of one worker.
    Worker(WorkerId),
    /// The entries that a grant shows of one section of a worker's record, and nothing else.
    Reading {
        /// Whose record.
        worker: WorkerId,
        /// The section, by its stored name.
        section: &'static str,
        /// Which entries; all when absent.
        items: Option<BTreeSet<EntryId>>,
        /// The first and the last day that an entry may be about, open where absent; any day, or
        /// none, when absent altogether.
        period: Option<(Option<Date>, Option<Date>)>,
    },
    /// What one app proposes for one section of one worker's record: it adds proposals and sees its
    /// own, and no entry.
    Proposing {
        /// To whom.
        worker: WorkerId,
        /// The app, by its client id.
        client: String,
        /// The section, by its stored name.
        section: &'static str,
    },
    /// The rows of one worker, and the certificates that wait under these identity traits.
    Claim(WorkerId, Digest),
    /// The one row found under the digest of a secret that the caller presented: a session, a
    /// code, a refresh token.
    Presented(Digest),
    /// The sessions of one agent, her invitation, and the mandates that she holds.
    Agent(AgentId),
    /// The batches of one organisation.
    Organisation(OrganisationId),
    /// A deposit of one organisation: compares match keys, adds entries, reads no record.
    Intake(OrganisationId),
    /// The journal's log: takes commitments into it, reads no line.
    Sealing,
    /// What one app, by its client id, may know of itself: the grants it holds, its events.
    App(String),
    /// The background work that tells apps: messages and where they go, no worker's row.
    Courier,
}

/// The database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Db {
    connections: Connections,
    options: PgConnectOptions,
}

impl Db {
    /// Connects as the login role, with at most `connections` transactions at once.
    pub async fn connect(url: &str, connections: u32) -> Result<Self, Fault> {
        let options = url.parse::<PgConnectOptions>()?.application_name("cpf");
        let connections = Connections::open(options.clone(), connections).await?;
        Ok(Self {
            connections,
            options,
        })
    }

    /// Brings the schema up to date. Connects as its owner, waits at most 5 s for any lock.
    pub async fn migrate(owner_url: &str) -> Result<(), Fault> {
        let options = owner_url
            .parse::<PgConnectOptions>()?
            .options([("lock_timeout", "5s")]);
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .connect_with(options)
            .await?;
        sqlx::migrate!("../../migrations").run(&pool).await?;
        pool.close().await;
        Ok(())
    }

    /// How many migrations of this build the database lacks.
    pub async fn pending_migrations(&self) -> Result<usize, Fault> {
        let applied: i64 = sqlx::query_scalar("SELECT cpf_applied_migrations()")
            .fetch_one(&mut *self.connections.lend().await?)
            .await?;
        let known = sqlx::migrate!("../../migrations").iter().count();
        Ok(known.saturating_sub(usize::try_from(applied).unwrap_or_default()))
    }

    /// Opens a transaction confined to `confinement`.
    pub async fn begin(&self, confinement: Confinement) -> Result<Tx, Fault> {
        self.open("BEGIN", confinement).await
    }

    /// Opens a transaction that can only read, confined to `confinement`.
    pub async fn begin_read(&self, confinement: Confinement) -> Result<Tx, Fault> {
        self.open("BEGIN READ ONLY", confinement).await
    }

    /// A connection that listens to `channels`, beside those that requests share: it is held for
    /// as long as it listens.
    pub async fn listen(&self, channels: &[&str]) -> Result<PgListener, Fault> {
        let own = PgPoolOptions::new()
            .max_connections(1)
            .max_lifetime(None)
            .idle_timeout(None)
            .acquire_timeout(PATIENCE)
            .connect_with(self.options.clone())
            .await?;
        let mut listener = PgListener::connect_with(&own).await?;
        listener.listen_all(channels.iter().copied()).await?;
        Ok(listener)
    }

    /// A connection of its own that can append journal lines and nothing else, for the writer that
    /// commits many readers' lines in one statement. It keeps its role for life, so that a commit
    /// is one round trip.
    pub async fn recorder(&self) -> Result<Conn, Fault> {
        let mut connection = Box::pin(self.options.connect()).await?;
        sqlx::raw_sql("SET ROLE cpf_recorder")
            .execute(&mut connection)
            .await?;
        Ok(connection)
    }

    /// A connection of its own that speaks for nobody and does not wait for the disk: what it
    /// commits is seen by all at once and outlives this process, but may be lost with the server
    /// within a second. For what is of no use a minute later.
    pub async fn unhurried(&self) -> Result<Conn, Fault> {
        let mut connection = Box::pin(self.options.connect()).await?;
        sqlx::raw_sql("SET ROLE cpf_app; SET synchronous_commit = off")
            .execute(&mut connection)
            .await?;
        Ok(connection)
    }

    /// A connection of the owner that reads every line of the journal and the whole log, as they
    /// stand at one moment, and can change nothing.
    pub async fn auditor(owner_url: &str) -> Result<Conn, Fault> {
        let options = owner_url.parse::<PgConnectOptions>()?;
        let mut connection = Box::pin(options.connect()).await?;
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL ROLE cpf_auditor";
        sqlx::raw_sql(begin).execute(&mut connection).await?;
        Ok(connection)
    }

    /// How many connections are open, and how many of them idle.
    pub fn connections(&self) -> (usize, usize) {
        self.connections.count()
    }

    /// Begins nothing more, and closes each connection once it is idle.
    pub fn close(&self) {
        self.connections.close();
    }

    async fn open(&self, begin: &str, confinement: Confinement) -> Result<Tx, Fault> {
        // One round trip. Only ids, days, hexadecimal digits and names of ours are spliced in.
        self.connections
            .begin(format!("{begin}; {}", confinement.statements()))
            .await
    }
}

impl Confinement {
    fn statements(self) -> String {
        let role = match self {
            Self::Open
            | Self::Worker(_)
            | Self::Claim(..)
            | Self::Presented(_)
            | Self::Agent(_)
            | Self::Organisation(_)
            | Self::App(_) => "cpf_app",
            Self::Reading { .. } => "cpf_reader",
            Self::Proposing { .. } => "cpf_proposer",
            Self::Intake(_) => "cpf_intake",
            Self::Sealing => "cpf_sealer",
            Self::Courier => "cpf_courier",
        };
        let mut sql = format!("SET LOCAL ROLE {role}");
        let mut set = |name: &str, value: &str| {
            // Writing to a string cannot fail.
            let _ = write!(sql, "; SET LOCAL cpf.{name} = '{value}'");
        };
        match self {
            Self::Open | Self::Sealing | Self::Courier => {}
            Self::Worker(worker) => set("worker", &worker.to_string()),
            Self::Reading {
                worker,
                section,
                items,
                period,
            } => {
                set("worker", &worker.to_string());
                set("section", section);
                set("items", &items.map_or(EVERY.into(), |items| array(&items)));
                set("period", &period.map_or(EVERY.into(), range));
            }
            Self::Proposing {
                worker,
                client,
                section,
            } => {
                set("worker", &worker.to_string());
                set("client", &hex::encode(client));
                set("section", section);
            }
            Self::Claim(worker, key) => {
                set("worker", &worker.to_string());
                set("presented", &key.to_hex());
            }
            Self::Presented(digest) => set("presented", &digest.to_hex()),
            Self::Agent(agent) => set("agent", &agent.to_string()),
            Self::Organisation(id) | Self::Intake(id) => set("organisation", &id.to_string()),
            Self::App(client) => set("client", &hex::encode(client)),
        }
        sql
    }
}

/// What a setting says that limits nothing. One that was not made shows nothing.
const EVERY: &str = "all";

/// A literal of `uuid[]`.
fn array(items: &BTreeSet<EntryId>) -> String {
    let items: Vec<_> = items.iter().map(EntryId::to_string).collect();
    format!("{{{}}}", items.join(","))
}

/// A literal of `daterange`, bounds included.
fn range((from, until): (Option<Date>, Option<Date>)) -> String {
    let bound = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    format!("[{},{}]", bound(from), bound(until))
}
