//! An export, row by row, and reading one that anybody may have written.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use tlog_tiles::Hash;
use uuid::Uuid;

use crate::{Content, Salt};

/// The name and version of the format.
pub(super) const FORMAT: &str = "cpf-journal-export-v1";

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Row {
    Header(Header),
    Line(Line),
    End(Totals),
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Header {
    pub(super) format: String,
    pub(super) worker: Uuid,
    pub(super) checkpoint: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) consistency: Vec<Consistency>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Consistency {
    pub(super) from: u64,
    pub(super) proof: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line {
    pub(super) content: Content,
    pub(super) salt: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) index: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) proof: Option<Vec<String>>,
}

/// How much an export holds: its last row, without which it was cut.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    /// All lines.
    pub lines: u64,
    /// Those in the tree of the export's checkpoint.
    pub sealed: u64,
}

/// A whole export, read and not yet believed.
#[derive(Debug)]
pub struct Export {
    pub(super) worker: Uuid,
    pub(super) checkpoint: String,
    /// The size that each proof starts from.
    pub(super) consistency: Vec<(u64, Vec<Hash>)>,
    pub(super) lines: Vec<Exported>,
    pub(super) totals: Totals,
}

/// A line of an export.
#[derive(Debug)]
pub(super) struct Exported {
    pub(super) content: Content,
    pub(super) salt: Salt,
    pub(super) sealed: Option<(u64, Vec<Hash>)>,
}

/// Why a file is not what it should be.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("row {row}: {what}")]
pub struct Unreadable {
    /// Which row, from 1.
    pub row: usize,
    /// What is wrong with it. It quotes nothing.
    pub what: &'static str,
}

impl Export {
    /// Reads an export.
    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        let mut rows = (1..).zip(text.lines());
        let header = match rows.next().map(|(_, row)| serde_json::from_str(row)) {
            Some(Ok(Row::Header(header))) if header.format == FORMAT => header,
            _ => return Err(unreadable(1, "not the header of an export of this version")),
        };
        let consistency = header.consistency.iter().map(|one| {
            let proof = super::read(one.proof.iter().map(String::as_str))?;
            Some((one.from, proof))
        });
        let consistency: Option<Vec<_>> = consistency.collect();
        let mut export = Self {
            worker: header.worker,
            checkpoint: header.checkpoint,
            consistency: consistency.ok_or(unreadable(1, "a proof that is none"))?,
            lines: Vec::new(),
            totals: Totals::default(),
        };
        let mut ended = false;
        for (row, text) in rows {
            match serde_json::from_str(text) {
                _ if ended => return Err(unreadable(row, "something after the end")),
                Ok(Row::Line(line)) => export.lines.push(line.read(row)?),
                Ok(Row::End(totals)) => (export.totals, ended) = (totals, true),
                Ok(Row::Header(_)) => return Err(unreadable(row, "a second header")),
                Err(_) => return Err(unreadable(row, "neither a line nor the end")),
            }
        }
        if !ended {
            return Err(unreadable(export.lines.len() + 2, "cut before its end"));
        }
        Ok(export)
    }
}

impl Line {
    fn read(self, row: usize) -> Result<Exported, Unreadable> {
        let salt = STANDARD.decode(&self.salt).ok();
        let salt = salt.and_then(|salt| salt.try_into().ok());
        let sealed = match (self.index, self.proof) {
            (Some(index), Some(proof)) => {
                let proof = super::read(proof.iter().map(String::as_str));
                Some((index, proof.ok_or(unreadable(row, "a proof that is none"))?))
            }
            (None, None) => None,
            _ => return Err(unreadable(row, "an index without a proof, or the reverse")),
        };
        Ok(Exported {
            content: self.content,
            salt: salt
                .map(Salt::from_bytes)
                .ok_or(unreadable(row, "a salt that is not 32 bytes in base64"))?,
            sealed,
        })
    }
}

const fn unreadable(row: usize, what: &'static str) -> Unreadable {
    Unreadable { row, what }
}
