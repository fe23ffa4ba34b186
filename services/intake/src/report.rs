//! Looking at batches and their reports.

use kernel::{BatchId, Confinement, Fault, Limit, OrganisationId, Page};

use crate::{
    Intake,
    model::{Batch, ReportLine, Verdict},
    store,
};

impl Intake {
    /// The batch `id` of `organisation`; nothing when it has none such.
    pub async fn batch(
        &self,
        organisation: OrganisationId,
        id: BatchId,
    ) -> Result<Option<Batch>, Fault> {
        let mut tx = self
            .db
            .begin_read(Confinement::Organisation(organisation))
            .await?;
        let batch = store::batch(&mut tx, organisation, id).await?;
        tx.commit().await?;
        Ok(batch)
    }

    /// The organisation's batches, newest first, before `before`.
    pub async fn batches(
        &self,
        organisation: OrganisationId,
        before: Option<BatchId>,
        limit: Limit,
    ) -> Result<Page<Batch>, Fault> {
        let mut tx = self
            .db
            .begin_read(Confinement::Organisation(organisation))
            .await?;
        let page = store::batches(&mut tx, organisation, before, limit).await?;
        tx.commit().await?;
        Ok(page)
    }

    /// The report of a batch, passage by passage in the file's order, after the position `after`
    /// (0 for the first page).
    pub async fn report(
        &self,
        organisation: OrganisationId,
        id: BatchId,
        after: i32,
        limit: Limit,
    ) -> Result<Page<ReportLine>, Fault> {
        let mut tx = self
            .db
            .begin_read(Confinement::Organisation(organisation))
            .await?;
        let count = limit.and_one();
        let lines = store::lines(&mut tx, (organisation, id), &Verdict::ALL, after, count).await?;
        tx.commit().await?;
        Ok(Page::cut(lines, limit))
    }
}
