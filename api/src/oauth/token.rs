//! `POST /oauth/token`: trading a code or a refresh token (RFC 6749 §3.2).

mod exchange;
mod manage;

use std::sync::Arc;

use axum::extract::State;
use consent::{Issued, Less, TokenRequest};
use kernel::Secret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Answer, Client, GrantedDetails, OauthError, Parameters, Proven};
use crate::app::App;

/// The form of a token request.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the form; `Client` reads it")]
pub(crate) struct TokenForm {
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`.
    client_assertion_type: String,
    /// A JWT that the app signs, as at the pushed request.
    client_assertion: String,
    /// The client id, where repeated.
    client_id: Option<String>,
    /// `authorization_code`, `refresh_token`; `client_credentials` for a token to manage your grants
    /// with; `urn:ietf:params:oauth:grant-type:token-exchange` for a token of a sub-service.
    grant_type: String,
    /// With `authorization_code`: the code.
    code: Option<String>,
    /// With `authorization_code`: the redirect URI of the request.
    redirect_uri: Option<String>,
    /// With `authorization_code`: what the code challenge is the SHA-256 of.
    code_verifier: Option<String>,
    /// With `refresh_token`: the token. It stays the same.
    refresh_token: Option<String>,
    /// With token exchange (RFC 8693): a live consent token of yours, narrowed or not.
    subject_token: Option<String>,
    /// With token exchange: `urn:ietf:params:oauth:token-type:access_token`.
    subject_token_type: Option<String>,
    /// With token exchange: the same, or absent.
    requested_token_type: Option<String>,
    /// With token exchange: the `resource` of the metadata, or absent.
    audience: Option<String>,
    /// With `client_credentials`: `grant_management_query`, `grant_management_revoke`, or both. With
    /// `refresh_token`: `openid`, or absent.
    scope: Option<String>,
    /// With `authorization_code` and `refresh_token`: what this token shall open, of what was granted
    /// (RFC 9396 §6). Absent: all of it.
    authorization_details: Option<String>,
    /// The API it is for (RFC 8707): the `resource` of the metadata, or absent. With
    /// `client_credentials`: the `grant_management_endpoint`, or absent.
    resource: Option<String>,
}

/// Tokens, and what they are good for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Tokens {
    /// The consent token, or the token to manage grants with: a Biscuit, bound to the key that signed
    /// the proof of this request.
    access_token: String,
    /// With token exchange: `urn:ietf:params:oauth:token-type:access_token`.
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_token_type: Option<&'static str>,
    /// `DPoP`.
    #[schema(example = "DPoP")]
    token_type: &'static str,
    /// For how many seconds the access token is good.
    #[schema(example = 300)]
    expires_in: u64,
    /// For the next consent token, when the grant is ongoing; sent once.
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    /// Who the worker is to this app, where the request named the scope `openid`: a JWT (OpenID
    /// Connect Core §2), signed by a key of `jwks_uri`. It says how she signed in, and nothing else.
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
    /// `openid`, where the request named it among its scopes; with `client_credentials` the scopes it
    /// was given for.
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    /// The grant behind it; none with `client_credentials`.
    #[serde(skip_serializing_if = "Option::is_none")]
    grant_id: Option<Uuid>,
    /// What was granted, which may be less than what was asked: one object, or one for each period
    /// when sections differ in it. Absent with `client_credentials`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    authorization_details: Vec<GrantedDetails>,
}

/// Trade a code or a refresh token for a consent token.
///
/// The code of a redirect is good for 60 seconds and once; presented twice, it ends the grant.
/// A refresh token is good for as long as the grant is. The token given is bound to the key of the
/// proof that comes with the request: a refresh may bring another key than the one before. It opens all
/// that was granted, or what of it `authorization_details` ask for. While the
/// worker pauses the grant the answer is `grant_paused`: keep the refresh token, and come back when
/// `grant.resumed` is told, or a day later. The grant type `client_credentials` gives a token of five
/// minutes for your own grants, and for no record. Token exchange gives, for a consent token that you
/// have narrowed, one of at most two minutes that a sub-service holds: it is bound to the key of the
/// proof, which the sub-service signs for this request, and can be neither narrowed nor exchanged
/// further.
#[utoipa::path(post, path = "/oauth/token", tag = "consent", operation_id = "trade_token",
    params(("DPoP" = String, Header, description = "A proof of possession (RFC 9449).")),
    request_body(content = TokenForm, content_type = "application/x-www-form-urlencoded"),
    security(()))]
pub(crate) async fn trade(
    State(app): State<Arc<App>>,
    Proven(proof): Proven,
    Client {
        app: client,
        mut parameters,
    }: Client,
) -> Result<Answer<Tokens, 200>, OauthError> {
    let grant_type = parameters.require("grant_type")?;
    let less = parameters.take("authorization_details");
    if [manage::GRANT, exchange::GRANT].contains(&grant_type.as_str()) {
        if less.is_some() {
            let told = "`authorization_details` are for tokens of a code or a refresh token";
            return Err(OauthError::refused("invalid_authorization_details", told));
        }
        let proof = proof.ok_or_else(OauthError::no_proof)?;
        return if grant_type == manage::GRANT {
            manage::manage(&app, &client, parameters, proof).await
        } else {
            exchange::exchange(&app, &client, parameters, proof).await
        };
    }
    parameters.check_resource(&app.consent)?;
    let audience = app.consent.audience();
    let less = less.map(|json| Less::parse(&json, &audience)).transpose()?;
    let request = token_request(&grant_type, &mut parameters)?;
    let proof = proof.ok_or_else(OauthError::no_proof)?;
    let issued = app.consent.exchange(&client, request, less.as_ref(), proof);
    Ok(Answer(wire(issued.await?, &audience)))
}

/// What is presented for a consent token.
fn token_request(
    grant_type: &str,
    parameters: &mut Parameters,
) -> Result<TokenRequest, OauthError> {
    Ok(match grant_type {
        "authorization_code" => TokenRequest::Code {
            code: parameters.require("code")?.into(),
            redirect_uri: parameters.require("redirect_uri")?,
            // None proves nothing: `invalid_grant`, like one that is wrong (RFC 7636 §4.6).
            code_verifier: parameters.take("code_verifier").unwrap_or_default().into(),
        },
        "refresh_token" => {
            // What is read is not said in scopes, and nothing but `openid` was given (RFC 6749 §6).
            let scope = parameters.take("scope").unwrap_or_default();
            if scope.split(' ').any(|name| !["", "openid"].contains(&name)) {
                let told = "`scope` holds what was not given: say less in `authorization_details`";
                return Err(OauthError::refused("invalid_scope", told));
            }
            TokenRequest::Refresh {
                token: parameters.require("refresh_token")?.into(),
            }
        }
        _ => {
            let expected = "`grant_type` is none of `grant_types_supported`: see the metadata";
            return Err(OauthError::refused("unsupported_grant_type", expected));
        }
    })
}

impl Tokens {
    /// An access token that is bound to a key, and nothing beside it.
    fn bound(access_token: Secret<String>, expires_in: u64) -> Self {
        Self {
            access_token: access_token.into_exposed(),
            issued_token_type: None,
            token_type: "DPoP",
            expires_in,
            refresh_token: None,
            id_token: None,
            scope: None,
            grant_id: None,
            authorization_details: Vec::new(),
        }
    }
}

fn wire(issued: Issued, audience: &str) -> Tokens {
    Tokens {
        refresh_token: issued.refresh_token.map(Secret::into_exposed),
        scope: issued.id_token.as_ref().map(|_| "openid".into()),
        id_token: issued.id_token.map(Secret::into_exposed),
        grant_id: Some(issued.grant.uuid()),
        authorization_details: GrantedDetails::of(&issued.terms, audience),
        ..Tokens::bound(issued.access_token, issued.expires_in)
    }
}
