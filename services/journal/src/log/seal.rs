//! Sealing: commitments that wait become leaves, and the new head is signed.

use std::time::Duration;

use kernel::{Confinement, Conn, Fault};
use tokio::time::{MissedTickBehavior, interval};

use super::{Edge, Log, Question, answer, leaf_hash, store};

/// The most lines that one head adds: what one transaction holds.
const MOST: usize = 4_096;
/// A line that waits longer than this is worth an alarm.
const LATE: Duration = Duration::from_mins(1);

impl Log {
    /// Seals what waits, every `every`, until dropped. Any number of nodes may: they take turns.
    pub async fn run(self, every: Duration) {
        let mut beat = interval(every);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            beat.tick().await;
            if let Err(fault) = self.seal_all().await {
                tracing::error!(
                    error = &fault as &dyn std::error::Error,
                    "the journal was not sealed; trying again"
                );
            }
        }
    }

    async fn seal_all(&self) -> Result<(), Fault> {
        while self.seal().await? == MOST {}
        let mut tx = self.db.begin_read(Confinement::Sealing).await?;
        let oldest = store::oldest_pending(&mut tx).await?;
        tx.commit().await?;
        let lag = oldest.map_or(time::Duration::ZERO, |at| self.clock.now() - at);
        metrics::gauge!("cpf_journal_seal_lag_seconds").set(lag.as_seconds_f64().max(0.0));
        if lag > LATE {
            tracing::warn!(
                seconds = lag.whole_seconds(),
                "lines of the journal wait to be sealed"
            );
        }
        Ok(())
    }

    /// Takes what waits into the log, up to a bound, and signs the new head; answers how many lines
    /// that sealed. None while another node is at it.
    pub async fn seal(&self) -> Result<usize, Fault> {
        let mut tx = self.db.begin(Confinement::Sealing).await?;
        if !store::take_turn(&mut tx).await? {
            return Ok(0);
        }
        let leaves = store::take_pending(&mut tx, MOST).await?;
        if leaves.is_empty() {
            return Ok(0);
        }
        let mut edge = self.edge(&mut tx).await?;
        let first = edge.size();
        let nodes: Vec<_> = leaves
            .iter()
            .flat_map(|leaf| edge.push(leaf_hash(leaf)))
            .collect();
        store::append(&mut tx, first, &leaves, &nodes).await?;
        let head = self.signer.sign_head(edge.size(), edge.root())?;
        store::keep_checkpoint(&mut tx, &head, self.clock.now()).await?;
        tx.commit().await?;
        let sealed = u64::try_from(leaves.len()).unwrap_or(u64::MAX);
        metrics::counter!("cpf_journal_sealed_lines_total").increment(sealed);
        Ok(leaves.len())
    }

    /// The right edge of the log, which must be the one that was signed last: no head is signed that
    /// contradicts another.
    async fn edge(&self, conn: &mut Conn) -> Result<Edge, Fault> {
        let head = self.last(conn).await?;
        let peaks = answer(conn, Question::Edge(head.size)).await?;
        let edge = Edge::resumed(head.size, peaks);
        if edge.root() != head.root {
            return Err(Fault::Corrupt(
                "journal_leaves or journal_nodes: not the tree whose head was signed last".into(),
            ));
        }
        Ok(edge)
    }
}
