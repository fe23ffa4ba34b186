//! `POST /oauth/events/resend`.

use std::sync::Arc;

use axum::extract::State;

use super::{
    super::{Answer, Client, OauthError},
    EventForm, ListedEvent, event_id,
};
use crate::app::App;

/// Have an event delivered again.
///
/// At once, under the same `webhook-id`, whatever became of it before. Asking twice is as good as
/// asking once: take each `webhook-id` once, since any message may come twice.
#[utoipa::path(post, path = "/oauth/events/resend", tag = "events", operation_id = "resend_event",
    request_body(content = EventForm, content_type = "application/x-www-form-urlencoded"),
    security(()))]
pub(crate) async fn resend(
    State(app): State<Arc<App>>,
    Client {
        app: client,
        mut parameters,
    }: Client,
) -> Result<Answer<ListedEvent, 202>, OauthError> {
    let event = event_id(&mut parameters)?;
    let client_id = &client.app().client_id;
    let listed = app.events.resend(client_id, event).await?;
    Ok(Answer(listed.into()))
}
