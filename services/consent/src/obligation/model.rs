//! Obligations and attestations.

use time::{Duration, OffsetDateTime};

use crate::Days;

/// How long an app may take to say that it has erased, once it must have.
const GRACE: Duration = Duration::days(7);
/// How far an app's clock may run ahead of ours.
const AHEAD: Duration = Duration::seconds(10);

/// What is owed for one grant that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Obligation {
    /// When the app must have said that it has erased.
    pub due_at: OffsetDateTime,
    /// What it has said.
    pub attested: Option<(OffsetDateTime, Kept)>,
}

/// Where an obligation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObligationState {
    /// The app has time left.
    Due {
        /// Until then.
        by: OffsetDateTime,
    },
    /// The app has said that it has erased.
    Attested {
        /// When it said so.
        at: OffsetDateTime,
        /// What it has kept.
        kept: Kept,
    },
    /// The app has said nothing, and its time is over.
    Overdue {
        /// Since when.
        since: OffsetDateTime,
    },
}

/// What an app has kept of what it read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Nothing, not with its recipients either.
    Nothing,
    /// What a law obliges it to keep, for that purpose only (GDPR article 17(3)).
    LegalDuty,
}

/// An app's word that it has erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attestation {
    /// When it erased.
    pub erased_at: OffsetDateTime,
    /// What it has kept.
    pub kept: Kept,
    /// Who answers for it at the publisher's: a function rather than a name.
    pub responsible: String,
}

/// Why an attestation is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AttestationError {
    /// Before anything was granted, or in the future.
    #[error("`erased_at` lies before the grant was given, or in the future")]
    Erased,
    /// Nobody, or a text that does not read as it looks.
    #[error("`responsible` is 1 to 100 visible characters")]
    Responsible,
}

impl Obligation {
    /// What is owed for a grant that ended at `ended_at`, when nothing was said yet.
    pub fn of(ended_at: OffsetDateTime, retention: Days) -> Self {
        Self {
            due_at: ended_at + retention.span() + GRACE,
            attested: None,
        }
    }

    /// Where it stands at `now`.
    pub fn state(&self, now: OffsetDateTime) -> ObligationState {
        match self.attested {
            Some((at, kept)) => ObligationState::Attested { at, kept },
            None if self.due_at <= now => ObligationState::Overdue { since: self.due_at },
            None => ObligationState::Due { by: self.due_at },
        }
    }
}

impl Kept {
    const ALL: [Self; 2] = [Self::Nothing, Self::LegalDuty];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::LegalDuty => "legal_duty",
        }
    }

    /// The one of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kept| kept.as_str() == name)
    }
}

impl Attestation {
    /// Checks it against the present and the grant it is about.
    pub(crate) fn check(
        &self,
        given_at: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<(), AttestationError> {
        if self.erased_at < given_at || self.erased_at > now + AHEAD {
            return Err(AttestationError::Erased);
        }
        if !crate::details::is_name(&self.responsible) {
            return Err(AttestationError::Responsible);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use time::{Duration, macros::datetime};

    use super::{Attestation, AttestationError, Kept, Obligation, ObligationState};
    use crate::Days;

    #[test]
    fn what_is_owed_becomes_overdue_by_itself_a_week_after_the_retention() {
        let ended = datetime!(2026-11-24 08:00 UTC);
        let due = ended + Duration::days(30 + 7);
        let owed = Obligation::of(ended, Days::new(30).unwrap());
        assert_eq!(owed.state(ended), ObligationState::Due { by: due });
        let moment = Duration::microseconds(1);
        assert_eq!(owed.state(due - moment), ObligationState::Due { by: due });
        assert_eq!(owed.state(due), ObligationState::Overdue { since: due });
        let late = due + Duration::days(1);
        let told = Obligation {
            attested: Some((late, Kept::Nothing)),
            ..owed
        };
        let attested = ObligationState::Attested {
            at: late,
            kept: Kept::Nothing,
        };
        assert_eq!(told.state(late), attested, "late is better than never");
    }

    #[test]
    fn an_attestation_speaks_of_the_past_and_of_somebody() {
        let (given, now) = (
            datetime!(2026-11-24 08:00 UTC),
            datetime!(2026-12-24 08:00 UTC),
        );
        let check = |erased_at, responsible: &str| {
            Attestation {
                erased_at,
                kept: Kept::Nothing,
                responsible: responsible.into(),
            }
            .check(given, now)
        };
        assert_eq!(check(given, "Data protection officer"), Ok(()));
        assert_eq!(check(now + Duration::seconds(10), "DPO"), Ok(()));
        for early_or_late in [given - Duration::seconds(1), now + Duration::seconds(11)] {
            assert_eq!(check(early_or_late, "DPO"), Err(AttestationError::Erased));
        }
        let long = "a".repeat(101);
        for nobody in ["", " ", " DPO", "D\u{202e}PO", "D\nPO", &long] {
            assert_eq!(check(now, nobody), Err(AttestationError::Responsible));
        }
    }

    #[test]
    fn names_on_the_wire_read_back() {
        for kept in Kept::ALL {
            assert_eq!(Kept::parse(kept.as_str()), Some(kept));
        }
        assert_eq!(Kept::parse("everything"), None);
    }
}
