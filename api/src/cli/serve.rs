//! `cpf serve`.

use anyhow::Context;
use clap::Args;
use kernel::{Clock, Entropy};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

use crate::{App, Config, telemetry::Telemetry};

/// Serve the platform until SIGTERM or Ctrl-C; a second one stops at once.
#[derive(Debug, Args)]
pub(super) struct Serve {
    #[command(flatten)]
    config: Config,
}

impl Serve {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let _telemetry = Telemetry::start(&self.config)?;
        let listener = bind(self.config.listen, "CPF_LISTEN").await?;
        let metrics = bind(self.config.metrics_listen, "CPF_METRICS_LISTEN").await?;
        let running = App::start(self.config, Clock::system(), Entropy::system()).await?;
        let config = &running.app.config;
        tracing::info!(address = %config.listen, url = %config.public_url, "serving");
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        crate::serve(running, listener, metrics, async move {
            first(&mut terminate, &mut interrupt).await;
            tokio::spawn(async move {
                first(&mut terminate, &mut interrupt).await;
                tracing::warn!("stopping at once");
                std::process::exit(1);
            });
        })
        .await
    }
}

async fn first(
    terminate: &mut tokio::signal::unix::Signal,
    interrupt: &mut tokio::signal::unix::Signal,
) {
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

async fn bind(address: std::net::SocketAddr, setting: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on {address}.\nStop what listens there, or set {setting}.")
    })
}
