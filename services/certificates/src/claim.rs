//! Claiming: at sign-in, what waited under a worker's traits joins her record.

use consent::Section;
use identity::SignedIn;
use journal::Action;
use kernel::{EntryId, Fault};
use record::Attested;

use crate::{Certificate, Certificates, store};

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
                let corrupt = |_shape| Fault::Corrupt(format!("what waits as {}", waiting.id));
                let certificate: Certificate =
                    serde_json::from_value(waiting.body.clone()).map_err(corrupt)?;
                let entry = EntryId::generate(&self.clock, &self.entropy);
                let claimed = Attested {
                    worker: access.worker(),
                    entry,
                    section: Section::Certificates,
                    dated: Some(certificate.dated()),
                    body: waiting.body,
                };
                record::insert(
                    &mut access,
                    waiting.organisation,
                    &claimed,
                    self.clock.now(),
                )
                .await?;
                entries.push(entry);
            }
            claimed += entries.len();
            access
                .commit(Action::Claim, Section::Certificates, entries)
                .await?;
        }
        Ok(claimed)
    }
}
