//! Listening, and stopping without losing a request.

use std::sync::Arc;

use anyhow::Context;
use axum::{Router, extract::State, http::header, routing::get};
use tokio::net::TcpListener;

use crate::{
    app::{App, Running},
    listen, routes,
};

/// Serves `running` on `listener`, and its metrics on `metrics`, until `shutdown` resolves. Then
/// it takes no new connection, lets requests in progress end, and stops.
///
/// # Errors
/// A listener failed.
pub async fn serve(
    running: Running,
    listener: TcpListener,
    metrics: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let app = Arc::clone(&running.app);
    let numbers = Router::new()
        .route("/metrics", get(show_metrics))
        .with_state(Arc::clone(&app));
    running.spawn(async move {
        if let Err(error) = axum::serve(metrics, numbers).await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "metrics are not served"
            );
        }
    });

    let (tell, told) = tokio::sync::oneshot::channel::<()>();
    let router = routes::router(Arc::clone(&app));
    let config = Arc::clone(&app.config);
    let serving = tokio::spawn(async move {
        let stop = async move {
            shutdown.await;
            // Whoever waits for it may be gone already.
            let _ = tell.send(());
        };
        listen::listen(listener, router, &config, stop).await;
    });
    tokio::pin!(serving);
    tokio::select! {
        ended = &mut serving => ended.context("serving")?,
        _ = told => {
            running.drain();
            tracing::info!("stopping: no new requests");
            match tokio::time::timeout(app.config.shutdown_time(), &mut serving).await {
                Ok(ended) => ended.context("serving")?,
                Err(_late) => {
                    tracing::warn!("requests in progress were cut off");
                    serving.abort();
                }
            }
        }
    }
    running.stop().await;
    tracing::info!("stopped");
    Ok(())
}

async fn show_metrics(
    State(app): State<Arc<App>>,
) -> ([(header::HeaderName, &'static str); 1], String) {
    let text = [(
        header::CONTENT_TYPE,
        "text/plain; version=0.0.4; charset=utf-8",
    )];
    (text, app.metrics.render())
}
