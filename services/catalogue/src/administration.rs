//! What the operator of the platform sees and does: organisations, their secrets, apps.

use kernel::{Confinement, Fault, OrganisationId};
use serde::Serialize;
use time::OffsetDateTime;

use crate::{Catalogue, Organisation, Siret, registration, store};

/// A secret of an organisation, told by what is left of it: never the secret itself.
#[derive(Debug, Clone, Serialize)]
pub struct Credential {
    /// The first 12 hexadecimal digits of its SHA-256, by which it is revoked.
    pub id: String,
    /// What it is for, in the operator's words.
    pub label: String,
    /// Since when.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// Until when it is good; none: until it is revoked.
    #[serde(with = "time::serde::rfc3339::option")]
    pub expires_at: Option<OffsetDateTime>,
    /// How many apps it may still register; none: any number, or not one for apps.
    pub uses_left: Option<i32>,
    /// Since when it opens nothing.
    #[serde(with = "time::serde::rfc3339::option")]
    pub revoked_at: Option<OffsetDateTime>,
}

/// An app in the operator's list.
#[derive(Debug, Clone, Serialize)]
pub struct AppEntry {
    /// Its client id.
    pub client_id: String,
    /// Its name.
    pub name: String,
    /// Its publisher.
    pub publisher: String,
    /// The publisher's SIRET.
    pub siret: String,
    /// Whether the publisher was verified.
    pub verified: bool,
    /// Whether it is on.
    pub enabled: bool,
    /// Since when it is registered.
    #[serde(with = "time::serde::rfc3339")]
    pub registered_at: OffsetDateTime,
    /// Since when it is gone for good.
    #[serde(with = "time::serde::rfc3339::option")]
    pub deregistered_at: Option<OffsetDateTime>,
    /// How many grants it was ever given.
    pub grants: i64,
}

impl Catalogue {
    /// Every organisation, by SIRET.
    pub async fn all_organisations(&self) -> Result<Vec<Organisation>, Fault> {
        let mut tx = self.db.begin_read(Confinement::Open).await?;
        let all = store::all_organisations(&mut tx).await?;
        tx.commit().await?;
        Ok(all)
    }

    /// The organisation of this SIRET.
    pub async fn organisation_of(&self, siret: &Siret) -> Result<Option<Organisation>, Fault> {
        let mut tx = self.db.begin_read(Confinement::Open).await?;
        let found = store::organisation_of(&mut tx, siret).await?;
        tx.commit().await?;
        Ok(found)
    }

    /// Says whether the SIRET and the domain of an organisation were checked.
    pub async fn verify(&self, organisation: OrganisationId, verified: bool) -> Result<(), Fault> {
        let mut tx = self.db.begin(Confinement::Open).await?;
        store::verify(&mut tx, organisation, verified).await?;
        tx.commit().await
    }

    /// Every app, by client id.
    pub async fn all_apps(&self) -> Result<Vec<AppEntry>, Fault> {
        let mut tx = self.db.begin_read(Confinement::Open).await?;
        let all = store::all_apps(&mut tx).await?;
        tx.commit().await?;
        Ok(all)
    }

    /// The keys of an organisation's systems, newest first.
    pub async fn keys_of(&self, organisation: OrganisationId) -> Result<Vec<Credential>, Fault> {
        let confinement = Confinement::Organisation(organisation);
        let mut tx = self.db.begin_read(confinement).await?;
        let keys = store::keys_of(&mut tx, organisation).await?;
        tx.commit().await?;
        Ok(keys)
    }

    /// Revokes the key that `id` begins; says whether there was a live one.
    pub async fn revoke_key(&self, organisation: OrganisationId, id: &str) -> Result<bool, Fault> {
        let confinement = Confinement::Organisation(organisation);
        let mut tx = self.db.begin(confinement).await?;
        let revoked = store::revoke_key(&mut tx, organisation, id, self.clock.now()).await?;
        tx.commit().await?;
        Ok(revoked)
    }

    /// The initial access tokens of a publisher, newest first.
    pub async fn initial_tokens_of(
        &self,
        organisation: OrganisationId,
    ) -> Result<Vec<Credential>, Fault> {
        let confinement = Confinement::Organisation(organisation);
        let mut tx = self.db.begin_read(confinement).await?;
        let tokens = registration::store::initial_tokens_of(&mut tx, organisation).await?;
        tx.commit().await?;
        Ok(tokens)
    }

    /// Revokes the initial access token that `id` begins; says whether there was a live one. What it
    /// registered stays.
    pub async fn revoke_initial_token(
        &self,
        organisation: OrganisationId,
        id: &str,
    ) -> Result<bool, Fault> {
        let confinement = Confinement::Organisation(organisation);
        let mut tx = self.db.begin(confinement).await?;
        let now = self.clock.now();
        let revoked = registration::store::revoke_initial_token(&mut tx, organisation, id, now);
        let revoked = revoked.await?;
        tx.commit().await?;
        Ok(revoked)
    }
}
