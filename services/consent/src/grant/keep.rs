//! The worker was reminded of a grant, and keeps it.

use identity::Session;
use journal::{Action, Actor, Line, Under};
use kernel::{GrantId, LineId};

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
        let line = Line {
            worker,
            id: LineId::generate(&self.clock, &self.entropy),
            at: now,
            actor: Actor::Worker,
            action: Action::Confirm,
            section: None,
            under: Some(Under {
                grant,
                version: row.version,
                purpose: row.terms.purpose.as_str().into(),
            }),
            entries: Vec::new(),
        };
        journal::append(&mut tx, &self.entropy, [&line]).await?;
        tx.commit().await?;
        Ok(())
    }
}
