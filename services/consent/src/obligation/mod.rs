//! What an app owes once a grant has ended: to erase what it read, in time, and to say so.
//!
//! The end of a grant is settled once: the app is told, and its obligation is written down. When
//! somebody ends it, that is the same transaction. When its date passes, nobody acts: a task looks
//! for such grants and settles them. Where an obligation stands is a function of its times and the
//! present, so that nothing has to become overdue.

mod attest;
mod model;
mod overdue;
mod settle;
pub(crate) mod store;

pub use attest::{AttestError, Attested};
pub use model::{Attestation, AttestationError, Kept, Obligation, ObligationState};
pub use overdue::{Overdue, overdue};
