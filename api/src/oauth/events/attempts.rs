//! `POST /oauth/events/attempts`.

use std::sync::Arc;

use axum::extract::State;
use events::Attempt;
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::{
    super::{Answer, Client, OauthError},
    EventForm, event_id,
};
use crate::app::App;

/// Each try to deliver one event.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeliveryAttempts {
    /// The first first; those of the last 30 days.
    items: Vec<DeliveryAttempt>,
}

/// One try to deliver an event.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeliveryAttempt {
    /// Which try it was, from 1.
    #[schema(minimum = 1)]
    number: i32,
    /// When it began.
    #[serde(with = "time::serde::rfc3339")]
    attempted_at: OffsetDateTime,
    /// The status that your server answered; any 2xx takes the event.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 503)]
    status: Option<u16>,
    /// Why there was no status: `address`, `out_of_reach`, `too_slow` or `unreachable`.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<&'static str>,
    /// How long it took, in milliseconds.
    duration_ms: u64,
}

/// Read how an event was delivered.
///
/// When each try began, how long it took, and what your server answered. Neither bodies nor headers
/// are kept.
#[utoipa::path(post, path = "/oauth/events/attempts", tag = "events",
    operation_id = "list_delivery_attempts",
    request_body(content = EventForm, content_type = "application/x-www-form-urlencoded"),
    security(()))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Client {
        app: client,
        mut parameters,
    }: Client,
) -> Result<Answer<DeliveryAttempts, 200>, OauthError> {
    let event = event_id(&mut parameters)?;
    let client_id = &client.app().client_id;
    let attempts = app.events.attempts(client_id, event).await?;
    Ok(Answer(DeliveryAttempts {
        items: attempts.into_iter().map(DeliveryAttempt::from).collect(),
    }))
}

impl From<Attempt> for DeliveryAttempt {
    fn from(attempt: Attempt) -> Self {
        Self {
            number: attempt.number,
            attempted_at: attempt.at,
            status: attempt.outcome.status(),
            failure: attempt.outcome.failure(),
            duration_ms: u64::try_from(attempt.duration.as_millis()).unwrap_or(u64::MAX),
        }
    }
}
