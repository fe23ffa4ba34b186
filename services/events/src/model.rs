//! Events, and the patience with which they are delivered.

use kernel::{EventId, GrantId};
use serde_json::json;
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

/// Something that an app is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its id: the same in each message that tells it.
    pub id: EventId,
    /// Which app is told.
    pub client_id: String,
    /// What happened.
    pub kind: Kind,
    /// To which grant.
    pub grant: GrantId,
    /// The grant's version from then on.
    pub version: i32,
    /// When.
    pub at: OffsetDateTime,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A grant has ended, for whatever reason: what was read under it must be erased in time.
    GrantEnded,
    /// A grant has a new version: it may cover less, or more, than before.
    GrantChanged,
    /// The worker lets nothing out under a grant for a while; it has not ended.
    GrantPaused,
    /// A grant that was paused gives again what it gave.
    GrantResumed,
    /// The worker has decided on something that was proposed under a grant.
    ProposalDecided,
}

/// Where the delivery of an event stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// It will be tried; not before then, and not before there is an address that answers.
    Waiting {
        /// Not before.
        not_before: OffsetDateTime,
    },
    /// The app has taken it.
    Delivered {
        /// When.
        at: OffsetDateTime,
    },
    /// It was tried for three days.
    GivenUp,
}

/// One try to deliver an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    /// Which try it was, from 1.
    pub number: i32,
    /// When it began.
    pub at: OffsetDateTime,
    /// What came of it.
    pub outcome: Outcome,
    /// How long it took.
    pub duration: std::time::Duration,
}

/// What came of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The app's server answered with this HTTP status.
    Answered(u16),
    /// The registered address is not one that is sent to any more.
    Address,
    /// Its name leads to a machine that is not public.
    OutOfReach,
    /// No answer in time.
    TooSlow,
    /// No connection, or no HTTP.
    Unreachable,
}

/// How long after each failed try the next one follows: the schedule that Standard Webhooks
/// recommends, about three days in all.
const DELAYS: [Duration; 9] = [
    Duration::seconds(5),
    Duration::minutes(5),
    Duration::minutes(30),
    Duration::hours(2),
    Duration::hours(5),
    Duration::hours(10),
    Duration::hours(14),
    Duration::hours(20),
    Duration::hours(24),
];

impl Event {
    /// The message's body, the same bytes each time.
    pub fn message(&self) -> String {
        message(
            self.kind.as_str(),
            self.at,
            &json!({
                "client_id": self.client_id,
                "grant_id": self.grant.uuid(),
                "version": self.version,
            }),
        )
    }
}

/// A message as Standard Webhooks shapes it: what, when, and the rest.
pub(crate) fn message(kind: &str, at: OffsetDateTime, data: &serde_json::Value) -> String {
    // Dates of this era are always writable.
    let at = at.format(&Rfc3339).unwrap_or_default();
    json!({"type": kind, "timestamp": at, "data": data}).to_string()
}

