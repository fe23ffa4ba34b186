//! The app's own view of its events: what it missed, how each was delivered, and having one
//! delivered again.

use kernel::{Confinement, EventId, Fault, Limit, Page};
use time::OffsetDateTime;

use crate::{Attempt, Delivery, Event, Events, store};

/// An event as its app sees it.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The event.
    pub event: Event,
    /// Its place in the app's list.
    pub position: i64,
    /// Where its delivery stands.
    pub delivery: Delivery,
    /// How often it was tried.
    pub attempts: i32,
}

/// Why an event is not shown or sent again.
#[derive(Debug, thiserror::Error)]
pub enum EventError {
    /// The app has no such event, or none any more.
    #[error("no such event")]
    Unknown,
    /// The platform failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Events {
    /// The events of `client` that occurred at `since` or later, oldest first, from the one after
    /// `after`. A list that was read to its end is continued from its last position: nothing becomes
    /// visible before it.
    pub async fn list(
        &self,
        client: &str,
        since: Option<OffsetDateTime>,
        after: Option<i64>,
        limit: Limit,
    ) -> Result<Page<Listed>, Fault> {
        let mut tx = self.db.begin_read(Confinement::App(client.into())).await?;
        let listed = store::events(&mut tx, client, since, after, limit).await?;
        tx.commit().await?;
        Ok(listed)
    }

    /// The tries to deliver `event`, the first first.
    pub async fn attempts(&self, client: &str, event: EventId) -> Result<Vec<Attempt>, EventError> {
        let mut tx = self.db.begin_read(Confinement::App(client.into())).await?;
        let known = store::event(&mut tx, client, event).await?;
        let attempts = store::attempts(&mut tx, client, event).await?;
        tx.commit().await?;
        known.map(|_| attempts).ok_or(EventError::Unknown)
    }

    /// Has `event` delivered again, now; again and again is as good as once.
    pub async fn resend(&self, client: &str, event: EventId) -> Result<Listed, EventError> {
        let mut tx = self.db.begin(Confinement::App(client.into())).await?;
        store::resend(&mut tx, client, event, self.clock.now()).await?;
        let listed = store::event(&mut tx, client, event).await?;
        tx.commit().await?;
        listed.ok_or(EventError::Unknown)
    }
}
