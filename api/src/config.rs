//! Every setting: its default, its environment variable, its meaning. Nothing else reads the
//! environment.
//!
//! `cpf config` prints them all with where each value came from. Secrets are given by file or by
//! variable, never shown.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use anyhow::{Context, bail};
use clap::{
    ArgAction, Args, CommandFactory, FromArgMatches, Parser, ValueEnum, builder::Resettable,
};
use kernel::Secret;
use url::Url;

use crate::limits::LimitSettings;

/// The platform's settings.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Settings")]
pub struct Config {
    /// The database, as the login role `cpf_login`. Without it: the private cluster of this
    /// checkout, in `.local/postgres`, when there is one.
    #[arg(long, env = "DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub database_url: Option<Secret<String>>,

    /// The database, as the owner of the schema: only migrations use it.
    #[arg(
        long,
        env = "CPF_DATABASE_OWNER_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    pub database_owner_url: Option<Secret<String>>,

    /// How many transactions on the database at once. Five more connections listen, and write the
    /// journal and the proofs that apps have used.
    #[arg(long, env = "CPF_DATABASE_CONNECTIONS", value_name = "N", default_value_t = 8,
        value_parser = clap::value_parser!(u32).range(2..=1000))]
    pub database_connections: u32,

    /// Where the platform listens.
    #[arg(
        long,
        env = "CPF_LISTEN",
        value_name = "ADDRESS",
        default_value = "127.0.0.1:8080"
    )]
    pub listen: SocketAddr,

    /// Where metrics are served, apart from the public address.
    #[arg(
        long,
        env = "CPF_METRICS_LISTEN",
        value_name = "ADDRESS",
        default_value = "127.0.0.1:9090"
    )]
    pub metrics_listen: SocketAddr,

    /// The address by which the world reaches the platform: the OAuth issuer. It must be https,
    /// except in a sandbox.
    #[arg(
        long,
        env = "CPF_PUBLIC_URL",
        value_name = "URL",
        default_value = "http://localhost:8080"
    )]
    pub public_url: Url,

    /// The file that holds the master secret, 64 hexadecimal digits. A sandbox makes its own.
    #[arg(
        long,
        env = "CPF_MASTER_KEY_FILE",
        value_name = "FILE",
        default_value = ".local/master.key"
    )]
    pub master_key_file: PathBuf,

    /// A sandbox: says so on each page, permits plain http and the test identity provider.
    #[arg(long, env = "CPF_SANDBOX", value_name = "BOOL", default_value = "false",
        default_missing_value = "true", num_args = 0..=1, require_equals = true,
        action = ArgAction::Set, value_parser = clap::builder::BoolishValueParser::new())]
    pub sandbox: bool,

    /// The issuer of the identity provider (OpenID Connect). It must be https, except in a
    /// sandbox.
    #[arg(
        long,
        env = "CPF_PROVIDER_ISSUER",
        value_name = "URL",
        default_value = "http://localhost:8082"
    )]
    pub provider_issuer: Url,

    /// The platform's client id at the identity provider.
    #[arg(
        long,
        env = "CPF_PROVIDER_CLIENT_ID",
        value_name = "ID",
        default_value = "cpf"
    )]
    pub provider_client_id: String,

    /// The file that holds the platform's client secret at the identity provider.
    #[arg(
        long,
        env = "CPF_PROVIDER_CLIENT_SECRET_FILE",
        value_name = "FILE",
        default_value = ".local/provider.secret"
    )]
    pub provider_client_secret_file: PathBuf,

    /// The issuer of the identity provider of agents (OpenID Connect), where counsellors sign in. It
    /// must be https, except in a sandbox.
    #[arg(
        long,
        env = "CPF_AGENT_PROVIDER_ISSUER",
        value_name = "URL",
        default_value = "http://localhost:8082/agents"
    )]
    pub agent_provider_issuer: Url,

    /// The platform's client id at the identity provider of agents.
    #[arg(
        long,
        env = "CPF_AGENT_PROVIDER_CLIENT_ID",
        value_name = "ID",
        default_value = "cpf"
    )]
    pub agent_provider_client_id: String,

    /// The file that holds the platform's client secret at the identity provider of agents.
    #[arg(
        long,
        env = "CPF_AGENT_PROVIDER_CLIENT_SECRET_FILE",
        value_name = "FILE",
        default_value = ".local/agent-provider.secret"
    )]
    pub agent_provider_client_secret_file: PathBuf,

    /// Whether each proof of possession (DPoP) must carry a nonce of ours, besides being recent:
    /// apps must then handle `use_dpop_nonce` (RFC 9449 §8).
    #[arg(long, env = "CPF_DPOP_NONCE_REQUIRED", value_name = "BOOL", default_value = "false",
        default_missing_value = "true", num_args = 0..=1, require_equals = true,
        action = ArgAction::Set, value_parser = clap::builder::BoolishValueParser::new())]
    pub dpop_nonce_required: bool,

    /// The most that one deposited file may weigh, in bytes.
    #[arg(
        long,
        env = "CPF_MAX_BATCH_BYTES",
        value_name = "BYTES",
        default_value_t = 209_715_200
    )]
    pub max_batch_bytes: u64,

    /// How long one request may take, in seconds. Deposits of files are not bound by it.
    #[arg(
        long,
        env = "CPF_REQUEST_SECONDS",
        value_name = "SECONDS",
        default_value_t = 15
    )]
    pub request_seconds: u64,

    /// How long a caller may take to send the head of a request, and how long a connection may rest
    /// between two, in seconds.
    #[arg(
        long,
        env = "CPF_HEAD_SECONDS",
        value_name = "SECONDS",
        default_value_t = 30,
        value_parser = clap::value_parser!(u64).range(1..=3600)
    )]
    pub head_seconds: u64,

    /// How many connections at once. Whoever comes then waits to be let in.
    #[arg(
        long,
        env = "CPF_MAX_CONNECTIONS",
        value_name = "N",
        default_value_t = 8192,
        value_parser = clap::value_parser!(u32).range(1..=1_000_000)
    )]
    pub max_connections: u32,

    /// How long requests in progress may take to end when the platform stops, in seconds.
    #[arg(
        long,
        env = "CPF_SHUTDOWN_SECONDS",
        value_name = "SECONDS",
        default_value_t = 30
    )]
    pub shutdown_seconds: u64,

    /// How much each may ask for.
    #[command(flatten)]
    pub limits: LimitSettings,
    /// How often the lines of the journal are sealed in its public log, in seconds: the longest that
    /// a line can be changed without leaving a trace.
    #[arg(long, env = "CPF_JOURNAL_SEAL_SECONDS", value_name = "SECONDS", default_value_t = 5,
        value_parser = clap::value_parser!(u64).range(1..))]
    pub journal_seal_seconds: u64,

    /// Whom to tell about a vulnerability: published in `/.well-known/security.txt` (RFC 9116).
    #[arg(
        long,
        env = "CPF_SECURITY_CONTACT",
        value_name = "URI",
        default_value = "mailto:security@localhost"
    )]
    pub security_contact: Url,

    /// Where spans are sent, as OTLP over HTTP. Off unless set.
    #[arg(long, env = "CPF_OTLP_ENDPOINT", value_name = "URL")]
    pub otlp_endpoint: Option<Url>,

    /// What is logged, by level and target: `info`, `warn,api=debug`.
    #[arg(long, env = "CPF_LOG", value_name = "FILTER", default_value = "info")]
    pub log: String,

    /// How it is logged.
    #[arg(long, env = "CPF_LOG_FORMAT", value_name = "FORMAT", value_enum,
        default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object on each line, for collectors.
    Json,
}

