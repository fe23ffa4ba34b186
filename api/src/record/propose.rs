//! `POST /v1/record/{section}/proposals`.

use std::sync::Arc;

use axum::extract::State;
use declared::{Draft, MOST_AT_ONCE, ProposeError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ProposalStanding, declared_section};
use crate::{
    app::App,
    guard::Consented,
    wire::{Body, Created, Flaw, Path, Problem, Refusal, Slug, slug},
};

/// What an app proposes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Proposals {
    /// The entries, 1 to 20. All are proposed, or none.
    #[schema(min_items = 1, max_items = 20)]
    entries: Vec<ProposedEntry>,
}

/// An entry that the worker may take into her record. Which fields an entry has depends on the section, and
/// only those that she granted may be filled; a text of white space says nothing.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ProposedEntry {
    /// What it is called: required, at most 200 characters.
    #[schema(max_length = 200, example = "Animation d’ateliers")]
    title: Option<String>,
    /// Where it was: the employer, the school, the training operator. Of trainings, diplomas and
    /// experiences.
    #[schema(max_length = 200)]
    organisation: Option<String>,
    /// The ROME code of the occupation, of the release in force. Of experiences and projects.
    #[schema(example = "M1805")]
    occupation: Option<String>,
    /// When it began: `2021`, `2021-09` or `2021-09-14`. Of trainings and experiences.
    started_on: Option<String>,
    /// When it ended, not before it began; leave it out while it lasts. Of trainings and experiences.
    ended_on: Option<String>,
    /// When it was obtained, not in the future. Of diplomas.
    obtained_on: Option<String>,
    /// The level in the French framework of qualifications. Of diplomas.
    #[schema(minimum = 1, maximum = 8)]
    level: Option<i64>,
    /// How well a skill is mastered: `beginner`, `intermediate` (with help), `advanced` (alone) or `expert`
    /// (teaches it).
    #[schema(example = "advanced")]
    mastery: Option<String>,
    /// More, on several lines: at most 2,000 characters. Of all but diplomas.
    #[schema(max_length = 2000)]
    description: Option<String>,
}

/// Where each entry stands, in the order of the request.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Proposed {
    /// One for each entry.
    items: Vec<ProposalStanding>,
}

/// Propose entries to the worker.
///
/// For an app whose token gives `propose` on the section, and the fields that it fills. Nothing enters her
/// record: she finds the proposals there, under your app's name, and accepts or refuses each. You are told by
/// the event `proposal.decided`, and ask [what became of them](#list_proposals). What enters her record is
/// hers, and no longer says that you thought of it.
///
/// To propose the same again changes nothing and answers where it stands, so that a request may be repeated;
/// what she refused stays refused for as long as the grant lasts. At most 50 wait for her in a section.
#[utoipa::path(post, path = "/v1/record/{section}/proposals", tag = "record",
    operation_id = "propose_record_entries", request_body = Proposals,
    params(("section" = String, Path, description = "The section of the record", example = "skills")),
    security(("consent" = [])))]
pub(crate) async fn propose(
    State(app): State<Arc<App>>,
    Consented(token): Consented,
    Path(name): Path<String>,
    Body(Proposals { entries }): Body<Proposals>,
) -> Result<Created<Proposed>, Refusal<(slug::GrantEnded, slug::NotFound, slug::ProposalsWaiting)>>
{
    let section = declared_section(&name)?;
    if entries.is_empty() || entries.len() > MOST_AT_ONCE {
        let detail = format!("1 to {MOST_AT_ONCE} entries can be proposed at once");
        let flaw = Flaw::at("/entries", "out-of-range", detail);
        return Err(Problem::new(Slug::InvalidBody).flaw(flaw).into());
    }
    let drafts: Vec<_> = entries.into_iter().map(Draft::from).collect();
    let standing = app.declarations.propose(&token, section, &drafts).await?;
    Ok(Created {
        location: format!("/v1/record/{section}/proposals"),
        body: Proposed {
            items: standing.into_iter().map(ProposalStanding::from).collect(),
        },
    })
}

impl From<ProposedEntry> for Draft {
    fn from(entry: ProposedEntry) -> Self {
        Self {
            title: entry.title,
            organisation: entry.organisation,
            occupation: entry.occupation,
            started_on: entry.started_on,
            ended_on: entry.ended_on,
            obtained_on: entry.obtained_on,
            level: entry.level,
            mastery: entry.mastery,
            description: entry.description,
        }
    }
}

impl From<ProposeError> for Problem {
    fn from(error: ProposeError) -> Self {
        match error {
            ProposeError::Token(error) => error.into(),
            ProposeError::Flaws(flaws) => {
                let flaws = flaws.into_iter().map(|(place, flaw)| {
                    let pointer = format!("/entries/{place}/{}", flaw.field);
                    Flaw::at(pointer, flaw.kind.code(), flaw.kind.to_string())
                });
                Self::new(Slug::InvalidBody).flaws(flaws)
            }
            ProposeError::TooManyWaiting => Slug::ProposalsWaiting.into(),
            ProposeError::Fault(fault) => fault.into(),
        }
    }
}
