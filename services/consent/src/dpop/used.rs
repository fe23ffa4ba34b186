//! The proofs already used, shared by all nodes: many requests' proofs are remembered in one
//! statement, so that a busy node waits for the database no more often than an idle one.
//!
//! The statement does not wait for the disk. What a node learns is seen by every other at once;
//! should the database itself fall over, the proofs of its last second can be presented once more.

use std::{collections::HashSet, time::Duration};

use kernel::{Clock, Confinement, Conn, Db, Digest, Fault};
use time::OffsetDateTime;
use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};

use super::store;

/// How many requests may wait; more wait for a place.
const QUEUE: usize = 4_096;
/// The most proofs of one statement.
const BATCH: usize = 512;
/// How long a statement may take before its requests are refused.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often proofs that are too old to be accepted are dropped.
const TIDY: Duration = Duration::from_secs(20);

/// Where proofs are handed in. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct UsedProofs {
    queue: mpsc::Sender<Pending>,
}

/// The other end, which every proof passes: run it as a task of its own.
#[derive(Debug)]
pub struct Doorkeeper {
    db: Db,
    clock: Clock,
    /// Nothing before the first proof, and after a failure.
    connection: Option<Conn>,
    queue: mpsc::Receiver<Pending>,
}

#[derive(Debug)]
struct Pending {
    proof: (Digest, OffsetDateTime),
    is_new: oneshot::Sender<bool>,
}

impl UsedProofs {
    pub(super) fn new(db: Db, clock: Clock) -> (Self, Doorkeeper) {
        let (sender, receiver) = mpsc::channel(QUEUE);
        let doorkeeper = Doorkeeper {
            db,
            clock,
            connection: None,
            queue: receiver,
        };
        (Self { queue: sender }, doorkeeper)
    }

    /// Adds a proof, to be remembered until `expires_at`; says whether it is new.
    pub(super) async fn add(
        &self,
        digest: Digest,
        expires_at: OffsetDateTime,
    ) -> Result<bool, Fault> {
        let gone = || Fault::Unavailable("the memory of used proofs");
        let (is_new, answer) = oneshot::channel();
        let pending = Pending {
            proof: (digest, expires_at),
            is_new,
        };
        self.queue.send(pending).await.map_err(|_closed| gone())?;
        answer.await.map_err(|_dropped| gone())
    }
}

impl Doorkeeper {
    /// Remembers proofs until nobody hands any in, and forgets the old ones meanwhile.
    pub async fn run(self) {
        let forgetting = forget(self.db.clone(), self.clock.clone());
        tokio::select! {
            () = self.serve() => {}
            () = forgetting => {}
        }
    }

    async fn serve(mut self) {
        let mut pending = Vec::with_capacity(BATCH);
        while self.queue.recv_many(&mut pending, BATCH).await > 0 {
            let proofs: Vec<_> = pending.iter().map(|pending| pending.proof).collect();
            match self.remember(&proofs).await {
                Ok(mut new) => {
                    for Pending { proof, is_new } in pending.drain(..) {
                        // Of two alike, only the first. Who went away needs no answer.
                        let _ = is_new.send(new.remove(&proof.0));
                    }
                }
                Err(fault) => {
                    tracing::error!(
                        error = &fault as &dyn std::error::Error,
                        proofs = pending.len(),
                        "proofs could not be remembered; their requests are refused"
                    );
                    pending.clear();
                }
            }
        }
    }

    /// One statement, which is its own transaction. A connection that failed is not used again:
    /// what became of its last statement is not known, and its requests are refused.
    async fn remember(
        &mut self,
        proofs: &[(Digest, OffsetDateTime)],
    ) -> Result<HashSet<Digest>, Fault> {
        let remembered = timeout(PATIENCE, async {
            let mut connection = match self.connection.take() {
                Some(connection) => connection,
                None => self.db.unhurried().await?,
            };
            let new = store::insert(&mut connection, proofs).await?;
            Ok((connection, new))
        });
        let late = Err(Fault::Unavailable("the memory of used proofs"));
        let (connection, new) = remembered.await.unwrap_or(late)?;
        self.connection = Some(connection);
        metrics::histogram!("cpf_proofs_remembered_at_once")
            .record(u32::try_from(proofs.len()).unwrap_or(u32::MAX));
        Ok(new)
    }
}

/// Drops old proofs, for ever.
async fn forget(db: Db, clock: Clock) {
    let mut beat = tokio::time::interval(TIDY);
    loop {
        beat.tick().await;
        let dropped = async {
            let mut tx = db.begin(Confinement::Open).await?;
            store::drop_late(&mut tx, clock.now()).await?;
            tx.commit().await
        };
        if let Err(fault) = dropped.await {
            tracing::warn!(
                error = &fault as &dyn std::error::Error,
                "old proofs are kept for a while"
            );
        }
    }
}
