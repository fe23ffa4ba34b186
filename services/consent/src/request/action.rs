//! What an app wants of its grant: a new one, or one that it names (Grant Management for OAuth 2.0,
//! draft 03, §5.2).

use kernel::{Fault, GrantId};
use serde::{Deserialize, Serialize};

use crate::{
    AuthenticatedApp, Consent, RecordDetails, Unmergeable, grant,
    request::{Accepted, PushError},
};

/// What an acceptance does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum GrantAction {
    /// Not said: it adds to a grant that says the same of everything but sections and end, where
    /// there is one; else it makes one.
    #[default]
    Unsaid,
    /// A grant of its own, whatever there is.
    Create,
    /// It adds to this grant.
    Merge(GrantId),
    /// It takes the place of what this grant says.
    Replace(GrantId),
}

/// Why the grant that a request names does not take what it asks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GrantActionError {
    /// Unknown, ended, another app's or another worker's: one answer for all (`invalid_grant_id`).
    #[error("there is no such grant")]
    Unknown,
    /// What is asked cannot be added to it.
    #[error(transparent)]
    Unmergeable(#[from] Unmergeable),
}

impl GrantActionError {
    /// The error's code (§5.4).
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "invalid_grant_id",
            Self::Unmergeable(_) => "invalid_request",
        }
    }
}

impl GrantAction {
    /// The action that the parameters `grant_management_action` and `grant_id` name.
    pub(super) fn parse(action: Option<&str>, grant: Option<&str>) -> Result<Self, PushError> {
        use PushError::Invalid;
        let named = || {
            let grant = grant.ok_or(Invalid("`merge` and `replace` want a `grant_id`"))?;
            let grant = grant.parse();
            grant.map_err(|_no_id| PushError::Grant(GrantActionError::Unknown))
        };
        match (action, grant) {
            (None, None) => Ok(Self::Unsaid),
            (None, Some(_)) => Err(Invalid(
                "`grant_id` wants a `grant_management_action`: merge or replace",
            )),
            (Some("create"), None) => Ok(Self::Create),
            (Some("create"), Some(_)) => Err(Invalid("`create` takes no `grant_id`")),
            (Some("merge"), _) => named().map(Self::Merge),
            (Some("replace"), _) => named().map(Self::Replace),
            (Some(_), _) => Err(Invalid(
                "`grant_management_action` is create, merge or replace",
            )),
        }
    }
}

impl Consent {
    /// Whether the grant that a request names is one that `app` holds, and takes what is asked.
    /// Whose it is will be asked again when the worker is known.
    pub(super) async fn check_action(
        &self,
        app: &AuthenticatedApp,
        accepted: &Accepted,
    ) -> Result<(), PushError> {
        let (GrantAction::Merge(named) | GrantAction::Replace(named)) = accepted.action else {
            return Ok(());
        };
        let held = self.held_grant(app, named).await?;
        let now = self.clock.now();
        let held = held.filter(|row| row.state(now).is_active());
        let held = held.ok_or(GrantActionError::Unknown)?;
        check(accepted.action, &accepted.details, &held.terms)?;
        Ok(())
    }

    /// A grant that `app` holds, or held.
    pub(crate) async fn held_grant(
        &self,
        app: &AuthenticatedApp,
        grant: GrantId,
    ) -> Result<Option<grant::store::GrantRow>, Fault> {
        let Some(worker) = self.holder(app, grant).await? else {
            return Ok(None);
        };
        let confinement = kernel::Confinement::Worker(worker);
        let mut tx = self.db.begin_read(confinement).await?;
        let row = grant::store::one(&mut tx, worker, grant).await?;
        tx.commit().await?;
        Ok(row)
    }
}

/// Whether a grant of these terms takes what is asked.
pub(super) fn check(
    action: GrantAction,
    asked: &RecordDetails,
    held: &crate::Terms,
) -> Result<(), GrantActionError> {
    if matches!(action, GrantAction::Merge(_)) {
        asked.merge(held, &asked.scope())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{GrantAction, GrantActionError};
    use crate::PushError;

    const ID: &str = "01938f5a-0000-7000-8000-000000000000";

    #[test]
    fn an_action_and_a_grant_fit_together_or_are_refused() {
        let parse = |action, grant| GrantAction::parse(action, grant);
        let id = ID.parse().unwrap();
        assert!(matches!(parse(None, None), Ok(GrantAction::Unsaid)));
        assert!(matches!(
            parse(Some("create"), None),
            Ok(GrantAction::Create)
        ));
        assert!(matches!(parse(Some("merge"), Some(ID)), Ok(GrantAction::Merge(one)) if one == id));
        assert!(
            matches!(parse(Some("replace"), Some(ID)), Ok(GrantAction::Replace(one)) if one == id)
        );
        for (action, grant) in [
            (None, Some(ID)),
            (Some("create"), Some(ID)),
            (Some("merge"), None),
            (Some("replace"), None),
            (Some("update"), Some(ID)),
            (Some("query"), Some(ID)),
            (Some("MERGE"), Some(ID)),
        ] {
            let refused = parse(action, grant);
            assert!(matches!(refused, Err(PushError::Invalid(_))), "{refused:?}");
        }
        let unknown = parse(Some("merge"), Some("TSdqirmAxDa0_-DB_1bASQ"));
        assert!(matches!(
            unknown,
            Err(PushError::Grant(GrantActionError::Unknown))
        ));
    }
}
