//! How a worker and a counsellor find each other: by a code that one shows or reads out and the other
//! types. It is derived from an id, found by a keyed digest, and tried a few times only.

mod invite;
mod meet;
pub(super) mod store;

use kernel::{Confinement, Digest, Fault};
use uuid::Uuid;

use super::{Counsellor, Proposed, model::SpokenCode};
use crate::Consent;

pub use invite::Invitation;
pub use meet::Meeting;

/// How many codes somebody may try in [`WINDOW`] without finding one.
const TRIES: i32 = 5;
const WINDOW: time::Duration = time::Duration::minutes(10);

/// Why a code leads to nobody.
#[derive(Debug, thiserror::Error)]
pub enum CodeError {
    /// Not the shape of a code, unknown, used or late: one answer for all.
    #[error("no such code")]
    Unknown,
    /// Too many wrong ones; none is looked at before ten minutes have passed.
    #[error("too many codes were tried")]
    TooManyTries,
    /// The platform failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Consent {
    /// The code of the invitation or meeting `id`. It can be shown again without being stored: only
    /// who holds the platform's key can derive it.
    fn spoken_code(&self, id: Uuid) -> SpokenCode {
        SpokenCode::of(self.keys.keyed_digest("spoken-code", id.as_bytes()))
    }

    /// What is stored of `code`, and by which it is found. Keyed, since so short a code could be
    /// guessed from a plain digest.
    fn code_digest(&self, code: &SpokenCode) -> Digest {
        self.keys
            .keyed_digest("spoken-code-digest", code.letters().as_bytes())
    }

    /// The digest of what `guesser` typed, counted as a try of hers before anything is looked up,
    /// so that tries at once are counted too.
    async fn tried(&self, guesser: Uuid, typed: &str) -> Result<Digest, CodeError> {
        let now = self.clock.now();
        let guesser = self.guesser(guesser);
        let mut tx = self.db.begin(Confinement::Presented(guesser)).await?;
        let tries = store::count_try(&mut tx, guesser, now, now - WINDOW).await?;
        tx.commit().await?;
        if tries > TRIES {
            metrics::counter!("cpf_code_tries_refused_total").increment(1);
            return Err(CodeError::TooManyTries);
        }
        let code = SpokenCode::typed(typed).ok_or(CodeError::Unknown)?;
        Ok(self.code_digest(&code))
    }

    /// The code was right: it does not count.
    async fn found(&self, guesser: Uuid) -> Result<(), Fault> {
        let guesser = self.guesser(guesser);
        let mut tx = self.db.begin(Confinement::Presented(guesser)).await?;
        store::uncount_try(&mut tx, guesser).await?;
        tx.commit().await
    }

    fn guesser(&self, who: Uuid) -> Digest {
        self.keys.keyed_digest("code-tries", who.as_bytes())
    }
}
