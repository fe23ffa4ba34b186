//! `coach`: the demonstration coaching app, from a terminal.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use coach::{Key, Settings, serve, system_clock};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

/// Cap Métier: a demonstration coaching app that reads a record with the worker's permission.
#[derive(Debug, Parser)]
#[command(name = "coach", version)]
struct Options {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: Serve,
    /// The private key: P-256, PKCS#8, PEM. `coach keygen` makes one.
    #[arg(
        long,
        env = "COACH_KEY_FILE",
        default_value = ".local/coach-key.pem",
        global = true
    )]
    key_file: PathBuf,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make the key file unless it exists, and print its public half as a JWK set.
    Keygen,
}

#[derive(Debug, Args)]
struct Serve {
    /// Address and port to listen on.
    #[arg(long, env = "COACH_LISTEN", default_value = "127.0.0.1:8081")]
    listen: String,
    /// The platform's issuer identifier.
    #[arg(long, env = "COACH_PLATFORM", default_value = "http://localhost:8080")]
    platform: String,
    /// The identifier under which the app is registered there.
    #[arg(long, env = "COACH_CLIENT_ID", default_value = "cap-metier")]
    client_id: String,
    /// Where browsers reach this app. `/callback` under it is the registered redirect URI.
    #[arg(
        long,
        env = "COACH_PUBLIC_URL",
        default_value = "http://localhost:8081"
    )]
    public_url: String,
    /// What to log: a `tracing` filter.
    #[arg(long, env = "COACH_LOG", default_value = "info")]
    log: String,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    match options.command {
        Some(Command::Keygen) => keygen(&options.key_file),
        None => run(options.serve, &options.key_file).await,
    }
}

async fn run(options: Serve, key_file: &Path) -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_new(&options.log)?)
        .with_writer(io::stderr)
        .init();
    let settings = Settings {
        platform: options.platform.trim_end_matches('/').to_owned(),
        client_id: options.client_id,
        key: read_key(key_file)?,
        public_url: options.public_url.trim_end_matches('/').to_owned(),
        now: system_clock(),
    };
    let listener = TcpListener::bind(&options.listen)
        .await
        .with_context(|| format!("{} cannot be listened on", options.listen))?;
    tracing::info!(
        listen = options.listen,
        platform = settings.platform,
        "Cap Métier"
    );
    tokio::select! {
        ended = serve(listener, settings) => ended,
        stopped = stop() => stopped,
    }
}

fn keygen(key_file: &Path) -> anyhow::Result<()> {
    if !key_file.try_exists()? {
        if let Some(folder) = key_file.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(key_file)?;
        file.write_all(Key::generate_pem()?.as_bytes())?;
    }
    let public = serde_json::to_string_pretty(&read_key(key_file)?.jwks())?;
    writeln!(io::stdout(), "{public}")?;
    Ok(())
}

fn read_key(key_file: &Path) -> anyhow::Result<Key> {
    let pem = fs::read_to_string(key_file).with_context(|| {
        let file = key_file.display();
        format!("{file} cannot be read: make it with `coach keygen --key-file {file}`")
    })?;
    Key::from_pem(&pem)
}

/// Ends when the terminal or the supervisor says so. Nothing is kept, so nothing is drained.
async fn stop() -> anyhow::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        _ = terminated.recv() => {}
    }
    Ok(())
}
