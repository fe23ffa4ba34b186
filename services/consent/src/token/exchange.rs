//! Trading a code or a refresh token for a consent token.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::{Confinement, Digest, Fault, Secret, Tx, WorkerId};
use time::OffsetDateTime;

use super::{
    Less,
    store::{self, CodeRow},
};
use crate::{
    AuthenticatedApp, Consent, DpopError, EndReason, Frequency, GrantState, Proof, Thumbprint,
    grant::{self, store::GrantRow},
};

/// What an app presents at the token endpoint.
#[derive(Debug, Clone)]
pub enum TokenRequest {
    /// `grant_type=authorization_code` (RFC 6749 §4.1.3, RFC 7636 §4.5).
    Code {
        /// The code.
        code: Secret<String>,
        /// The redirect URI of the request.
        redirect_uri: String,
        /// The verifier behind the request's challenge.
        code_verifier: Secret<String>,
    },
    /// `grant_type=refresh_token` (RFC 6749 §6).
    Refresh {
        /// The refresh token. It is not rotated (FAPI 2.0 §5.3.2.1).
        token: Secret<String>,
    },
}

/// What the app gets.
#[derive(Debug)]
pub struct Issued {
    /// The consent token.
    pub access_token: Secret<String>,
    /// For how many seconds.
    pub expires_in: u64,
    /// For later, when the grant is ongoing and the app has none yet.
    pub refresh_token: Option<Secret<String>>,
    /// What was granted, never what was asked.
    pub grant: kernel::GrantId,
    /// Its terms.
    pub terms: crate::Terms,
    /// Who the worker is to the app, where the request behind a code named the scope `openid`.
    pub id_token: Option<Secret<String>>,
}

