//! Receipts: what both sides keep of a permission (ISO/IEC TS 27560:2023).
//!
//! Each version of a grant and each mandate has a receipt, and so has its end. They are numbered from
//! 1: the receipt of a version bears the number of that version, and that of the end the next one.
//! Each tells everything: who may do what with which data, until when, what the worker was shown, and
//! what has happened since the beginning.
//!
//! The document is written in the transaction of what it tells ([`Document`]), and never changes. It
//! is signed when somebody first asks for it, and the signature is kept, so that all get the same
//! bytes. To take a grant back waits for no signing key. Where the key that signed was retired, because
//! it had leaked, the same document is signed again: the platform vouches for it by its own record.
//!
//! The worker and whom she permitted something get the same document. It binds the texts she saw by
//! their sum; only she is given the texts ([`WorkerCopy`]).

mod compose;
mod document;
pub(crate) mod issue;
mod parts;
mod read;
mod serve;
mod store;
mod terms;
mod verify;

pub(crate) use compose::{By, Permitted, subject_towards};
pub use document::{Document, Event, Record};
pub use parts::{Checksum, Condition, Notice, Party, PersonalData, Process};
pub use read::Happened;
pub use serve::Receipt;
pub use verify::{VerifyError, WorkerCopy, verify};

/// The type of the signed document (RFC 8725 §3.11).
const TYPE: &str = "consent-receipt+jwt";
