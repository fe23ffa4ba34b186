//! The worker's decision: a refusal gives nothing, an acceptance makes a grant or changes one.

use identity::Session;
use kernel::{Confinement, Fault};
use url::Url;

use super::{Pending, Seen, store};
use crate::{Consent, Days, Scope, Shown};

/// What the worker decided.
#[derive(Debug, Clone)]
pub enum Decision {
    /// Nothing is given.
    Refuse,
    /// Something is given.
    Accept(Acceptance),
}

/// What the worker gives, and what she saw when she gave it.
#[derive(Debug, Clone)]
pub struct Acceptance {
    /// What of each section she ticked, the essential ones included. What adds to a grant in force
    /// says what is new only, and may be empty when nothing is.
    pub scope: Scope,
    /// For how long from now, all of the grant. None keeps the end of the grant that it adds to.
    pub duration: Option<Days>,
    /// The grant in force that the page showed, for this to change.
    pub seen: Option<Seen>,
    /// The page she saw.
    pub shown: Shown,
}

/// Where the browser goes next.
#[derive(Debug)]
pub struct Decided {
    /// The app's redirect URI with the answer.
    pub redirect: Url,
}

/// Why a decision was not taken.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// Decided already: the form was sent twice.
    #[error("this request was decided")]
    AlreadyDecided,
    /// Not within what was asked, or without what is essential; or no exact addition to the grant.
    #[error("the choice is not within what was asked")]
    OutOfBounds,
    /// The grant that it changes has ended, or is not as the page showed it any more.
    #[error("the grant in force is not the one that was shown")]
    Changed,
    /// The platform failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Consent {
    /// Records what the worker of `session` decided on `pending`.
    pub async fn decide(
        &self,
        session: &Session,
        pending: &Pending,
        decision: Decision,
    ) -> Result<Decided, DecideError> {
        let worker = session.worker();
        let mut tx = self.db.begin(Confinement::Worker(worker)).await?;
        let first = store::decide(&mut tx, pending.digest, self.clock.now()).await?;
        if !first {
            return Err(DecideError::AlreadyDecided);
        }
        self.supersede_refusals(&mut tx, worker, pending).await?;
        let code = match decision {
            Decision::Refuse => {
                self.remember(&mut tx, worker, pending).await?;
                tx.commit().await?;
                None
            }
            Decision::Accept(acceptance) => {
                Some(self.give(tx, session, pending, acceptance).await?)
            }
        };
        let said = match &code {
            Some(code) => ("code", code.expose().as_str()),
            None => ("error", "access_denied"),
        };
        let redirect = pending.answer(&self.issuer, &[said])?;
        Ok(Decided { redirect })
    }
}
