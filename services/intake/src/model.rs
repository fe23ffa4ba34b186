//! A batch, its report, and what may become of a passage.

use kernel::{BatchId, Digest};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::{finding::Finding, matching::DecidedBy};

/// One bulk deposit.
#[derive(Debug, Clone)]
pub struct Batch {
    /// Its id.
    pub id: BatchId,
    /// The file's name, as its emitter calls it.
    pub file_name: Option<String>,
    /// SHA-256 of the file.
    pub content_sha256: Digest,
    /// Its size.
    pub size_bytes: u64,
    /// When it was received.
    pub received_at: OffsetDateTime,
    /// Where it stands.
    pub status: Status,
    /// When its processing ended.
    pub finished_at: Option<OffsetDateTime>,
    /// `idFlux`, as the emitter wrote it.
    pub flux_id: Option<String>,
    /// What became of its passages.
    pub counts: Counts,
    /// Why it was refused whole.
    pub errors: Vec<Finding>,
}

/// Where a batch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Durably received, to be processed.
    Received,
    /// Processed: the report tells of each passage.
    Done,
    /// Refused whole: nothing of it was stored.
    Refused,
}

impl Status {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        let all = [Self::Received, Self::Done, Self::Refused];
        all.into_iter().find(|status| status.as_str() == name)
    }
}

/// What became of a passage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The certificate is in its worker's record.
    Matched,
    /// It waits, sealed, for a worker of these traits to sign in.
    Waiting,
    /// It was deposited before, the same: nothing changed.
    AlreadyKnown,
    /// Several workers fit: nothing was stored.
    Ambiguous,
    /// Something is wrong with it: nothing was stored.
    Rejected,
}

impl Verdict {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Matched,
        Self::Waiting,
        Self::AlreadyKnown,
        Self::Ambiguous,
        Self::Rejected,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Matched => "matched",
            Self::Waiting => "waiting",
            Self::AlreadyKnown => "already_known",
            Self::Ambiguous => "ambiguous",
            Self::Rejected => "rejected",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|verdict| verdict.as_str() == name)
    }

    /// Whether the emitter has nothing to do about it.
    pub const fn is_fine(self) -> bool {
        matches!(self, Self::Matched | Self::Waiting | Self::AlreadyKnown)
    }
}

/// How many passages of a batch met each verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// In their workers' records.
    pub matched: u32,
    /// Waiting for their workers.
    pub waiting: u32,
    /// Deposited before.
    pub already_known: u32,
    /// Fitting several workers.
    pub ambiguous: u32,
    /// Wrong in some way.
    pub rejected: u32,
}

impl Counts {
    pub(crate) const fn add(&mut self, verdict: Verdict) {
        let count = match verdict {
            Verdict::Matched => &mut self.matched,
            Verdict::Waiting => &mut self.waiting,
            Verdict::AlreadyKnown => &mut self.already_known,
            Verdict::Ambiguous => &mut self.ambiguous,
            Verdict::Rejected => &mut self.rejected,
        };
        *count = count.saturating_add(1);
    }

    /// Each verdict with its count.
    pub const fn by_verdict(self) -> [(Verdict, u32); 5] {
        [
            (Verdict::Matched, self.matched),
            (Verdict::Waiting, self.waiting),
            (Verdict::AlreadyKnown, self.already_known),
            (Verdict::Ambiguous, self.ambiguous),
            (Verdict::Rejected, self.rejected),
        ]
    }
}

/// What the report says of one passage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportLine {
    /// Its place in the file, from 1.
    pub position: i32,
    /// The line of its start tag, from 1.
    pub line: u32,
    /// `idTechnique`, where it could be read.
    pub technical_id: Option<String>,
    /// What became of it.
    pub verdict: Verdict,
    /// The trait that decided, where traits were compared.
    pub decided_by: Option<DecidedBy>,
    /// Everything that is wrong with it.
    pub errors: Vec<Finding>,
}

/// A file name as it may be shown and stored: its last step, without control characters, at most
/// 200 characters.
pub(crate) fn shown_file_name(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last
        .chars()
        .filter(|letter| !letter.is_control())
        .take(200)
        .collect();
    let plain = plain.trim();
    (!plain.is_empty()).then(|| plain.to_owned())
}

#[cfg(test)]
mod tests {
    use super::shown_file_name;

    #[test]
    fn a_file_name_keeps_its_last_step_and_no_control_character() {
        assert_eq!(shown_file_name("C:\\flux\\a.xml").as_deref(), Some("a.xml"));
        assert_eq!(
            shown_file_name("../../etc/pass\0wd\n").as_deref(),
            Some("passwd")
        );
        assert_eq!(shown_file_name("dir/"), None);
        assert_eq!(
            shown_file_name(&"é".repeat(300)).unwrap().chars().count(),
            200
        );
    }
}
