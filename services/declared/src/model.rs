//! What a worker declares, and what became of what apps propose.

use consent::Section;
use kernel::{PartialDate, ProposalId};
use serde::{Deserialize, Serialize};
use time::{Date, Duration, OffsetDateTime};

/// The sections that a worker declares entries of.
pub const SECTIONS: [Section; 5] = [
    Section::Trainings,
    Section::Diplomas,
    Section::Experiences,
    Section::Skills,
    Section::Projects,
];

/// How many entries an app may propose in one request.
pub const MOST_AT_ONCE: usize = 20;

/// How many proposals of one app for one section, under one grant, may wait for the worker.
pub const MOST_WAITING: usize = 50;

/// How long a proposal waits for the worker before it is forgotten.
pub(crate) const PATIENCE: Duration = Duration::days(90);

/// Whether a worker declares entries of `section`.
pub fn is_declared(section: Section) -> bool {
    SECTIONS.contains(&section)
}

/// What a worker declares: the body of an entry of [`SECTIONS`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declared {
    /// What it is called: 1 to 200 characters.
    pub title: String,
    /// Where it was: 1 to 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// The ROME code of the occupation, which was known when it was declared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occupation: Option<String>,
    /// When it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_on: Option<PartialDate>,
    /// When it ended, if it has; not before it began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_on: Option<PartialDate>,
    /// When it was obtained; not after the day of the declaration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub obtained_on: Option<PartialDate>,
    /// The level in the French framework of qualifications, 1 to 8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<u8>,
    /// How well a skill is mastered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mastery: Option<Mastery>,
    /// More, in her words: 1 to 2,000 characters, of several lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// How well a skill is mastered, in her own judgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mastery {
    /// She has begun.
    Beginner,
    /// She does it with help.
    Intermediate,
    /// She does it alone.
    Advanced,
    /// She teaches it.
    Expert,
}

impl Mastery {
    /// All of them, the least first.
    pub const ALL: [Self; 4] = [
        Self::Beginner,
        Self::Intermediate,
        Self::Advanced,
        Self::Expert,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Beginner => "beginner",
            Self::Intermediate => "intermediate",
            Self::Advanced => "advanced",
            Self::Expert => "expert",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }
}

/// What an app proposed, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Its id. The entry that she makes of it has another: who reads it need not know where it came from.
    pub id: ProposalId,
    /// Where it stands.
    pub state: ProposalState,
    /// When it was proposed.
    pub proposed_at: OffsetDateTime,
    /// When she decided.
    pub decided_at: Option<OffsetDateTime>,
}

/// Where a proposal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProposalState {
    /// She has not decided.
    Waiting,
    /// It joined her record.
    Accepted,
    /// She refused it.
    Refused,
}

impl ProposalState {
    /// The state behind what is stored of a decision.
    pub(crate) const fn of(accepted: Option<bool>) -> Self {
        match accepted {
            None => Self::Waiting,
            Some(true) => Self::Accepted,
            Some(false) => Self::Refused,
        }
    }
}

impl Declared {
    /// The day it is about, by which a grant may be limited: the first that it may be.
    pub fn dated(&self) -> Option<Date> {
        let date = self.started_on.or(self.obtained_on);
        date.and_then(PartialDate::first_day)
    }
}
