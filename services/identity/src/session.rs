//! Sessions: a secret in a browser, its digest here.

use kernel::{Confinement, Digest, Fault, Keys, WorkerId};
use time::OffsetDateTime;

use crate::{Authentication, Identity, store};

/// How long a session lasts, used or not.
pub(crate) const LIFETIME: time::Duration = time::Duration::hours(2);

/// A worker's session that is open now. Only a presented secret yields one.
#[derive(Debug, Clone)]
pub struct Session {
    worker: WorkerId,
    digest: Digest,
    authentication: Authentication,
    opened_at: OffsetDateTime,
    form_token: FormToken,
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

/// The token that every form of a session carries and gives back: a page of another site cannot
/// know it (CSRF).
#[derive(Debug, Clone)]
pub(crate) struct FormToken(String);

impl FormToken {
    /// That of the session under `digest`.
    pub(crate) fn of(keys: &Keys, digest: Digest) -> Self {
        Self(keys.keyed_digest("form-token", digest.as_bytes()).to_hex())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `token` is this one. Compares in constant time.
    pub(crate) fn is(&self, token: &str) -> bool {
        Digest::of(token) == Digest::of(&self.0)
    }
}

impl Session {
    /// Whose session it is.
    pub const fn worker(&self) -> WorkerId {
        self.worker
    }

    /// How she signed in.
    pub const fn authentication(&self) -> &Authentication {
        &self.authentication
    }

    /// When she signed in here.
    pub const fn opened_at(&self) -> OffsetDateTime {
        self.opened_at
    }

    /// The token that every form of this session carries and gives back.
    pub fn form_token(&self) -> &str {
        self.form_token.as_str()
    }

    /// Whether a form came from a page of this session.
    pub fn accepts_form(&self, token: &str) -> bool {
        self.form_token.is(token)
    }
}

impl Identity {
    /// The open session under `secret`.
    pub async fn session(&self, secret: &str) -> Result<Session, SessionError> {
        let digest = Digest::of(secret);
        let mut tx = self.db.begin_read(Confinement::Presented(digest)).await?;
        let found = store::session(&mut tx, digest).await?;
        tx.commit().await?;
        let found = found.filter(|found| found.expires_at > self.clock.now());
        let found = found.ok_or(SessionError::None)?;
        Ok(Session {
            worker: found.worker,
            digest,
            authentication: found.authentication,
            opened_at: found.expires_at - LIFETIME,
            form_token: FormToken::of(&self.keys, digest),
        })
    }

    /// Ends `session`: its secret opens nothing more.
    pub async fn sign_out(&self, session: &Session) -> Result<(), Fault> {
        let mut tx = self.db.begin(Confinement::Worker(session.worker)).await?;
        store::end_session(&mut tx, session.worker, session.digest).await?;
        tx.commit().await
    }
}
