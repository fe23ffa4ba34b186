//! The private PostgreSQL of a checkout: made from the binaries already on the machine, reached
//! through a Unix socket only, with no port and no password.
//!
//! [`Cluster::ensure`] creates it on first use, starts it when it sleeps, and finds it when it
//! runs; it stays up for the next command until [`Cluster::stop`]. Its directory is private
//! (0700) to the user it runs as. PostgreSQL refuses to run as root: started by root, it runs as
//! `postgres`, or else as `nobody`.
//!
//! This is for development, tests and small trials. In production, `DATABASE_URL` names a
//! database that somebody operates.

mod account;
mod binaries;
mod error;
mod place;
mod run;

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

pub use crate::error::ClusterError;
use crate::{account::Account, place::Place};

/// The superuser of a private cluster: it owns the databases and runs the migrations.
pub const OWNER: &str = "cpf";

/// The role that the platform signs in as; the first migration creates it.
pub const LOGIN: &str = "cpf_login";

/// The character class of text: the same on every machine, whatever its language.
const CTYPE: &str = if cfg!(target_os = "macos") {
    "UTF-8"
} else {
    "C.UTF-8"
};

/// What of a path needs no escape in a URL.
const IN_URL: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'_')
    .remove(b'.');

/// How a cluster runs.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Whether a commit is on disk before it is acknowledged. Off only where data may be lost with
    /// the machine: under tests.
    pub fsync: bool,
}

/// A running cluster.
#[derive(Debug)]
pub struct Cluster {
    binaries: PathBuf,
    account: Option<Account>,
    place: Place,
}

impl Cluster {
    /// The running cluster of `directory`, created on first use and started when needed.
    ///
    /// Commands that start at the same time take turns.
    pub fn ensure(directory: &Path, settings: Settings) -> Result<Self, ClusterError> {
        let cluster = Self::at(directory)?;
        let _turn = cluster.lock()?;
        if !cluster.data().join("PG_VERSION").exists() {
            cluster.create(settings)?;
        }
        if !cluster.is_running()? {
            cluster.start(settings)?;
        }
        Ok(cluster)
    }

    /// The cluster of `directory` if it was created before, running or not.
    pub fn existing(directory: &Path) -> Result<Option<Self>, ClusterError> {
        if !place::home_of(directory).join("data/PG_VERSION").exists() {
            return Ok(None);
        }
        Self::at(directory).map(Some)
    }

    /// Where the platform connects to reach `database`.
    pub fn url(&self, database: &str) -> String {
        self.url_as(LOGIN, database)
    }

    /// Where the owner of `database` connects: migrations, and tests that prepare data.
    pub fn owner_url(&self, database: &str) -> String {
        self.url_as(OWNER, database)
    }

    /// The directory of the socket: what `psql --host` takes.
    pub fn socket_directory(&self) -> &Path {
        &self.place.socket
    }

    /// The directory of `psql`, `pgbench` and their like.
    pub fn binaries(&self) -> &Path {
        &self.binaries
    }

    /// Creates `database` unless it exists. Answers whether it was created.
    pub fn create_database(&self, database: &str) -> Result<bool, ClusterError> {
        let found = self.sql(&format!(
            "SELECT 1 FROM pg_database WHERE datname = '{}'",
            database.replace('\'', "''")
        ))?;
        if found.trim() == "1" {
            return Ok(false);
        }
        self.sql(&format!("CREATE DATABASE {}", quoted(database)))?;
        Ok(true)
    }

    /// Drops `database` if it exists, with whoever is connected.
    pub fn drop_database(&self, database: &str) -> Result<(), ClusterError> {
        self.sql(&format!(
            "DROP DATABASE IF EXISTS {} WITH (FORCE)",
            quoted(database)
        ))?;
        Ok(())
    }

    /// Whether the server runs.
    pub fn is_running(&self) -> Result<bool, ClusterError> {
        let output = self
            .command("pg_ctl")
            .args(["--pgdata", "data", "status"])
            .output();
        let output = output.map_err(|error| ClusterError::io(&self.binaries, error))?;
        Ok(output.status.success())
    }

    /// Stops the server once the transactions under way are rolled back.
    pub fn stop(&self) -> Result<(), ClusterError> {
        let _turn = self.lock()?;
        if self.is_running()? {
            self.run(
                "pg_ctl",
                &["--pgdata", "data", "--mode", "fast", "--wait", "stop"],
            )?;
        }
        Ok(())
    }

    /// Stops the server and deletes the cluster with all its databases.
    pub fn remove(self) -> Result<(), ClusterError> {
        self.stop()?;
        for directory in [&self.place.home, &self.place.socket] {
            if directory.exists() {
                fs::remove_dir_all(directory)
                    .map_err(|error| ClusterError::io(directory, error))?;
            }
        }
        Ok(())
    }

    fn at(directory: &Path) -> Result<Self, ClusterError> {
        let home = place::home_of(directory);
        let account = Account::for_server(&home.join("data"))?;
        let binaries = binaries::find(&home.join("data"))?;
        Ok(Self {
            binaries,
            account,
            place: Place::prepare(home, account)?,
        })
    }

    fn data(&self) -> PathBuf {
        self.place.home.join("data")
    }

    fn lock(&self) -> Result<File, ClusterError> {
        let path = self.place.home.join("lock");
        let file = File::create(&path).map_err(|error| ClusterError::io(&path, error))?;
        file.lock()
            .map_err(|error| ClusterError::io(&path, error))?;
        Ok(file)
    }

    fn create(&self, settings: Settings) -> Result<(), ClusterError> {
        // What an interrupted creation left cannot be trusted, and `initdb` refuses it.
        if self.data().exists() {
            fs::remove_dir_all(self.data())
                .map_err(|error| ClusterError::io(self.data(), error))?;
        }
        let ctype = format!("--lc-ctype={CTYPE}");
        let mut arguments = vec!["--pgdata=data", "--username", OWNER, "--auth=trust"];
        arguments.extend(["--encoding=UTF8", "--locale=C", &ctype, "--no-instructions"]);
        if !settings.fsync {
            arguments.push("--no-sync");
        }
        self.run("initdb", &arguments)
    }

    fn start(&self, settings: Settings) -> Result<(), ClusterError> {
        let mut options = format!(
            "-c listen_addresses= -c unix_socket_directories={} -c unix_socket_permissions=0700 \
             -c max_connections=200",
            self.place.socket.display(),
        );
        if !settings.fsync {
            options.push_str(" -c fsync=off -c synchronous_commit=off -c full_page_writes=off");
        }
        let server = [
            "--pgdata",
            "data",
            "--log",
            "log",
            "--wait",
            "--options",
            &options,
            "start",
        ];
        self.run("pg_ctl", &server)
    }

    fn url_as(&self, role: &str, database: &str) -> String {
        let socket = self.place.socket.display().to_string();
        let socket = utf8_percent_encode(&socket, IN_URL);
        let database = utf8_percent_encode(database, IN_URL);
        format!("postgres://{role}@localhost/{database}?host={socket}")
    }
}

fn quoted(identifier: &str) -> String {
    format!("\"{}\"", identifier.replace('"', "\"\""))
}
