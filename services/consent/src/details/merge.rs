//! Adding to what was granted: the rule, apart from where grants are kept.

use std::collections::BTreeSet;

use time::OffsetDateTime;

use super::{RecordDetails, Terms};
use crate::{Days, Frequency, Scope, ScopeError, Section};

/// Why what is asked cannot be added to a grant. A grant of its own always can be asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unmergeable {
    /// A grant for a single reading.
    #[error(
        "only ongoing grants take additions: ask for another grant (grant_management_action=create)"
    )]
    Once,
    /// They say different things of more than sections and duration.
    #[error(
        "the grant has another `{0}`: ask for another grant (grant_management_action=create), or \
         replace this one"
    )]
    Differs(&'static str),
    /// No part shows what was granted and what is asked, and nothing beside.
    #[error(
        "what is granted and what is asked of `{0}` differ in more than one of fields, items and \
         period, and cannot be one grant: ask for another (grant_management_action=create)"
    )]
    Inexact(Section),
    /// Together they name too many entries.
    #[error("{0} in one grant: ask for another (grant_management_action=create)")]
    Scope(ScopeError),
}

impl RecordDetails {
    /// What a grant of the terms `held` shows once `accepted` is added: both, and nothing else.
    pub(crate) fn merge(&self, held: &Terms, accepted: &Scope) -> Result<Scope, Unmergeable> {
        let named = |recipients: &[String]| recipients.iter().cloned().collect::<BTreeSet<_>>();
        if held.frequency != Frequency::Ongoing || self.frequency != Frequency::Ongoing {
            return Err(Unmergeable::Once);
        }
        let different = [
            ("purpose", held.purpose != self.purpose),
            ("retention", held.retention != self.retention),
            // An action would reach sections for which she did not accept it.
            ("actions", held.actions != self.actions),
            (
                "recipients",
                named(&held.recipients) != named(&self.recipients),
            ),
        ];
        if let Some((member, _)) = different.into_iter().find(|(_, differs)| *differs) {
            return Err(Unmergeable::Differs(member));
        }
        let scope = held.scope.union(accepted).map_err(Unmergeable::Inexact)?;
        scope.check().map_err(Unmergeable::Scope)?;
        Ok(scope)
    }

    /// The terms `held` with `accepted` added, all of it for `duration` from `now` or, without one,
    /// until the end in force: when that lies within what was asked, and keeps something of what is
    /// essential.
    pub(crate) fn add_to(
        &self,
        held: &Terms,
        accepted: &Scope,
        duration: Option<Days>,
        now: OffsetDateTime,
    ) -> Option<Terms> {
        let scope = self.merge(held, accepted).ok()?;
        let mut essential = self.essential.iter();
        let within = self.scope().contains(accepted)
            && essential.all(|section| scope.part(*section).is_some());
        let expires_at = match duration {
            Some(duration) if duration <= self.duration => now + duration.span(),
            None if self.may_keep_end(held, now) => held.expires_at,
            _ => return None,
        };
        within.then(|| Terms {
            scope,
            expires_at,
            ..held.clone()
        })
    }
}
