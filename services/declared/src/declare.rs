//! The worker declares, changes and removes entries of her record.

use consent::{Access, Section};
use identity::Session;
use journal::Action;
use kernel::{EntryId, Fault};
use record::Declaration;

use crate::{Declarations, Declared, Draft, Flaw, is_declared};

/// Why nothing was declared.
#[derive(Debug, thiserror::Error)]
pub enum DeclareError {
    /// Entries of this section are not declared, or she declared no entry of this id.
    #[error("no such entry or section")]
    Unknown,
    /// The entry has been changed since she saw it.
    #[error("the entry has changed")]
    Changed,
    /// All that is wrong with what she wrote.
    #[error("it is not well said")]
    Flaws(Vec<Flaw>),
    /// The platform failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Declarations {
    /// Adds `draft` to `section` of the record of the worker of `session`; answers its id.
    pub async fn declare(
        &self,
        session: &Session,
        section: Section,
        draft: &Draft,
    ) -> Result<EntryId, DeclareError> {
        let declared = self.checked(section, draft)?;
        let entry = EntryId::generate(&self.clock, &self.entropy);
        let mut access = self.consent.own_to_write(session).await?;
        self.enter(&mut access, section, entry, &declared).await?;
        access.commit(Action::Declare, section, vec![entry]).await?;
        Ok(entry)
    }

    /// Lets an entry that the worker of `session` declared, and saw at version `seen`, say what `draft`
    /// does. What it said before is kept with it.
    pub async fn amend(
        &self,
        session: &Session,
        entry: EntryId,
        seen: i32,
        draft: &Draft,
    ) -> Result<(), DeclareError> {
        let (section, _) = self
            .entry(session, entry)
            .await?
            .ok_or(DeclareError::Unknown)?;
        let declared = self.checked(section, draft)?;
        let declaration = declaration(entry, &declared)?;
        let mut access = self.consent.own_to_write(session).await?;
        let now = self.clock.now();
        if !record::amend(&mut access, seen, &declaration, now).await? {
            return Err(DeclareError::Changed);
        }
        access.commit(Action::Amend, section, vec![entry]).await?;
        Ok(())
    }

    /// Removes an entry that the worker of `session` declared, with all that it ever said; answers from
    /// which section.
    pub async fn remove(&self, session: &Session, entry: EntryId) -> Result<Section, DeclareError> {
        let mut access = self.consent.own_to_write(session).await?;
        let removed = record::remove(&mut access, entry).await?;
        let section = removed.ok_or(DeclareError::Unknown)?;
        access.commit(Action::Remove, section, vec![entry]).await?;
        Ok(section)
    }

    /// Writes `declared` into `section` under the id `entry`.
    pub(crate) async fn enter(
        &self,
        access: &mut Access,
        section: Section,
        entry: EntryId,
        declared: &Declared,
    ) -> Result<(), Fault> {
        let declaration = declaration(entry, declared)?;
        record::declare(access, section, &declaration, self.clock.now()).await
    }

    /// `draft` as an entry of `section`.
    fn checked(&self, section: Section, draft: &Draft) -> Result<Declared, DeclareError> {
        if !is_declared(section) {
            return Err(DeclareError::Unknown);
        }
        self.check(section, draft)?.map_err(DeclareError::Flaws)
    }

    /// Whether `draft` is well said, as an entry of `section`. Fails as long as nobody here knows which
    /// occupations there are.
    pub(crate) fn check(
        &self,
        section: Section,
        draft: &Draft,
    ) -> Result<Result<Declared, Vec<Flaw>>, Fault> {
        if draft.occupation.is_some() && !self.labour.is_ready() {
            return Err(Fault::Unavailable("the list of occupations"));
        }
        let knows = |code: &str| self.labour.known_occupation(code).is_some();
        Ok(draft.check(section, self.clock.now().date(), knows))
    }
}

fn declaration(entry: EntryId, declared: &Declared) -> Result<Declaration, Fault> {
    let body = serde_json::to_value(declared)
        .map_err(|_shape| Fault::Corrupt(format!("declaration of entry {entry}")))?;
    Ok(Declaration {
        entry,
        dated: declared.dated(),
        body,
    })
}