impl Kind {
    const ALL: [Self; 5] = [
        Self::GrantEnded,
        Self::GrantChanged,
        Self::GrantPaused,
        Self::GrantResumed,
        Self::ProposalDecided,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GrantEnded => "grant.ended",
            Self::GrantChanged => "grant.changed",
            Self::GrantPaused => "grant.paused",
            Self::GrantResumed => "grant.resumed",
            Self::ProposalDecided => "proposal.decided",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

impl Outcome {
    /// Whether the app has taken the message.
    pub const fn is_taken(self) -> bool {
        matches!(self, Self::Answered(200..=299))
    }

    /// Whether the app says that nobody will ever listen there again.
    pub(crate) const fn is_gone(self) -> bool {
        matches!(self, Self::Answered(410))
    }

    /// The HTTP status, where there was one.
    pub const fn status(self) -> Option<u16> {
        match self {
            Self::Answered(status) => Some(status),
            _ => None,
        }
    }

    /// The stable name of why there was no status.
    pub const fn failure(self) -> Option<&'static str> {
        match self {
            Self::Answered(_) => None,
            Self::Address => Some("address"),
            Self::OutOfReach => Some("out_of_reach"),
            Self::TooSlow => Some("too_slow"),
            Self::Unreachable => Some("unreachable"),
        }
    }

    pub(crate) fn parse(status: Option<u16>, failure: Option<&str>) -> Option<Self> {
        let failures = [
            Self::Address,
            Self::OutOfReach,
            Self::TooSlow,
            Self::Unreachable,
        ];
        match (status, failure) {
            (Some(status), None) => Some(Self::Answered(status)),
            (None, Some(name)) => failures.into_iter().find(|one| one.failure() == Some(name)),
            _ => None,
        }
    }
}

/// When to try again after `tries` have failed, the last one at `now`; nothing when that was
/// enough. `dice` spreads those who failed together by a fifth, so that they do not come back
/// together.
pub(crate) fn next_try(tries: i32, now: OffsetDateTime, dice: u8) -> Option<OffsetDateTime> {
    let last = usize::try_from(tries).ok()?.checked_sub(1)?;
    let delay = *DELAYS.get(last)?;
    let spread = f64::from(dice) / f64::from(u8::MAX) * 0.4 - 0.2;
    Some(now + delay * (1.0 + spread))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};
    use time::{Duration, macros::datetime};
    use uuid::Uuid;

    use super::{DELAYS, Event, Kind, Outcome, next_try};

    #[test]
    fn a_message_says_that_something_happened_and_tells_nothing_of_anybody() {
        let event = Event {
            id: Uuid::from_u128(1).into(),
            client_id: "coach".into(),
            kind: Kind::GrantEnded,
            grant: Uuid::from_u128(2).into(),
            version: 3,
            at: datetime!(2026-11-24 08:00 UTC),
        };
        let told: Value = serde_json::from_str(&event.message()).unwrap();
        let expected = json!({
            "type": "grant.ended",
            "timestamp": "2026-11-24T08:00:00Z",
            "data": {
                "client_id": "coach",
                "grant_id": "00000000-0000-0000-0000-000000000002",
                "version": 3,
            },
        });
        assert_eq!(told, expected);
        assert!(event.message().len() < 20_000);
    }

    #[test]
    fn what_is_stored_reads_back_as_it_was() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()), Some(kind));
        }
        for outcome in [
            Outcome::Answered(204),
            Outcome::Address,
            Outcome::OutOfReach,
            Outcome::TooSlow,
            Outcome::Unreachable,
        ] {
            let stored = (outcome.status(), outcome.failure());
            assert_eq!(Outcome::parse(stored.0, stored.1), Some(outcome));
        }
        assert_eq!(Outcome::parse(None, None), None);
        assert_eq!(Outcome::parse(Some(200), Some("too_slow")), None);
    }

    #[test]
    fn only_a_2xx_is_taken_and_only_410_is_gone() {
        for status in [100, 199, 300, 302, 304, 400, 404, 410, 429, 500, 503] {
            assert!(!Outcome::Answered(status).is_taken(), "{status}");
            assert_eq!(Outcome::Answered(status).is_gone(), status == 410);
        }
        assert!(Outcome::Answered(200).is_taken() && Outcome::Answered(299).is_taken());
        assert!(!Outcome::TooSlow.is_taken());
    }

    #[test]
    fn an_event_is_tried_for_about_three_days() {
        let whole: Duration = DELAYS.iter().copied().sum();
        assert!(whole > Duration::days(3) && whole < Duration::days(4));
    }

    proptest! {
        #[test]
        fn the_next_try_comes_later_each_time_and_at_last_not_at_all(tries in 1..30_i32, dice: u8) {
            let now = datetime!(2026-11-24 08:00 UTC);
            let next = next_try(tries, now, dice);
            match DELAYS.get(usize::try_from(tries).unwrap() - 1) {
                None => prop_assert_eq!(next, None),
                Some(delay) => {
                    let waits = next.unwrap() - now;
                    prop_assert!(waits >= *delay * 0.79 && waits <= *delay * 1.21);
                }
            }
        }
    }
}
