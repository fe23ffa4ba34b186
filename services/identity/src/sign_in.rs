//! Signing in: leaving for the provider, coming back, and opening a session.

use kernel::{Confinement, Digest, Fault, Secret, WorkerId};

use crate::{
    Authentication, Departure, Identity, ReturnTo, SignIn, SignInError, Traits, france_connect,
    session::LIFETIME, store,
};

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

impl Identity {
    /// Prepares a departure to the provider; `anew` where she must prove again who she is, even if
    /// the provider still knows her.
    pub async fn depart(&self, return_to: &ReturnTo, anew: bool) -> Result<Departure, SignInError> {
        self.visits.depart(return_to, anew).await
    }

    /// Completes a sign-in and opens a session.
    pub async fn arrive(&self, sign_in: SignIn) -> Result<SignedIn, SignInError> {
        let visitor = self.visits.arrive(sign_in).await?;
        let traits = france_connect::traits(&visitor.claims)?;
        let return_to = ReturnTo::new(&visitor.return_to);
        Ok(self
            .open_session(&visitor.subject, &visitor.authentication, traits, return_to)
            .await?)
    }

    async fn open_session(
        &self,
        subject: &str,
        authentication: &Authentication,
        traits: Traits,
        return_to: ReturnTo,
    ) -> Result<SignedIn, Fault> {
        let subject = self.keys.keyed_digest("sign-in", subject.as_bytes());
        let worker = self.worker_of(subject).await?;
        let match_keys = traits.match_keys(&self.keys);
        let secret = self.entropy.token();
        let now = self.clock.now();
        let mut tx = self.db.begin(Confinement::Worker(worker)).await?;
        store::put_traits(&mut tx, worker, &traits, now).await?;
        store::put_match_keys(&mut tx, worker, &traits, &match_keys).await?;
        store::drop_ended_sessions(&mut tx, worker, now).await?;
        let digest = Digest::of(secret.expose());
        let session = store::NewSession {
            digest,
            authentication,
            created_at: now,
            expires_at: now + LIFETIME,
        };
        store::insert_session(&mut tx, worker, &session).await?;
        tx.commit().await?;
        Ok(SignedIn {
            worker,
            secret,
            return_to,
            match_keys,
            traits,
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
