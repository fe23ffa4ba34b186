//! Listing the certificates of a record.

use std::sync::Arc;

use consent::{Access, Field, Section};
use kernel::{EntryId, Fault, Limit, Page};
use labour::{OccupationLabel, Qualification};
use record::Entry;

use crate::{Certificates, Readable, readable};

/// A certificate as it is shown.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The entry.
    pub entry: Entry<Readable>,
    /// What the register in force knows of its code.
    known: Option<Arc<Qualification>>,
    /// Whether the occupations may be read.
    leads: bool,
}

impl Certificates {
    /// A page of the certificates that `access` opens, oldest first, disclosed.
    pub async fn list(
        &self,
        mut access: Access,
        after: Option<EntryId>,
        limit: Limit,
    ) -> Result<Page<Listed>, Fault> {
        let excerpt = readable::excerpt(access.part());
        let coded = access.part().gives(Field::Qualification);
        let leads = access.part().gives(Field::Occupations);
        let section = Section::Certificates;
        let sealed = record::entries(&mut access, section, &excerpt, after, limit).await?;
        let page: Page<Entry<Readable>> = access.disclose(sealed).await?;
        Ok(page.map(|entry| self.listed(entry, coded, leads)))
    }

    /// The certificates that `access` opens, all of each, the latest first, `limit` at most,
    /// disclosed: for the worker to choose among.
    pub async fn latest(&self, mut access: Access, limit: Limit) -> Result<Page<Listed>, Fault> {
        let sealed = record::latest(&mut access, Section::Certificates, limit).await?;
        let page: Page<Entry<Readable>> = access.disclose(sealed).await?;
        Ok(page.map(|entry| self.listed(entry, true, true)))
    }

    /// `entry` with what its code says; without the code itself where that may not be read.
    fn listed(&self, mut entry: Entry<Readable>, coded: bool, leads: bool) -> Listed {
        let code = &mut entry.body.qualification_code;
        let known = code
            .as_deref()
            .and_then(|code| self.labour.known_qualification(code));
        if !coded {
            // It was read for the occupations it leads to.
            *code = None;
        }
        Listed {
            entry,
            known,
            leads,
        }
    }
}

impl Listed {
    /// The code of what it certifies, and what the register in force knows by it.
    pub fn qualification(&self) -> Option<(&str, Option<&Qualification>)> {
        let code = self.entry.body.qualification_code.as_deref()?;
        Some((code, self.known.as_deref()))
    }

    /// The occupations it leads to.
    pub fn occupations(&self) -> Option<&[OccupationLabel]> {
        let known = self.known.as_ref();
        self.leads
            .then(|| known.map_or(&[][..], |known| &known.occupations))
    }
}
