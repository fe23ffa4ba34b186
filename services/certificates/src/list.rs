//! Listing the certificates of a record.

use std::sync::Arc;

use consent::{Access, Section};
use kernel::{EntryId, Fault, Limit, Page};
use labour::Qualification;
use record::Entry;

use crate::{Certificate, Certificates};

/// A certificate as it is shown.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The entry.
    pub entry: Entry<Certificate>,
    /// What it certifies, when the register in force knows its code.
    pub qualification: Option<Arc<Qualification>>,
}

impl Certificates {
    /// A page of the certificates that `access` opens, oldest first, disclosed.
    pub async fn list(
        &self,
        mut access: Access,
        after: Option<EntryId>,
        limit: Limit,
    ) -> Result<Page<Listed>, Fault> {
        let sealed = record::entries(&mut access, Section::Certificates, after, limit).await?;
        let page: Page<Entry<Certificate>> = access.disclose(sealed).await?;
        Ok(page.map(|entry| Listed {
            qualification: self
                .labour
                .known_qualification(&entry.body.qualification_code),
            entry,
        }))
    }
}
