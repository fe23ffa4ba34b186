//! Verification, without the platform: of lines against a signed head, and of heads against each
//! other.

use std::collections::{BTreeMap, BTreeSet};

use kernel::Digest;
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};
use tlog_tiles::{EMPTY_HASH, Hash, check_record, check_tree};
use uuid::Uuid;

use super::{
    Export, Published,
    export::{Exported, Totals},
};
use crate::log::{Checkpoint, Key, NoteError, leaf_hash};

/// Sealing takes seconds. A line that lags this far behind another was kept out of the log.
const OVERDUE: Duration = Duration::HOUR;

/// What somebody holds, and asks to be checked together.
#[derive(Debug, Default)]
pub struct Evidence {
    /// A worker's lines.
    pub export: Option<Export>,
    /// An export of hers from before: no line of it may have gone or changed since.
    pub earlier: Option<Export>,
    /// Checkpoints from elsewhere: the log must contain, or continue, each of them.
    pub checkpoints: Vec<Published>,
}

/// What was checked, and what is wrong.
#[derive(Debug, Default)]
pub struct Report {
    /// The lines of the export.
    pub totals: Totals,
    /// The largest tree that was vouched for.
    pub size: u64,
    /// Everything that is wrong. Nothing is believed unless this is empty.
    pub flaws: Vec<Flaw>,
}

/// Something that contradicts the log.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// A checkpoint is not of this log.
    #[error("{0}")]
    Note(String),
    /// A line does not hash to what was sealed.
    #[error("line {line} is not what the log has at index {index}: it was changed, or put there")]
    Changed {
        /// The line's id.
        line: Uuid,
        /// Where the export says that it is sealed.
        index: u64,
    },
    /// A line was never sealed, long after others were.
    #[error("line {line} is not in the log, although later lines are")]
    Overdue {
        /// The line's id.
        line: Uuid,
    },
    /// A line, or an index, stands twice, or the line is of another worker.
    #[error("line {line} does not belong there")]
    Misplaced {
        /// The line's id.
        line: Uuid,
    },
    /// A line of the earlier export is not in this one as it was.
    #[error("line {line}, sealed at index {index}, was changed or removed since")]
    Gone {
        /// The line's id.
        line: Uuid,
        /// Where it was sealed.
        index: u64,
    },
    /// An export does not hold what it says.
    #[error("the export has lost lines on its way: its last row tells of others")]
    Incomplete,
    /// Two heads of one log that do not fit.
    #[error(
        "the tree of {newer} lines does not continue that of {older}: the log was rewritten, or \
         the proof is damaged"
    )]
    Forked {
        /// Size of the older tree.
        older: u64,
        /// Size of the newer tree.
        newer: u64,
    },
    /// Nothing shows whether one continues the other.
    #[error(
        "no proof was given that the tree of {newer} lines continues that of {older}: \
         download it again with `?since={older}`, or get /journal/consistency/{older}"
    )]
    Unrelated {
        /// Size of the older tree.
        older: u64,
        /// Size of the newer tree.
        newer: u64,
    },
}

/// A proof that the tree of size `to` begins with that of size `from`.
struct Link<'a> {
    from: u64,
    to: u64,
    proof: &'a Vec<Hash>,
}

/// Checks `evidence` against the keys of one log.
pub fn verify(evidence: &Evidence, keys: &[Key]) -> Report {
    let mut report = Report::default();
    let (mut heads, mut links) = (Vec::new(), Vec::new());
    for (name, export) in [
        ("the export", &evidence.export),
        ("the earlier export", &evidence.earlier),
    ] {
        let Some(export) = export else { continue };
        let Some(head) = report.open(name, &export.checkpoint, keys) else {
            continue;
        };
        links.extend(export.consistency.iter().map(|(from, proof)| Link {
            from: *from,
            to: head.size,
            proof,
        }));
        report.check_lines(export, &head);
        heads.push(head);
    }
    for published in &evidence.checkpoints {
        let Some(head) = report.open("a checkpoint", &published.note, keys) else {
            continue;
        };
        links.extend(published.extends.iter().map(|(from, proof)| Link {
            from: *from,
            to: head.size,
            proof,
        }));
        heads.push(head);
    }
    report.relate(heads, &links);
    if let Some(export) = &evidence.export {
        report.totals = export.totals;
        if let Some(earlier) = &evidence.earlier {
            report.compare(earlier, export);
        }
    }
    report
}

