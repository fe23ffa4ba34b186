//! The journal's line of what was done to a permission: a grant, or a mandate.

use journal::{Action, Actor, Line, Under};
use kernel::{LineId, WorkerId};
use time::OffsetDateTime;

use crate::Consent;

impl Consent {
    /// The line of `worker` that tells of `action` by `actor` at `at`, about the permission `under`.
    pub(crate) fn line(
        &self,
        worker: WorkerId,
        at: OffsetDateTime,
        actor: Actor,
        action: Action,
        under: Under,
    ) -> Line {
        Line {
            worker,
            id: LineId::generate(&self.clock, &self.entropy),
            at,
            actor,
            action,
            section: None,
            under: Some(under),
            entries: Vec::new(),
        }
    }
}
