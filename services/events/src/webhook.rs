//! Where an app wants to be told, with which secret, and whether anybody listens there.

pub(crate) mod store;

use std::time::{Duration, Instant};

use egress::{AddressError, EgressError};
use kernel::{Confinement, EventId, Fault, Secret};
use serde_json::json;
use time::OffsetDateTime;

use crate::{
    Events, Outcome,
    model::message,
    signature::{self, SigningSecret},
};

/// How long the secret before goes on signing beside a new one, so that the app can change over.
const OVERLAP: time::Duration = time::Duration::hours(24);
/// How long a verification may take: the app waits for it.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where an app is told of its grants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// The address.
    pub url: String,
    /// Since when it has answered; nothing is sent before.
    pub verified_at: Option<OffsetDateTime>,
    /// Since when it says that it is gone.
    pub gone_at: Option<OffsetDateTime>,
    /// Until when the secret before signs too.
    pub former_until: Option<OffsetDateTime>,
    pub(crate) generation: u16,
    pub(crate) former_generation: Option<u16>,
}

/// A webhook that was put in place.
#[derive(Debug)]
pub struct Registered {
    /// The webhook.
    pub webhook: Webhook,
    /// Its secret, when this is the first time: it is not shown again.
    pub secret: Option<Secret<String>>,
}

/// A secret that was replaced.
#[derive(Debug)]
pub struct Rotated {
    /// The new secret: it is not shown again.
    pub secret: Secret<String>,
    /// Until when the one before signs too.
    pub former_until: OffsetDateTime,
}

/// What came of asking whether anybody listens.
#[derive(Debug, Clone, Copy)]
pub struct Verification {
    /// What was answered.
    pub outcome: Outcome,
    /// How long it took.
    pub duration: Duration,
}

/// Why a webhook is not put in place, changed or verified.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// The app has none.
    #[error("no webhook is registered")]
    None,
    /// Its address is not one to send to.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// Its secret was replaced as often as can be.
    #[error("this secret cannot be replaced any more")]
    WornOut,
    /// The platform failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Webhook {
    /// The secrets that sign at `now`, the newest first.
    fn generations(&self, now: OffsetDateTime) -> impl Iterator<Item = u16> {
        let lives = self.former_until.is_some_and(|until| now < until);
        let former = self.former_generation.filter(|_| lives);
        std::iter::once(self.generation).chain(former)
    }

    /// The webhook with its next secret. While the one before still signs beside the present one,
    /// it is the present one that goes: the app may never have received it.
    pub(crate) fn rotated(&self, now: OffsetDateTime) -> Option<Self> {
        let former = self.generations(now).last();
        Some(Self {
            generation: self.generation.checked_add(1)?,
            former_generation: former,
            former_until: Some(now + OVERLAP),
            ..self.clone()
        })
    }
}

impl Events {
    /// Has `client` told at `url`. The same again changes nothing; another address must be verified
    /// anew, and keeps the secret.
    pub async fn register_webhook(
        &self,
        client: &str,
        url: &str,
    ) -> Result<Registered, WebhookError> {
        let address = self.egress.address(url)?;
        let mut tx = self.db.begin(Confinement::App(client.into())).await?;
        let is_new = store::put(&mut tx, client, address.as_str()).await?;
        let webhook = store::find(&mut tx, client).await?;
        tx.commit().await?;
        let webhook = webhook.ok_or(WebhookError::None)?;
        let secret = is_new.then(|| self.secret(client, webhook.generation).text());
        Ok(Registered { webhook, secret })
    }

    /// Gives the webhook of `client` a new secret; the one before signs for another day.
    pub async fn rotate_webhook_secret(&self, client: &str) -> Result<Rotated, WebhookError> {
        let now = self.clock.now();
        let mut tx = self.db.begin(Confinement::App(client.into())).await?;
        let found = store::find(&mut tx, client).await?;
        let found = found.ok_or(WebhookError::None)?;
        let rotated = found.rotated(now).ok_or(WebhookError::WornOut)?;
        if !store::rotate(&mut tx, client, found.generation, &rotated).await? {
            // Somebody did so at the same moment: which secret is the present one?
            return Err(Fault::Unavailable("the webhook").into());
        }
        tx.commit().await?;
        Ok(Rotated {
            secret: self.secret(client, rotated.generation).text(),
            former_until: now + OVERLAP,
        })
    }

