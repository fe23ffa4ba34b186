//! Client credentials (RFC 6749 §4.4): a token by which an app manages its own grants, and nothing else.

use std::collections::BTreeSet;

use consent::{AuthenticatedApp, ManagementScope, Proof};

use super::{
    super::{Answer, OauthError, Parameters},
    Tokens,
};
use crate::app::App;

/// The grant type (§4.4.2).
pub(super) const GRANT: &str = "client_credentials";

pub(super) async fn manage(
    app: &App,
    client: &AuthenticatedApp,
    mut parameters: Parameters,
    proof: Proof,
) -> Result<Answer<Tokens, 200>, OauthError> {
    parameters.check_target("resource", &app.consent.management_audience())?;
    let asked = parameters.require("scope")?;
    let scopes = asked.split(' ').map(ManagementScope::parse);
    let scopes: BTreeSet<_> = scopes.collect::<Option<_>>().ok_or_else(|| {
        let expected = "`scope` is grant_management_query, grant_management_revoke, or both";
        OauthError::refused("invalid_scope", expected)
    })?;
    let issued = app
        .consent
        .issue_management_token(client, &scopes, proof)
        .await?;
    let names: Vec<_> = scopes.iter().map(|scope| scope.as_str()).collect();
    Ok(Answer(Tokens {
        scope: Some(names.join(" ")),
        ..Tokens::bound(issued.access_token, issued.expires_in)
    }))
}
