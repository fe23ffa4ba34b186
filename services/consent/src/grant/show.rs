//! One grant, as its worker looks at it: what it gives, how far it reaches, its versions, and what
//! was read under it.

use std::collections::BTreeSet;

use catalogue::{App, Organisation};
use identity::Session;
use kernel::{Confinement, Fault, GrantId, Limit, LineId, Page};
use time::OffsetDateTime;

use super::{change::asked, reach::Reach, store, version::Version};
use crate::{Consent, GrantState, Obligation, Section, Terms, obligation};

/// How many versions are told at once.
const VERSIONS: i64 = 20;

/// A grant, and all that its worker needs to steer it.
#[derive(Debug, Clone)]
pub struct Detail {
    /// The grant.
    pub grant: GrantId,
    /// Which app holds it.
    pub client_id: String,
    /// The app and who answers for it, as the catalogue has them now; none when the app is gone.
    pub app: Option<(App, Organisation)>,
    /// Its version.
    pub version: i32,
    /// What it gives.
    pub terms: Terms,
    /// Since when.
    pub given_at: OffsetDateTime,
    /// When she last changed it, or said that she keeps it.
    pub confirmed_at: Option<OffsetDateTime>,
    /// Where it stands.
    pub state: GrantState,
    /// The most that it may come to give.
    pub reach: Reach,
    /// Without which sections the app said that it cannot work.
    pub essential: BTreeSet<Section>,
    /// What the app owes, once it has ended.
    pub obligation: Option<Obligation>,
}

impl Consent {
    /// A grant of the worker of `session`; nothing when she gave no such grant.
    pub async fn detail(&self, session: &Session, grant: GrantId) -> Result<Option<Detail>, Fault> {
        let worker = session.worker();
        let mut tx = self.db.begin_read(Confinement::Worker(worker)).await?;
        let Some(row) = store::one(&mut tx, worker, grant).await? else {
            return Ok(None);
        };
        let asked = asked(&mut tx, worker, &row).await?;
        let owed = obligation::store::of_worker(&mut tx, worker).await?;
        tx.commit().await?;
        let now = self.clock.now();
        let app = self.catalogue.app(&row.client_id).await?;
        let state = row.state(now);
        let obligation = row.owed(&owed, now);
        Ok(Some(Detail {
            grant,
            reach: Reach::of(&row, &asked, app.as_ref().map(|(app, _)| app), now),
            app,
            version: row.version,
            given_at: row.given_at,
            confirmed_at: row.confirmed_at,
            state,
            essential: row.asked.map(|asked| asked.essential).unwrap_or_default(),
            obligation,
            client_id: row.client_id,
            terms: row.terms,
        }))
    }

    /// The versions of a grant of the worker of `session`, newest first, from below the one
    /// numbered `before`.
    pub async fn versions(
        &self,
        session: &Session,
        grant: GrantId,
        before: Option<i32>,
    ) -> Result<Page<Version>, Fault> {
        let worker = session.worker();
        let before = before.unwrap_or(i32::MAX);
        let mut tx = self.db.begin_read(Confinement::Worker(worker)).await?;
        // One more: what the last one changed is told beside it.
        let kept = store::versions(&mut tx, worker, grant, before, VERSIONS + 1).await?;
        tx.commit().await?;
        let most = usize::try_from(VERSIONS).unwrap_or(usize::MAX);
        let told = kept.iter().enumerate().take(most);
        Ok(Page {
            items: told
                .map(|(at, version)| version.told(kept.get(at + 1)))
                .collect(),
            more: kept.len() > most,
        })
    }

    /// What was read under a grant of the worker of `session`, newest first, from `before`
    /// backwards.
    pub async fn readings(
        &self,
        session: &Session,
        grant: GrantId,
        before: Option<LineId>,
        limit: Limit,
    ) -> Result<Page<journal::Kept>, Fault> {
        let worker = session.worker();
        let mut tx = self.db.begin_read(Confinement::Worker(worker)).await?;
        let lines = journal::reads_under(&mut tx, worker, grant, before, limit).await?;
        tx.commit().await?;
        Ok(lines)
    }
}