    /// Sends a signed message to the webhook of `client`, and starts delivering when it is taken.
    pub async fn verify_webhook(&self, client: &str) -> Result<Verification, WebhookError> {
        let mut tx = self.db.begin_read(Confinement::App(client.into())).await?;
        let webhook = store::find(&mut tx, client).await?;
        tx.commit().await?;
        let webhook = webhook.ok_or(WebhookError::None)?;
        let id = EventId::generate(&self.clock, &self.entropy);
        let data = json!({ "client_id": client });
        let body = message("webhook.verification", self.clock.now(), &data);
        let begun = Instant::now();
        let outcome = self.post(client, &webhook, id, body, PATIENCE).await;
        let duration = begun.elapsed();
        if outcome.is_taken() {
            let mut tx = self.db.begin(Confinement::App(client.into())).await?;
            // If it was changed meanwhile, another address was verified than the one that is there.
            store::verify(&mut tx, client, &webhook.url, self.clock.now()).await?;
            tx.commit().await?;
        }
        Ok(Verification { outcome, duration })
    }

    /// Posts a message to `webhook`, signed with each secret that lives.
    pub(crate) async fn post(
        &self,
        client: &str,
        webhook: &Webhook,
        id: EventId,
        body: String,
        time: Duration,
    ) -> Outcome {
        let Ok(address) = self.egress.address(&webhook.url) else {
            return Outcome::Address;
        };
        let now = self.clock.now();
        let secrets: Vec<_> = webhook
            .generations(now)
            .map(|generation| self.secret(client, generation))
            .collect();
        let headers = signature::headers(&secrets, id, now, &body);
        let answered = self.egress.post(&address, &headers, body.into(), time);
        outcome(&answered.await)
    }

    fn secret(&self, client: &str, generation: u16) -> SigningSecret {
        SigningSecret::derive(&self.keys, client, generation)
    }
}

fn outcome(answered: &Result<u16, EgressError>) -> Outcome {
    match answered {
        Ok(status) => Outcome::Answered(*status),
        Err(EgressError::OutOfReach) => Outcome::OutOfReach,
        Err(EgressError::TooSlow) => Outcome::TooSlow,
        Err(EgressError::TooLarge | EgressError::Unreachable(_)) => Outcome::Unreachable,
    }
}

#[cfg(test)]
mod tests {
    use time::{Duration, macros::datetime};

    use super::{OVERLAP, Webhook};

    #[test]
    fn two_secrets_sign_for_a_day_and_who_rotates_twice_keeps_the_one_in_use() {
        let now = datetime!(2026-11-24 08:00 UTC);
        let signing = |webhook: &Webhook, at| webhook.generations(at).collect::<Vec<_>>();
        let first = Webhook {
            url: String::new(),
            verified_at: None,
            gone_at: None,
            former_until: None,
            generation: 1,
            former_generation: None,
        };
        assert_eq!(signing(&first, now), [1]);
        let second = first.rotated(now).unwrap();
        assert_eq!(signing(&second, now + Duration::hours(23)), [2, 1]);
        assert_eq!(signing(&second, now + OVERLAP), [2]);
        let third = second.rotated(now + Duration::hours(1)).unwrap();
        assert_eq!(signing(&third, now + Duration::hours(2)), [3, 1]);
        let later = second.rotated(now + OVERLAP).unwrap();
        assert_eq!(signing(&later, now + OVERLAP), [3, 2]);
        let worn = Webhook {
            generation: u16::MAX,
            ..first
        };
        assert!(worn.rotated(now).is_none());
    }
}
