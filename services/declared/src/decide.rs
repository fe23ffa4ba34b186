//! The worker decides on what apps propose.

use std::collections::BTreeMap;

use consent::{Access, Section};
use events::{Event, Kind};
use identity::Session;
use journal::Action;
use kernel::{EntryId, EventId, Fault, ProposalId};
use labour::OccupationLabel;
use time::OffsetDateTime;

use crate::{
    Declarations, Declared,
    model::PATIENCE,
    store::{self, Taken},
};

/// What an app proposes, while the worker has not decided.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// Its id.
    pub id: ProposalId,
    /// For which section.
    pub section: Section,
    /// What it would say.
    pub declared: Declared,
    /// Its occupation, where the release of ROME in force knows it.
    pub occupation: Option<OccupationLabel>,
    /// Which app proposes it.
    pub client_id: String,
    /// When.
    pub proposed_at: OffsetDateTime,
}

/// Why a decision was not taken.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// Nothing of this id waits for her: she decided, or it was forgotten, or it never was.
    #[error("no such proposal waits")]
    Unknown,
    /// The platform failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Declarations {
    /// What waits for the worker of `session`, oldest first: what apps whose authorisation is in force
    /// propose.
    pub async fn waiting(&self, session: &Session) -> Result<Vec<Waiting>, Fault> {
        let mut access = self.consent.own(session).await?;
        let now = self.clock.now();
        let sealed = store::waiting(&mut access, now, now - PATIENCE).await?;
        let rows = access.disclose(sealed).await?;
        let told = rows.into_iter().map(|row| {
            let occupation = self.occupation(row.declared.occupation.as_deref());
            Waiting { occupation, ..row }
        });
        Ok(told.collect())
    }

    /// How many proposals of which app, by its client id, wait for the worker of `session`; of those that
    /// [`Self::waiting`] tells.
    pub async fn waiting_by_app(
        &self,
        session: &Session,
    ) -> Result<BTreeMap<String, usize>, Fault> {
        let mut access = self.consent.own(session).await?;
        let now = self.clock.now();
        let sealed = store::waiting_by_app(&mut access, now, now - PATIENCE).await?;
        access.disclose(sealed).await
    }

    /// Adds what was proposed as `id` to the record of the worker of `session`, as her own; answers the
    /// new entry.
    pub async fn accept(&self, session: &Session, id: ProposalId) -> Result<EntryId, DecideError> {
        let (mut access, taken) = self.take(session, id, true).await?;
        let entry = EntryId::generate(&self.clock, &self.entropy);
        let section = taken.section;
        self.enter(&mut access, section, entry, &taken.declared)
            .await?;
        access.commit(Action::Declare, section, vec![entry]).await?;
        Ok(entry)
    }

    /// Refuses what was proposed as `id` to the worker of `session`, and forgets what it said.
    pub async fn decline(&self, session: &Session, id: ProposalId) -> Result<(), DecideError> {
        let (access, taken) = self.take(session, id, false).await?;
        // The line names the proposal, as the one of the app does.
        let named = vec![id.uuid().into()];
        access.commit(Action::Decline, taken.section, named).await?;
        Ok(())
    }

    /// Takes what waits as `id` for a decision that tells its app; nothing of it is committed yet.
    async fn take(
        &self,
        session: &Session,
        id: ProposalId,
        accepted: bool,
    ) -> Result<(Access, Taken), DecideError> {
        let mut access = self.consent.own_to_write(session).await?;
        let now = self.clock.now();
        let taken = store::take(&mut access, id, now, now - PATIENCE).await?;
        let taken = taken.ok_or(DecideError::Unknown)?;
        store::settle(&mut access, id, accepted, now).await?;
        let event = Event {
            id: EventId::generate(&self.clock, &self.entropy),
            client_id: taken.client_id.clone(),
            kind: Kind::ProposalDecided,
            grant: taken.grant,
            version: taken.version,
            at: now,
        };
        events::record(access.conn(), &event).await?;
        Ok((access, taken))
    }
}
