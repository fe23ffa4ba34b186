//! Token exchange (RFC 8693): a consent token, narrowed or not, for a short one that a sub-service
//! holds with a key of its own.

use consent::{AuthenticatedApp, Proof};

use super::{
    super::{Answer, GrantedDetails, OauthError, Parameters},
    Tokens,
};
use crate::app::App;

/// The grant type (§2.1).
pub(super) const GRANT: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
/// The one type of tokens that is exchanged, and given (§3).
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

pub(super) async fn exchange(
    app: &App,
    client: &AuthenticatedApp,
    mut parameters: Parameters,
    proof: Proof,
) -> Result<Answer<Tokens, 200>, OauthError> {
    let audience = app.consent.audience();
    parameters.check_target("resource", &audience)?;
    parameters.check_target("audience", &audience)?;
    let actor = ["actor_token", "actor_token_type"].map(|name| parameters.take(name));
    if actor.iter().any(Option::is_some) {
        let told = "`actor_token` is not supported: what a sub-service reads is read in your name";
        return Err(OauthError::invalid(told));
    }
    if parameters.take("scope").is_some() {
        let told = "`scope` is not supported: narrow the token before it is exchanged";
        return Err(OauthError::refused("invalid_scope", told));
    }
    let given = parameters.require("subject_token_type")?;
    let wanted = parameters.take("requested_token_type");
    if given != ACCESS_TOKEN || wanted.is_some_and(|wanted| wanted != ACCESS_TOKEN) {
        let told = "`subject_token_type` and `requested_token_type` name the type access_token";
        return Err(OauthError::invalid(told));
    }
    let subject = parameters.require("subject_token")?.into();
    let exchanged = app.consent.trade_down(client, &subject, proof).await?;
    let details = exchanged.terms.iter();
    Ok(Answer(Tokens {
        issued_token_type: Some(ACCESS_TOKEN),
        grant_id: Some(exchanged.grant.uuid()),
        authorization_details: details
            .flat_map(|terms| GrantedDetails::of(terms, &audience))
            .collect(),
        ..Tokens::bound(exchanged.access_token, exchanged.expires_in)
    }))
}
