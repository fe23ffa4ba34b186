//! Codes and refresh tokens, exchanged for access tokens of five minutes.

use std::{pin::Pin, time::Duration};

use oauth2::{
    AccessToken, AsyncHttpClient, AuthType, AuthorizationCode, Client, ClientId, EndpointNotSet,
    EndpointSet, HttpRequest, HttpResponse, PkceCodeVerifier, RedirectUrl, RefreshToken,
    StandardRevocableToken, StandardTokenResponse, TokenResponse, TokenUrl,
    basic::{
        BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse,
        BasicTokenType,
    },
};
use time::OffsetDateTime;

use crate::{
    assertion::{ASSERTION_TYPE, assertion},
    granted::{Granted, GrantedFields},
    routes::Coach,
    trouble::Trouble,
};

/// A permission in use.
#[derive(Clone)]
pub(crate) struct Connection {
    pub(crate) access: AccessToken,
    pub(crate) refresh: Option<RefreshToken>,
    /// When the access token stops working.
    pub(crate) fresh_until: OffsetDateTime,
    /// The permission's id, by which the platform tells that it has ended.
    pub(crate) grant: Option<String>,
    pub(crate) granted: Granted,
}

type Answer = StandardTokenResponse<GrantedFields, BasicTokenType>;

/// The crate's client, answering with what was granted.
type Exchanger<TokenEndpoint> = Client<
    BasicErrorResponse,
    Answer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    TokenEndpoint,
>;

/// What an answer without `expires_in` is taken to mean.
const SHORTEST_LIFE: Duration = Duration::from_mins(1);

/// An access token is renewed a little before its end.
const MARGIN: Duration = Duration::from_secs(10);

/// The first tokens of a permission.
pub(crate) async fn exchange(
    coach: &Coach,
    code: String,
    verifier: PkceCodeVerifier,
) -> Result<Connection, Trouble> {
    let (exchanger, proof) = prepare(coach).await?;
    let answer = exchanger
        .exchange_code(AuthorizationCode::new(code))
        .set_pkce_verifier(verifier)
        .add_extra_param("client_assertion_type", ASSERTION_TYPE)
        .add_extra_param("client_assertion", proof)
        .request_async(coach)
        .await?;
    let granted = answer.extra_fields().granted();
    let granted = granted.ok_or(Trouble::Unreadable("the token response names no grant"))?;
    Ok(connection(&answer, (coach.settings.now)(), None, granted))
}

/// A fresh access token of the same permission, which may have been narrowed since.
pub(crate) async fn refresh(coach: &Coach, old: &Connection) -> Result<Connection, Trouble> {
    // Without a refresh token nothing can be renewed: the permission was for once.
    let token = old.refresh.as_ref().ok_or(Trouble::Withdrawn)?;
    let (exchanger, proof) = prepare(coach).await?;
    let answer = exchanger
        .exchange_refresh_token(token)
        .add_extra_param("client_assertion_type", ASSERTION_TYPE)
        .add_extra_param("client_assertion", proof)
        .request_async(coach)
        .await?;
    let granted = answer
        .extra_fields()
        .granted()
        .unwrap_or_else(|| old.granted.clone());
    let now = (coach.settings.now)();
    let renewed = connection(&answer, now, old.refresh.as_ref(), granted);
    Ok(Connection {
        grant: renewed.grant.or_else(|| old.grant.clone()),
        ..renewed
    })
}

/// Tells the platform that the app gives its permission back (RFC 7009), where it listens.
pub(crate) async fn give_back(coach: &Coach, old: &Connection) -> Result<(), Trouble> {
    let metadata = coach.platform.metadata().await?;
    let (Some(endpoint), Some(token)) = (&metadata.revocation_endpoint, &old.refresh) else {
        return Ok(());
    };
    let form = [
        ("client_id", coach.settings.client_id.as_str()),
        ("client_assertion_type", ASSERTION_TYPE),
        (
            "client_assertion",
            &assertion(&coach.settings, &metadata.issuer)?,
        ),
        ("token", token.secret()),
        ("token_type_hint", "refresh_token"),
    ];
    let request = coach.platform.http().post(endpoint).form(&form).build()?;
    let answer = coach.platform.send(request).await?;
    if answer.status().is_success() {
        return Ok(());
    }
    Err(Trouble::Refused(answer.status().to_string()))
}

/// The `oauth2` client for the platform's token endpoint, and the proof that goes with it.
async fn prepare(coach: &Coach) -> Result<(Exchanger<EndpointSet>, String), Trouble> {
    let metadata = coach.platform.metadata().await?;
    let unreadable = |_shape| Trouble::Unreadable("token_endpoint");
    let token_url = TokenUrl::new(metadata.token_endpoint.clone()).map_err(unreadable)?;
    let redirect_uri = RedirectUrl::new(coach.settings.redirect_uri())
        .map_err(|_shape| Trouble::Refused("our own address cannot be read".to_owned()))?;
    let exchanger =
        Exchanger::<EndpointNotSet>::new(ClientId::new(coach.settings.client_id.clone()))
            .set_auth_type(AuthType::RequestBody)
            .set_redirect_uri(redirect_uri)
            .set_token_uri(token_url);
    Ok((exchanger, assertion(&coach.settings, &metadata.issuer)?))
}

/// Carries the `oauth2` crate's requests through the app's one client, each with a proof: what is
/// given is bound to our key.
impl<'c> AsyncHttpClient<'c> for Coach {
    type Error = Trouble;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Trouble>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let request = reqwest::Request::try_from(request)?;
            self.prove_and_send(request, None).await
        })
    }
}

fn connection(
    answer: &Answer,
    now: OffsetDateTime,
    known: Option<&RefreshToken>,
    granted: Granted,
) -> Connection {
    let life = answer.expires_in().unwrap_or(SHORTEST_LIFE);
    Connection {
        access: answer.access_token().clone(),
        refresh: answer.refresh_token().or(known).cloned(),
        fresh_until: now + life.saturating_sub(MARGIN),
        grant: answer.extra_fields().grant_id().map(str::to_owned),
        granted,
    }
}

#[cfg(test)]
mod tests {
    use oauth2::RefreshToken;
    use time::{Duration, macros::datetime};

    use super::{Answer, connection};
    use crate::granted::Granted;

    #[test]
    fn a_token_response_is_read_whatever_else_it_carries() {
        let answer: Answer = serde_json::from_str(
            r#"{"access_token": "a", "token_type": "DPoP", "expires_in": 300, "grant_id": "g",
                "refresh_token": "r", "authorization_details": [], "something_new": [1, 2]}"#,
        )
        .unwrap();
        let now = datetime!(2026-11-23 08:00 UTC);
        let connection = connection(&answer, now, None, Granted::default());
        assert_eq!(connection.fresh_until, now + Duration::seconds(290));
        assert_eq!(connection.refresh.unwrap().secret(), "r");
        assert_eq!(connection.grant.as_deref(), Some("g"));
    }

    #[test]
    fn a_refresh_token_that_is_not_repeated_is_kept() {
        let answer: Answer =
            serde_json::from_str(r#"{"access_token": "a", "token_type": "DPoP"}"#).unwrap();
        let known = RefreshToken::new("r".into());
        let now = datetime!(2026-11-23 08:00 UTC);
        let connection = connection(&answer, now, Some(&known), Granted::default());
        assert_eq!(connection.refresh.unwrap().secret(), "r");
    }
}
