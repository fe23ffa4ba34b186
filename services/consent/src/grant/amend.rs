//! The next version of a grant: whatever changes it makes one, and the tokens of the one before die.

use events::Kind;
use journal::{Action, Actor};
use kernel::{Fault, Tx, WorkerId};
use time::OffsetDateTime;

use super::{store, version::ChangedBy};
use crate::{
    Consent, RecordDetails, Shown, Terms,
    receipt::{By, issue},
    revocations,
};

/// What a grant becomes.
pub(crate) struct Amendment<'a> {
    /// Its terms from here on.
    pub(crate) terms: &'a Terms,
    /// What its app asks from here on, where it asked again.
    pub(crate) asked: Option<&'a RecordDetails>,
    /// The page on which that was decided.
    pub(crate) shown: &'a Shown,
    /// Who changed it: the worker, or the app that gave something up.
    pub(crate) by: Actor,
    /// What becomes of it beside its terms.
    pub(crate) turn: Turn,
}

/// What a new version does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// It has other terms, or the same under new tokens.
    Change,
    /// Nothing is let out under it.
    Pause,
    /// What was let out before is let out again.
    Resume,
}

impl Turn {
    const fn action(self) -> Action {
        match self {
            Self::Change => Action::Change,
            Self::Pause => Action::Pause,
            Self::Resume => Action::Resume,
        }
    }

    const fn told_as(self) -> Kind {
        match self {
            Self::Change => Kind::GrantChanged,
            Self::Pause => Kind::GrantPaused,
            Self::Resume => Kind::GrantResumed,
        }
    }

    /// Since when the grant is paused from here on, if it is.
    const fn paused_at(self, row: &store::GrantRow, now: OffsetDateTime) -> Option<OffsetDateTime> {
        match self {
            Self::Change => row.paused_at,
            Self::Pause => Some(now),
            Self::Resume => None,
        }
    }
}

impl Consent {
    /// Gives a grant, locked by `tx`, its next version; commits, and stops the tokens of the
    /// version before on this node before returning.
    pub(crate) async fn amend(
        &self,
        mut tx: Tx,
        worker: WorkerId,
        row: &store::GrantRow,
        change: Amendment<'_>,
    ) -> Result<(), Fault> {
        let now = self.clock.now();
        let by_her = change.by == Actor::Worker;
        let version = store::NewVersion {
            worker,
            grant: row.grant,
            version: row.version + 1,
            terms: change.terms,
            asked: change.asked,
            shown: change.shown,
            given_at: now,
            changed_by: if by_her {
                ChangedBy::Worker
            } else {
                ChangedBy::App
            },
            paused_at: change.turn.paused_at(row, now),
        };
        store::amend(&mut tx, &version).await?;
        issue::next(&mut tx, worker, row.grant.uuid(), |latest| {
            let by = match change.turn {
                Turn::Pause => By::Pause,
                Turn::Resume => By::Resume,
                Turn::Change if by_her => By::Worker,
                Turn::Change => By::App,
            };
            latest.changed(change.terms, change.shown, now, by)
        })
        .await?;
        if by_her {
            // She has just looked at it: no reminder for a while.
            store::confirm(&mut tx, worker, row.grant, now).await?;
        }
        let line = self.line(
            worker,
            now,
            change.by,
            change.turn.action(),
            store::under(row.grant, version.version, change.terms),
        );
        journal::append(&mut tx, &self.entropy, [&line]).await?;
        revocations::store::publish(&mut tx, row.grant, row.version, now).await?;
        // After the revocation log, whose turn is always taken before the outbox's.
        self.tell(&mut tx, row, change.turn.told_as(), version.version, now)
            .await?;
        tx.commit().await?;
        self.revocations.apply(row.grant, row.version);
        metrics::counter!("cpf_grants_changed_total").increment(1);
        Ok(())
    }
}
