//! `POST /oauth/par`: pushing an authorization request (RFC 9126).

use std::sync::Arc;

use axum::extract::State;
use consent::PushRequest;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Answer, Client, OauthError, Proven};
use crate::app::App;

/// The form of a pushed request.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the form; `Client` reads it")]
pub(crate) struct PushForm {
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`.
    client_assertion_type: String,
    /// A JWT that the app signs (RFC 7523): ES256, PS256 or `EdDSA`; `iss` and `sub` its client id,
    /// `aud` the issuer, a fresh `jti`, `exp` at most ten minutes ahead.
    client_assertion: String,
    /// The client id, where repeated.
    client_id: Option<String>,
    /// `code`.
    response_type: String,
    /// `query`, or absent.
    response_mode: Option<String>,
    /// Where the worker is sent back: one of the registered addresses, to the letter.
    redirect_uri: String,
    /// `openid` asks for an ID token. Other names are ignored beside it, and refused alone.
    scope: Option<String>,
    /// Returned as it came; at most 2,000 bytes.
    state: Option<String>,
    /// What the ID token repeats; at most 512 bytes.
    nonce: Option<String>,
    /// `none`: nobody is asked anything, and you are answered `login_required` or `consent_required`.
    /// `login` or `select_account`: she signs in anew. `consent`: she is asked, as always.
    prompt: Option<String>,
    /// The most seconds since she signed in; else she signs in anew.
    max_age: Option<String>,
    /// The languages she reads, as a list of tags: the page is in the first that it can be, unless she
    /// chose one herself.
    ui_locales: Option<String>,
    /// JSON (OpenID Connect Core §5.5). An essential `acr` that she did not sign in with is answered
    /// `unmet_authentication_requirements`; other claims are not given.
    claims: Option<String>,
    /// The SHA-256 of the code verifier, in base64url (RFC 7636).
    code_challenge: String,
    /// `S256`.
    code_challenge_method: String,
    /// The thumbprint (RFC 7638) of the only key that may trade the code.
    dpop_jkt: Option<String>,
    /// What is asked for: a JSON array of one `cpf_record` object (RFC 9396). See the guide.
    authorization_details: String,
    /// `create`: a grant of its own. `merge`: what she accepts is added to the grant `grant_id`.
    /// `replace`: it takes the place of what that grant says. Absent: it is added to a grant of yours
    /// that says the same of all but sections, limits and end, where there is one.
    grant_management_action: Option<String>,
    /// With `merge` and `replace`: the grant, as the token endpoint named it.
    grant_id: Option<String>,
    /// The API it is for (RFC 8707): the `resource` of the metadata, or absent.
    resource: Option<String>,
}

/// An accepted request.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PushedRequest {
    /// What the browser brings to the authorization endpoint, with the client id.
    #[schema(example = "urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c")]
    request_uri: String,
    /// For how many seconds.
    #[schema(example = 300)]
    expires_in: u32,
}

/// Push an authorization request.
///
/// The app says, server to server and signed, which part of a worker's record it wants, why, and
/// for how long. It then sends her browser to the authorization endpoint with nothing but its
/// client id and the `request_uri` that this returns. A request may add to a grant that the app holds,
/// or take its place (Grant Management for OAuth 2.0, draft 03); the error `invalid_grant_id` answers
/// a grant that is unknown, has ended, or is not this app's and this worker's.
#[utoipa::path(post, path = "/oauth/par", tag = "consent", operation_id = "push_request",
    params(("DPoP" = Option<String>, Header, description = "A proof of possession (RFC 9449): \
        only its key may then trade the code.")),
    request_body(content = PushForm, content_type = "application/x-www-form-urlencoded"),
    security(()))]
pub(crate) async fn push(
    State(app): State<Arc<App>>,
    Proven(proof): Proven,
    Client {
        app: client,
        mut parameters,
    }: Client,
) -> Result<Answer<PushedRequest, 201>, OauthError> {
    parameters.check_resource(&app.consent)?;
    let request = PushRequest {
        response_type: parameters.take("response_type"),
        response_mode: parameters.take("response_mode"),
        redirect_uri: parameters.take("redirect_uri"),
        scope: parameters.take("scope"),
        state: parameters.take("state"),
        nonce: parameters.take("nonce"),
        code_challenge: parameters.take("code_challenge"),
        code_challenge_method: parameters.take("code_challenge_method"),
        dpop_jkt: parameters.take("dpop_jkt"),
        authorization_details: parameters.take("authorization_details"),
        grant_management_action: parameters.take("grant_management_action"),
        grant_id: parameters.take("grant_id"),
        prompt: parameters.take("prompt"),
        max_age: parameters.take("max_age"),
        ui_locales: parameters.take("ui_locales"),
        claims: parameters.take("claims"),
        request: parameters.take("request"),
        request_uri: parameters.take("request_uri"),
    };
    let pushed = app.consent.push(&client, request, proof).await?;
    Ok(Answer(PushedRequest {
        request_uri: pushed.request_uri,
        expires_in: pushed.expires_in,
    }))
}
