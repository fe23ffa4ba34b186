//! Typed ids: UUIDs of version 7 (RFC 9562 §5.7), opaque outside; those of one process are in the
//! order of their creation.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Clock, Entropy};

macro_rules! ids {
    ($($(#[$doc:meta])+ $name:ident)+) => {$(
        $(#[$doc])+
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
            sqlx::Type,
        )]
        #[sqlx(transparent)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id, dated by `clock`, made unguessable by `entropy`.
            pub fn generate(clock: &Clock, entropy: &Entropy) -> Self {
                Self(version_7(clock, entropy))
            }

            /// The bare UUID, for the wire.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

ids! {
    /// A worker: the person whose record it is.
    WorkerId
    /// An organisation: a legal person.
    OrganisationId
    /// A grant: what a worker allowed one app.
    GrantId
    /// A refusal: what a worker did not allow one app.
    RefusalId
    /// A mandate: what a worker entrusted to one counsellor.
    MandateId
    /// An agent: a person who acts for an organisation.
    AgentId
    /// An invitation: the code by which workers find one counsellor.
    InvitationId
    /// An entry of a record.
    EntryId
    /// A proposal: an entry that an app would have a worker declare.
    ProposalId
    /// A batch: one bulk deposit.
    BatchId
    /// A passage of a batch, as this platform names it (its emitter has its own *technical id*).
    PassageId
    /// A certificate that waits for its worker.
    WaitingId
    /// A line of the journal.
    LineId
    /// An event that an app is told.
    EventId
}

fn version_7(clock: &Clock, entropy: &Entropy) -> Uuid {
    let millis = clock.now().unix_timestamp_nanos() / 1_000_000;
    let millis = u64::try_from(millis).unwrap_or_default();
    let (millis, bytes) = entropy.ordered(millis);
    uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use time::macros::datetime;

    use super::WorkerId;
    use crate::{Clock, Entropy};

    #[test]
    fn ids_sort_by_creation_within_a_millisecond_and_when_the_clock_is_set_back() {
        let entropy = Entropy::seeded(1);
        let clock = Clock::manual(datetime!(2026-11-23 08:00 UTC));
        let earlier = Clock::manual(datetime!(2026-11-23 07:59 UTC));
        let mut ids: Vec<_> = (0..10_000)
            .map(|_| WorkerId::generate(&clock, &entropy))
            .collect();
        ids.push(WorkerId::generate(&earlier, &entropy));
        assert!(ids.is_sorted_by(|one, next| one < next));
        assert!(ids.iter().all(|id| id.uuid().get_version_num() == 7));
    }

    #[test]
    fn ids_are_version_7_and_sort_by_creation() {
        let clock = Clock::manual(datetime!(2026-11-23 08:00 UTC));
        let entropy = Entropy::seeded(1);
        let first = WorkerId::generate(&clock, &entropy);
        clock.advance(Duration::from_millis(1));
        let second = WorkerId::generate(&clock, &entropy);
        assert_eq!(first.uuid().get_version_num(), 7);
        assert!(first < second);
    }
}
