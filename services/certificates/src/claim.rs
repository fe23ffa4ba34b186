//! Claiming: at sign-in, what waited under a worker's traits joins her record.

use consent::Section;
use identity::SignedIn;
use kernel::{EntryId, Fault};

use crate::{Certificates, store};

impl Certificates {
    /// Moves every certificate that waited for the worker who has just signed in into her record;
    /// says how many.
    pub async fn claim(&self, signed_in: &SignedIn) -> Result<usize, Fault> {
        let mut claimed = 0;
        for key in &signed_in.match_keys {
            let mut access = self.consent.claim(signed_in, *key).await?;
            let mut entries = Vec::new();
            for waiting in store::waiting(&mut access, *key).await? {
                let hers = !waiting.contradicts(&signed_in.traits);
                if !hers || !store::unseal(&mut access, *key, waiting.id).await? {
                    continue;
                }
                let entry = EntryId::generate(&self.clock, &self.entropy);
                record::insert(
                    &mut access,
                    entry,
                    Section::Certificates,
                    waiting.organisation,
                    &waiting.body,
                    self.clock.now(),
                )
                .await?;
                entries.push(entry);
            }
            claimed += entries.len();
            access.commit(Section::Certificates, entries).await?;
        }
        Ok(claimed)
    }
}
