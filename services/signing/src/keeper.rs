//! Keeping the schedule: reading it for this node, changing it for all.

use std::time::{Duration, Instant};

use kernel::{Clock, Confinement, Db, Fault};
use time::OffsetDateTime;
use tokio::time::MissedTickBehavior;

use crate::{Generation, Purpose, Retirement, Schedule, ScheduleError, SigningKeys, store};

/// How often the schedule is read.
const BEAT: Duration = Duration::from_secs(1);
/// How long a reading may take before it counts as failed.
const PATIENCE: Duration = Duration::from_secs(5);

/// Reads the schedule for [`SigningKeys`], and changes it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Keeper {
    db: Db,
    clock: Clock,
    signing: SigningKeys,
}

/// Why the schedule was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The schedule does not permit it.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
    /// The platform failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Keeper {
    /// The keeper of what `signing` knows.
    pub const fn new(db: Db, clock: Clock, signing: SigningKeys) -> Self {
        Self { db, clock, signing }
    }

    /// Keeps this node's knowledge fresh until dropped: run it as a task.
    pub async fn follow(self) {
        let mut beat = tokio::time::interval(BEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            beat.tick().await;
            let patient = tokio::time::timeout(PATIENCE, self.refresh()).await;
            if let Err(fault) = patient.unwrap_or(Err(Fault::Unavailable("the database"))) {
                tracing::warn!(
                    error = &fault as &dyn std::error::Error,
                    "the schedule of signing keys cannot be read; trying again"
                );
            }
        }
    }

    /// Reads the schedule now.
    pub async fn refresh(&self) -> Result<(), Fault> {
        let read_at = Instant::now();
        let mut tx = self.db.begin_read(Confinement::Open).await?;
        let schedules = store::schedules(&mut tx).await?;
        tx.commit().await?;
        self.signing.learn(schedules, read_at)
    }

    /// Publishes the next generation of `purpose`, which signs once `overlap` has passed.
    pub async fn rotate(
        &self,
        purpose: Purpose,
        overlap: time::Duration,
    ) -> Result<Generation, ChangeError> {
        let decide = |schedule: &Schedule, now| {
            let next = schedule.rotate(now, overlap)?;
            Ok((vec![next], next))
        };
        self.change(purpose, decide).await
    }

    /// Ends `generation` of `purpose` at once: nothing that it signed is believed any more, here
    /// when this returns, on every other node within [`LEASE`](crate::LEASE).
    pub async fn retire(
        &self,
        purpose: Purpose,
        generation: u16,
    ) -> Result<Retirement, ChangeError> {
        let decide = |schedule: &Schedule, now| {
            let retirement = schedule.retire(generation, now)?;
            Ok((retirement.changed().collect(), retirement))
        };
        self.change(purpose, decide).await
    }

    /// Writes the generations that `decide` makes of the present schedule, all or none.
    async fn change<T>(
        &self,
        purpose: Purpose,
        decide: impl FnOnce(&Schedule, OffsetDateTime) -> Result<(Vec<Generation>, T), ScheduleError>,
    ) -> Result<T, ChangeError> {
        let mut tx = self.db.begin(Confinement::Open).await?;
        store::take_turns(&mut tx).await?;
        let schedules = store::schedules(&mut tx).await?;
        let schedule = schedules.into_iter().find(|one| one.purpose() == purpose);
        let schedule = schedule.unwrap_or(Schedule::new(purpose, Vec::new()));
        let (changed, outcome) = decide(&schedule, self.clock.now())?;
        for generation in &changed {
            store::put(&mut tx, purpose, generation).await?;
        }
        tx.commit().await?;
        self.refresh().await?;
        Ok(outcome)
    }
}
