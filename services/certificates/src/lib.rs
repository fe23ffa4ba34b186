//! Certificates: attested achievements, in the record or waiting for their worker.
//!
//! A certifier deposits them, in bulk; those of a worker who has not signed in yet wait sealed,
//! under keyed digests, until she does ([`Certificates::claim`]). Every certificate is shown with
//! the qualification it is for and the occupations it leads to ([`Certificates::list`]).

mod claim;
mod list;
mod model;
mod name;
mod readable;
mod store;

use consent::Consent;
use kernel::{Clock, Entropy};
use labour::Labour;

pub use list::Listed;
pub use model::{
    Certificate, DigitalLevel, DigitalResult, Exam, ExamMode, LanguageLevel, Mention, Obtained,
};
pub use readable::Readable;
pub use store::{Waiting, seal};

/// The chapter, with what it needs.
#[derive(Debug, Clone)]
pub struct Certificates {
    clock: Clock,
    entropy: Entropy,
    consent: Consent,
    labour: Labour,
}

impl Certificates {
    /// The chapter over `consent`, labelled by `labour`.
    pub const fn new(clock: Clock, entropy: Entropy, consent: Consent, labour: Labour) -> Self {
        Self {
            clock,
            entropy,
            consent,
            labour,
        }
    }
}
