//! Apps that manage their grants, with a token for that and nothing else.

use std::sync::Arc;

use axum::{extract::FromRequestParts, http::request::Parts};
use consent::{AuthenticatedApp, ManagementScope, Manager};

use super::{Scheme, presented};
use crate::{
    app::App,
    limits::{self, Policy},
    wire::{Problem, Slug},
};

/// An app that may query its grants.
#[derive(Debug)]
pub(crate) struct MayQuery(pub(crate) AuthenticatedApp);

/// An app that may revoke its grants.
#[derive(Debug)]
pub(crate) struct MayRevoke(pub(crate) AuthenticatedApp);

impl FromRequestParts<Arc<App>> for MayQuery {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        manager(parts, app, ManagementScope::Query).await.map(Self)
    }
}

impl FromRequestParts<Arc<App>> for MayRevoke {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        manager(parts, app, ManagementScope::Revoke).await.map(Self)
    }
}

async fn manager(
    parts: &Parts,
    app: &Arc<App>,
    scope: ManagementScope,
) -> Result<AuthenticatedApp, Problem> {
    let uri = crate::dpop::address(&app.config, &parts.uri);
    let manager: Manager = app.consent.manager(&presented(parts, &uri)?).await?;
    let key = limits::app_key(&manager.app.app().client_id);
    app.limits.known(&parts.extensions, Policy::Client, key)?;
    if manager.may(scope) {
        return Ok(manager.app);
    }
    let refused = Scheme::Dpop.refusal(Slug::InsufficientRights, "insufficient_scope");
    Err(refused.detail(format!("the token was not given for the scope `{scope}`")))
}
