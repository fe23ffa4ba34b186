//! A request that waits for the worker's decision.

use catalogue::{App, Organisation};
use kernel::{Confinement, Digest, Fault};
use time::OffsetDateTime;
use url::Url;

use super::{Accepted, push::LIFETIME, store};
use crate::{Consent, RecordDetails};

/// What the consent page shows: who asks for what.
#[derive(Debug, Clone)]
pub struct Pending {
    pub(crate) digest: Digest,
    pub(crate) accepted: Accepted,
    /// When it was pushed.
    pub(super) pushed_at: OffsetDateTime,
    /// Who asks.
    pub app: App,
    /// Who answers for it.
    pub publisher: Organisation,
}

impl Pending {
    /// What is asked.
    pub const fn details(&self) -> &RecordDetails {
        &self.accepted.details
    }

    /// The answer to the app, for the worker's browser to carry.
    pub(super) fn answer(&self, issuer: &str, said: &[(&str, &str)]) -> Result<Url, Fault> {
        self.accepted
            .answer(issuer, said)
            .map_err(|_malformed| Fault::Corrupt("authorization_requests.request".into()))
    }

    /// The host the worker is sent back to, for the page to announce and the form to be allowed.
    pub fn redirect_uri(&self) -> &str {
        &self.accepted.redirect_uri
    }
}

/// Why there is nothing to decide.
#[derive(Debug, thiserror::Error)]
pub enum PendingError {
    /// Unknown, expired, or another client's.
    #[error("no such request waits")]
    Unknown,
    /// The worker has decided already.
    #[error("this request was decided")]
    Decided,
    /// The platform failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Consent {
    /// The request that `client_id` pushed and that `request_uri` names.
    pub async fn pending(
        &self,
        client_id: &str,
        request_uri: &str,
    ) -> Result<Pending, PendingError> {
        let digest = Digest::of(request_uri);
        let mut tx = self.db.begin_read(Confinement::Open).await?;
        let found = store::request(&mut tx, digest).await?;
        tx.commit().await?;
        let found = found
            .filter(|found| found.client_id == client_id && found.expires_at > self.clock.now())
            .ok_or(PendingError::Unknown)?;
        if found.decided {
            return Err(PendingError::Decided);
        }
        let known = self.catalogue.app(client_id).await?;
        let (app, publisher) = known.ok_or(PendingError::Unknown)?;
        Ok(Pending {
            digest,
            accepted: found.accepted,
            pushed_at: found.expires_at - time::Duration::seconds(LIFETIME.into()),
            app,
            publisher,
        })
    }
}
