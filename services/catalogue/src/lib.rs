//! The catalogue: organisations, the keys of their systems, and the apps that publishers register.
//!
//! A publisher registers its apps itself, or the operator of the platform does ([`registration`]).
//! An app may ask only for what its entry here declares, and sends a worker back only to an
//! address that is written here to the letter.

mod administration;
mod key;
mod model;
mod register;
pub mod registration;
mod store;
mod switch;
mod verifying_key;

use std::collections::BTreeMap;

use kernel::{Clock, Confinement, Db, Entropy, Fault, OrganisationId};

pub use administration::{AppEntry, Credential};
pub use key::{KeyError, Operator};
pub use model::{App, AppKeys, Description, KeyFormat, Organisation, Siret, SiretError};
pub use register::{NewApp, NewOrganisation};
pub use registration::{
    InitialToken, Metadata, MetadataError, NameError, Publisher, Registered, Registration,
    RegistrationError, deregister,
};
pub use switch::{Usage, count_grant, switch};
pub use verifying_key::{KeyFlaw, VerifyingKey};

/// The chapter, with what it needs.
#[derive(Debug, Clone)]
pub struct Catalogue {
    db: Db,
    clock: Clock,
    entropy: Entropy,
}

impl Catalogue {
    /// The chapter over `db`.
    pub const fn new(db: Db, clock: Clock, entropy: Entropy) -> Self {
        Self { db, clock, entropy }
    }

    /// The app registered as `client_id` and its publisher; none when there is none or it was
    /// switched off.
    pub async fn app(&self, client_id: &str) -> Result<Option<(App, Organisation)>, Fault> {
        // Whatever else was signed as one names nobody: NUL is no text to the database.
        if !App::may_be_client_id(client_id) {
            return Ok(None);
        }
        let mut tx = self.db.begin_read(Confinement::Open).await?;
        let app = store::app(&mut tx, client_id).await?;
        tx.commit().await?;
        Ok(app)
    }

    /// The names of apps, by client id: for pages that list grants and journal lines.
    pub async fn app_names(
        &self,
        client_ids: &[String],
    ) -> Result<BTreeMap<String, String>, Fault> {
        let mut tx = self.db.begin_read(Confinement::Open).await?;
        let names = store::app_names(&mut tx, client_ids).await?;
        tx.commit().await?;
        Ok(names)
    }

    /// Organisations by id: who attests, who deposited.
    pub async fn organisations(&self, ids: &[OrganisationId]) -> Result<Vec<Organisation>, Fault> {
        let mut tx = self.db.begin_read(Confinement::Open).await?;
        let found = store::organisations(&mut tx, ids).await?;
        tx.commit().await?;
        Ok(found)
    }

    /// The organisation at `siret` whose agents workers may mandate; none when it is unknown, not
    /// verified, or counsels nobody.
    pub async fn counselling(&self, siret: &str) -> Result<Option<Organisation>, Fault> {
        let Ok(siret) = siret.parse::<Siret>() else {
            return Ok(None);
        };
        let mut tx = self.db.begin_read(Confinement::Open).await?;
        let found = store::counselling(&mut tx, &siret).await?;
        tx.commit().await?;
        Ok(found)
    }
}
