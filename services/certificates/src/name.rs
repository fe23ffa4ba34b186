//! What a worker calls her certificates: the names of what they certify.

use std::collections::BTreeMap;

use consent::{Access, Section};
use kernel::{EntryId, Fault};

use crate::{Certificates, Readable};

impl Certificates {
    /// The names of those of `wanted` that the record behind `access` still holds, disclosed.
    pub async fn names(
        &self,
        mut access: Access,
        wanted: &[EntryId],
    ) -> Result<BTreeMap<EntryId, String>, Fault> {
        let sealed = record::bodies(&mut access, Section::Certificates, wanted).await?;
        let held: Vec<(EntryId, Readable)> = access.disclose(sealed).await?;
        let named = held.into_iter().filter_map(|(entry, body)| {
            let code = body.qualification_code?;
            let known = self.labour.known_qualification(&code);
            Some((entry, known.map_or(code, |known| known.label.clone())))
        });
        Ok(named.collect())
    }
}