#[derive(Parser)]
#[command(no_binary_name = true)]
struct Alone {
    #[command(flatten)]
    config: Config,
}

impl Config {
    /// Every default, whatever the environment says: what a test starts from.
    ///
    /// # Panics
    /// Never: a test of this crate reads the defaults.
    pub fn defaults() -> Self {
        let command = Alone::command().mut_args(|arg| arg.env(Resettable::Reset));
        let matches = command.get_matches_from(std::iter::empty::<&str>());
        #[expect(
            clippy::expect_used,
            reason = "a test of this crate reads the defaults"
        )]
        Alone::from_arg_matches(&matches)
            .expect("every setting has a default")
            .config
    }

    /// Refuses settings that contradict each other.
    pub fn check(&self) -> anyhow::Result<()> {
        if self.sandbox {
            return Ok(());
        }
        for (url, setting) in [
            (&self.public_url, "CPF_PUBLIC_URL"),
            (&self.provider_issuer, "CPF_PROVIDER_ISSUER"),
            (&self.agent_provider_issuer, "CPF_AGENT_PROVIDER_ISSUER"),
        ] {
            if url.scheme() != "https" {
                bail!(
                    "{setting} is {url}, which is not https.\n\
                     Set it to an https address, or set CPF_SANDBOX=true for a sandbox."
                );
            }
        }
        Ok(())
    }

    /// Where the login role signs in.
    pub fn login_url(&self) -> anyhow::Result<Secret<String>> {
        match &self.database_url {
            Some(url) => Ok(url.clone()),
            None => private_cluster("cpf_login", "DATABASE_URL"),
        }
    }

    /// Where the owner of the schema signs in.
    pub fn owner_url(&self) -> anyhow::Result<Secret<String>> {
        match &self.database_owner_url {
            Some(url) => Ok(url.clone()),
            None => private_cluster("cpf", "CPF_DATABASE_OWNER_URL"),
        }
    }

    /// The public address without its last `/`: what paths are appended to.
    pub fn origin(&self) -> &str {
        self.public_url.as_str().trim_end_matches('/')
    }

    /// Whether the world reaches the platform by https.
    pub fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }

    /// The name of the journal's public log: its address without the scheme (C2SP tlog-tiles).
    pub fn journal_origin(&self) -> String {
        let origin = self.origin();
        let (_, address) = origin.split_once("://").unwrap_or(("", origin));
        format!("{address}/journal")
    }

    /// How often the journal is sealed.
    pub fn seal_time(&self) -> Duration {
        Duration::from_secs(self.journal_seal_seconds)
    }

    /// How long one request may take.
    pub fn request_time(&self) -> Duration {
        Duration::from_secs(self.request_seconds)
    }

    /// How long the head of a request may take.
    pub fn head_time(&self) -> Duration {
        Duration::from_secs(self.head_seconds)
    }

    /// How long the last requests may take when the platform stops.
    pub fn shutdown_time(&self) -> Duration {
        Duration::from_secs(self.shutdown_seconds)
    }
}

