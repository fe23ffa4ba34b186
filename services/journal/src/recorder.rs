//! The writer that commits many readers' lines at once.

use std::time::Duration;

use kernel::{Conn, Db, Entropy, Fault};
use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};

use crate::{Line, store};

/// How many readers may wait for the writer; more wait for a place.
const QUEUE: usize = 4_096;
/// The most lines of one commit.
const COMMIT: usize = 512;
/// How long a commit may take before its readers are refused.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where readers hand in their lines. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Journal {
    queue: mpsc::Sender<Pending>,
}

/// The other end: run it as a task of its own.
#[derive(Debug)]
pub struct Recorder {
    db: Db,
    entropy: Entropy,
    /// Nothing before the first line, and after a failure.
    connection: Option<Conn>,
    queue: mpsc::Receiver<Pending>,
}

#[derive(Debug)]
struct Pending {
    line: Line,
    durable: oneshot::Sender<()>,
}

impl Journal {
    /// The journal kept in `db`, and the task that writes it, with salts out of `entropy`.
    pub fn open(db: Db, entropy: Entropy) -> (Self, Recorder) {
        let (sender, receiver) = mpsc::channel(QUEUE);
        (
            Self { queue: sender },
            Recorder {
                db,
                entropy,
                connection: None,
                queue: receiver,
            },
        )
    }

    /// Records `line`; it is durable when this returns. When it cannot be, what the line tells
    /// must not leave the platform.
    pub async fn record(&self, line: Line) -> Result<(), Fault> {
        let (durable, committed) = oneshot::channel();
        let pending = Pending { line, durable };
        self.queue
            .send(pending)
            .await
            .map_err(|_closed| Fault::Unavailable("the journal"))?;
        committed
            .await
            .map_err(|_dropped| Fault::Unavailable("the journal"))
    }
}

impl Recorder {
    /// Writes lines until every [`Journal`] is gone, then returns.
    pub async fn run(mut self) {
        let mut pending = Vec::with_capacity(COMMIT);
        while self.queue.recv_many(&mut pending, COMMIT).await > 0 {
            match self.commit(&pending).await {
                Ok(()) => {
                    for done in pending.drain(..) {
                        // A reader that went away needs no answer: its line stands.
                        let _ = done.durable.send(());
                    }
                }
                Err(fault) => {
                    tracing::error!(
                        error = &fault as &dyn std::error::Error,
                        lines = pending.len(),
                        "journal lines were not written; their readers are refused"
                    );
                    pending.clear();
                }
            }
        }
    }

    /// One statement, which is its own transaction. A connection that failed is not used again:
    /// what became of its last statement is not known, and its readers are refused.
    async fn commit(&mut self, pending: &[Pending]) -> Result<(), Fault> {
        let written = timeout(PATIENCE, async {
            let mut connection = match self.connection.take() {
                Some(connection) => connection,
                None => self.db.recorder().await?,
            };
            let lines = pending.iter().map(|pending| &pending.line);
            store::append(&mut connection, &self.entropy, lines).await?;
            Ok(connection)
        });
        let connection = written
            .await
            .unwrap_or(Err(Fault::Unavailable("the journal")))?;
        self.connection = Some(connection);
        metrics::histogram!("cpf_journal_commit_lines")
            .record(u32::try_from(pending.len()).unwrap_or(u32::MAX));
        Ok(())
    }
}
