//! What nobody decided on is forgotten.

use std::time::Duration;

use kernel::{Confinement, Fault, repeat};

use crate::{Declarations, model::PATIENCE, store};

/// How often.
const BEAT: Duration = Duration::from_mins(10);

impl Declarations {
    /// Deletes proposals on which nobody decided within 90 days, for as long as it is polled.
    pub async fn keep_forgetting(self) {
        repeat(BEAT, "old proposals cannot be deleted", || self.forget()).await;
    }

    /// Deletes them once.
    pub async fn forget(&self) -> Result<(), Fault> {
        let mut tx = self.db.begin(Confinement::Courier).await?;
        store::forget(&mut tx, self.clock.now() - PATIENCE).await?;
        tx.commit().await
    }
}
