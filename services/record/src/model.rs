//! What an entry is, whatever its section.

use consent::Section;
use kernel::{EntryId, OrganisationId, WorkerId};
use serde::Serialize;
use serde_json::Value;
use time::{Date, OffsetDateTime};

/// An entry of a record.
#[derive(Debug, Clone)]
pub struct Entry<B> {
    /// Its id.
    pub id: EntryId,
    /// Its version, from 1.
    pub version: i32,
    /// Whether she declares it or somebody attests it.
    pub provenance: Provenance,
    /// Who attests it; nobody for what the worker declares, or where it may not be read.
    pub attestor: Option<Attestor>,
    /// What it says.
    pub body: B,
    /// When it was recorded in this version.
    pub recorded_at: OffsetDateTime,
}

/// Where an entry comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Provenance {
    /// The worker says it.
    Declared,
    /// An organisation vouches for it.
    Attested,
}

impl Provenance {
    pub(crate) fn parse(stored: &str) -> Option<Self> {
        match stored {
            "declared" => Some(Self::Declared),
            "attested" => Some(Self::Attested),
            _ => None,
        }
    }
}

/// What of each entry is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Excerpt {
    /// All of it.
    Whole,
    /// What was granted. Nothing else leaves the database.
    Only {
        /// These members of its body.
        members: Vec<String>,
        /// Whether who attests it.
        attestor: bool,
    },
}

/// Who attests an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attestor {
    /// The organisation.
    pub id: OrganisationId,
    /// Its name.
    pub name: String,
    /// Its SIRET.
    pub siret: String,
}

/// An entry that an organisation adds to a worker's record.
#[derive(Debug, Clone)]
pub struct Attested {
    /// Whose record.
    pub worker: WorkerId,
    /// The new entry's id.
    pub entry: EntryId,
    /// Its section.
    pub section: Section,
    /// The day it is about, if any: a grant may be limited to a period.
    pub dated: Option<Date>,
    /// What it says, as its chapter writes it.
    pub body: Value,
}

/// What a worker declares.
#[derive(Debug, Clone)]
pub struct Declaration {
    /// The entry's id.
    pub entry: EntryId,
    /// The day it is about, if any: a grant may be limited to a period.
    pub dated: Option<Date>,
    /// What it says, as its chapter writes it.
    pub body: Value,
}
