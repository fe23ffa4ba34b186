//! The time, as a value that is handed over: the system's in production, one that tests move.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use time::OffsetDateTime;

/// Where the present comes from.
#[derive(Debug, Clone, Default)]
pub struct Clock(Source);

#[derive(Debug, Clone, Default)]
enum Source {
    #[default]
    System,
    Manual(Arc<Mutex<OffsetDateTime>>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `start` until [`advance`](Self::advance) moves it; clones share it.
    pub fn manual(start: OffsetDateTime) -> Self {
        Self(Source::Manual(Arc::new(Mutex::new(start))))
    }

    /// Now, in UTC, to the microsecond that PostgreSQL keeps.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one home of the system's clock"
    )]
    pub fn now(&self) -> OffsetDateTime {
        let now = match &self.0 {
            Source::System => OffsetDateTime::now_utc(),
            Source::Manual(at) => *at.lock().unwrap_or_else(PoisonError::into_inner),
        };
        now.replace_nanosecond(now.nanosecond() / 1_000 * 1_000)
            .unwrap_or(now)
    }

    /// Now, for libraries that count in the system's own type.
    pub fn system_time(&self) -> SystemTime {
        self.now().into()
    }

    /// Moves a manual clock forward; the system's does not move.
    pub fn advance(&self, by: Duration) {
        if let Source::Manual(at) = &self.0 {
            let mut at = at.lock().unwrap_or_else(PoisonError::into_inner);
            *at += by;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use time::macros::datetime;

    use super::Clock;

    #[test]
    fn a_manual_clock_moves_only_when_told_and_for_all_its_clones() {
        let clock = Clock::manual(datetime!(2026-11-23 08:00 UTC));
        let clone = clock.clone();
        clock.advance(Duration::from_mins(1));
        assert_eq!(clone.now(), datetime!(2026-11-23 08:01 UTC));
    }
}
