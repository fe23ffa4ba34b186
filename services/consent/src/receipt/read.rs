//! What a receipt says, in the words of this chapter: for pages and commands that tell it.

use serde_json::json;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{
    document::{Document, Event},
    parts::{Condition, PersonalData},
    terms,
};
use crate::{Days, Part, Section};

/// What happened to a permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happened {
    /// It was given.
    Given,
    /// The worker changed it.
    Changed,
    /// The app gave tokens back; what was given stayed as it was.
    Renewed,
    /// The worker lets nothing out under it until she resumes it.
    Paused,
    /// What was let out before the pause is let out again.
    Resumed,
    /// The worker took it back.
    Withdrawn,
    /// Who held it gave it up.
    GivenUp,
    /// The platform ended it, for safety.
    Stopped,
    /// Its time had come.
    Expired,
}

impl Happened {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Changed => "changed",
            Self::Renewed => "renewed",
            Self::Paused => "paused",
            Self::Resumed => "resumed",
            Self::Withdrawn => "withdrawn",
            Self::GivenUp => "given_up",
            Self::Stopped => "stopped",
            Self::Expired => "expired",
        }
    }
}

impl Event {
    /// What happened; nothing for a state that this version does not know.
    pub fn happened(&self) -> Option<Happened> {
        let by = self.by.as_deref();
        match self.kind.first()?.as_str() {
            "dpv:ConsentGiven" if by == Some(terms::WORKER) => Some(Happened::Given),
            "dpv:ConsentGiven" => Some(Happened::Renewed),
            "dpv:RenewedConsentGiven" => Some(Happened::Changed),
            "dpv:ActivityHalted" => Some(Happened::Paused),
            "dpv:ActivityOngoing" => Some(Happened::Resumed),
            "dpv:ConsentWithdrawn" => Some(Happened::Withdrawn),
            "dpv:ConsentRevoked" if by == Some(terms::PLATFORM) => Some(Happened::Stopped),
            "dpv:ConsentRevoked" => Some(Happened::GivenUp),
            "dpv:ConsentExpired" => Some(Happened::Expired),
            _ => None,
        }
    }
}

impl Document {
    /// Until when, unless it is ended before.
    pub fn expires_at(&self) -> Option<OffsetDateTime> {
        OffsetDateTime::parse(&self.record.process.condition.duration, &Rfc3339).ok()
    }

    /// How long what was read is kept once the permission has ended; nothing for a mandate.
    pub fn retention(&self) -> Option<Days> {
        let deleted = |one: &&Condition| one.kind == ["dpv:StorageDeletion"];
        let storage = self.record.process.storage.iter().find(deleted)?;
        Days::try_from(storage.duration.clone()).ok()
    }
}

impl PersonalData {
    /// The section, and what of it; nothing when this version does not know them.
    pub fn opened(&self) -> Option<(Section, Part)> {
        let items = self.items.as_ref().map(|urns| {
            let ids = urns.iter().map(|urn| urn.trim_start_matches("urn:uuid:"));
            ids.collect::<Vec<_>>()
        });
        let period = self.period.as_ref();
        let period = period.map(|days| json!({"from": days.from, "until": days.until}));
        let part = json!({"fields": self.fields, "items": items, "period": period});
        let part = serde_json::from_value(part).ok()?;
        Some((Section::parse(&self.section)?, part))
    }
}
