//! A checkpoint as it is published: alone, or with the proof that it extends an older one.

use std::fmt;

use tlog_tiles::Hash;

use super::Unreadable;

/// A checkpoint, not yet believed. With a proof it is written as the body that C2SP tlog-witness
/// gives to witnesses: `old SIZE`, one hash a line, an empty line, the note.
#[derive(Debug, Clone, PartialEq)]
pub struct Published {
    pub(super) extends: Option<(u64, Vec<Hash>)>,
    pub(super) note: String,
}

impl Published {
    pub(crate) const fn extending(old: u64, proof: Vec<Hash>, note: String) -> Self {
        Self {
            extends: Some((old, proof)),
            note,
        }
    }

    /// Reads a note, or one behind a proof.
    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        let Some(rest) = text.strip_prefix("old ") else {
            return Ok(Self {
                extends: None,
                note: text.to_owned(),
            });
        };
        let read = || {
            let (proof, note) = rest.split_once("\n\n")?;
            let mut lines = proof.split('\n');
            let old = lines.next()?.parse().ok()?;
            Some(Self::extending(old, super::read(lines)?, note.to_owned()))
        };
        read().ok_or(Unreadable {
            row: 1,
            what: "not a checkpoint behind a proof",
        })
    }
}

impl fmt::Display for Published {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((old, proof)) = &self.extends {
            writeln!(f, "old {old}")?;
            for hash in proof {
                writeln!(f, "{hash}")?;
            }
            writeln!(f)?;
        }
        f.write_str(&self.note)
    }
}
