//! What an acceptance makes: a grant, or the next version of one; and a code for the app.

use identity::Session;
use journal::{Action, Actor};
use kernel::{Digest, Fault, GrantId, Secret, Tx, WorkerId};

use super::{Acceptance, Change, DecideError, Pending, action::GrantAction, store};
use crate::{
    Consent, Terms,
    grant::{self, Amendment, Turn, store::GrantRow},
};

/// How long a code waits for its app.
const CODE: time::Duration = time::Duration::seconds(60);

impl Consent {
    /// Takes what the worker accepts, commits, and answers the code.
    pub(super) async fn give(
        &self,
        mut tx: Tx,
        session: &Session,
        pending: &Pending,
        acceptance: Acceptance,
    ) -> Result<Secret<String>, DecideError> {
        let worker = session.worker();
        let held = self
            .shown_grant(&mut tx, worker, pending, &acceptance)
            .await?;
        let terms = self.accepted_terms(pending, held.as_ref(), &acceptance);
        let terms = terms.ok_or(DecideError::OutOfBounds)?;
        let Some(row) = held else {
            let grant = self
                .create(&mut tx, worker, pending, &terms, &acceptance)
                .await?;
            let code = self.code_of(&mut tx, session, pending, grant).await?;
            tx.commit().await?;
            return Ok(code);
        };
        let code = self.code_of(&mut tx, session, pending, row.grant).await?;
        let change = Amendment {
            terms: &terms,
            asked: Some(pending.details()),
            shown: &acceptance.shown,
            by: Actor::Worker,
            turn: Turn::Change,
        };
        self.amend(tx, worker, &row, change).await?;
        Ok(code)
    }

    /// The grant that the page showed, locked: the very one that the request is about, of this app,
    /// in force, and unchanged since.
    async fn shown_grant(
        &self,
        tx: &mut Tx,
        worker: WorkerId,
        pending: &Pending,
        acceptance: &Acceptance,
    ) -> Result<Option<GrantRow>, DecideError> {
        let named = match pending.accepted.action {
            GrantAction::Create => None,
            GrantAction::Unsaid => acceptance.seen.map(|seen| seen.grant),
            GrantAction::Merge(named) | GrantAction::Replace(named) => Some(named),
        };
        let Some(named) = named else {
            return Ok(None);
        };
        let row = grant::store::find(tx, worker, named).await?;
        let now = self.clock.now();
        let unchanged = |row: &GrantRow| {
            let seen = acceptance.seen;
            pending.concerns(row, now)
                && seen.is_some_and(|seen| (seen.grant, seen.version) == (row.grant, row.version))
        };
        row.filter(unchanged).ok_or(DecideError::Changed).map(Some)
    }

    fn accepted_terms(
        &self,
        pending: &Pending,
        held: Option<&GrantRow>,
        acceptance: &Acceptance,
    ) -> Option<Terms> {
        let (asked, now) = (pending.details(), self.clock.now());
        match (held, pending.accepted.action.change()) {
            (Some(row), Change::Merge) => {
                asked.add_to(&row.terms, &acceptance.scope, acceptance.duration, now)
            }
            _ => asked.grant(acceptance.scope.clone(), acceptance.duration?, now),
        }
    }

    async fn create(
        &self,
        tx: &mut Tx,
        worker: WorkerId,
        pending: &Pending,
        terms: &Terms,
        acceptance: &Acceptance,
    ) -> Result<GrantId, Fault> {
        let grant = GrantId::generate(&self.clock, &self.entropy);
        let new = grant::store::NewGrant {
            worker,
            grant,
            client_id: &pending.app.client_id,
            asked: pending.details(),
            terms,
            shown: &acceptance.shown,
            given_at: self.clock.now(),
        };
        grant::store::insert(tx, &new).await?;
        self.issue_first(tx, &new, pending).await?;
        let under = grant::store::under(grant, 1, terms);
        let line = self.line(worker, new.given_at, Actor::Worker, Action::Grant, under);
        journal::append(tx, &self.entropy, [&line]).await?;
        catalogue::count_grant(tx, &pending.app.client_id, &self.entropy).await?;
        Ok(grant)
    }

    async fn code_of(
        &self,
        tx: &mut Tx,
        session: &Session,
        pending: &Pending,
        grant: GrantId,
    ) -> Result<Secret<String>, Fault> {
        let (code, openid) = (self.entropy.token(), pending.accepted.openid);
        let kept = store::NewCode {
            digest: Digest::of(code.expose()),
            worker: session.worker(),
            grant,
            client_id: &pending.app.client_id,
            redirect_uri: pending.redirect_uri(),
            code_challenge: &pending.accepted.code_challenge,
            key: pending.accepted.key,
            openid,
            nonce: pending.accepted.nonce.as_deref(),
            authentication: openid.then_some(session.authentication()),
            expires_at: self.clock.now() + CODE,
        };
        store::insert_code(tx, &kept).await?;
        Ok(code)
    }
}
