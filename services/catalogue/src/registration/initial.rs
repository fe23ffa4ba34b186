//! Initial access tokens (RFC 7591 §3): what a publisher begins with.

use kernel::{Confinement, Digest, Fault, OrganisationId, Secret};
use time::OffsetDateTime;

use super::store;
use crate::{Catalogue, KeyError, KeyFormat, Organisation};

/// A publisher that has just presented a live initial access token: the right to register an app in
/// its name.
#[derive(Debug, Clone)]
pub struct Publisher {
    pub(super) organisation: Organisation,
    pub(super) token: Digest,
}

impl Publisher {
    /// The organisation.
    pub const fn organisation(&self) -> &Organisation {
        &self.organisation
    }
}

/// An initial access token to issue.
#[derive(Debug, Clone)]
pub struct InitialToken {
    /// To whom.
    pub organisation: OrganisationId,
    /// What it is for, in the operator's words.
    pub label: String,
    /// Until when it is good; none: until it is revoked.
    pub expires_at: Option<OffsetDateTime>,
    /// How many apps it registers; none: any number.
    pub uses: Option<i32>,
}

impl Catalogue {
    /// The publisher behind an initial access token.
    pub async fn publisher(&self, token: &str) -> Result<Publisher, KeyError> {
        if !KeyFormat::INITIAL.holds(token) {
            return Err(KeyError::Unknown);
        }
        let digest = Digest::of(token);
        let mut tx = self.db.begin_read(Confinement::Presented(digest)).await?;
        let found = store::publisher(&mut tx, digest, self.clock.now()).await?;
        tx.commit().await?;
        let organisation = found.ok_or(KeyError::Unknown)?;
        Ok(Publisher {
            organisation,
            token: digest,
        })
    }

    /// Issues an initial access token. It is shown this once; only its digest is kept.
    pub async fn issue_initial_token(&self, new: &InitialToken) -> Result<Secret<String>, Fault> {
        let token = KeyFormat::INITIAL.write(self.entropy.bytes());
        self.keep_initial_token(new, &token).await?;
        Ok(token)
    }

    /// Keeps a token that was drawn elsewhere: the sandbox publishes its own. Again is harmless.
    pub async fn keep_initial_token(
        &self,
        new: &InitialToken,
        token: &Secret<String>,
    ) -> Result<(), Fault> {
        let confinement = Confinement::Organisation(new.organisation);
        let mut tx = self.db.begin(confinement).await?;
        let digest = Digest::of(token.expose());
        store::insert_initial_token(&mut tx, digest, new, self.clock.now()).await?;
        tx.commit().await
    }
}
