//! The same server returning the same bytes from memory: what of a request's cost is HTTP alone.

use std::{fs, net::SocketAddr, path::Path, sync::Arc};

use axum::{Router, body::Bytes, http::header, routing::get};
use tokio::net::TcpListener;

/// Where the bytes are.
pub(crate) const PATH: &str = "/bytes";

/// Serves the bytes of `body` at [`PATH`], with the media type of an API reply, behind the
/// boundary that every request to the platform crosses.
pub(crate) async fn serve(listen: SocketAddr, body: &Path) -> anyhow::Result<()> {
    let bytes = Bytes::from(fs::read(body)?);
    let reply = move || async move { ([(header::CONTENT_TYPE, "application/json")], bytes) };
    let router = Router::new().route(PATH, get(reply));
    let mut config = api::Config::defaults();
    config.sandbox = true;
    config.limits.limit_address = api::limits::Rate(api::limits::Quota::new(1_000_000, 1));
    let config = Arc::new(config);
    let limits = api::limits::Limits::new(&config.limits, kernel::Clock::system());
    let entropy = kernel::Entropy::system();
    let router = api::routes::bounded(router, Arc::clone(&config), entropy, limits);
    let listener = TcpListener::bind(listen).await?;
    api::listen(listener, router, &config, std::future::pending()).await;
    Ok(())
}
