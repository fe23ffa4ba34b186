//! `/oauth/events`: what an app was told, and whether it reached it.

pub(crate) mod attempts;
pub(crate) mod list;
pub(crate) mod resend;

use events::{Delivery, EventError, Listed};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{OauthError, Parameters};

/// The form that names an event.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the form; `Client` reads it")]
pub(crate) struct EventForm {
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`.
    client_assertion_type: String,
    /// A JWT that the app signs, as at the pushed request.
    client_assertion: String,
    /// The client id, where repeated.
    client_id: Option<String>,
    /// The event: `webhook-id` of its messages.
    event_id: Uuid,
}

/// Something that an app is told.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ListedEvent {
    /// Its id: `webhook-id` of its messages.
    id: Uuid,
    /// `grant.ended`, `grant.changed`, `grant.paused`, `grant.resumed` or `proposal.decided`. Types
    /// may be added: pass by what you do not know.
    #[schema(example = "grant.ended")]
    r#type: &'static str,
    /// When it happened.
    #[serde(with = "time::serde::rfc3339")]
    timestamp: OffsetDateTime,
    /// What it is about.
    data: EventData,
    /// `waiting`, `delivered` or `given_up`.
    #[schema(example = "delivered")]
    delivery: &'static str,
    /// How often it was tried.
    attempts: i32,
    /// Not before then it is tried again, and not before the webhook is verified.
    #[serde(
        with = "time::serde::rfc3339::option",
        skip_serializing_if = "Option::is_none"
    )]
    next_attempt_at: Option<OffsetDateTime>,
    /// When your server took it.
    #[serde(
        with = "time::serde::rfc3339::option",
        skip_serializing_if = "Option::is_none"
    )]
    delivered_at: Option<OffsetDateTime>,
}

/// The grant that an event is about.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventData {
    /// Your app.
    client_id: String,
    /// The grant, as the token endpoint named it.
    grant_id: Uuid,
    /// Its version since the event.
    version: i32,
}

impl From<Listed> for ListedEvent {
    fn from(listed: Listed) -> Self {
        let event = listed.event;
        let (delivery, next_attempt_at, delivered_at) = match listed.delivery {
            Delivery::Waiting { not_before } => ("waiting", Some(not_before), None),
            Delivery::Delivered { at } => ("delivered", None, Some(at)),
            Delivery::GivenUp => ("given_up", None, None),
        };
        Self {
            id: event.id.uuid(),
            r#type: event.kind.as_str(),
            timestamp: event.at,
            data: EventData {
                client_id: event.client_id,
                grant_id: event.grant.uuid(),
                version: event.version,
            },
            delivery,
            attempts: listed.attempts,
            next_attempt_at,
            delivered_at,
        }
    }
}

/// Takes out the id of an event.
fn event_id(parameters: &mut Parameters) -> Result<kernel::EventId, OauthError> {
    let text = parameters.require("event_id")?;
    text.parse()
        .map_err(|_not_an_id| OauthError::invalid("`event_id` is not an id"))
}

impl From<EventError> for OauthError {
    fn from(error: EventError) -> Self {
        match error {
            EventError::Fault(fault) => Self::Problem(fault.into()),
            EventError::Unknown => Self::invalid(error.to_string()),
        }
    }
}
