//! What every chapter stands on: typed ids, clock and entropy, secrets and keys, and the database
//! with its confinement.
//!
//! Nothing here knows what a grant or a certificate is. Two things are deliberately absent: an
//! ambient clock or random source (both are injected, so that tests can move and repeat them),
//! and a way to reach a personal row without saying on whose behalf (see [`Confinement`]).

mod background;
mod clock;
mod db;
mod digest;
mod entropy;
mod fault;
mod ids;
mod keys;
mod objects;
mod page;
mod partial_date;
mod pool;
mod secret;
mod text;

pub use background::repeat;
pub use clock::Clock;
pub use db::{Confinement, Conn, Db};
pub use digest::Digest;
pub use entropy::Entropy;
pub use fault::Fault;
pub use ids::{
    AgentId, BatchId, EntryId, EventId, GrantId, InvitationId, LineId, MandateId, OrganisationId,
    PassageId, ProposalId, RefusalId, WaitingId, WorkerId,
};
pub use keys::{Keys, PairwiseError};
pub use objects::{Objects, from_json};
pub use page::{Limit, Page};
pub use partial_date::{PartialDate, PartialDateError};
pub use pool::Tx;
pub use secret::Secret;
pub use text::{fold, hides, is_visible, without_value};
