//! Changing a grant: every change makes a version, and the tokens of the one before die.

use events::Kind;
use journal::{Action, Actor, Line, Under};
use kernel::{Fault, LineId, Tx, WorkerId};

use super::store;
use crate::{
    Consent, Shown, Terms,
    receipt::{By, issue},
    revocations,
};

/// What a grant becomes.
pub(crate) struct Amendment<'a> {
    /// Its terms from here on.
    pub(crate) terms: &'a Terms,
    /// The page on which that was decided.
    pub(crate) shown: &'a Shown,
    /// Who changed it: the worker, or the app that gave something up.
    pub(crate) by: Actor,
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
        let version = store::NewVersion {
            worker,
            grant: row.grant,
            version: row.version + 1,
            terms: change.terms,
            shown: change.shown,
            given_at: now,
        };
        store::amend(&mut tx, &version).await?;
        let by = if matches!(change.by, Actor::App(_)) {
            By::App
        } else {
            By::Worker
        };
        issue::next(&mut tx, worker, row.grant.uuid(), |latest| {
            latest.changed(change.terms, change.shown, now, by)
        })
        .await?;
        let line = Line {
            worker,
            id: LineId::generate(&self.clock, &self.entropy),
            at: now,
            actor: change.by,
            action: Action::Change,
            section: None,
            under: Some(Under {
                grant: row.grant,
                version: version.version,
                purpose: change.terms.purpose.as_str().into(),
            }),
            entries: Vec::new(),
        };
        journal::append(&mut tx, &self.entropy, [&line]).await?;
        revocations::store::publish(&mut tx, row.grant, row.version, now).await?;
        // After the revocation log, whose turn is always taken before the outbox's.
        self.tell(&mut tx, row, Kind::GrantChanged, version.version, now)
            .await?;
        tx.commit().await?;
        self.revocations.apply(row.grant, row.version);
        metrics::counter!("cpf_grants_changed_total").increment(1);
        Ok(())
    }
}
