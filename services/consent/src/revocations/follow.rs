//! Following the log of revocations.

use std::time::{Duration, Instant};

use kernel::{Clock, Confinement, Db, Fault};

use super::{Revocations, store};
use crate::token;

/// How often the log is read when nobody notifies.
const POLL: Duration = Duration::from_millis(500);
/// How long a read may take before it counts as failed.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often what no token needs any more is dropped.
const TIDY: Duration = Duration::from_mins(15);

/// The task that keeps [`Revocations`] fresh. Run it for as long as the node serves.
#[derive(Debug)]
pub struct Follower {
    db: Db,
    clock: Clock,
    revocations: Revocations,
    epoch: i64,
}

impl Follower {
    pub(super) const fn new(db: Db, clock: Clock, revocations: Revocations) -> Self {
        Self {
            db,
            clock,
            revocations,
            epoch: 0,
        }
    }

    /// Follows the log until dropped. A lost connection is made again; what it missed is read.
    pub async fn run(mut self) {
        loop {
            match self.follow().await {
                Ok(()) => {}
                Err(fault) => {
                    tracing::warn!(
                        error = &fault as &dyn std::error::Error,
                        "revocations cannot be followed; trying again"
                    );
                    tokio::time::sleep(POLL / 2).await;
                }
            }
        }
    }

    async fn follow(&mut self) -> Result<(), Fault> {
        let mut listener = within(self.db.listen(&[store::CHANNEL])).await?;
        self.tidy().await?;
        // After LISTEN, so that nothing falls between the read and the first notification.
        self.catch_up().await?;
        let mut tidied = Instant::now();
        loop {
            if tidied.elapsed() > TIDY {
                self.tidy().await?;
                tidied = Instant::now();
            }
            // A notification and a time-out lead to the same read.
            if let Ok(notified) = tokio::time::timeout(POLL, listener.recv()).await {
                notified?;
            }
            self.catch_up().await?;
        }
    }

    /// Drops what no token needs any more, here and in the log.
    async fn tidy(&self) -> Result<(), Fault> {
        self.revocations.forget();
        within(async {
            let mut tx = self.db.begin(Confinement::Open).await?;
            store::drop_before(&mut tx, self.clock.now() - super::KEEP).await?;
            tx.commit().await
        })
        .await
    }

    async fn catch_up(&mut self) -> Result<(), Fault> {
        let read_at = Instant::now();
        let now = self.clock.now();
        let rows = within(async {
            let mut tx = self.db.begin(Confinement::Open).await?;
            let rows = store::since(&mut tx, self.epoch, now - token::LIFETIME * 2).await?;
            tx.commit().await?;
            Ok::<_, Fault>(rows)
        })
        .await?;
        for row in rows {
            match row.what {
                store::What::Grant(grant, up_to_version) => {
                    self.revocations.apply(grant, up_to_version);
                }
                store::What::App(client_id, enabled) => {
                    self.revocations.apply_app(&client_id, enabled, row.at);
                }
            }
            self.epoch = self.epoch.max(row.epoch);
        }
        self.revocations.refreshed(read_at);
        Ok(())
    }
}

async fn within<T>(work: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
    let patient = tokio::time::timeout(PATIENCE, work).await;
    patient.unwrap_or(Err(Fault::Unavailable("the database")))
}