impl Report {
    fn open(&mut self, name: &str, note: &str, keys: &[Key]) -> Option<Checkpoint> {
        let opened = Checkpoint::open(note, keys);
        let flaw = |error: NoteError| self.flaws.push(Flaw::Note(format!("{name}: {error}")));
        opened.map_err(flaw).ok()
    }

    /// Each line is what was sealed where it says, and none was left out of the log.
    fn check_lines(&mut self, export: &Export, head: &Checkpoint) {
        let (mut ids, mut indexes) = (BTreeSet::new(), BTreeSet::new());
        let mut counted = Totals::default();
        let mut newest = None;
        for line in &export.lines {
            let id = line.content.line();
            counted.lines += 1;
            let is_new = ids.insert(id) && line.content.worker() == export.worker;
            let Some((index, proof)) = &line.sealed else {
                if !is_new {
                    self.flaws.push(Flaw::Misplaced { line: id });
                }
                continue;
            };
            counted.sealed += 1;
            if !(indexes.insert(index) && is_new) {
                self.flaws.push(Flaw::Misplaced { line: id });
            }
            let hash = leaf_hash(&line.leaf());
            if check_record(proof, head.size, head.root, *index, hash).is_err() {
                let index = *index;
                self.flaws.push(Flaw::Changed { line: id, index });
            }
            newest = newest.max(line.at());
        }
        if counted != export.totals {
            self.flaws.push(Flaw::Incomplete);
        }
        for line in export.lines.iter().filter(|line| line.sealed.is_none()) {
            let lags = newest
                .zip(line.at())
                .is_none_or(|(newest, at)| newest - at > OVERDUE);
            if lags && newest.is_some() {
                let line = line.content.line();
                self.flaws.push(Flaw::Overdue { line });
            }
        }
    }

    /// All heads are of one log that only grew.
    fn relate(&mut self, mut heads: Vec<Checkpoint>, links: &[Link]) {
        heads.sort_by_key(|head| std::cmp::Reverse(head.size));
        let mut known: Vec<Checkpoint> = Vec::new();
        for head in heads {
            let shown = known.iter().map(|newer| is_begun_by(newer, &head, links));
            let shown: Vec<_> = shown.collect();
            let (older, newer) = (head.size, known.first().map_or(head.size, |head| head.size));
            if shown.contains(&Some(false)) {
                self.flaws.push(Flaw::Forked { older, newer });
            } else if !known.is_empty() && !shown.contains(&Some(true)) {
                self.flaws.push(Flaw::Unrelated { older, newer });
            } else {
                known.push(head);
            }
        }
        self.size = known.first().map_or(0, |head| head.size);
    }

    /// What was sealed in `earlier` is in `export` as it was.
    fn compare(&mut self, earlier: &Export, export: &Export) {
        let now: BTreeMap<_, _> = export
            .lines
            .iter()
            .map(|line| (line.content.line(), line))
            .collect();
        for before in &earlier.lines {
            let Some((index, _)) = before.sealed else {
                continue;
            };
            let line = before.content.line();
            let same = now.get(&line).is_some_and(|now| {
                let still = now.sealed.as_ref().map(|(index, _)| *index);
                now.leaf() == before.leaf() && still == Some(index)
            });
            if !same {
                self.flaws.push(Flaw::Gone { line, index });
            }
        }
    }
}

impl Exported {
    fn leaf(&self) -> Digest {
        self.content.commit(&self.salt)
    }

    fn at(&self) -> Option<OffsetDateTime> {
        OffsetDateTime::parse(self.content.at(), &Rfc3339).ok()
    }
}

/// Whether the tree of `newer` begins with that of `older`; nothing when no proof tells.
fn is_begun_by(newer: &Checkpoint, older: &Checkpoint, links: &[Link]) -> Option<bool> {
    if newer.size == older.size {
        return Some(newer.root == older.root);
    }
    if older.size == 0 {
        return Some(older.root == EMPTY_HASH);
    }
    let mut told = links
        .iter()
        .filter(|link| link.from == older.size && link.to == newer.size)
        .map(|link| check_tree(link.proof, newer.size, newer.root, older.size, older.root).is_ok())
        .peekable();
    told.peek()?;
    // A proof that holds cannot be made for trees that contradict each other.
    Some(told.any(|holds| holds))
}

#[cfg(test)]
mod tests;
