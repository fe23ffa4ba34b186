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
    let router = api::routes::bounded(router, Arc::new(config), kernel::Entropy::system());
    Ok(axum::serve(TcpListener::bind(listen).await?, router).await?)
}
