//! The life of a grant.

use time::OffsetDateTime;

/// Where a grant stands. It begins active and ends once, for one reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantState {
    /// The app may read until then.
    Active {
        /// When it ends by itself.
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

    /// When it ended, if it has.
    pub const fn ended_at(self) -> Option<OffsetDateTime> {
        match self {
            Self::Active { .. } => None,
            Self::Expired { at } | Self::Ended { at, .. } => Some(at),
        }
    }

    /// Why somebody ended it; nothing when nobody did.
    pub const fn reason(self) -> Option<EndReason> {
        match self {
            Self::Ended { reason, .. } => Some(reason),
            Self::Active { .. } | Self::Expired { .. } => None,
        }
    }

    /// Whether the app may still read.
    pub const fn is_active(self) -> bool {
        matches!(self, Self::Active { .. })
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
}
