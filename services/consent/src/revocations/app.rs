//! Switching a whole app off: every token of it is dead on every node, as when a grant ends, and no
//! worker's row is opened for it.
//!
//! The log says `client_id` in place of a grant. While an app is off its tokens are dead whatever they
//! say, and it can receive none, since it is not believed any more. Once it is on again, those that
//! were minted before are still dead: they expire within a token's life of that moment.

use catalogue::Registration;
use kernel::{Clock, Confinement, Db, Fault, Tx};

use super::store;
use crate::Consent;

/// Why an app was not switched.
#[derive(Debug, thiserror::Error)]
pub enum SwitchError {
    /// It is so already, nobody registered it, or it is gone for good.
    #[error("no app of this name is to be switched")]
    Unchanged,
    /// The platform failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Switches the app registered as `client_id` off or on. Every node follows, as it does when a grant
/// ends.
pub async fn switch_app(
    db: &Db,
    clock: &Clock,
    client_id: &str,
    enabled: bool,
) -> Result<(), SwitchError> {
    let mut tx = db.begin(Confinement::Open).await?;
    if !catalogue::switch(&mut tx, client_id, enabled).await? {
        return Err(SwitchError::Unchanged);
    }
    store::publish_app(&mut tx, client_id, enabled, clock.now()).await?;
    tx.commit().await?;
    Ok(())
}

impl Consent {
    /// Ends a registration that its publisher presents (RFC 7592 §2.3). When this returns no token of
    /// the app opens anything here. False when the registration was ended or its token replaced
    /// meanwhile.
    pub async fn deregister(&self, registration: &Registration) -> Result<bool, Fault> {
        let publisher = registration.organisation().id;
        let confinement = Confinement::Organisation(publisher);
        let mut tx: Tx = self.db.begin(confinement).await?;
        let now = self.clock.now();
        if !catalogue::deregister(&mut tx, registration, now).await? {
            return Ok(false);
        }
        let client_id = registration.client_id();
        store::publish_app(&mut tx, client_id, false, now).await?;
        tx.commit().await?;
        self.revocations.apply_app(client_id, false, now);
        Ok(true)
    }
}
