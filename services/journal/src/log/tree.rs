//! The shape of the log: its right edge, its tiles, and which of them answer a question.
//!
//! The tree is that of RFC 6962 §2.1, cut into tiles of 256 hashes as C2SP tlog-tiles says. Hashing,
//! proofs and their verification are `tlog_tiles`'s; here is what stands between it and the tables.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use kernel::Digest;
use tlog_tiles::{
    EMPTY_HASH, Error, HASH_SIZE, Hash, HashReader, Tile, node_hash, prove_record, prove_tree,
    record_hash, sub_tree_index,
};

/// A tile covers eight levels of the tree.
const HEIGHT: u8 = 8;

/// The leaf hash of a commitment (RFC 6962 §2.1).
pub(crate) fn leaf_hash(leaf: &Digest) -> Hash {
    record_hash(leaf.as_bytes())
}

/// The right edge of a tree: the roots of its perfect subtrees, the largest first. It is all that
/// appending takes.
#[derive(Debug, Clone)]
pub(crate) struct Edge {
    size: u64,
    peaks: Vec<Hash>,
}

/// The hash of a full tile, which is one hash of the level above.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Node {
    pub(crate) level: u8,
    pub(crate) position: u64,
    pub(crate) hash: Hash,
}

impl Edge {
    pub(crate) const fn empty() -> Self {
        Self {
            size: 0,
            peaks: Vec::new(),
        }
    }

    /// The edge of a tree that stands already: the answer to [`Question::Edge`].
    pub(crate) const fn resumed(size: u64, peaks: Vec<Hash>) -> Self {
        Self { size, peaks }
    }

    /// How many leaves the tree has.
    pub(crate) const fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf by its hash; answers the hashes of the tiles that it fills, the lowest first.
    pub(crate) fn push(&mut self, leaf: Hash) -> Vec<Node> {
        let mut filled = Vec::new();
        let mut hash = leaf;
        let mut height = 0;
        // Two perfect subtrees of one height become one of the next, as in binary addition.
        while self.size >> height & 1 == 1 {
            let Some(left) = self.peaks.pop() else { break };
            hash = node_hash(left, hash);
            height += 1;
            if height % HEIGHT == 0 {
                filled.push(Node {
                    level: height / HEIGHT,
                    position: self.size >> height,
                    hash,
                });
            }
        }
        self.peaks.push(hash);
        self.size += 1;
        filled
    }

    /// The root of the tree.
    pub(crate) fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev().copied();
        let Some(last) = peaks.next() else {
            return EMPTY_HASH;
        };
        peaks.fold(last, |right, left| node_hash(left, right))
    }
}

/// What is asked of the log.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Question {
    /// The right edge of the first leaves.
    Edge(u64),
    /// The proof that the tree of `size` holds a leaf at `index`, which is below.
    Inclusion { size: u64, index: u64 },
    /// The proof that the tree of size `new` begins with that of size `old`, which is not larger.
    Consistency { old: u64, new: u64 },
}

impl Question {
    /// The tiles that the answer takes, by level and number.
    pub(crate) fn tiles(&self) -> Result<BTreeSet<(u8, u64)>, Error> {
        let asked = Asked::default();
        self.answer(&asked)?;
        let indexes = asked.0.into_inner();
        let tiles = indexes
            .into_iter()
            .map(|index| Tile::from_index(HEIGHT, index));
        Ok(tiles
            .map(|tile| (tile.level(), tile.level_index()))
            .collect())
    }

    /// The answer that these hashes give.
    pub(crate) fn answer(&self, hashes: &impl HashReader) -> Result<Vec<Hash>, Error> {
        match *self {
            Self::Edge(size) => hashes.read_hashes(&sub_tree_index(0, size, Vec::new())),
            Self::Inclusion { size, index } => prove_record(size, index, hashes),
            // Any tree begins with the empty one, and nothing is left to prove.
            Self::Consistency { old: 0, .. } => Ok(Vec::new()),
            Self::Consistency { old, new } => prove_tree(new, old, hashes),
        }
    }
}

/// Tiles of hashes that were read, by level and number, each as far as it is filled.
#[derive(Debug, Default)]
pub(crate) struct Tiles(pub(crate) BTreeMap<(u8, u64), Vec<u8>>);

impl HashReader for Tiles {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Error> {
        let hash = |&index| {
            let tile = Tile::from_index(HEIGHT, index);
            let at = (tile.level(), tile.level_index());
            let data = self.0.get(&at).ok_or(Error::IndexesNotInTree)?;
            tile.hash_at_index(data, index)
        };
        indexes.iter().map(hash).collect()
    }
}

/// Notes which hashes are asked for, and answers with none that means anything.
#[derive(Debug, Default)]
struct Asked(RefCell<Vec<u64>>);

impl HashReader for Asked {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Error> {
        self.0.borrow_mut().extend(indexes);
        Ok(vec![Hash::default(); indexes.len()])
    }
}

/// A tile of leaf hashes out of a tile of leaves.
pub(crate) fn hashed(leaves: &[u8]) -> Vec<u8> {
    let leaves = leaves.chunks(HASH_SIZE);
    leaves.flat_map(|leaf| record_hash(leaf).0).collect()
}

#[cfg(test)]
mod tests;
