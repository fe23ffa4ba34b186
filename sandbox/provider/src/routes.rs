//! The table of contents, and what all endpoints share.

use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::{get, post},
};
use time::{Duration, OffsetDateTime};
use tokio::net::TcpListener;
use tower_http::limit::RequestBodyLimitLayer;

use crate::{
    authorize::{Accepted, authorize},
    choose::{Code, choose},
    discovery::{configuration, jwks},
    logout::logout,
    page::HomePage,
    personas::{agents, personas},
    realm::{Person, Realm},
    settings::Settings,
    shelf::Shelf,
    signing::Signing,
    token::{TOKEN_LIFE, token},
    userinfo::{Opened, userinfo},
};

/// The largest form read, in bytes.
const BODY_LIMIT: usize = 16 * 1024;

/// One running issuer.
pub(crate) struct Provider {
    pub(crate) realm: Realm,
    pub(crate) settings: Settings,
    pub(crate) people: Vec<Person>,
    pub(crate) signing: Signing,
    /// Requests whose page is open: ten minutes to choose.
    pub(crate) requests: Shelf<Accepted>,
    /// Codes: one use, one minute.
    pub(crate) codes: Shelf<Code>,
    /// Access tokens for `/userinfo`.
    pub(crate) tokens: Shelf<Opened>,
}

impl Provider {
    /// The present.
    pub(crate) fn now(&self) -> OffsetDateTime {
        (self.settings.now)()
    }

    /// The person behind a button.
    pub(crate) fn person(&self, id: &str) -> Option<&Person> {
        self.people.iter().find(|known| known.id == id)
    }
}

/// The endpoints of both issuers. Fails only if no key can be drawn.
pub fn router(settings: Settings) -> anyhow::Result<Router> {
    let of_agents = Settings {
        issuer: format!("{}{}", settings.issuer, Realm::Agents.path()),
        ..settings.clone()
    };
    let workers = personas()?.into_iter().map(Person::from).collect();
    let agents = agents()?.into_iter().map(Person::from).collect();
    Ok(issuer(Realm::Workers, settings, workers)?
        .nest(
            Realm::Agents.path(),
            issuer(Realm::Agents, of_agents, agents)?,
        )
        .route("/style.css", get(style))
        .route("/favicon.ico", get(async || StatusCode::NO_CONTENT))
        .route("/healthz", get(async || "ok"))
        .layer(RequestBodyLimitLayer::new(BODY_LIMIT)))
}

/// The endpoints of one issuer, with a key of its own.
fn issuer(realm: Realm, settings: Settings, people: Vec<Person>) -> anyhow::Result<Router> {
    let provider = Provider {
        realm,
        people,
        signing: Signing::generate()?,
        requests: Shelf::new(Duration::minutes(10)),
        codes: Shelf::new(Duration::seconds(60)),
        tokens: Shelf::new(Duration::seconds(TOKEN_LIFE)),
        settings,
    };
    Ok(Router::new()
        .route(
            "/",
            get(async |State(it): State<Arc<Provider>>| HomePage::response(&it)),
        )
        .route("/.well-known/openid-configuration", get(configuration))
        .route("/jwks", get(jwks))
        .route("/authorize", get(authorize))
        .route("/sign-in", post(choose))
        .route("/token", post(token))
        .route("/userinfo", get(userinfo).post(userinfo))
        .route("/logout", get(logout).post(logout))
        .with_state(Arc::new(provider)))
}

/// Serves until the process, or the task, ends.
pub async fn serve(listener: TcpListener, settings: Settings) -> anyhow::Result<()> {
    axum::serve(listener, router(settings)?).await?;
    Ok(())
}

/// `GET /style.css`
async fn style() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, include_str!("../assets/style.css"))
}
