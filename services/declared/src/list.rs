//! Listing what a record holds of a declared section.

use std::collections::BTreeMap;

use consent::{Access, Section};
use identity::Session;
use kernel::{EntryId, Fault, Limit, Page};
use labour::OccupationLabel;
use record::Entry;

use crate::{Declarations, Readable, readable};

/// An entry as it is shown.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The entry.
    pub entry: Entry<Readable>,
    /// Its occupation, where the release of ROME in force knows it.
    pub occupation: Option<OccupationLabel>,
}

impl Declarations {
    /// A page of the entries of `section` that `access` opens, oldest first, disclosed.
    pub async fn list(
        &self,
        mut access: Access,
        section: Section,
        after: Option<EntryId>,
        limit: Limit,
    ) -> Result<Page<Listed>, Fault> {
        let excerpt = readable::excerpt(access.part());
        let sealed = record::entries(&mut access, section, &excerpt, after, limit).await?;
        let page = access.disclose(sealed).await?;
        Ok(page.map(|entry| self.listed(entry)))
    }

    /// The entries of `section` that `access` opens, all of each, the latest first, `limit` at most,
    /// disclosed: for the worker to choose among.
    pub async fn latest(
        &self,
        mut access: Access,
        section: Section,
        limit: Limit,
    ) -> Result<Page<Listed>, Fault> {
        let sealed = record::latest(&mut access, section, limit).await?;
        let page = access.disclose(sealed).await?;
        Ok(page.map(|entry| self.listed(entry)))
    }

    /// The titles of those of `wanted` that the record behind `access` still holds in `section`,
    /// disclosed.
    pub async fn names(
        &self,
        mut access: Access,
        section: Section,
        wanted: &[EntryId],
    ) -> Result<BTreeMap<EntryId, String>, Fault> {
        let sealed = record::bodies(&mut access, section, wanted).await?;
        let held: Vec<(EntryId, Readable)> = access.disclose(sealed).await?;
        let named = held.into_iter();
        Ok(named
            .filter_map(|(entry, body)| Some((entry, body.title?)))
            .collect())
    }

    /// An entry that the worker of `session` declared, and its section; nothing when she has none of
    /// this id.
    pub async fn entry(
        &self,
        session: &Session,
        entry: EntryId,
    ) -> Result<Option<(Section, Listed)>, Fault> {
        let mut access = self.consent.own(session).await?;
        let Some(sealed) = record::declared(&mut access, entry).await? else {
            return Ok(None);
        };
        let (section, entry) = access.disclose(sealed).await?;
        Ok(Some((section, self.listed(entry))))
    }

    fn listed(&self, entry: Entry<Readable>) -> Listed {
        let occupation = self.occupation(entry.body.occupation.as_deref());
        Listed { entry, occupation }
    }

    /// The occupation of this code, where the release of ROME in force knows it.
    pub(crate) fn occupation(&self, code: Option<&str>) -> Option<OccupationLabel> {
        self.labour.known_occupation(code?)
    }
}
