//! What `up` can be told.

use std::net::{Ipv4Addr, TcpListener};

use anyhow::Context;
use clap::Args;

/// Starts the platform, its test identity provider and the demonstration coaching app on a private
/// PostgreSQL, and says what to open. Ctrl-C stops all of it.
#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    pub(crate) ports: Ports,
    /// A database server of your own, instead of the private one: where the platform connects.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_name = "URL")]
    pub(crate) database_url: Option<String>,
    /// With --database-url: where the owner of the schema connects to migrate it [default: the same]
    #[arg(
        long,
        env = "CPF_DATABASE_OWNER_URL",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub(crate) database_owner_url: Option<String>,
    /// Start on a database of its own that is deleted at the end, and print one line of JSON with
    /// the addresses once ready: for tests.
    #[arg(long)]
    pub(crate) ephemeral: bool,
    /// With --ephemeral: commits wait for the disk all the same, for measurements.
    #[arg(long, requires = "ephemeral")]
    pub(crate) durable: bool,
}

/// The ports on this machine.
#[derive(Debug, Clone, Args)]
pub(crate) struct Ports {
    /// Take this port and the three after it, for the platform, the app, the provider and the
    /// metrics; goes before the four options below.
    #[arg(long = "ports-from", env = "CPF_UP_PORTS_FROM", value_name = "PORT")]
    first: Option<u16>,
    /// The platform's port.
    #[arg(long, env = "CPF_UP_PORT", default_value_t = 8080, value_name = "PORT")]
    platform_port: u16,
    /// The demonstration app's port.
    #[arg(
        long,
        env = "CPF_UP_COACH_PORT",
        default_value_t = 8081,
        value_name = "PORT"
    )]
    coach_port: u16,
    /// The test provider's port.
    #[arg(
        long,
        env = "CPF_UP_PROVIDER_PORT",
        default_value_t = 8082,
        value_name = "PORT"
    )]
    provider_port: u16,
    /// The port of the platform's metrics.
    #[arg(
        long,
        env = "CPF_UP_METRICS_PORT",
        default_value_t = 9090,
        value_name = "PORT"
    )]
    metrics_port: u16,
}

impl Options {
    /// Whether a program reads what is printed.
    pub(crate) const fn json(&self) -> bool {
        self.ephemeral
    }
}

impl Ports {
    pub(crate) fn platform(&self) -> u16 {
        self.first.unwrap_or(self.platform_port)
    }

    pub(crate) fn coach(&self) -> u16 {
        self.first
            .map_or(self.coach_port, |first| first.saturating_add(1))
    }

    pub(crate) fn provider(&self) -> u16 {
        self.first
            .map_or(self.provider_port, |first| first.saturating_add(2))
    }

    pub(crate) fn metrics(&self) -> u16 {
        self.first
            .map_or(self.metrics_port, |first| first.saturating_add(3))
    }

    /// Fails if another program listens on one of the ports.
    pub(crate) fn check_free(&self) -> anyhow::Result<()> {
        for port in [
            self.platform(),
            self.coach(),
            self.provider(),
            self.metrics(),
        ] {
            TcpListener::bind((Ipv4Addr::LOCALHOST, port)).with_context(|| {
                format!(
                    "port {port} is taken by another program: stop it, or take other ports with \
                     `./infra/up --ports-from PORT`"
                )
            })?;
        }
        Ok(())
    }
}
