//! Signing in: leaving for the provider, coming back, and opening a session.

use kernel::{Confinement, Digest, Fault, Secret, WorkerId};
use url::Url;

use crate::{
    Identity, ProviderError, ReturnTo, Traits, relying_party::Vouched, session::LIFETIME, store,
};

/// How long a worker may take at the provider.
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

/// A worker who has just signed in.
#[derive(Debug)]
pub struct SignedIn {
    /// Who.
    pub worker: WorkerId,
    /// The secret of her session, for the cookie.
    pub secret: Secret<String>,
    /// Where she wanted to go.
    pub return_to: ReturnTo,
    /// Her traits' keys: what waits under them is hers.
    pub match_keys: Vec<Digest>,
    /// Her traits, as vouched for just now.
    pub traits: Traits,
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

impl Identity {
    /// Prepares a departure to the provider.
    pub async fn depart(&self, return_to: &ReturnTo) -> Result<Departure, SignInError> {
        let departing = self.relying_party.depart(self.entropy.token()).await?;
        let now = self.clock.now();
        let mut tx = self.db.begin(Confinement::Open).await?;
        store::drop_late_attempts(&mut tx, now).await?;
        let attempt = store::Attempt {
            nonce: departing.nonce,
            pkce_verifier: departing.pkce_verifier,
            return_to: return_to.as_str().into(),
            expires_at: now + ATTEMPT,
        };
        store::insert_attempt(&mut tx, Digest::of(departing.state.expose()), &attempt).await?;
        tx.commit().await?;
        Ok(Departure {
            url: departing.url,
            state: departing.state,
        })
    }

    /// Completes a sign-in and opens a session.
    pub async fn arrive(&self, sign_in: SignIn) -> Result<SignedIn, SignInError> {
        let state = Digest::of(sign_in.state.expose());
        if state != Digest::of(sign_in.expected_state.expose()) {
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
        let vouched = self
            .relying_party
            .arrive(code, attempt.nonce, attempt.pkce_verifier)
            .await?;
        Ok(self
            .open_session(vouched, ReturnTo::new(&attempt.return_to))
            .await?)
    }

    async fn open_session(&self, vouched: Vouched, return_to: ReturnTo) -> Result<SignedIn, Fault> {
        let subject = format!("{}\n{}", self.relying_party.issuer(), vouched.subject);
        let subject = self.keys.keyed_digest("sign-in", subject.as_bytes());
        let worker = self.worker_of(subject).await?;
        let match_keys = vouched.traits.match_keys(&self.keys);
        let secret = self.entropy.token();
        let now = self.clock.now();
        let mut tx = self.db.begin(Confinement::Worker(worker)).await?;
        store::put_traits(&mut tx, worker, &vouched.traits, now).await?;
        store::put_match_keys(&mut tx, worker, &vouched.traits, &match_keys).await?;
        store::drop_ended_sessions(&mut tx, worker, now).await?;
        let digest = Digest::of(secret.expose());
        store::insert_session(&mut tx, worker, digest, now, now + LIFETIME).await?;
        tx.commit().await?;
        Ok(SignedIn {
            worker,
            secret,
            return_to,
            match_keys,
            traits: vouched.traits,
        })
    }

    /// The worker known under `subject`, or a new one.
    async fn worker_of(&self, subject: Digest) -> Result<WorkerId, Fault> {
        loop {
            let mut tx = self.db.begin_read(Confinement::Presented(subject)).await?;
            let known = store::worker_of(&mut tx, subject).await?;
            tx.commit().await?;
            if let Some(worker) = known {
                return Ok(worker);
            }
            let worker = WorkerId::generate(&self.clock, &self.entropy);
            let mut tx = self.db.begin(Confinement::Worker(worker)).await?;
            match store::insert_worker(&mut tx, worker, subject, self.clock.now()).await {
                Ok(()) => {
                    tx.commit().await?;
                    return Ok(worker);
                }
                // Two first sign-ins at once: the other one won, and its worker is ours.
                Err(fault) if fault.constraint() == Some("sign_ins_pkey") => {}
                Err(fault) => return Err(fault),
            }
        }
    }
}
