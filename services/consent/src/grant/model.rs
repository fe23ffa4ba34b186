//! The life of a grant.

use time::OffsetDateTime;

/// Where a grant stands. It begins active, may be paused, and ends once, for one reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantState {
    /// The app may read until then.
    Active {
        /// When it ends by itself.
        expires_at: OffsetDateTime,
    },
    /// The worker lets nothing out under it until she resumes it.
    Paused {
        /// Since when.
        since: OffsetDateTime,
        /// When it ends by itself, resumed or not.
        expires_at: OffsetDateTime,
    },
    /// Its time has passed.
    Expired {
        /// Since when.
        at: OffsetDateTime,
    },
    /// Somebody ended it.
    Ended {
        /// When.
        at: OffsetDateTime,
        /// Why.
        reason: EndReason,
    },
}

/// Why a grant ended before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndReason {
    /// The worker took it back.
    Revoked,
    /// The app gave it up.
    Renounced,
    /// Another grant took its place.
    Replaced,
    /// Its authorization code was presented twice: somebody else may have it (RFC 6749 §4.1.2).
    CodeReplayed,
}

impl EndReason {
    const ALL: [Self; 4] = [
        Self::Revoked,
        Self::Renounced,
        Self::Replaced,
        Self::CodeReplayed,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::Renounced => "renounced",
            Self::Replaced => "replaced",
            Self::CodeReplayed => "code_replayed",
        }
    }

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }
}

impl GrantState {
    /// The state at `now` of a grant stored with these times.
    pub(crate) fn at(
        now: OffsetDateTime,
        expires_at: OffsetDateTime,
        ended: Option<(OffsetDateTime, EndReason)>,
    ) -> Self {
        match ended {
            Some((at, reason)) => Self::Ended { at, reason },
            None if expires_at <= now => Self::Expired { at: expires_at },
            None => Self::Active { expires_at },
        }
    }

    /// The same state of a grant that is paused since then, if it is. A pause stops no end.
    #[must_use]
    pub(crate) const fn paused(self, since: Option<OffsetDateTime>) -> Self {
        match (self, since) {
            (Self::Active { expires_at }, Some(since)) => Self::Paused { since, expires_at },
            _ => self,
        }
    }

    /// When it ended, if it has.
    pub const fn ended_at(self) -> Option<OffsetDateTime> {
        match self {
            Self::Active { .. } | Self::Paused { .. } => None,
            Self::Expired { at } | Self::Ended { at, .. } => Some(at),
        }
    }

    /// Why somebody ended it; nothing when nobody did.
    pub const fn reason(self) -> Option<EndReason> {
        match self {
            Self::Ended { reason, .. } => Some(reason),
            Self::Active { .. } | Self::Paused { .. } | Self::Expired { .. } => None,
        }
    }

    /// Whether the app may read now. One that is paused may not, and has not ended either.
    pub const fn is_active(self) -> bool {
        matches!(self, Self::Active { .. })
    }

    /// Whether it has ended, for good.
    pub const fn has_ended(self) -> bool {
        self.ended_at().is_some()
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::{EndReason, GrantState};

    #[test]
    fn a_grant_that_was_ended_stays_ended_even_before_its_time() {
        let (now, later) = (
            datetime!(2026-11-23 08:00 UTC),
            datetime!(2026-12-23 08:00 UTC),
        );
        assert!(GrantState::at(now, later, None).is_active());
        assert!(
            !GrantState::at(later, later, None).is_active(),
            "the last instant is not granted"
        );
        assert!(!GrantState::at(now, later, Some((now, EndReason::Revoked))).is_active());
    }

    #[test]
    fn a_pause_lets_nothing_out_and_stops_no_end() {
        let (now, later) = (
            datetime!(2026-11-23 08:00 UTC),
            datetime!(2026-12-23 08:00 UTC),
        );
        let paused = GrantState::at(now, later, None).paused(Some(now));
        assert!(!paused.is_active() && !paused.has_ended());
        assert!(GrantState::at(now, later, None).paused(None).is_active());
        let ended = Some((now, EndReason::Revoked));
        for over in [
            GrantState::at(later, later, None),
            GrantState::at(now, later, ended),
        ] {
            assert_eq!(over.paused(Some(now)), over);
        }
    }
}
