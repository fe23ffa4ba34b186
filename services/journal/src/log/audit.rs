//! An audit: every line, every leaf and every signed head, compared with each other.

use kernel::{Conn, Digest, Fault, Keys, LineId, WorkerId};
use uuid::Uuid;

use super::{Edge, Signer, leaf_hash, store, tree::Node};
use crate::{Kept, Seal, store as lines};

/// How many rows are read at once.
const PAGE: i64 = 2_000;
/// How many flaws are told; beyond, only that there are more.
const TOLD: usize = 100;

/// What was compared, and what is wrong.
#[derive(Debug, Default)]
pub struct Audit {
    /// Lines of the journal, of all workers.
    pub lines: u64,
    /// Leaves of the log.
    pub leaves: u64,
    /// Signed heads.
    pub checkpoints: u64,
    /// Commitments that wait to be sealed.
    pub waiting: u64,
    /// What does not fit, the first hundred.
    pub flaws: Vec<AuditFlaw>,
}

/// Something that does not fit. It names lines and leaves by their opaque ids.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuditFlaw {
    /// The line does not hash to its commitment.
    #[error("line {0} was changed since it was written")]
    Changed(Uuid),
    /// The commitment is neither in the log nor in the queue.
    #[error(
        "line {0} is not in the log and does not wait for it: its commitment was changed or taken away"
    )]
    Unknown(Uuid),
    /// A leaf whose line is gone, and was not erased as erasing is done.
    #[error("the line sealed at index {0} was removed")]
    Removed(u64),
    /// Commitments in the queue whose lines are gone.
    #[error("{0} lines were removed before they were sealed")]
    RemovedWaiting(i64),
    /// The leaves are not numbered one after the other.
    #[error("the log has no leaf at index {0}")]
    Gap(u64),
    /// A tile's hash is not that of its leaves.
    #[error("the hash of tile {position} of level {level} is not that of what it covers")]
    Node {
        /// The level of the tile's hash.
        level: i16,
        /// Its position in the level.
        position: i64,
    },
    /// A head was signed of another tree.
    #[error("the tree of {0} lines is not the one whose head was signed: a leaf below was changed")]
    Head(i64),
    /// A head is not signed by this log.
    #[error("the checkpoint of {0} lines is not signed by this log")]
    Unsigned(i64),
}

/// Compares all that `conn` reads, which is [`kernel::Db::auditor`]'s, with what the log named
/// `origin` has signed.
pub async fn audit(conn: &mut Conn, keys: &Keys, origin: &str) -> Result<Audit, Fault> {
    let mut audit = Audit::default();
    let signer = Signer::of(keys, origin);
    audit.heads(conn, &signer).await?;
    let orphans = audit.lines(conn).await?;
    audit.removed(conn, orphans).await?;
    let (waiting, orphaned) = store::pending(conn).await?;
    audit.waiting = waiting.unsigned_abs();
    if orphaned > 0 {
        audit.note(AuditFlaw::RemovedWaiting(orphaned));
    }
    Ok(audit)
}

impl Audit {
    fn note(&mut self, flaw: AuditFlaw) {
        if self.flaws.len() < TOLD {
            self.flaws.push(flaw);
        }
    }

    /// Grows the tree again, leaf by leaf, and holds it to each tile and each signed head.
    async fn heads(&mut self, conn: &mut Conn, signer: &Signer) -> Result<(), Fault> {
        let mut edge = Edge::empty();
        // A head of the empty tree is never kept.
        let mut heads = Heads::default();
        loop {
            let page = store::leaves_from(conn, edge.size(), PAGE).await?;
            let Some((first, _)) = page.first() else {
                break;
            };
            if *first != edge.size() {
                self.note(AuditFlaw::Gap(edge.size()));
                break;
            }
            let mut filled: Vec<Node> = Vec::new();
            for (index, leaf) in &page {
                if *index != edge.size() {
                    break;
                }
                filled.extend(edge.push(leaf_hash(leaf)));
                while let Some((size, note)) = heads.of(conn, edge.size()).await? {
                    self.checkpoints += 1;
                    match signer.open(&note) {
                        Ok(head) if head.root == edge.root() && head.size == edge.size() => {}
                        Ok(_) => self.note(AuditFlaw::Head(size)),
                        Err(_) => self.note(AuditFlaw::Unsigned(size)),
                    }
                }
            }
            if let Some((level, position)) = store::missing_node(conn, &filled).await? {
                self.note(AuditFlaw::Node { level, position });
            }
        }
        self.leaves = edge.size();
        // What was signed of a tree that is no longer that long.
        for (size, _) in heads.rest(conn).await? {
            self.note(AuditFlaw::Head(size));
        }
        Ok(())
    }

