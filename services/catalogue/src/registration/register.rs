//! Registering an app, and managing what was registered.

use std::collections::BTreeSet;

use kernel::{Confinement, Conn, Digest, Fault, OrganisationId, Secret};
use time::OffsetDateTime;

use super::{AppName, Ground, Metadata, MetadataError, Publisher, store};
use crate::{App, AppKeys, Catalogue, KeyError, KeyFormat, NewApp, Organisation, store as apps};

/// What a publisher has just presented a live registration access token of: the right to read, amend
/// and end one registration.
#[derive(Debug, Clone)]
pub struct Registration {
    client_id: String,
    organisation: Organisation,
    token: Digest,
}

impl Registration {
    /// The app.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// Whose it is.
    pub const fn organisation(&self) -> &Organisation {
        &self.organisation
    }
}

/// A registration as its publisher sees it.
#[derive(Debug, Clone)]
pub struct Registered {
    /// The app.
    pub app: App,
    /// Since when.
    pub registered_at: OffsetDateTime,
    /// Whom the operator can reach.
    pub contacts: Vec<String>,
    /// `software_id`.
    pub software_id: Option<String>,
    /// `software_version`.
    pub software_version: Option<String>,
}

/// Why nothing was registered or amended.
#[derive(Debug, thiserror::Error)]
pub enum RegistrationError {
    /// What is said of the app cannot be taken.
    #[error(transparent)]
    Metadata(#[from] MetadataError),
    /// Another app looks like it.
    #[error("client_name: it looks like the name of another app")]
    NameTaken,
    /// The token that was presented was used up, replaced or revoked meanwhile.
    #[error("the token is not valid any more")]
    Late,
    /// The platform failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Catalogue {
    /// Registers an app of `publisher`, and answers the token that manages it, shown this once.
    pub async fn register(
        &self,
        publisher: &Publisher,
        metadata: Metadata,
        sandbox: bool,
    ) -> Result<(Registered, Secret<String>), RegistrationError> {
        let (names, keys) = metadata.check(&ground(&publisher.organisation, sandbox))?;
        let now = self.clock.now();
        let client_id = format!("app-{}", hex::encode(self.entropy.bytes::<12>()));
        let publisher_id = publisher.organisation.id;
        let token = KeyFormat::REGISTRATION.write(self.entropy.bytes());
        let registered = registered(client_id, metadata, keys, now);
        let confinement = Confinement::Organisation(publisher_id);
        let mut tx = self.db.begin(confinement).await?;
        if !store::use_initial_token(&mut tx, publisher_id, publisher.token, now).await? {
            return Err(RegistrationError::Late);
        }
        put(&mut tx, publisher_id, &registered, &names).await?;
        let digest = Digest::of(token.expose());
        store::insert_registration(&mut tx, publisher_id, digest, &registered, now).await?;
        tx.commit().await?;
        metrics::counter!("cpf_apps_registered_total").increment(1);
        Ok((registered, token))
    }

    /// The registration behind a registration access token.
    pub async fn registration(&self, token: &str) -> Result<Registration, KeyError> {
        if !KeyFormat::REGISTRATION.holds(token) {
            return Err(KeyError::Unknown);
        }
        let digest = Digest::of(token);
        let mut tx = self.db.begin_read(Confinement::Presented(digest)).await?;
        let found = store::registration(&mut tx, digest).await?;
        tx.commit().await?;
        let (client_id, organisation) = found.ok_or(KeyError::Unknown)?;
        Ok(Registration {
            client_id,
            organisation,
            token: digest,
        })
    }

    /// What is registered.
    pub async fn registered(&self, of: &Registration) -> Result<Registered, RegistrationError> {
        let mut tx = self.db.begin_read(Confinement::Presented(of.token)).await?;
        let registered = store::registered(&mut tx, &of.client_id).await?;
        tx.commit().await?;
        registered.ok_or(RegistrationError::Late)
    }

    /// Replaces what is registered, and the token that manages it (RFC 7592 §2.2).
    pub async fn amend(
        &self,
        of: &Registration,
        metadata: Metadata,
        sandbox: bool,
    ) -> Result<(Registered, Secret<String>), RegistrationError> {
        let (names, keys) = metadata.check(&ground(&of.organisation, sandbox))?;
        let now = self.clock.now();
        let publisher = of.organisation.id;
        let mut tx = self.db.begin(Confinement::Organisation(publisher)).await?;
        let known = store::locked(&mut tx, publisher, &of.client_id, of.token).await?;
        let registered_at = known.ok_or(RegistrationError::Late)?;
        let amended = registered(of.client_id.clone(), metadata, keys, registered_at);
        put(&mut tx, publisher, &amended, &names).await?;
        let token = KeyFormat::REGISTRATION.write(self.entropy.bytes());
        let digest = Digest::of(token.expose());
        store::amend_registration(&mut tx, publisher, digest, &amended, now).await?;
        tx.commit().await?;
        Ok((amended, token))
    }

    /// Replaces the token that manages the registration of `client_id`, for a publisher that lost
    /// it. Nothing when no publisher manages such an app.
    pub async fn replace_registration_token(
        &self,
        client_id: &str,
    ) -> Result<Option<Secret<String>>, Fault> {
        let Some((_, publisher)) = self.app(client_id).await? else {
            return Ok(None);
        };
        let token = KeyFormat::REGISTRATION.write(self.entropy.bytes());
        let digest = Digest::of(token.expose());
        let mut tx = self
            .db
            .begin(Confinement::Organisation(publisher.id))
            .await?;
        let replaced = store::replace_token(&mut tx, publisher.id, client_id, digest).await?;
        tx.commit().await?;
        Ok(replaced.then_some(token))
    }

    /// Registers an app as the platform's operator, or brings the one with this client id up to
    /// date. It may bear a name that no publisher may choose, and none that another app bears.
    pub async fn register_app(&self, new: &NewApp) -> Result<(), RegistrationError> {
        let names: Vec<_> = [Some(&new.app.name), new.app.name_en.as_ref()]
            .into_iter()
            .flatten()
            .map(|name| AppName::readable(name).map_err(MetadataError::Name))
            .collect::<Result<_, _>>()?;
        let mut tx = self.db.begin(Confinement::Open).await?;
        apps::put_app(&mut tx, new.publisher, &new.app, self.clock.now()).await?;
        claim(&mut tx, &new.app.client_id, &names).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Ends the registration that was presented, in the transaction of its publisher: the app is gone for
/// good, and its row stays for those who gave it something. False when the token is good no more.
pub async fn deregister(
    conn: &mut Conn,
    of: &Registration,
    now: OffsetDateTime,
) -> Result<bool, Fault> {
    let publisher = of.organisation.id;
    if !store::remove_registration(conn, publisher, &of.client_id, of.token).await? {
        return Ok(false);
    }
    apps::deregister(conn, &of.client_id, now).await?;
    Ok(true)
}

fn ground(publisher: &Organisation, sandbox: bool) -> Ground {
    Ground {
        sandbox,
        website: publisher.website.clone(),
    }
}

fn registered(
    client_id: String,
    metadata: Metadata,
    keys: AppKeys,
    registered_at: OffsetDateTime,
) -> Registered {
    Registered {
        app: App {
            client_id,
            name: metadata.name,
            name_en: metadata.name_en,
            description: metadata.description,
            homepage: metadata.homepage,
            redirect_uris: metadata.redirect_uris,
            keys,
            sections: metadata.sections,
            purposes: metadata.purposes,
        },
        registered_at,
        contacts: metadata.contacts,
        software_id: metadata.software_id,
        software_version: metadata.software_version,
    }
}

async fn put(
    conn: &mut Conn,
    publisher: OrganisationId,
    registered: &Registered,
    names: &[AppName],
) -> Result<(), RegistrationError> {
    apps::put_app(conn, publisher, &registered.app, registered.registered_at).await?;
    claim(conn, &registered.app.client_id, names).await
}

/// Takes what `names` look like for `client_id`, and gives back what its names looked like before.
async fn claim(
    conn: &mut Conn,
    client_id: &str,
    names: &[AppName],
) -> Result<(), RegistrationError> {
    let looks: BTreeSet<_> = names.iter().flat_map(AppName::skeletons).collect();
    let looks: Vec<_> = looks.into_iter().collect();
    if store::claim_names(conn, client_id, &looks).await? {
        Ok(())
    } else {
        Err(RegistrationError::NameTaken)
    }
}
