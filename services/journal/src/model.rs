//! What a line of the journal says.

use kernel::{AgentId, EntryId, GrantId, LineId, MandateId, OrganisationId, WorkerId};
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
    /// Under which grant or mandate; none for the worker's own acts and for deposits.
    pub under: Option<Under>,
    /// Which entries.
    pub entries: Vec<EntryId>,
}

/// The permission a line rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Under {
    /// The grant; a mandate, which is a grant to a person, stands here under its own id.
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
    /// A counsellor, in the worker's name.
    Agent(OnBehalf),
}

/// A person who acts for an organisation, in a worker's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OnBehalf {
    /// For whom the person works.
    pub organisation: OrganisationId,
    /// The person.
    pub agent: AgentId,
    /// What permits it.
    pub mandate: MandateId,
}

impl Actor {
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::App(_) => "app",
            Self::Organisation(_) => "organisation",
            Self::Worker => "worker",
            Self::Agent(_) => "agent",
        }
    }

    pub(crate) fn id(&self) -> Option<String> {
        match self {
            Self::App(client) => Some(client.clone()),
            Self::Organisation(id) => Some(id.to_string()),
            Self::Worker => None,
            Self::Agent(by) => Some(format!("{}/{}/{}", by.organisation, by.agent, by.mandate)),
        }
    }

    /// The actor as stored; nothing when the pair means nothing.
    pub(crate) fn parse(kind: &str, id: Option<String>) -> Option<Self> {
        match (kind, id) {
            ("app", Some(client)) => Some(Self::App(client)),
            ("organisation", Some(id)) => id.parse().ok().map(Self::Organisation),
            ("worker", None) => Some(Self::Worker),
            ("agent", Some(id)) => OnBehalf::parse(&id).map(Self::Agent),
            _ => None,
        }
    }
}

impl OnBehalf {
    /// Organisation, agent and mandate, as stored.
    pub(crate) fn parse(stored: &str) -> Option<Self> {
        let mut ids = stored.split('/');
        let read = Self {
            organisation: ids.next()?.parse().ok()?,
            agent: ids.next()?.parse().ok()?,
            mandate: ids.next()?.parse().ok()?,
        };
        ids.next().is_none().then_some(read)
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
    /// An app proposed entries to the worker.
    Propose,
    /// An app asked what became of its proposals.
    Follow,
    /// The worker declared an entry, of her own or that was proposed to her.
    Declare,
    /// The worker refused an entry that was proposed to her.
    Decline,
    /// The worker changed an entry that she had declared.
    Amend,
    /// The worker removed an entry that she had declared.
    Remove,
    /// The worker gave a grant.
    Grant,
    /// A grant was changed: it has a new version from here on.
    Change,
    /// The worker paused a grant: nothing is read under it until she resumes it.
    Pause,
    /// The worker resumed a grant that she had paused.
    Resume,
    /// The worker was reminded of a grant, and keeps it.
    Confirm,
    /// The worker took a grant back, or a counsellor did for her.
    Revoke,
    /// The worker gave a mandate.
    Mandate,
    /// The worker ended a mandate, or her counsellor gave it up.
    EndMandate,
    /// A counsellor looked at the worker's authorisations.
    ViewGrants,
    /// An app gave a grant up.
    Renounce,
    /// An app said that it has erased what it read under a grant that has ended.
    Erase,
}

impl Action {
    const ALL: [Self; 20] = [
        Self::Read,
        Self::Attest,
        Self::Claim,
        Self::Propose,
        Self::Follow,
        Self::Declare,
        Self::Decline,
        Self::Amend,
        Self::Remove,
        Self::Grant,
        Self::Change,
        Self::Pause,
        Self::Resume,
        Self::Confirm,
        Self::Revoke,
        Self::Mandate,
        Self::EndMandate,
        Self::ViewGrants,
        Self::Renounce,
        Self::Erase,
    ];

    /// The action's stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Attest => "attest",
            Self::Claim => "claim",
            Self::Propose => "propose",
            Self::Follow => "follow",
            Self::Declare => "declare",
            Self::Decline => "decline",
            Self::Amend => "amend",
            Self::Remove => "remove",
            Self::Grant => "grant",
            Self::Change => "change",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Confirm => "confirm",
            Self::Revoke => "revoke",
            Self::Mandate => "mandate",
            Self::EndMandate => "end_mandate",
            Self::ViewGrants => "view_grants",
            Self::Renounce => "renounce",
            Self::Erase => "erase",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use kernel::{Clock, Entropy, OrganisationId};

    use super::{Action, Actor, OnBehalf};

    #[test]
    fn what_is_stored_reads_back_as_it_was() {
        for action in Action::ALL {
            assert_eq!(Action::parse(action.as_str()), Some(action));
        }
        let any = OrganisationId::generate(&Clock::system(), &Entropy::seeded(1)).uuid();
        let by = OnBehalf {
            organisation: any.into(),
            agent: any.into(),
            mandate: any.into(),
        };
        for actor in [Actor::App("coach".into()), Actor::Worker, Actor::Agent(by)] {
            assert_eq!(Actor::parse(actor.kind(), actor.id()), Some(actor));
        }
        assert_eq!(Actor::parse("worker", Some("x".into())), None);
        for damaged in [format!("{any}/{any}"), format!("{any}/{any}/{any}/{any}")] {
            assert_eq!(Actor::parse("agent", Some(damaged)), None);
        }
    }
}
