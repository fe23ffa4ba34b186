//! Use case: read an occupation, a qualification, or the list of occupations.

use kernel::{Confinement, Fault, Limit, Page};

use crate::{
    Labour,
    model::{Occupation, OccupationLabel, Qualification, QualificationCode, RomeCode},
    store,
};

impl Labour {
    /// The occupation under `code` in the edition in force, with its job titles.
    pub async fn occupation(&self, code: &RomeCode) -> Result<Option<Occupation>, Fault> {
        let mut tx = self.db.begin_read(Confinement::Open).await?;
        store::occupation(&mut tx, code.as_str()).await
    }

    /// The occupations in force in the order of their codes, from the one after `after` on.
    pub async fn occupations(
        &self,
        after: Option<&RomeCode>,
        limit: Limit,
    ) -> Result<Page<OccupationLabel>, Fault> {
        let mut tx = self.db.begin_read(Confinement::Open).await?;
        let after = after.map_or("", RomeCode::as_str);
        Ok(Page::cut(
            store::occupations_after(&mut tx, after, limit).await?,
            limit,
        ))
    }

    /// The qualification under `code`, with the occupations it leads to.
    pub async fn qualification(
        &self,
        code: &QualificationCode,
    ) -> Result<Option<Qualification>, Fault> {
        let mut tx = self.db.begin_read(Confinement::Open).await?;
        store::qualification(&mut tx, code.as_str()).await
    }
}
