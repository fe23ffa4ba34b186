//! What a line of the journal says.

use kernel::{EntryId, GrantId, LineId, OrganisationId, WorkerId};
use time::OffsetDateTime;

/// One access to one worker's record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Whose record was touched.
    pub worker: WorkerId,
    /// The line itself: version 7, so that lines sort by time.
    pub id: LineId,
    /// When, by the platform's clock.
    pub at: OffsetDateTime,
    /// By whom.
    pub actor: Actor,
    /// What was done.
    pub action: Action,
    /// In which section of the record; none when the act concerns the grant itself.
    pub section: Option<String>,
    /// Under which grant; none for the worker's own acts and for deposits.
    pub under: Option<Under>,
    /// Which entries.
    pub entries: Vec<EntryId>,
}

/// The permission a line rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Under {
    /// The grant.
    pub grant: GrantId,
    /// Its version at that moment, from 1.
    pub version: i32,
    /// The purpose the worker agreed to.
    pub purpose: String,
}

/// Who touched the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// An app, by its client id.
    App(String),
    /// An organisation that attests.
    Organisation(OrganisationId),
    /// The worker herself.
    Worker,
}

impl Actor {
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::App(_) => "app",
            Self::Organisation(_) => "organisation",
            Self::Worker => "worker",
        }
    }

    pub(crate) fn id(&self) -> Option<String> {
        match self {
            Self::App(client) => Some(client.clone()),
            Self::Organisation(id) => Some(id.to_string()),
            Self::Worker => None,
        }
    }

    /// The actor as stored; nothing when the pair means nothing.
    pub(crate) fn parse(kind: &str, id: Option<String>) -> Option<Self> {
        match (kind, id) {
            ("app", Some(client)) => Some(Self::App(client)),
            ("organisation", Some(id)) => id.parse().ok().map(Self::Organisation),
            ("worker", None) => Some(Self::Worker),
            _ => None,
        }
    }
}

/// What was done to the record or to a grant on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Entries were read.
    Read,
    /// An organisation added entries that it attests.
    Attest,
    /// Entries that waited for the worker joined her record at sign-in.
    Claim,
    /// The worker gave a grant.
    Grant,
    /// A grant was changed: it has a new version from here on.
    Change,
    /// The worker took a grant back.
    Revoke,
}

impl Action {
    const ALL: [Self; 6] = [
        Self::Read,
        Self::Attest,
        Self::Claim,
        Self::Grant,
        Self::Change,
        Self::Revoke,
    ];

    /// The action's stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Attest => "attest",
            Self::Claim => "claim",
            Self::Grant => "grant",
            Self::Change => "change",
            Self::Revoke => "revoke",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::{Action, Actor};

    #[test]
    fn what_is_stored_reads_back_as_it_was() {
        for action in Action::ALL {
            assert_eq!(Action::parse(action.as_str()), Some(action));
        }
        for actor in [Actor::App("coach".into()), Actor::Worker] {
            assert_eq!(Actor::parse(actor.kind(), actor.id()), Some(actor));
        }
        assert_eq!(Actor::parse("worker", Some("x".into())), None);
    }
}