/// Why nothing is issued.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeError {
    /// The code or refresh token is unknown, used, late, another client's, or its grant has ended:
    /// one answer for all (`invalid_grant`).
    #[error("the code or refresh token is not valid, or its grant has ended")]
    InvalidGrant,
    /// The worker has paused the grant. What was presented stays good.
    #[error("the worker has paused this grant: keep the refresh token, and try again later")]
    Paused,
    /// More is asked of a token than was granted (`invalid_authorization_details`, RFC 9396 §6).
    #[error("`authorization_details` asks for more than was granted")]
    Beyond,
    /// The subject token is no live consent token of this app, or was exchanged already: one answer for
    /// all (`invalid_request`, RFC 8693 §2.2.2).
    #[error(
        "`subject_token` is not a live consent token of this app that was not exchanged before"
    )]
    Subject,
    /// It is so large that no token can carry it (`invalid_request`).
    #[error("`subject_token` is too large to be carried: narrow the first token in fewer blocks")]
    SubjectTooLarge,
    /// The proof of possession does not count.
    #[error(transparent)]
    Proof(#[from] DpopError),
    /// The platform failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Consent {
    /// Issues a token to `app` for what it presents, bound to the key that `proof` proves. A code is
    /// traded only by the key that its request named or proved, if any. A refresh token is bound to
    /// the app by the app's own authentication (RFC 9449 §5), so that its key may be a new one. With
    /// `less` the token opens no more than that; the next one may open all again.
    pub async fn exchange(
        &self,
        app: &AuthenticatedApp,
        request: TokenRequest,
        less: Option<&Less>,
        proof: Proof,
    ) -> Result<Issued, ExchangeError> {
        let key = self.use_proof(proof).await?;
        match request {
            TokenRequest::Code {
                code,
                redirect_uri,
                code_verifier,
            } => {
                let row = self.code(app, &code).await?;
                if row.redirect_uri != redirect_uri || !proves(&code_verifier, &row.code_challenge)
                {
                    return Err(ExchangeError::InvalidGrant);
                }
                if row.key.is_some_and(|bound| bound != key) {
                    return Err(DpopError::Refused("the code is bound to another key").into());
                }
                self.redeem(&row, less, key).await
            }
            TokenRequest::Refresh { token } => self.refresh(app, &token, less, key).await,
        }
    }

    async fn code(
        &self,
        app: &AuthenticatedApp,
        code: &Secret<String>,
    ) -> Result<CodeRow, ExchangeError> {
        let digest = Digest::of(code.expose());
        let mut tx = self.db.begin_read(Confinement::Presented(digest)).await?;
        let row = store::code(&mut tx, digest).await?;
        tx.commit().await?;
        row.filter(|row| row.client_id == app.app().client_id)
            .ok_or(ExchangeError::InvalidGrant)
    }

    async fn redeem(
        &self,
        code: &CodeRow,
        less: Option<&Less>,
        key: Thumbprint,
    ) -> Result<Issued, ExchangeError> {
        let (mut tx, grant) = self.grant_of(code.worker, code.grant).await?;
        let now = self.clock.now();
        if !store::use_code(&mut tx, code.worker, code.digest, now).await? {
            // Somebody has seen the code: what came of it ends (RFC 6749 §4.1.2).
            if !grant.state(now).has_ended() {
                self.end(tx, code.worker, &grant, EndReason::CodeReplayed)
                    .await?;
            }
            return Err(ExchangeError::InvalidGrant);
        }
        if code.expires_at <= now {
            return Err(ExchangeError::InvalidGrant);
        }
        check_open(&grant, now)?;
        // Of a grant that was changed, those of before end (Grant Management, draft 03, §5.2): here and
        // not when she decided, so that an app which loses the code loses nothing with it.
        store::remove_refresh_tokens(&mut tx, code.worker, code.grant).await?;
        let refresh_token = match grant.terms.frequency {
            Frequency::Once => None,
            Frequency::Ongoing => {
                let token = self.entropy.token();
                store::insert_refresh_token(
                    &mut tx,
                    Digest::of(token.expose()),
                    code.worker,
                    &grant,
                    now,
                )
                .await?;
                Some(token)
            }
        };
        let issued = self.issue(code.worker, grant, less, key)?;
        let id_token = self.id_token(code, &issued.access_token)?;
        tx.commit().await?;
        Ok(Issued {
            refresh_token,
            id_token,
            ..issued
        })
    }

    async fn refresh(
        &self,
        app: &AuthenticatedApp,
        token: &Secret<String>,
        less: Option<&Less>,
        key: Thumbprint,
    ) -> Result<Issued, ExchangeError> {
        let digest = Digest::of(token.expose());
        let row = self.refresh_token(app, digest).await?;
        let row = row.ok_or(ExchangeError::InvalidGrant)?;
        let (mut tx, grant) = self.grant_of(row.worker, row.grant).await?;
        // Under the lock of its grant: it may have been given back meanwhile.
        let stands = store::refresh_token(&mut tx, digest).await?.is_some()
            // It may have been replaced by one for a single reading.
            && grant.terms.frequency == Frequency::Ongoing;
        if !stands {
            return Err(ExchangeError::InvalidGrant);
        }
        check_open(&grant, self.clock.now())?;
        let issued = self.issue(row.worker, grant, less, key)?;
        tx.commit().await?;
        Ok(issued)
    }

    pub(super) async fn grant_of(
        &self,
        worker: WorkerId,
        grant: kernel::GrantId,
    ) -> Result<(Tx, GrantRow), ExchangeError> {
        let mut tx = self.db.begin(Confinement::Worker(worker)).await?;
        let row = grant::store::find(&mut tx, worker, grant).await?;
        Ok((tx, row.ok_or(ExchangeError::InvalidGrant)?))
    }

    /// A consent token, and nothing beside it.
    fn issue(
        &self,
        worker: WorkerId,
        mut grant: GrantRow,
        less: Option<&Less>,
        key: Thumbprint,
    ) -> Result<Issued, ExchangeError> {
        if let Some(less) = less {
            grant.terms = less.of(&grant.terms).ok_or(ExchangeError::Beyond)?;
        }
        let (access_token, expires_in) = self.mint(worker, &grant, key)?;
        Ok(Issued {
            access_token,
            expires_in,
            refresh_token: None,
            id_token: None,
            grant: grant.grant,
            terms: grant.terms,
        })
    }
}

/// Whether tokens are issued under `grant` at `now`.
fn check_open(grant: &GrantRow, now: OffsetDateTime) -> Result<(), ExchangeError> {
    match grant.state(now) {
        GrantState::Active { .. } => Ok(()),
        GrantState::Paused { .. } => Err(ExchangeError::Paused),
        GrantState::Expired { .. } | GrantState::Ended { .. } => Err(ExchangeError::InvalidGrant),
    }
}

/// Whether `verifier` is behind the S256 `challenge` (RFC 7636 §4.6), in constant time.
fn proves(verifier: &Secret<String>, challenge: &str) -> bool {
    let verifier = verifier.expose();
    let shaped = (43..=128).contains(&verifier.len())
        && verifier
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte));
    let expected = URL_SAFE_NO_PAD
        .decode(challenge)
        .ok()
        .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
        .map(Digest::from_bytes);
    shaped && expected == Some(Digest::of(verifier))
}

#[cfg(test)]
mod tests {
    use super::proves;

    #[test]
    fn the_verifier_of_rfc_7636_appendix_b_proves_its_challenge() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned();
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert!(proves(&verifier.clone().into(), challenge));
        assert!(!proves(&verifier.replace('d', "e").into(), challenge));
        assert!(!proves(
            &verifier.into(),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cN"
        ));
        assert!(
            !proves(&String::new().into(), challenge),
            "too short to be a verifier"
        );
    }
}
