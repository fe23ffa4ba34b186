//! Keys that an organisation's systems present.

use kernel::{Confinement, Digest, Fault, OrganisationId, Secret};

use crate::{Catalogue, KeyFormat, Organisation, store};

/// An organisation whose system has just presented a live key: the right to deposit in its name.
#[derive(Debug, Clone)]
pub struct Operator(Organisation);

impl Operator {
    /// The organisation.
    pub const fn organisation(&self) -> &Organisation {
        &self.0
    }
}

/// Why a key opens nothing.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Not the shape of a key, unknown, or revoked: one answer for all.
    #[error("no such key")]
    Unknown,
    /// The platform failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Catalogue {
    /// The organisation behind `key`.
    pub async fn operator(&self, key: &str) -> Result<Operator, KeyError> {
        if !KeyFormat::ORGANISATION.holds(key) {
            return Err(KeyError::Unknown);
        }
        let digest = Digest::of(key);
        let mut tx = self.db.begin_read(Confinement::Presented(digest)).await?;
        let organisation = store::organisation_of_key(&mut tx, digest).await?;
        tx.commit().await?;
        organisation.map(Operator).ok_or(KeyError::Unknown)
    }

    /// Issues a key to `organisation`. It is shown this once; only its digest is kept.
    pub async fn issue_key(
        &self,
        organisation: OrganisationId,
        label: &str,
    ) -> Result<Secret<String>, Fault> {
        let key = KeyFormat::ORGANISATION.write(self.entropy.bytes());
        self.keep_key(organisation, label, &key).await?;
        Ok(key)
    }

    /// Keeps a key that was drawn elsewhere: the sandbox publishes its own. Again is harmless.
    pub async fn keep_key(
        &self,
        organisation: OrganisationId,
        label: &str,
        key: &Secret<String>,
    ) -> Result<(), Fault> {
        let mut tx = self
            .db
            .begin(Confinement::Organisation(organisation))
            .await?;
        let digest = Digest::of(key.expose());
        store::insert_key(&mut tx, organisation, digest, label, self.clock.now()).await?;
        tx.commit().await
    }
}
