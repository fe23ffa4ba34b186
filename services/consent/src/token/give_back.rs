//! Giving a token back (RFC 7009): it dies, and so do the consent tokens of its grant's version.

use journal::Actor;
use kernel::{Confinement, Digest, Fault, Secret};

use super::{introspect::Own, store};
use crate::{
    AuthenticatedApp, Consent,
    grant::{self, Amendment, Turn},
};

impl Consent {
    /// Ends `token`, when it is a live token of `app`; anything else changes nothing and succeeds.
    /// When this returns, no consent token of its grant's version opens anything here. The grant
    /// goes on: see `docs/decisions/2026-11-24-what-revocation-endpoints-revoke.md`.
    pub async fn give_back(
        &self,
        app: &AuthenticatedApp,
        token: &Secret<String>,
    ) -> Result<(), Fault> {
        let Some(own) = self.own_token(app, token).await? else {
            return Ok(());
        };
        let (worker, grant) = own.about();
        let mut tx = self.db.begin(Confinement::Worker(worker)).await?;
        let Some(row) = grant::store::find(&mut tx, worker, grant).await? else {
            return Ok(());
        };
        let lives = match own {
            Own::Refresh(_) => {
                let digest = Digest::of(token.expose());
                store::remove_refresh_token(&mut tx, worker, digest).await?;
                true
            }
            Own::Consent(token) => token.version == row.version,
        };
        if !lives || !row.state(self.clock.now()).is_active() {
            return tx.commit().await;
        }
        let shown = grant::store::shown(&mut tx, worker, grant, row.version).await?;
        let unchanged = Amendment {
            terms: &row.terms,
            asked: None,
            shown: &shown,
            by: Actor::App(row.client_id.clone()),
            turn: Turn::Change,
        };
        self.amend(tx, worker, &row, unchanged).await
    }
}
