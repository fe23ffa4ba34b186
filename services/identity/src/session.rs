//! A worker's session: a secret in her browser, its digest here.

use kernel::{Confinement, Digest, Fault, WorkerId};

use crate::{Identity, store};

/// How long a session lasts, used or not.
pub(crate) const LIFETIME: time::Duration = time::Duration::hours(2);

/// A session that is open now. Only a presented secret yields one.
#[derive(Debug, Clone)]
pub struct Session {
    worker: WorkerId,
    digest: Digest,
    form_token: String,
}

/// Why there is no session.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// None under this secret, or it has ended.
    #[error("no open session")]
    None,
    /// The platform failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Session {
    /// Whose session it is.
    pub const fn worker(&self) -> WorkerId {
        self.worker
    }

    /// The token that every form of this session carries and gives back: a page of another site
    /// cannot know it (CSRF).
    pub fn form_token(&self) -> &str {
        &self.form_token
    }

    /// Whether a form came from a page of this session. Compares in constant time.
    pub fn accepts_form(&self, token: &str) -> bool {
        Digest::of(token) == Digest::of(&self.form_token)
    }
}

impl Identity {
    /// The open session under `secret`.
    pub async fn session(&self, secret: &str) -> Result<Session, SessionError> {
        let digest = Digest::of(secret);
        let mut tx = self.db.begin_read(Confinement::Presented(digest)).await?;
        let found = store::session(&mut tx, digest).await?;
        tx.commit().await?;
        let (worker, expires_at) = found.ok_or(SessionError::None)?;
        if expires_at <= self.clock.now() {
            return Err(SessionError::None);
        }
        let form_token = self
            .keys
            .keyed_digest("form-token", digest.as_bytes())
            .to_hex();
        Ok(Session {
            worker,
            digest,
            form_token,
        })
    }

    /// Ends `session`: its secret opens nothing more.
    pub async fn sign_out(&self, session: &Session) -> Result<(), Fault> {
        let mut tx = self.db.begin(Confinement::Worker(session.worker)).await?;
        store::end_session(&mut tx, session.worker, session.digest).await?;
        tx.commit().await
    }
}
