//! What stands between a worker and an app when it asks again: the grant that her acceptance will
//! change, and what of the request is new.

use std::{fmt, str::FromStr};

use identity::Session;
use kernel::{Confinement, Fault, GrantId};
use time::OffsetDateTime;
use url::Url;

use super::{Pending, action, action::GrantAction};
use crate::{
    Consent, GrantActionError, RecordDetails, Scope, Terms,
    grant::{self, store::GrantRow},
};

/// The grant in force that an acceptance will change.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Which grant, in which version: [`Acceptance::seen`](super::Acceptance::seen).
    pub seen: Seen,
    /// What becomes of it.
    pub change: Change,
    /// What it gives, and until when.
    pub terms: Terms,
    /// What is asked beyond that, section by section; empty when nothing is.
    pub new: Scope,
    /// Whether the end in force may stay: it lies within what is asked.
    pub may_keep_end: bool,
}

/// What an acceptance does to the grant in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It adds what is accepted.
    Merge,
    /// What is accepted takes its place.
    Replace,
}

/// A grant as a page has shown it, written `<grant>.<version>` in its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    pub(crate) grant: GrantId,
    pub(crate) version: i32,
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.grant, self.version)
    }
}

impl FromStr for Seen {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.split_once('.');
        let parts = parts.and_then(|(grant, version)| {
            Some(Self {
                grant: grant.parse().ok()?,
                version: version.parse().ok()?,
            })
        });
        parts.ok_or("a grant is written with its version")
    }
}

/// Why there is nothing to decide.
#[derive(Debug, thiserror::Error)]
pub enum StandingError {
    /// The request names a grant that is not this worker's, has ended, or does not take what is asked
    /// any more. This is the answer, for her browser to carry to the app.
    #[error("the request names a grant that does not take what it asks")]
    Answered(Box<Url>),
    /// The platform failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Consent {
    /// The grant that the worker of `session` changes when she accepts `pending`; none when her
    /// acceptance makes a grant of its own.
    pub async fn standing(
        &self,
        session: &Session,
        pending: &Pending,
    ) -> Result<Option<Standing>, StandingError> {
        let worker = session.worker();
        let mut tx = self.db.begin_read(Confinement::Worker(worker)).await?;
        let rows = grant::store::of_worker(&mut tx, worker).await?;
        tx.commit().await?;
        let now = self.clock.now();
        let mut held = rows.into_iter().filter(|row| pending.concerns(row, now));
        let asked = pending.details();
        let row = match pending.accepted.action {
            GrantAction::Create => None,
            GrantAction::Unsaid => held.find(|row| asked.merge(&row.terms, &asked.scope()).is_ok()),
            GrantAction::Merge(named) | GrantAction::Replace(named) => {
                let found = held.find(|row| row.grant == named);
                let found = found.ok_or(GrantActionError::Unknown).and_then(|row| {
                    action::check(pending.accepted.action, asked, &row.terms).map(|()| row)
                });
                match found {
                    Ok(row) => Some(row),
                    Err(why) => return Err(self.answered(pending, &why)),
                }
            }
        };
        Ok(row.map(|row| Standing::of(row, pending, now)))
    }

    fn answered(&self, pending: &Pending, why: &GrantActionError) -> StandingError {
        let description = why.to_string();
        let said = [("error", why.code()), ("error_description", &description)];
        match pending.answer(&self.issuer, &said) {
            Ok(answer) => StandingError::Answered(Box::new(answer)),
            Err(fault) => fault.into(),
        }
    }
}

impl Standing {
    fn of(row: GrantRow, pending: &Pending, now: OffsetDateTime) -> Self {
        let asked = pending.details();
        Self {
            seen: Seen {
                grant: row.grant,
                version: row.version,
            },
            change: pending.accepted.action.change(),
            new: asked.scope().beyond(&row.terms.scope),
            may_keep_end: asked.may_keep_end(&row.terms, now),
            terms: row.terms,
        }
    }
}

impl GrantAction {
    pub(super) const fn change(self) -> Change {
        match self {
            Self::Replace(_) => Change::Replace,
            Self::Unsaid | Self::Create | Self::Merge(_) => Change::Merge,
        }
    }
}

impl Pending {
    /// Whether a grant is one of this app that is in force.
    pub(super) fn concerns(&self, row: &GrantRow, now: OffsetDateTime) -> bool {
        row.client_id == self.app.client_id && row.state(now).is_active()
    }
}

impl RecordDetails {
    /// Whether what is asked may end when `held` does.
    pub(crate) fn may_keep_end(&self, held: &Terms, now: OffsetDateTime) -> bool {
        held.expires_at <= now + self.duration.span()
    }
}
