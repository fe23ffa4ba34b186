//! A line as it is kept, with what ties it to the log.

use kernel::Digest;

use crate::{Content, Line, Salt};

/// A line as stored.
#[derive(Debug, Clone)]
pub struct Kept {
    /// What it says.
    pub line: Line,
    /// What keeps its leaf from being guessed.
    pub salt: Salt,
    /// The commitment that was made when it was written.
    pub(crate) leaf: Digest,
    /// Where the log has that commitment, once it is sealed.
    pub(crate) index: Option<u64>,
}

/// What the log says of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seal {
    /// It is sealed at this index, and says what it said then.
    At(u64),
    /// It was written moments ago, and waits to be sealed.
    Waiting,
    /// It does not say what was committed to: somebody has changed it.
    Broken,
}

impl Kept {
    /// Compares the line with what was committed to.
    pub fn seal(&self) -> Seal {
        if Content::from(&self.line).commit(&self.salt) != self.leaf {
            return Seal::Broken;
        }
        self.index.map_or(Seal::Waiting, Seal::At)
    }
}
