//! The authorization server's back channel: apps push requests and trade codes, server to server.
//!
//! These addresses speak OAuth's own language, errors included (RFC 6749 §5.2), because its
//! clients do. What any address may answer (a failure of ours) stays a problem.

pub(crate) mod events;
mod granted;
pub(crate) mod grants;
pub(crate) mod introspect;
pub(crate) mod keys;
pub(crate) mod metadata;
pub(crate) mod push;
pub(crate) mod register;
mod reply;
pub(crate) mod revoke;
pub(crate) mod token;
pub(crate) mod webhook;

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::{header, request::Parts},
};
use consent::{Assertion, AuthenticatedApp, Consent, Proof, ProvenRequest};

pub(crate) use granted::GrantedDetails;
use reply::AUTHENTICATE;
pub(crate) use reply::{Answer, Done, OauthError};

use crate::{
    app::App,
    dpop,
    limits::{self, Policy},
    wire::{Form, Slug},
};

/// The proof of possession that came with the request, if any. It is read before the client is
/// asked who it is, so that an assertion is not spent when only a nonce is missing.
#[derive(Debug)]
pub(crate) struct Proven(pub(crate) Option<Proof>);

impl FromRequestParts<Arc<App>> for Proven {
    type Rejection = OauthError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, OauthError> {
        let Some(jwt) = dpop::header(&parts.headers)? else {
            return Ok(Self(None));
        };
        let request = ProvenRequest {
            method: parts.method.as_str(),
            uri: &dpop::address(&app.config, &parts.uri),
        };
        Ok(Self(Some(app.consent.read_proof(jwt, &request)?)))
    }
}

/// An app that has just proved who it is, and what else its form says.
#[derive(Debug)]
pub(crate) struct Client {
    /// The app.
    pub(crate) app: AuthenticatedApp,
    /// The parameters that are left.
    pub(crate) parameters: Parameters,
}

impl FromRequest<Arc<App>> for Client {
    type Rejection = OauthError;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, OauthError> {
        let extensions = request.extensions().clone();
        let header = request.headers().contains_key(header::AUTHORIZATION);
        let mut parameters = Parameters::from_request(request, app).await?;
        let assertion = parameters.assertion(header)?;
        let client = app.consent.authenticate(&assertion).await?;
        let key = limits::app_key(&client.app().client_id);
        app.limits.known(&extensions, Policy::Client, key)?;
        Ok(Self {
            app: client,
            parameters,
        })
    }
}

/// The parameters of a form, each at most once (RFC 6749 §3.2) but for [`REPEATED`].
#[derive(Debug)]
pub(crate) struct Parameters(BTreeMap<String, Vec<String>>);

/// What may be said several times: for which APIs (RFC 8707 §2, RFC 8693 §2.1).
const REPEATED: [&str; 2] = ["resource", "audience"];

impl Parameters {
    /// Takes `name` out. An empty value counts as none (RFC 6749 §3.1).
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        self.0.remove(name)?.pop().filter(|value| !value.is_empty())
    }

    /// Takes `name` out, or says that it is missing.
    pub(crate) fn require(&mut self, name: &str) -> Result<String, OauthError> {
        self.take(name)
            .ok_or_else(|| OauthError::invalid(format!("`{name}` is missing")))
    }

    /// Takes out the `resource`, which must be the record's API where it is named (RFC 8707 §2).
    pub(crate) fn check_resource(&mut self, consent: &Consent) -> Result<(), OauthError> {
        self.check_target("resource", &consent.audience())
    }

    /// Takes out the parameter `name`, which must say `target` as often as it says anything: a token
    /// is for one API.
    pub(crate) fn check_target(
        &mut self,
        name: &'static str,
        target: &str,
    ) -> Result<(), OauthError> {
        let ours =
            |named: &String| named.is_empty() || named.strip_suffix('/').unwrap_or(named) == target;
        if self.0.remove(name).iter().flatten().all(ours) {
            return Ok(());
        }
        let description = format!("`{name}` is not the API of such a token: see the metadata");
        Err(OauthError::refused("invalid_target", description))
    }

    /// Takes out what proves who the client is, in this way alone (RFC 6749 §2.3): an `Authorization`
    /// `header` or a secret would be another.
    fn assertion(&mut self, header: bool) -> Result<Assertion, OauthError> {
        let secret = self.take("client_secret").is_some();
        let kind = self.take("client_assertion_type");
        let jwt = self.take("client_assertion");
        if jwt.is_some() && (header || secret) {
            let told = "authenticate in one way only: with private_key_jwt";
            return Err(OauthError::invalid(told));
        }
        let (Some(kind), Some(jwt)) = (kind, jwt) else {
            return Err(if header {
                OauthError::challenged()
            } else {
                OauthError::client(AUTHENTICATE)
            });
        };
        Ok(Assertion {
            kind,
            jwt,
            client_id: self.take("client_id"),
        })
    }
}

impl<S: Send + Sync> FromRequest<S> for Parameters {
    type Rejection = OauthError;

    async fn from_request(request: Request, state: &S) -> Result<Self, OauthError> {
        let read = Form::<Vec<(String, String)>>::from_request(request, state).await;
        let Form(pairs) = read.map_err(|problem| match problem.slug() {
            Slug::MalformedRequest | Slug::InvalidBody => {
                OauthError::invalid("the form cannot be read")
            }
            Slug::UnsupportedMediaType => {
                OauthError::invalid("send a form: application/x-www-form-urlencoded")
            }
            _ => OauthError::Problem(problem),
        })?;
        let mut parameters = BTreeMap::<_, Vec<_>>::new();
        for (name, value) in pairs {
            let may_repeat = REPEATED.contains(&name.as_str());
            let values = parameters.entry(name).or_default();
            values.push(value);
            if values.len() > 1 && !may_repeat {
                // Which one is not repeated to whoever sent it: it may be anything.
                return Err(OauthError::invalid("a parameter comes twice"));
            }
        }
        Ok(Self(parameters))
    }
}
