//! The log of commitments: a Merkle tree that only grows, whose signed heads anybody may keep.
//!
//! A line is written with its commitment (see [`crate::Content`]), which waits in a queue until
//! [`Log::seal`] takes it into the tree: one node at a time, in one transaction that appends the
//! leaves, signs the new head and empties the queue. A crash leaves all of that or nothing. From
//! then on a line cannot be changed or removed without contradicting a head that was published:
//! [`crate::verify`] shows it to whoever holds the line, [`audit()`] to who holds the database.
//!
//! The sealer signs no head that does not continue the last one. It knows only commitments, and
//! what is public (leaves, tiles, heads) names nobody.

mod audit;
mod note;
#[cfg(test)]
pub(crate) mod sample;
mod seal;
mod store;
mod tile;
pub(crate) mod tree;

use std::{collections::BTreeSet, sync::Arc};

use kernel::{Clock, Confinement, Conn, Db, Fault, Keys};
use tlog_tiles::Hash;

pub use audit::{Audit, AuditFlaw, audit};
pub use note::{Checkpoint, Key, KeyError, NoteError};
pub use tile::{TileName, TileNameError};
pub(crate) use tree::leaf_hash;

use crate::evidence::Published;
use note::Signer;
use tile::Kind;
use tree::{Edge, Question, Tiles};

/// The log, for who reads it and who seals. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Log {
    db: Db,
    clock: Clock,
    signer: Arc<Signer>,
}

impl Log {
    /// The log of `db`, named `origin`: the address by which the world reaches it, without its
    /// scheme.
    pub fn new(db: Db, clock: Clock, keys: &Keys, origin: &str) -> Self {
        Self {
            db,
            clock,
            signer: Arc::new(Signer::of(keys, origin)),
        }
    }

    /// The public key of its checkpoints, as a vkey of C2SP signed-note.
    pub fn key(&self) -> &str {
        self.signer.vkey()
    }

    /// The last signed head; that of the empty tree before any line was sealed.
    pub async fn checkpoint(&self) -> Result<Checkpoint, Fault> {
        let mut tx = self.db.begin_read(Confinement::Open).await?;
        let checkpoint = self.last(&mut tx).await?;
        tx.commit().await?;
        Ok(checkpoint)
    }

    /// The last signed head, with the proof that its tree begins with that of size `old`. Nothing
    /// when the log was never that long.
    pub async fn since(&self, old: u64) -> Result<Option<Published>, Fault> {
        let head = self.checkpoint().await?;
        if old > head.size {
            return Ok(None);
        }
        let proof = self.consistency(old, head.size).await?;
        Ok(Some(Published::extending(old, proof, head.note)))
    }

    /// The proof that the tree of size `new` begins with that of size `old`, which is not larger.
    pub(crate) async fn consistency(&self, old: u64, new: u64) -> Result<Vec<Hash>, Fault> {
        let mut tx = self.db.begin_read(Confinement::Open).await?;
        let proof = answer(&mut tx, Question::Consistency { old, new }).await?;
        tx.commit().await?;
        Ok(proof)
    }

    /// The proof for each index that the tree of `size` holds its leaf there. Each is below `size`,
    /// and the log is at least that long.
    pub(crate) async fn inclusion(
        &self,
        size: u64,
        indexes: impl IntoIterator<Item = u64>,
    ) -> Result<Vec<Vec<Hash>>, Fault> {
        let questions = indexes
            .into_iter()
            .map(|index| Question::Inclusion { size, index });
        let questions: Vec<_> = questions.collect();
        let mut tx = self.db.begin_read(Confinement::Open).await?;
        let tiles = tiles_of(&mut tx, &questions).await?;
        tx.commit().await?;
        let answers = questions.iter().map(|question| question.answer(&tiles));
        answers.collect::<Result<_, _>>().map_err(out_of_shape)
    }

    /// The bytes of a tile, when the log is long enough to have it.
    pub async fn tile(&self, name: TileName) -> Result<Option<Vec<u8>>, Fault> {
        let mut tx = self.db.begin_read(Confinement::Open).await?;
        let data = match name.kind {
            Kind::Hashes(level) => {
                let at = (level, name.number);
                store::tiles(&mut tx, [at]).await?.0.remove(&at)
            }
            Kind::Entries => {
                let leaves = store::leaves(&mut tx, [name.number]).await?.pop();
                leaves.map(|(_, leaves)| leaves)
            }
        };
        tx.commit().await?;
        let data = data.unwrap_or_default();
        let held = data.chunks(32).take(name.width);
        if held.len() < name.width {
            return Ok(None);
        }
        Ok(Some(match name.kind {
            Kind::Hashes(_) => held.flatten().copied().collect(),
            // Each entry behind its length, in two bytes.
            Kind::Entries => held.flat_map(|leaf| [&[0, 32], leaf].concat()).collect(),
        }))
    }

    async fn last(&self, conn: &mut Conn) -> Result<Checkpoint, Fault> {
        match store::last_checkpoint(conn).await? {
            Some(note) => self.signer.open(&note).map_err(|_not_ours| {
                Fault::Corrupt("journal_checkpoints: the last is not signed by this log".into())
            }),
            None => self.signer.sign_head(0, Edge::empty().root()),
        }
    }
}

/// The answer to `question`, from the tables.
async fn answer(conn: &mut Conn, question: Question) -> Result<Vec<Hash>, Fault> {
    let tiles = tiles_of(conn, &[question]).await?;
    question.answer(&tiles).map_err(out_of_shape)
}

/// The tiles that answer these questions.
async fn tiles_of(conn: &mut Conn, questions: &[Question]) -> Result<Tiles, Fault> {
    let mut needed = BTreeSet::new();
    for question in questions {
        needed.append(&mut question.tiles().map_err(out_of_shape)?);
    }
    store::tiles(conn, needed).await
}

fn out_of_shape(_: tlog_tiles::Error) -> Fault {
    Fault::Corrupt("journal_leaves or journal_nodes: the log has a gap".into())
}
