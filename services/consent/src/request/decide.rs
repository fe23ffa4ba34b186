//! The worker's decision: a refusal leaves nothing behind, an acceptance makes a grant.

use identity::Session;
use journal::{Action, Actor, Line, Under};
use kernel::{Confinement, Digest, Fault, GrantId, LineId, Secret, Tx, WorkerId};
use serde::Serialize;
use url::Url;

use super::{Pending, store};
use crate::{Consent, Days, Scope, Terms, grant};

/// How long a code waits for its app.
const CODE: time::Duration = time::Duration::seconds(60);

/// What the worker decided.
#[derive(Debug, Clone)]
pub enum Decision {
    /// Nothing is given.
    Refuse,
    /// Something is given.
    Accept(Acceptance),
}

/// What the worker gives, and what she saw when she gave it.
#[derive(Debug, Clone)]
pub struct Acceptance {
    /// What of each section she ticked, the essential ones included.
    pub scope: Scope,
    /// For how long.
    pub duration: Days,
    /// The page she saw.
    pub shown: Shown,
}

/// The exact texts of the consent page, kept with the grant (GDPR article 7(1)).
#[derive(Debug, Clone, Serialize)]
pub struct Shown {
    /// `fr` or `en`.
    pub locale: String,
    /// Every text, in the order of the page.
    pub texts: Vec<String>,
}

/// Where the browser goes next.
#[derive(Debug)]
pub struct Decided {
    /// The app's redirect URI with the answer.
    pub redirect: Url,
}

/// Why a decision was not taken.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// Decided already: the form was sent twice.
    #[error("this request was decided")]
    AlreadyDecided,
    /// Not within what was asked, or without what is essential.
    #[error("the choice is not within what was asked")]
    OutOfBounds,
    /// The platform failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Consent {
    /// Records what the worker of `session` decided on `pending`.
    pub async fn decide(
        &self,
        session: &Session,
        pending: &Pending,
        decision: Decision,
    ) -> Result<Decided, DecideError> {
        let worker = session.worker();
        let mut tx = self.db.begin(Confinement::Worker(worker)).await?;
        let first = store::decide(&mut tx, pending.digest, self.clock.now()).await?;
        if !first {
            return Err(DecideError::AlreadyDecided);
        }
        let code = match decision {
            Decision::Refuse => None,
            Decision::Accept(acceptance) => {
                Some(self.give(&mut tx, session, pending, acceptance).await?)
            }
        };
        tx.commit().await?;
        let parameters = match &code {
            Some(code) => [("code", code.expose().as_str())],
            None => [("error", "access_denied")],
        };
        let redirect = pending
            .accepted
            .answer(&self.issuer, &parameters)
            .map_err(|_malformed| Fault::Corrupt("authorization_requests.request".into()))?;
        Ok(Decided { redirect })
    }

    async fn give(
        &self,
        tx: &mut Tx,
        session: &Session,
        pending: &Pending,
        acceptance: Acceptance,
    ) -> Result<Secret<String>, DecideError> {
        let (worker, now) = (session.worker(), self.clock.now());
        let terms = pending
            .details()
            .grant(acceptance.scope, acceptance.duration, now)
            .ok_or(DecideError::OutOfBounds)?;
        let grant = GrantId::generate(&self.clock, &self.entropy);
        let new = grant::store::NewGrant {
            worker,
            grant,
            client_id: &pending.app.client_id,
            asked: pending.details(),
            terms: &terms,
            shown: &acceptance.shown,
            given_at: now,
        };
        grant::store::insert(tx, &new).await?;
        let line = self.grant_line(worker, grant, &terms);
        journal::append(tx, &self.entropy, [&line]).await?;
        catalogue::count_grant(tx, &pending.app.client_id, &self.entropy).await?;
        let (code, openid) = (self.entropy.token(), pending.accepted.openid);
        let kept = store::NewCode {
            digest: Digest::of(code.expose()),
            worker,
            grant,
            client_id: &pending.app.client_id,
            redirect_uri: pending.redirect_uri(),
            code_challenge: &pending.accepted.code_challenge,
            key: pending.accepted.key,
            openid,
            nonce: pending.accepted.nonce.as_deref(),
            authentication: openid.then_some(session.authentication()),
            expires_at: now + CODE,
        };
        store::insert_code(tx, &kept).await?;
        Ok(code)
    }

    fn grant_line(&self, worker: WorkerId, grant: GrantId, terms: &Terms) -> Line {
        Line {
            worker,
            id: LineId::generate(&self.clock, &self.entropy),
            at: self.clock.now(),
            actor: Actor::Worker,
            action: Action::Grant,
            section: None,
            under: Some(Under {
                grant,
                version: 1,
                purpose: terms.purpose.as_str().into(),
            }),
            entries: Vec::new(),
        }
    }
}