/// The cluster that `infra/up` keeps in the checkout: one Unix socket, no port, no password.
fn private_cluster(role: &str, setting: &str) -> anyhow::Result<Secret<String>> {
    let here = std::env::current_dir().context("the current directory cannot be read")?;
    let socket = here.join(".local/postgres");
    if !socket.join("data/PG_VERSION").exists() {
        bail!(
            "there is no database: {setting} is not set, and {} holds no private cluster.\n\
             Type `./infra/up` to make one, or `export {setting}=postgres://{role}@HOST/cpf`.",
            socket.display()
        );
    }
    Ok(Secret::new(format!(
        "postgres://{role}@localhost/cpf?host={}",
        socket.display()
    )))
}

#[cfg(test)]
mod tests {
    use super::Config;

    #[test]
    fn every_setting_has_a_default() {
        let config = Config::defaults();
        assert!(!config.sandbox);
        assert_eq!(config.origin(), "http://localhost:8080");
    }

    #[test]
    fn outside_a_sandbox_plain_http_is_refused() {
        let mut config = Config::defaults();
        assert!(
            config
                .check()
                .unwrap_err()
                .to_string()
                .contains("CPF_PUBLIC_URL")
        );
        config.public_url = "https://cpf.example.org".parse().unwrap();
        assert!(
            config
                .check()
                .unwrap_err()
                .to_string()
                .contains("CPF_PROVIDER_ISSUER")
        );
        config.provider_issuer = "https://identity.example.org".parse().unwrap();
        assert!(
            config
                .check()
                .unwrap_err()
                .to_string()
                .contains("CPF_AGENT_PROVIDER_ISSUER")
        );
        config.agent_provider_issuer = "https://agents.example.org".parse().unwrap();
        assert!(config.check().is_ok());
        config.public_url = "http://localhost:8080".parse().unwrap();
        config.sandbox = true;
        assert!(config.check().is_ok());
    }
}
