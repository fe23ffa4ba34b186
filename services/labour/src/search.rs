//! Use case: find occupations as somebody types, and show a qualification, from memory.
//!
//! Memory follows the database: [`Labour::follow`] renews it whenever an import was committed, on
//! any node.

use std::{sync::Arc, time::Duration};

use kernel::{Confinement, Fault, Limit, Page};

use crate::{
    Labour, LabourError,
    guide::{Content, Guide},
    model::{Hit, OccupationLabel, Qualification},
    store,
};

/// How long to wait before asking again a database that was away.
const PAUSE: Duration = Duration::from_secs(1);

impl Labour {
    /// The occupations that `text` may mean, at most `limit`, the likeliest first. Words may be
    /// half typed, accents do not matter, nor which gender. Where nothing is found so, typing
    /// errors are forgiven: one in a word of four letters, two in a word of eight. CPU work of
    /// well under a millisecond.
    pub fn search(&self, text: &str, limit: Limit) -> Result<Vec<Hit>, LabourError> {
        let guide = self
            .current
            .guide()
            .ok_or(Fault::Unavailable("the occupation index"))?;
        let most = usize::try_from(limit.and_one()).unwrap_or_default();
        Ok(Page::cut(guide.search(text, most)?, limit).items)
    }

    /// The qualification under `code`, with the occupations it leads to; none when the register
    /// in force does not know it, or memory is not filled yet.
    pub fn known_qualification(&self, code: &str) -> Option<Arc<Qualification>> {
        self.current.guide()?.qualification(code)
    }

    /// The occupation under `code`; none when the release in force does not know it, or memory is
    /// not filled yet.
    pub fn known_occupation(&self, code: &str) -> Option<OccupationLabel> {
        self.current.guide()?.occupation(code)
    }

    /// Whether memory has been filled, so that searches are answered.
    pub fn is_ready(&self) -> bool {
        self.current.guide().is_some()
    }

    /// Fills memory from the database; what was there answers until then.
    pub async fn reload(&self) -> Result<(), LabourError> {
        // One at a time, so that what was read last is what stays.
        let _turn = self.renewal.lock().await;
        let content = self.content().await?;
        let guide = tokio::task::spawn_blocking(move || Guide::build(content))
            .await
            .map_err(|_stopped| Fault::Unavailable("building the occupation index"))??;
        self.current.replace(guide);
        Ok(())
    }

    /// Fills memory, then renews it after each import, for as long as it is polled.
    pub async fn follow(self) {
        loop {
            if let Err(error) = self.follow_one_connection().await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "labour data not renewed"
                );
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn follow_one_connection(&self) -> Result<(), LabourError> {
        let mut signals = self.db.listen(&[store::CHANNEL]).await?;
        loop {
            // Listening already: an import committed from here on is told. What the lost
            // connection missed is caught up by reading anyway.
            self.reload().await?;
            signals.try_recv().await.map_err(Fault::from)?;
            while signals.next_buffered().is_some() {}
        }
    }

    async fn content(&self) -> Result<Content, Fault> {
        let mut tx = self.db.begin_read(Confinement::Open).await?;
        Ok(Content {
            titles: store::titles(&mut tx).await?,
            qualifications: store::qualifications(&mut tx).await?,
        })
    }
}
