//! Trading a consent token, narrowed or not, for a short one under another key (RFC 8693).

use kernel::{Digest, GrantId, Secret};

use super::{carried, decode::raw, guard, introspect::UNDECIDED, verify::TokenError};
use crate::{AuthenticatedApp, Consent, ExchangeError, Proof, Terms};

/// What an app gets for a consent token of its own.
#[derive(Debug)]
pub struct Exchanged {
    /// The sealed token.
    pub access_token: Secret<String>,
    /// For how many seconds.
    pub expires_in: u64,
    /// The grant behind both.
    pub grant: GrantId,
    /// What it opens: the terms of the grant, less what appended blocks cut away. More than one when
    /// they leave different sections to different actions.
    pub terms: Vec<Terms>,
}

impl Consent {
    /// A sealed token for `subject`, bound to the key that `proof` proves: that of a sub-service, which
    /// signed it for this request.
    ///
    /// `app` must be the one that `subject` was issued to. It proves who it is, which is more than to
    /// hold the key of `subject`: it could have any token of this grant.
    pub async fn trade_down(
        &self,
        app: &AuthenticatedApp,
        subject: &Secret<String>,
        proof: Proof,
    ) -> Result<Exchanged, ExchangeError> {
        let key = self.use_proof(proof).await?;
        let presented = subject.expose();
        let first = match self.recognise(presented, Digest::of(presented)) {
            Ok(token) => token,
            Err(TokenError::Fault(fault)) => return Err(fault.into()),
            Err(TokenError::Undecided) => return Err(UNDECIDED.into()),
            Err(_dead_or_none) => return Err(ExchangeError::Subject),
        };
        if *first.client_id != *app.app().client_id || first.was_exchanged() {
            return Err(ExchangeError::Subject);
        }
        let (tx, row) = self.grant_of(first.worker, first.grant).await?;
        tx.commit().await?;
        let now = self.clock.now();
        let terms = self.opened(&first, &row.terms)?;
        if !row.state(now).is_active() || row.version != first.version || terms.is_empty() {
            return Err(ExchangeError::Subject);
        }
        let raw_first = raw(presented).map_err(|_unreadable| ExchangeError::Subject)?;
        let expires_at = first.expires_at.min(now + carried::LIFETIME);
        let token = self.tokens.carry(&raw_first, key, now, expires_at)?;
        // What it carries may leave no place for the rest.
        let raw_token = raw(&token).map_err(|_long| ExchangeError::SubjectTooLarge)?;
        guard(&raw_token).map_err(|_large| ExchangeError::SubjectTooLarge)?;
        metrics::counter!("cpf_tokens_exchanged_total").increment(1);
        Ok(Exchanged {
            access_token: Secret::new(token),
            expires_in: (expires_at - now).whole_seconds().unsigned_abs(),
            grant: row.grant,
            terms,
        })
    }
}
