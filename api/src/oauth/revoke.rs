//! `POST /oauth/revoke`: giving a token back (RFC 7009).

use std::sync::Arc;

use axum::extract::State;

use super::{Client, Done, OauthError, introspect::TokenQuestion};
use crate::app::App;

/// Give a token back.
///
/// A consent token dies with all others of its grant's version; with the refresh token a fresh one
/// can be had. A refresh token given back is gone, and the consent tokens of its grant die too. The
/// grant goes on until its worker or its date ends it. Whatever else is sent, a token that is
/// unknown, dead or another app's, is answered alike and changes nothing; but a token to manage grants
/// with, which cannot be given back, is `unsupported_token_type`.
#[utoipa::path(post, path = "/oauth/revoke", tag = "consent", operation_id = "revoke_token",
    request_body(content = TokenQuestion, content_type = "application/x-www-form-urlencoded"),
    security(()))]
pub(crate) async fn revoke(
    State(app): State<Arc<App>>,
    Client {
        app: client,
        mut parameters,
    }: Client,
) -> Result<Done, OauthError> {
    let token = parameters.require("token")?;
    if app.consent.managing_of(&client, &token)?.is_some() {
        let told = "a token to manage grants with is not revoked: it ends within five minutes";
        return Err(OauthError::refused("unsupported_token_type", told));
    }
    app.consent.give_back(&client, &token.into()).await?;
    Ok(Done)
}
