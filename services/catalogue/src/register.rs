//! Registering organisations.

use kernel::{Confinement, Fault, OrganisationId};
use serde::Deserialize;

use crate::{App, Catalogue, Siret, store};

/// An organisation to register.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewOrganisation {
    /// Its establishment.
    pub siret: Siret,
    /// Its name.
    pub name: String,
    /// `idClient` of the certifiers' flux.
    pub flux_client_id: Option<String>,
    /// Its website.
    pub website: Option<String>,
    /// Whether its SIRET and its domain were checked.
    pub verified: bool,
    /// Whether workers may mandate its agents: it operates the *conseil en évolution
    /// professionnelle*, is a mission locale or a France services centre.
    #[serde(default)]
    pub counsels: bool,
}

/// An app to register for its publisher.
#[derive(Debug, Clone)]
pub struct NewApp {
    /// The publisher.
    pub publisher: OrganisationId,
    /// The app.
    pub app: App,
}

impl Catalogue {
    /// Registers an organisation, or brings the one with this SIRET up to date.
    pub async fn register_organisation(
        &self,
        organisation: &NewOrganisation,
    ) -> Result<OrganisationId, Fault> {
        let fresh = OrganisationId::generate(&self.clock, &self.entropy);
        let mut tx = self.db.begin(Confinement::Open).await?;
        let id = store::put_organisation(&mut tx, fresh, organisation).await?;
        tx.commit().await?;
        Ok(id)
    }
}
