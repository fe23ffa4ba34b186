//! What a worker is reminded of: grants that end soon, and grants that have lasted for long.

use identity::Session;
use kernel::{Confinement, Fault, GrantId};
use time::{Duration, OffsetDateTime};

use super::store;
use crate::{Consent, GrantState};

/// How long before its end a grant is spoken of.
const SOON: Duration = Duration::days(7);
/// How long a grant lasts before the worker is asked whether she still wants it.
const LONG: Duration = Duration::days(90);

/// What there is to say of a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reminder {
    /// It ends by itself within a week.
    EndsSoon {
        /// When.
        at: OffsetDateTime,
    },
    /// It still lets its app read, 90 days or more after she gave it or last said that she keeps it.
    StillAllowed {
        /// Since when it does.
        since: OffsetDateTime,
    },
}

/// A grant, and what there is to say of it.
#[derive(Debug, Clone)]
pub struct Reminded {
    /// The grant.
    pub grant: GrantId,
    /// Its version.
    pub version: i32,
    /// Which app holds it.
    pub client_id: String,
    /// What there is to say.
    pub reminder: Reminder,
}

impl Reminder {
    /// What there is to say at `now`, if anything. An end that was never more than a week away is
    /// what she chose, and needs no reminder.
    pub(crate) fn due(
        state: GrantState,
        given_at: OffsetDateTime,
        confirmed_at: Option<OffsetDateTime>,
        now: OffsetDateTime,
    ) -> Option<Self> {
        let (GrantState::Active { expires_at } | GrantState::Paused { expires_at, .. }) = state
        else {
            return None;
        };
        if expires_at - now <= SOON && expires_at - given_at > SOON {
            return Some(Self::EndsSoon { at: expires_at });
        }
        let looked_at = confirmed_at.map_or(given_at, |at| at.max(given_at));
        let still = state.is_active() && now - looked_at >= LONG;
        still.then_some(Self::StillAllowed { since: given_at })
    }
}

impl Consent {
    /// What the worker of `session` is to be reminded of, the newest grant first.
    pub async fn reminders(&self, session: &Session) -> Result<Vec<Reminded>, Fault> {
        let worker = session.worker();
        let mut tx = self.db.begin_read(Confinement::Worker(worker)).await?;
        let rows = store::of_worker(&mut tx, worker).await?;
        tx.commit().await?;
        let now = self.clock.now();
        let reminded = rows.into_iter().filter_map(|row| {
            let reminder = Reminder::due(row.state(now), row.given_at, row.confirmed_at, now)?;
            Some(Reminded {
                grant: row.grant,
                version: row.version,
                client_id: row.client_id,
                reminder,
            })
        });
        Ok(reminded.collect())
    }
}

#[cfg(test)]
mod tests {
    use time::{Duration, OffsetDateTime, macros::datetime};

    use super::Reminder;
    use crate::GrantState;

    const GIVEN: OffsetDateTime = datetime!(2026-01-01 08:00 UTC);
    const MOMENT: Duration = Duration::microseconds(1);

    fn after(days: i64) -> OffsetDateTime {
        GIVEN + Duration::days(days)
    }

    /// What is said at `now` of a grant of a year.
    fn of_a_year(now: OffsetDateTime, confirmed_at: Option<OffsetDateTime>) -> Option<Reminder> {
        let state = GrantState::at(now, after(365), None);
        Reminder::due(state, GIVEN, confirmed_at, now)
    }

    #[test]
    fn a_grant_is_spoken_of_in_its_last_week() {
        let ends = Some(Reminder::EndsSoon { at: after(365) });
        assert_ne!(of_a_year(after(358) - MOMENT, Some(after(350))), ends);
        assert_eq!(of_a_year(after(358), Some(after(357))), ends);
        assert_eq!(
            of_a_year(after(365) - MOMENT, None),
            ends,
            "before all else"
        );
        assert_eq!(of_a_year(after(365), None), None, "not once it has ended");
        let paused = GrantState::at(after(360), after(365), None).paused(Some(after(1)));
        assert_eq!(Reminder::due(paused, GIVEN, None, after(360)), ends);
    }

    #[test]
    fn an_end_that_she_chose_this_week_is_no_news() {
        for days in [1, 7] {
            let state = GrantState::at(GIVEN, after(days), None);
            assert_eq!(Reminder::due(state, GIVEN, None, GIVEN), None);
        }
        let state = GrantState::at(after(1), after(8), None);
        assert!(Reminder::due(state, GIVEN, None, after(1)).is_some());
    }

    #[test]
    fn after_ninety_days_she_is_asked_again_and_again_ninety_days_after_her_answer() {
        let still = Some(Reminder::StillAllowed { since: GIVEN });
        assert_eq!(of_a_year(after(90) - MOMENT, None), None);
        assert_eq!(of_a_year(after(90), None), still);
        assert_eq!(of_a_year(after(100), Some(after(95))), None);
        assert_eq!(of_a_year(after(185) - MOMENT, Some(after(95))), None);
        assert_eq!(of_a_year(after(185), Some(after(95))), still);
        let paused = GrantState::at(after(200), after(365), None).paused(Some(after(1)));
        assert_eq!(
            Reminder::due(paused, GIVEN, None, after(200)),
            None,
            "nothing is let out"
        );
    }
}