    /// Holds each line to its commitment, and its commitment to the log; answers the indexes that
    /// no line stands for.
    async fn lines(&mut self, conn: &mut Conn) -> Result<Vec<u64>, Fault> {
        let mut found = vec![false; usize::try_from(self.leaves).unwrap_or_default()];
        let mut after = (WorkerId::from(Uuid::nil()), LineId::from(Uuid::nil()));
        loop {
            let page = lines::lines_after(conn, after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = (last.line.worker, last.line.id);
            self.lines += u64::try_from(page.len()).unwrap_or_default();
            for kept in &page {
                if kept.seal() == Seal::Broken {
                    self.note(AuditFlaw::Changed(kept.line.id.uuid()));
                }
                let place = kept.index.and_then(|index| usize::try_from(index).ok());
                if let Some(place) = place.and_then(|place| found.get_mut(place)) {
                    *place = true;
                }
            }
            self.unknown(conn, &page).await?;
        }
        let orphans = (0..).zip(found).filter(|(_, found)| !found);
        Ok(orphans.map(|(index, _)| index).collect())
    }

    async fn unknown(&mut self, conn: &mut Conn, page: &[Kept]) -> Result<(), Fault> {
        let unsealed = page.iter().filter(|kept| kept.index.is_none());
        let leaves: Vec<Digest> = unsealed.clone().map(|kept| kept.leaf).collect();
        if leaves.is_empty() {
            return Ok(());
        }
        let waiting = lines::waiting(conn, &leaves).await?;
        for kept in unsealed.filter(|kept| !waiting.contains(&kept.leaf)) {
            self.note(AuditFlaw::Unknown(kept.line.id.uuid()));
        }
        Ok(())
    }

    async fn removed(&mut self, conn: &mut Conn, orphans: Vec<u64>) -> Result<(), Fault> {
        for some in orphans.chunks(10_000) {
            let some: Vec<_> = some
                .iter()
                .filter_map(|index| i64::try_from(*index).ok())
                .collect();
            for index in store::not_erased(conn, &some).await? {
                self.note(AuditFlaw::Removed(index));
            }
        }
        Ok(())
    }
}

/// The signed heads in the order of their sizes, read a page at a time.
#[derive(Debug, Default)]
struct Heads {
    page: std::collections::VecDeque<(i64, String)>,
    after: i64,
    ended: bool,
}

impl Heads {
    /// The next head, if it is of a tree of at most `size`.
    async fn of(&mut self, conn: &mut Conn, size: u64) -> Result<Option<(i64, String)>, Fault> {
        self.fill(conn).await?;
        let is_due = |head: &(i64, String)| head.0.unsigned_abs() <= size;
        let due = self.page.front().is_some_and(is_due);
        Ok(if due { self.page.pop_front() } else { None })
    }

    /// The first heads that are left.
    async fn rest(
        mut self,
        conn: &mut Conn,
    ) -> Result<std::collections::VecDeque<(i64, String)>, Fault> {
        self.fill(conn).await?;
        Ok(self.page)
    }

    async fn fill(&mut self, conn: &mut Conn) -> Result<(), Fault> {
        if self.page.is_empty() && !self.ended {
            self.page = store::checkpoints_after(conn, self.after, PAGE)
                .await?
                .into();
            match self.page.back() {
                Some((size, _)) => self.after = *size,
                None => self.ended = true,
            }
        }
        Ok(())
    }
}
