//! A log in memory, for tests.

use kernel::{Digest, Keys};
use tlog_tiles::Hash;

use super::{
    Checkpoint, Key, Signer, leaf_hash,
    tree::{Edge, Node, Question, Tiles},
};

/// A log with its tiles, as the tables would hold them, and its key.
pub(crate) struct Sample {
    pub(crate) edge: Edge,
    pub(crate) tiles: Tiles,
    signer: Signer,
}

impl Sample {
    pub(crate) fn empty() -> Self {
        Self {
            edge: Edge::empty(),
            tiles: Tiles::default(),
            signer: Signer::of(&Keys::new([7; 32].into()), "cpf.example/journal"),
        }
    }

    pub(crate) fn push(&mut self, leaf: &Digest) {
        let first = Node {
            level: 0,
            position: self.edge.size(),
            hash: leaf_hash(leaf),
        };
        for node in [first].into_iter().chain(self.edge.push(first.hash)) {
            let tile = (node.level, node.position >> 8);
            self.tiles.0.entry(tile).or_default().extend(node.hash.0);
        }
    }

    /// The answer to `question` out of the tiles that it says it takes, and no other.
    pub(crate) fn ask(&self, question: Question) -> Vec<Hash> {
        let needed = question.tiles().unwrap();
        let held = self
            .tiles
            .0
            .iter()
            .filter(|(tile, _)| needed.contains(tile));
        let held = held.map(|(tile, data)| (*tile, data.clone())).collect();
        question.answer(&Tiles(held)).unwrap()
    }

    pub(crate) fn head(&self) -> Checkpoint {
        self.signer
            .sign_head(self.edge.size(), self.edge.root())
            .unwrap()
    }

    pub(crate) fn key(&self) -> Key {
        self.signer.vkey().parse().unwrap()
    }
}
