//! Pausing a grant, and resuming it. Each is a version: the tokens of before die on every node, and
//! none is issued until the worker resumes. The refresh token stays good, and the end stays put. See
//! `docs/decisions/2026-11-24-steering-a-grant.md`.

use identity::Session;
use journal::Actor;
use kernel::GrantId;

use super::{
    ChangeError,
    amend::{Amendment, Turn},
};
use crate::{Consent, Shown};

impl Consent {
    /// Pauses a grant of the worker of `session`, who was shown its version `seen`. When this
    /// returns nothing is read under it here. To pause what is paused changes nothing.
    pub async fn pause(
        &self,
        session: &Session,
        grant: GrantId,
        seen: i32,
        shown: &Shown,
    ) -> Result<(), ChangeError> {
        self.turn(session, grant, seen, shown, Turn::Pause).await
    }

    /// Resumes a grant that was paused: it gives what it gave before. To resume what is not paused
    /// changes nothing.
    pub async fn resume(
        &self,
        session: &Session,
        grant: GrantId,
        seen: i32,
        shown: &Shown,
    ) -> Result<(), ChangeError> {
        self.turn(session, grant, seen, shown, Turn::Resume).await
    }

    async fn turn(
        &self,
        session: &Session,
        grant: GrantId,
        seen: i32,
        shown: &Shown,
        turn: Turn,
    ) -> Result<(), ChangeError> {
        let worker = session.worker();
        let (tx, row) = self.steer(worker, grant, seen).await?;
        let already = row.paused_at.is_some() == (turn == Turn::Pause);
        if already {
            return Ok(());
        }
        let amendment = Amendment {
            terms: &row.terms,
            asked: None,
            shown,
            by: Actor::Worker,
            turn,
        };
        self.amend(tx, worker, &row, amendment).await?;
        Ok(())
    }
}
