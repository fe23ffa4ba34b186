//! The table of contents: every address the platform answers.

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn, from_fn_with_state},
    routing::{get, post},
};
use kernel::Entropy;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    config::Config,
    discovery, documentation, edge, health, html, intake, journal, labour,
    limits::{self, Limits},
    oauth, openapi, pages, record, telemetry, wire,
};

/// What the document describes.
pub fn documented() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::with_openapi(openapi::preface())
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
        .routes(routes!(oauth::keys::show))
        .routes(routes!(oauth::metadata::server))
        .routes(routes!(oauth::metadata::openid))
        .routes(routes!(oauth::metadata::record))
        .routes(routes!(oauth::metadata::grants))
        .routes(routes!(oauth::push::push))
        .routes(routes!(oauth::token::trade))
        .routes(routes!(oauth::register::create::create))
        .routes(routes!(
            oauth::register::read::read,
            oauth::register::amend::amend,
            oauth::register::end::end
        ))
        .routes(routes!(oauth::grants::renounce::renounce))
        .routes(routes!(oauth::grants::attest::attest))
        .routes(routes!(oauth::grants::receipt::receipt))
        .routes(routes!(
            oauth::grants::query::query,
            oauth::grants::revoke::revoke
        ))
        .routes(routes!(oauth::webhook::register::register))
        .routes(routes!(oauth::webhook::rotate::rotate))
        .routes(routes!(oauth::webhook::verify::verify))
        .routes(routes!(oauth::events::list::list))
        .routes(routes!(oauth::events::attempts::list))
        .routes(routes!(oauth::events::resend::resend))
        .routes(routes!(oauth::introspect::introspect))
        .routes(routes!(oauth::revoke::revoke))
        .routes(routes!(record::list_certificates::list))
        .routes(routes!(record::list_declared::list))
        .routes(routes!(
            record::list_proposals::list,
            record::propose::propose
        ))
        .routes(routes!(journal::checkpoint::show))
        .routes(routes!(journal::key::show))
        .routes(routes!(journal::consistency::show))
        .routes(routes!(intake::list_batches::list))
        .routes(routes!(intake::show_batch::show))
        .routes(routes!(labour::search_occupations::search_occupations))
        .routes(routes!(labour::show_occupation::show_occupation))
        .routes(routes!(labour::show_qualification::show_qualification))
}

/// What takes as long as its file does: no time limit, and its own limit of bytes.
fn patient() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(intake::deposit::deposit))
}

/// What people see: no part of the document.
fn pages() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(pages::home::show))
        .route("/sign-in", get(pages::sign_in::depart))
        .route("/sign-in/callback", get(pages::sign_in::arrive))
        .route("/sign-out", post(pages::sign_in::leave))
        .route(
            "/oauth/authorize",
            get(pages::consent::show).post(pages::consent::post),
        )
        .merge(record_pages())
        .merge(authorization_pages())
        .route("/journal", get(pages::journal::show))
        .route(
            "/mandates",
            get(pages::mandates::show).post(pages::mandates::decide),
        )
        .route("/mandates/invitation", post(pages::mandates::invited))
        .route(
            "/mandates/meeting",
            get(pages::mandates::meeting).post(pages::mandates::meet),
        )
        .route("/mandates/{mandate}/end", post(pages::mandates::end))
        .route(
            "/mandates/{mandate}/receipts/{file}",
            get(pages::receipts::of_mandate),
        )
        .merge(counsellor_pages())
        .route("/assets/{file}", get(html::asset))
}

/// *Mon dossier*: what a worker's record holds, what she declares, and what apps propose.
fn record_pages() -> Router<Arc<App>> {
    use pages::record::{add, change, proposals, remove, section, show};
    Router::new()
        .route("/record", get(show))
        .route("/record/proposals/{entry}", post(proposals::decide))
        .route(
            "/record/entries/{entry}",
            get(change::show).post(change::change),
        )
        .route(
            "/record/entries/{entry}/remove",
            get(remove::show).post(remove::remove),
        )
        .route("/record/{section}", get(section::show))
        .route("/record/{section}/add", get(add::show).post(add::add))
}

/// *Mes autorisations*: what a worker allows, and how she steers it.
fn authorization_pages() -> Router<Arc<App>> {
    use pages::authorizations::{change, grant, revoke, show, steer};
    Router::new()
        .route("/authorizations", get(show))
        .route(
            "/authorizations/{grant}",
            get(grant::show).post(steer::steer),
        )
        .route(
            "/authorizations/{grant}/change",
            get(change::show).post(change::decide),
        )
        .route("/authorizations/{grant}/revoke", post(revoke))
        .route(
            "/authorizations/{grant}/receipts/{file}",
            get(pages::receipts::of_grant),
        )
}

/// What counsellors see.
fn counsellor_pages() -> Router<Arc<App>> {
    use pages::counsellor::{authorizations, home, mandate, receipt, record, sign_in};
    Router::new()
        .route("/counsellor", get(home::show))
        .route("/counsellor/sign-in", get(sign_in::depart))
        .route("/counsellor/sign-in/callback", get(sign_in::arrive))
        .route("/counsellor/sign-out", post(sign_in::leave))
        .route("/counsellor/invitation", post(home::invite))
        .route("/counsellor/code", post(home::join))
        .route("/counsellor/mandates/{mandate}", get(mandate::show))
        .route(
            "/counsellor/mandates/{mandate}/resign",
            post(mandate::resign),
        )
        .route("/counsellor/mandates/{mandate}/record", get(record::show))
        .route(
            "/counsellor/mandates/{mandate}/receipts/{file}",
            get(receipt::show),
        )
        .route(
            "/counsellor/mandates/{mandate}/authorizations",
            get(authorizations::show),
        )
        .route(
            "/counsellor/mandates/{mandate}/authorizations/{grant}/stop",
            post(authorizations::stop),
        )
}

/// Everything, with the boundary around it.
pub fn router(app: Arc<App>) -> Router {
    let (timely, _) = documented().split_for_parts();
    let (patient, _) = patient().split_for_parts();
    let (config, entropy) = (Arc::clone(&app.config), app.entropy.clone());
    let limits = app.limits.clone();
    let router = timely
        .merge(pages())
        .merge(discovery::router())
        .merge(journal::router())
        .merge(documentation::router(&document()))
        .layer(from_fn_with_state(Arc::clone(&config), edge::limit_time))
        .layer(DefaultBodyLimit::max(wire::LIMIT))
        .merge(patient)
        .with_state(app);
    bounded(router, config, entropy, limits)
}

/// `router` behind the boundary that every request crosses.
pub fn bounded(router: Router, config: Arc<Config>, entropy: Entropy, limits: Limits) -> Router {
    router
        .fallback(edge::nothing_here)
        .method_not_allowed_fallback(edge::wrong_method)
        .layer(from_fn(edge::framing::check))
        .layer(CatchPanicLayer::custom(edge::caught))
        .layer(from_fn_with_state(limits, limits::hold))
        .layer(from_fn_with_state(config, edge::settle))
        .layer(from_fn_with_state(entropy, telemetry::observe))
}

/// The document of everything above.
pub fn document() -> utoipa::openapi::OpenApi {
    let (_, mut document) = documented().split_for_parts();
    let (_, patient) = patient().split_for_parts();
    document.merge(patient);
    openapi::finish(document)
}
