//! A visit to an identity provider: leaving for it, and coming back in the browser that left.

use kernel::{Clock, Confinement, Db, Digest, Entropy, Fault, Secret};
use openidconnect::AdditionalClaims;
use url::Url;

use crate::{
    ProviderError, RelyingParty, ReturnTo,
    relying_party::{Authentication, Claims, Vouched},
    store,
};

/// How long somebody may take at the provider.
const ATTEMPT: time::Duration = time::Duration::minutes(15);

/// Where to send the browser, and the state it must bring back.
#[derive(Debug)]
pub struct Departure {
    /// The provider's page.
    pub url: Url,
    /// Kept in a cookie: the return must come from the browser that left.
    pub state: Secret<String>,
}

/// What the provider sends back through the browser.
#[derive(Debug)]
pub struct SignIn {
    /// The authorization code.
    pub code: Secret<String>,
    /// The state of the query string.
    pub state: Secret<String>,
    /// The state that this browser left with.
    pub expected_state: Secret<String>,
    /// The `iss` parameter, where the provider sends one (RFC 9207).
    pub issuer: Option<String>,
}

/// Why a sign-in did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The return matches no departure of this browser, or came too late, or twice.
    #[error("no such sign-in is under way")]
    UnknownState,
    /// The answer names another issuer (mix-up, RFC 9207).
    #[error("the answer comes from another issuer")]
    OtherIssuer,
    /// The provider failed or its answer does not hold.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// The platform failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Visits to one provider.
#[derive(Debug, Clone)]
pub(crate) struct Visits {
    pub(crate) db: Db,
    pub(crate) clock: Clock,
    pub(crate) entropy: Entropy,
    pub(crate) relying_party: RelyingParty,
}

/// Who came back.
pub(crate) struct Visitor<C: AdditionalClaims> {
    /// Issuer and subject, on two lines: who it is, among all that any provider knows.
    pub(crate) subject: String,
    pub(crate) authentication: Authentication,
    pub(crate) claims: Claims<C>,
    /// The path that the visit was for, as it came.
    pub(crate) return_to: String,
}

impl Visits {
    /// Prepares a departure to the provider, which looks at the person `anew` where it is told to.
    pub(crate) async fn depart(
        &self,
        return_to: &ReturnTo,
        anew: bool,
    ) -> Result<Departure, SignInError> {
        let state = self.entropy.token();
        let departing = self.relying_party.depart(state, anew).await?;
        let now = self.clock.now();
        let mut tx = self.db.begin(Confinement::Open).await?;
        store::drop_late_attempts(&mut tx, now).await?;
        let attempt = store::Attempt {
            nonce: departing.nonce,
            pkce_verifier: departing.pkce_verifier,
            return_to: return_to.as_str().into(),
            expires_at: now + ATTEMPT,
        };
        store::insert_attempt(&mut tx, self.attempt(&departing.state), &attempt).await?;
        tx.commit().await?;
        Ok(Departure {
            url: departing.url,
            state: departing.state,
        })
    }

    /// Who comes back with `sign_in`.
    pub(crate) async fn arrive<C: AdditionalClaims>(
        &self,
        sign_in: SignIn,
    ) -> Result<Visitor<C>, SignInError> {
        let state = self.attempt(&sign_in.state);
        if state != self.attempt(&sign_in.expected_state) {
            return Err(SignInError::UnknownState);
        }
        let ours = self.relying_party.issuer().trim_end_matches('/');
        if sign_in
            .issuer
            .is_some_and(|issuer| issuer.trim_end_matches('/') != ours)
        {
            return Err(SignInError::OtherIssuer);
        }
        let mut tx = self.db.begin(Confinement::Open).await?;
        let attempt = store::take_attempt(&mut tx, state).await?;
        tx.commit().await?;
        let attempt = attempt
            .filter(|attempt| attempt.expires_at > self.clock.now())
            .ok_or(SignInError::UnknownState)?;
        let code = sign_in.code.into_exposed();
        let Vouched {
            subject,
            authentication,
            claims,
        } = self
            .relying_party
            .arrive(code, attempt.nonce, attempt.pkce_verifier)
            .await?;
        Ok(Visitor {
            subject: format!("{}\n{subject}", self.relying_party.issuer()),
            authentication,
            claims,
            return_to: attempt.return_to,
        })
    }

    /// Under what a departure is kept. The issuer is in it, so that who left for one provider does
    /// not come back from another.
    fn attempt(&self, state: &Secret<String>) -> Digest {
        Digest::of(format!(
            "{}\n{}",
            self.relying_party.issuer(),
            state.expose()
        ))
    }
}
