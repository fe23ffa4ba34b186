//! The page before a request that the worker refused a few days ago: she is asked whether she wants
//! to look at it at all.

use askama::Template;
use time::OffsetDateTime;

use super::Asked;
use crate::{html::Page, pages::long_day};

#[derive(Debug, Template)]
#[template(path = "consent_again.html")]
pub(super) struct Again {
    page: Page,
    form_token: String,
    client_id: String,
    request_uri: String,
    app: String,
    day: String,
    back: String,
}

impl Again {
    /// The page about `asked`, which she refused at `refused_at`.
    pub(super) fn new(asked: &Asked, refused_at: OffsetDateTime) -> Self {
        Self {
            form_token: asked.form_token.clone(),
            client_id: asked.pending.app.client_id.clone(),
            request_uri: asked.request_uri.clone(),
            app: asked.pending.app.name.clone(),
            day: long_day(&asked.page, refused_at),
            back: asked.back.origin().ascii_serialization(),
            page: asked.page.clone(),
        }
    }
}
