//! The worker was reminded of a grant, and keeps it.

use identity::Session;
use journal::{Action, Actor};
use kernel::GrantId;

use super::{ChangeError, store};
use crate::Consent;

impl Consent {
    /// Notes that the worker of `session` keeps a grant as it is in version `seen`. It gets no new
    /// version: nothing has changed.
    pub async fn keep(
        &self,
        session: &Session,
        grant: GrantId,
        seen: i32,
    ) -> Result<(), ChangeError> {
        let worker = session.worker();
        let (mut tx, row) = self.steer(worker, grant, seen).await?;
        let now = self.clock.now();
        store::confirm(&mut tx, worker, grant, now).await?;
        let line = self.line(worker, now, Actor::Worker, Action::Confirm, row.under());
        journal::append(&mut tx, &self.entropy, [&line]).await?;
        tx.commit().await?;
        Ok(())
    }
}
