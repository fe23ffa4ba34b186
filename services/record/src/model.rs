//! What an entry is, whatever its section.

use consent::Section;
use kernel::{EntryId, OrganisationId, WorkerId};
use serde_json::Value;
use time::{Date, OffsetDateTime};

/// An entry of a record.
#[derive(Debug, Clone)]
pub struct Entry<B> {
    /// Its id.
    pub id: EntryId,
    /// Its version, from 1.
    pub version: i32,
    /// Who attests it; nobody for what the worker declares, or where it may not be read.
    pub attestor: Option<Attestor>,
    /// What it says.
    pub body: B,
    /// When it was recorded in this version.
    pub recorded_at: OffsetDateTime,
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
