//! The courier: takes what is due and posts it.
//!
//! What is due is taken for a minute and put back before it is posted: a node that dies half way
//! leaves it to be taken again, so that a message may come twice and is never lost. Any number of
//! nodes share the work. An app whose server is slow holds up its own messages and no one else's.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use kernel::{Confinement, Fault};
use tokio::{task::JoinSet, time::timeout};

use crate::{
    Attempt, Event, Events, Outcome, Webhook,
    model::next_try,
    store::{self, CHANNEL},
    webhook,
};

/// Messages under way at once on this node, and of one app.
const AT_ONCE: usize = 32;
pub(crate) const AT_ONCE_FOR_ONE: usize = 4;
/// How long an app may take to answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long a message is left alone by the others once somebody has taken it.
const TAKEN: time::Duration = time::Duration::minutes(1);
/// How long the courier rests when nobody calls.
const REST: Duration = Duration::from_secs(1);
/// How long it rests after a failure.
const AFTER_FAILURE: Duration = Duration::from_secs(5);
/// How often what is too old is dropped, and how old that is.
const TIDY: Duration = Duration::from_hours(1);
const KEEP_EVENTS: time::Duration = time::Duration::days(90);
const KEEP_ATTEMPTS: time::Duration = time::Duration::days(30);

/// A message that is due, taken by this node.
#[derive(Debug)]
pub(crate) struct Due {
    pub(crate) event: Event,
    /// Which try this is, from 1.
    pub(crate) number: i32,
    pub(crate) webhook: Webhook,
}

/// What is under way, and how much of it for each app.
#[derive(Debug, Default)]
struct UnderWay {
    tasks: JoinSet<(String, Result<(), Fault>)>,
    by_client: HashMap<String, usize>,
}

impl Events {
    /// Delivers events as they come, for as long as it is polled. Dropping it loses nothing: what
    /// was under way is taken again after a minute.
    pub async fn run(self) {
        loop {
            if let Err(fault) = self.follow().await {
                tracing::warn!(
                    error = &fault as &dyn std::error::Error,
                    "the courier rests"
                );
                tokio::time::sleep(AFTER_FAILURE).await;
            }
        }
    }

    async fn follow(&self) -> Result<(), Fault> {
        let mut calls = self.db.listen(&[CHANNEL]).await?;
        let mut under_way = UnderWay::default();
        let mut tidied: Option<Instant> = None;
        loop {
            if tidied.is_none_or(|at| at.elapsed() > TIDY) {
                self.tidy().await?;
                tidied = Some(Instant::now());
            }
            for due in self.take(&under_way).await? {
                under_way.begin(self.clone(), due);
            }
            tokio::select! {
                ended = under_way.end() => ended?,
                call = timeout(REST, calls.recv()) => if let Ok(call) = call {
                    call?;
                },
            }
        }
    }

    /// Takes what is due and fits.
    async fn take(&self, under_way: &UnderWay) -> Result<Vec<Due>, Fault> {
        let fits = AT_ONCE - under_way.tasks.len();
        if fits == 0 {
            return Ok(Vec::new());
        }
        let now = self.clock.now();
        let mut tx = self.db.begin(Confinement::Courier).await?;
        let due = store::take(&mut tx, &under_way.busy(), fits, now, now + TAKEN).await?;
        tx.commit().await?;
        Ok(due)
    }

    async fn deliver(&self, due: &Due) -> Result<(), Fault> {
        let (event, webhook) = (&due.event, &due.webhook);
        let (at, begun) = (self.clock.now(), Instant::now());
        let message = event.message();
        let outcome = self
            .post(&event.client_id, webhook, event.id, message, PATIENCE)
            .await;
        let attempt = Attempt {
            number: due.number,
            at,
            outcome,
            duration: begun.elapsed(),
        };
        self.write_down(event, &attempt, webhook).await?;
        let told = match outcome {
            Outcome::Answered(_) if outcome.is_taken() => "delivered",
            Outcome::Answered(_) => "refused",
            other => other.failure().unwrap_or_default(),
        };
        metrics::counter!("cpf_webhook_attempts_total", "outcome" => told).increment(1);
        Ok(())
    }

    async fn write_down(
        &self,
        event: &Event,
        attempt: &Attempt,
        webhook: &Webhook,
    ) -> Result<(), Fault> {
        let now = self.clock.now();
        let [dice] = self.entropy.bytes();
        let again = next_try(attempt.number, now, dice).filter(|_| !attempt.outcome.is_taken());
        let mut tx = self.db.begin(Confinement::Courier).await?;
        store::insert_attempt(&mut tx, event, attempt).await?;
        store::end_try(&mut tx, event, attempt, again, now).await?;
        if attempt.outcome.is_gone() {
            webhook::store::give_up(&mut tx, &event.client_id, &webhook.url, now).await?;
        }
        tx.commit().await
    }

    async fn tidy(&self) -> Result<(), Fault> {
        let now = self.clock.now();
        let mut tx = self.db.begin(Confinement::Courier).await?;
        store::drop_old(&mut tx, now - KEEP_EVENTS, now - KEEP_ATTEMPTS).await?;
        tx.commit().await
    }
}

impl UnderWay {
    /// Apps that have as much under way as one may.
    fn busy(&self) -> Vec<String> {
        let busy = self.by_client.iter();
        busy.filter(|(_, count)| **count >= AT_ONCE_FOR_ONE)
            .map(|(client, _)| client.clone())
            .collect()
    }

    fn begin(&mut self, events: Events, due: Due) {
        let client = due.event.client_id.clone();
        *self.by_client.entry(client.clone()).or_default() += 1;
        self.tasks.spawn(async move {
            let delivered = events.deliver(&due).await;
            (client, delivered)
        });
    }

    /// Waits for one to end; for ever when there is none.
    async fn end(&mut self) -> Result<(), Fault> {
        let Some(ended) = self.tasks.join_next().await else {
            return std::future::pending().await;
        };
        let Ok((client, delivered)) = ended else {
            return Err(Fault::Unavailable("a delivery"));
        };
        if let Some(count) = self.by_client.get_mut(&client) {
            *count -= 1;
        }
        self.by_client.retain(|_, count| *count > 0);
        delivered
    }
}
