//! Whether the process lives, and whether it can serve.

use std::sync::Arc;

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    wire::{Flaw, Found, Problem, Refusal, Slug},
};

/// That the platform is there.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    /// Always `ok`: otherwise the answer is a problem.
    #[schema(example = "ok")]
    status: &'static str,
    /// The platform's version.
    #[schema(example = "0.1.0")]
    version: &'static str,
}

const WELL: Health = Health {
    status: "ok",
    version: env!("CARGO_PKG_VERSION"),
};

/// The process lives
///
/// It answers even when the database is away: restart the process only when this fails.
#[utoipa::path(get, path = "/healthz", tag = "operations", security(()))]
pub(crate) async fn alive() -> Found<Health> {
    Found(WELL)
}

/// The platform can serve
///
/// The database answers, its schema is current, revocations arrive, the signing keys are known,
/// labour data is in memory, and the platform is not about to stop: send requests only while this
/// succeeds.
#[utoipa::path(get, path = "/readyz", tag = "operations", security(()))]
pub(crate) async fn ready(State(app): State<Arc<App>>) -> Result<Found<Health>, Refusal<()>> {
    if app.is_draining() {
        return Err(unready("stopping", "the platform is about to stop").into());
    }
    if !app.consent.is_fresh() {
        return Err(unready("revocations", "revocations do not arrive").into());
    }
    if !app.signing.is_fresh() {
        return Err(unready("keys", "the schedule of signing keys cannot be read").into());
    }
    if !app.labour.is_ready() {
        return Err(unready("labour", "labour data is being read").into());
    }
    match app.db.pending_migrations().await? {
        0 => Ok(Found(WELL)),
        lacking => {
            let detail = format!("{lacking} migrations are pending: run `cpf migrate`");
            Err(unready("migrations", &detail).into())
        }
    }
}

fn unready(code: &str, detail: &str) -> Problem {
    Problem::new(Slug::Unavailable).flaw(Flaw::new(code, detail))
}
