//! The table of contents, and what all endpoints share.

use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use tokio::net::TcpListener;
use tower_http::limit::RequestBodyLimitLayer;

use crate::{
    callback::callback,
    connect::connect,
    enrol::enrol,
    forget::forget,
    home::home,
    hook::{HookSecret, hook},
    language::Language,
    notice::Notice,
    pages,
    platform::Platform,
    propose::propose,
    prove::Prover,
    receipt::receipt,
    session::Sessions,
    settings::Settings,
};

/// The largest form read, in bytes.
const BODY_LIMIT: usize = 16 * 1024;

/// One running app.
pub(crate) struct Coach {
    pub(crate) settings: Settings,
    pub(crate) platform: Platform,
    pub(crate) prover: Prover,
    pub(crate) sessions: Sessions,
    pub(crate) hook_secret: HookSecret,
}

impl Coach {
    fn new(settings: Settings) -> anyhow::Result<Arc<Self>> {
        let platform = Platform::new(settings.platform.clone())?;
        Ok(Arc::new(Self {
            prover: Prover::generate(settings.now.clone())?,
            platform,
            sessions: Sessions::default(),
            hook_secret: HookSecret::default(),
            settings,
        }))
    }
}

/// The app's pages. Fails only if no HTTP client or no key can be made.
pub fn router(settings: Settings) -> anyhow::Result<Router> {
    Ok(routes(Coach::new(settings)?))
}

fn routes(coach: Arc<Coach>) -> Router {
    Router::new()
        .route("/", get(home))
        .route("/connect", get(connect))
        .route("/callback", get(callback))
        .route("/receipt", get(receipt))
        .route("/propose", post(propose))
        .route("/forget", post(forget))
        .route("/hooks/cpf", post(hook))
        .route("/jwks.json", get(jwks))
        .route("/style.css", get(style))
        .route("/favicon.ico", get(async || StatusCode::NO_CONTENT))
        .route("/healthz", get(async || "ok"))
        .fallback(missing)
        .layer(RequestBodyLimitLayer::new(BODY_LIMIT))
        .with_state(coach)
}

/// Serves until the process, or the task, ends.
pub async fn serve(listener: TcpListener, settings: Settings) -> anyhow::Result<()> {
    let coach = Coach::new(settings)?;
    let serving = axum::serve(listener, routes(Arc::clone(&coach)));
    let (served, ()) = tokio::join!(serving.into_future(), enrol(&coach));
    Ok(served?)
}

/// `GET /jwks.json`: the public key, to compare with what is registered.
async fn jwks(State(coach): State<Arc<Coach>>) -> Response {
    match serde_json::to_vec(&coach.settings.key.jwks()) {
        Ok(body) => ([(header::CONTENT_TYPE, "application/jwk-set+json")], body).into_response(),
        Err(error) => {
            tracing::error!(%error, "the public key could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// `GET /style.css`
async fn style() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, include_str!("../assets/style.css"))
}

async fn missing(State(coach): State<Arc<Coach>>, language: Language) -> Response {
    pages::notice(&coach, language, StatusCode::NOT_FOUND, Notice::Missing)
}
