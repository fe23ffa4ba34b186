//! What a worker allowed an app to read of her record, and to propose for it.

mod fields;
pub(crate) mod list_certificates;
pub(crate) mod list_declared;
pub(crate) mod list_proposals;
pub(crate) mod propose;

use consent::Section;
use declared::{Proposal, ProposalState, is_declared};
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::wire::{Problem, Slug};

/// The declared section that an address names; nothing is at any other.
pub(crate) fn declared_section(name: &str) -> Result<Section, Problem> {
    let section = Section::parse(name).filter(|section| is_declared(*section));
    section.ok_or_else(|| Slug::NotFound.into())
}

/// Where a proposal stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProposalStanding {
    /// Its id.
    id: Uuid,
    /// `waiting`, `accepted` or `refused`. What was accepted she may have changed or removed since.
    #[schema(value_type = String, example = "waiting")]
    state: ProposalState,
    /// When it was proposed.
    #[serde(with = "time::serde::rfc3339")]
    proposed_at: OffsetDateTime,
    /// When she decided.
    #[serde(
        with = "time::serde::rfc3339::option",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(value_type = Option<String>, format = DateTime)]
    decided_at: Option<OffsetDateTime>,
}

impl From<Proposal> for ProposalStanding {
    fn from(proposal: Proposal) -> Self {
        Self {
            id: proposal.id.uuid(),
            state: proposal.state,
            proposed_at: proposal.proposed_at,
            decided_at: proposal.decided_at,
        }
    }
}
