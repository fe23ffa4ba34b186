//! What a worker says of herself: trainings, diplomas, experiences, skills and career projects that no
//! organisation attests.
//!
//! She declares, changes and removes them ([`Declarations::declare`]). An app that she allowed to may
//! propose some ([`Declarations::propose`]); nothing enters her record before she has accepted it
//! ([`Declarations::accept`]), and from then on it is hers like any other: apps are not told who thought
//! of it. What she refuses is forgotten but for a digest, so that it is not proposed to her again under
//! the same grant.

mod decide;
mod declare;
mod draft;
mod forget;
mod list;
mod model;
mod propose;
mod readable;
mod store;

use consent::Consent;
use kernel::{Clock, Db, Entropy};
use labour::Labour;

pub use decide::{DecideError, Waiting};
pub use declare::DeclareError;
pub use draft::{Draft, Flaw, FlawKind};
pub use list::Listed;
pub use model::{
    Declared, MOST_AT_ONCE, MOST_WAITING, Mastery, Proposal, ProposalState, SECTIONS, is_declared,
};
pub use propose::ProposeError;
pub use readable::Readable;

/// The chapter, with what it needs. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Declarations {
    db: Db,
    clock: Clock,
    entropy: Entropy,
    consent: Consent,
    labour: Labour,
}

impl Declarations {
    /// The chapter over `consent`, with the occupations that `labour` knows.
    pub const fn new(
        db: Db,
        clock: Clock,
        entropy: Entropy,
        consent: Consent,
        labour: Labour,
    ) -> Self {
        Self {
            db,
            clock,
            entropy,
            consent,
            labour,
        }
    }
}
