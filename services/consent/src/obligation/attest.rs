//! An app says that it has erased what it read under a grant.

use journal::{Action, Actor};
use kernel::{Confinement, Fault, GrantId, WorkerId};
use time::OffsetDateTime;

use super::{Attestation, AttestationError, Kept, store};
use crate::{AuthenticatedApp, Consent, grant};

/// What an app has said of a grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attested {
    /// When it said so.
    pub at: OffsetDateTime,
    /// When it erased.
    pub erased_at: OffsetDateTime,
    /// What it has kept.
    pub kept: Kept,
    /// Who answers for it.
    pub responsible: String,
}

/// Why an attestation is not taken.
#[derive(Debug, thiserror::Error)]
pub enum AttestError {
    /// The app holds no such grant, and never held it.
    #[error("no such grant")]
    Unknown,
    /// There is nothing to erase for good yet.
    #[error("the grant has not ended: renounce it first, if it should")]
    Active,
    /// It does not say what is expected.
    #[error(transparent)]
    Invalid(#[from] AttestationError),
    /// The platform failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Consent {
    /// Takes the word of `app` that it has erased what it read under `grant`. The first word counts:
    /// again, whatever it says, is answered with what was said first.
    pub async fn attest(
        &self,
        app: &AuthenticatedApp,
        grant: GrantId,
        attestation: &Attestation,
    ) -> Result<Attested, AttestError> {
        let now = self.clock.now();
        let worker = self.holder(app, grant).await?;
        let worker = worker.ok_or(AttestError::Unknown)?;
        let mut tx = self.db.begin(Confinement::Worker(worker)).await?;
        let row = grant::store::find(&mut tx, worker, grant).await?;
        let row = row.ok_or(AttestError::Unknown)?;
        let state = row.state(now);
        let ended_at = state.ended_at().ok_or(AttestError::Active)?;
        attestation.check(row.given_at, now)?;
        // Its date may have passed a moment ago.
        self.settle(&mut tx, worker, &row, ended_at, state.reason())
            .await?;
        if store::attest(&mut tx, worker, grant, attestation, now).await? {
            let actor = Actor::App(app.app().client_id.clone());
            let line = self.line(worker, now, actor, Action::Erase, row.under());
            journal::append(&mut tx, &self.entropy, [&line]).await?;
        }
        let attested = store::attested(&mut tx, worker, grant).await?;
        tx.commit().await?;
        attested.ok_or_else(|| Fault::Corrupt(format!("obligation of grant {grant}")).into())
    }

    /// The worker who gave `grant` to `app`.
    pub(crate) async fn holder(
        &self,
        app: &AuthenticatedApp,
        grant: GrantId,
    ) -> Result<Option<WorkerId>, Fault> {
        let client = app.app().client_id.as_str();
        let mut tx = self.db.begin_read(Confinement::App(client.into())).await?;
        let worker = grant::store::holder(&mut tx, client, grant).await?;
        tx.commit().await?;
        Ok(worker)
    }
}
