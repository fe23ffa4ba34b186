//! `provider`: the test identity provider, from a terminal.

use clap::Parser;
use provider::{Settings, serve, system_clock};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

/// TEST identity provider of the sandbox: real OpenID Connect, invented people, no password.
#[derive(Debug, Parser)]
#[command(name = "provider", version)]
struct Options {
    /// Address and port to listen on.
    #[arg(long, env = "CPF_PROVIDER_LISTEN", default_value = "127.0.0.1:8082")]
    listen: String,
    /// Issuer identifier: the address at which browsers and the platform reach it. Agents of
    /// organisations are vouched for under `/agents`.
    #[arg(
        long,
        env = "CPF_PROVIDER_ISSUER",
        default_value = "http://localhost:8082"
    )]
    issuer: String,
    /// Identifier of its one client, the platform.
    #[arg(long, env = "CPF_PROVIDER_CLIENT_ID", default_value = "cpf")]
    client_id: String,
    /// Secret of its one client. It protects invented people only.
    #[arg(
        long,
        env = "CPF_PROVIDER_CLIENT_SECRET",
        default_value = "sandbox-secret-of-invented-people",
        hide_env_values = true
    )]
    client_secret: String,
    /// Where the client may be sent back with a code (exact text; several, separated by commas).
    #[arg(
        long,
        env = "CPF_PROVIDER_REDIRECT_URI",
        value_delimiter = ',',
        default_value = "http://localhost:8080/sign-in/callback,http://localhost:8080/counsellor/sign-in/callback"
    )]
    redirect_uri: Vec<String>,
    /// Where the client may be sent back after a sign-out (exact text).
    #[arg(
        long,
        env = "CPF_PROVIDER_POST_LOGOUT_REDIRECT_URI",
        value_delimiter = ',',
        default_value = "http://localhost:8080/"
    )]
    post_logout_redirect_uri: Vec<String>,
    /// What to log: a `tracing` filter.
    #[arg(long, env = "CPF_PROVIDER_LOG", default_value = "info")]
    log: String,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_new(&options.log)?)
        .with_writer(std::io::stderr)
        .init();
    let listener = TcpListener::bind(&options.listen).await?;
    tracing::warn!(
        issuer = options.issuer,
        "TEST identity provider: anyone may sign in as any invented person"
    );
    let settings = Settings {
        issuer: options.issuer.trim_end_matches('/').to_owned(),
        client_id: options.client_id,
        client_secret: options.client_secret,
        redirect_uris: options.redirect_uri,
        post_logout_redirect_uris: options.post_logout_redirect_uri,
        now: system_clock(),
    };
    tokio::select! {
        ended = serve(listener, settings) => ended,
        stopped = stop() => stopped,
    }
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
