//! `POST /oauth/events`.

use std::sync::Arc;

use axum::extract::State;
use events::Listed;
use kernel::Limit;
use serde::Deserialize;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use utoipa::ToSchema;

use super::{
    super::{Answer, Client, OauthError},
    ListedEvent,
};
use crate::{
    app::App,
    wire::{PageOf, read_cursor},
};

/// The form that asks for events.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the form; `Client` reads it")]
pub(crate) struct EventsForm {
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`.
    client_assertion_type: String,
    /// A JWT that the app signs, as at the pushed request.
    client_assertion: String,
    /// The client id, where repeated.
    client_id: Option<String>,
    /// Only what happened then or later (RFC 3339).
    #[schema(format = "date-time")]
    since: Option<String>,
    /// Where to go on: `next` of the page before, unread and unchanged.
    after: Option<String>,
    /// How many at most: 1 to 200, 50 when nothing is said.
    #[schema(minimum = 1, maximum = 200)]
    limit: Option<String>,
}

/// Read what your app was told.
///
/// Oldest first, for 90 days, whether it was delivered or not: what you missed while your server was
/// away is here. Nothing ever becomes visible before what you have already read, so that the last
/// `next` you received goes on from there for as long as you like.
#[utoipa::path(post, path = "/oauth/events", tag = "events", operation_id = "list_events",
    request_body(content = EventsForm, content_type = "application/x-www-form-urlencoded"),
    security(()))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Client {
        app: client,
        mut parameters,
    }: Client,
) -> Result<Answer<PageOf<ListedEvent>, 200>, OauthError> {
    let since = parameters.take("since").map(|text| moment(&text));
    let after = parameters.take("after").map(|text| read_cursor(&text));
    let after = after
        .transpose()
        .map_err(|_not_ours| OauthError::invalid("`after` is not `next` of a page before"))?;
    let limit = limit(parameters.take("limit"))?;
    let client_id = &client.app().client_id;
    let page = app
        .events
        .list(client_id, since.transpose()?, after, limit)
        .await
        .map_err(|fault| OauthError::Problem(fault.into()))?;
    let key = |listed: &Listed| listed.position;
    Ok(Answer(PageOf::of(page, key, ListedEvent::from)))
}

fn moment(text: &str) -> Result<OffsetDateTime, OauthError> {
    OffsetDateTime::parse(text, &Rfc3339)
        .map_err(|_shape| OauthError::invalid("`since` is not a date and time of RFC 3339"))
}

fn limit(text: Option<String>) -> Result<Limit, OauthError> {
    let Some(text) = text else {
        return Ok(Limit::DEFAULT);
    };
    let limit = text.parse().ok().and_then(Limit::new);
    limit.ok_or_else(|| OauthError::invalid("`limit` is a number from 1 to 200"))
}
