//! An app proposes entries, and follows what became of them.
//!
//! To propose the same again changes nothing: each request may be repeated. What the worker refused stays
//! refused under that grant.

use std::collections::BTreeSet;

use consent::{ConsentToken, Proposing, Section, TokenError};
use kernel::{Digest, Fault, Limit, Page, ProposalId};

use crate::{Declarations, Declared, Draft, Flaw, MOST_WAITING, Proposal, model::PATIENCE, store};

/// Why nothing was proposed.
#[derive(Debug, thiserror::Error)]
pub enum ProposeError {
    /// The token does not give the right to.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// All that is wrong with the drafts, by their places.
    #[error("not all entries are well said")]
    Flaws(Vec<(usize, Flaw)>),
    /// The worker has not decided on earlier proposals yet.
    #[error("at most {MOST_WAITING} proposals wait for a worker")]
    TooManyWaiting,
    /// The platform failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// An entry to be proposed.
pub(crate) struct Proposed {
    pub(crate) id: ProposalId,
    pub(crate) digest: Digest,
    pub(crate) body: serde_json::Value,
}

impl Declarations {
    /// Proposes `drafts` for `section` of the record behind `token`: all of them or, when something is
    /// wrong with one, none. Answers where each stands, in their order; one that was proposed before,
    /// where that stands.
    pub async fn propose(
        &self,
        token: &ConsentToken,
        section: Section,
        drafts: &[Draft],
    ) -> Result<Vec<Proposal>, ProposeError> {
        let fields: BTreeSet<_> = drafts.iter().flat_map(Draft::fields).collect();
        let opened = self.consent.proposing(token, section, Some(&fields));
        let mut proposing = opened.await?;
        let declared = self.all_checked(section, drafts)?;
        let proposed = declared.iter().map(|one| self.proposed(section, one));
        let proposed = proposed.collect::<Result<Vec<_>, _>>()?;
        let now = self.clock.now();
        store::take_turn(&mut proposing).await?;
        let added = store::add(&mut proposing, &proposed, now).await?;
        let since = now - PATIENCE;
        if store::waiting_of_app(&mut proposing, since).await? > MOST_WAITING {
            return Err(ProposeError::TooManyWaiting);
        }
        let standing = self.standing(&mut proposing, &proposed).await?;
        let told: BTreeSet<_> = standing.iter().map(|proposal| proposal.id).collect();
        let told: Vec<_> = told.into_iter().filter(|id| !added.contains(id)).collect();
        proposing.commit(&added, &told).await?;
        Ok(standing)
    }

    /// A page of what the app of `token` proposed under its grant for `section`, oldest first: what waits,
    /// and what she decided.
    pub async fn proposals(
        &self,
        token: &ConsentToken,
        section: Section,
        after: Option<ProposalId>,
        limit: Limit,
    ) -> Result<Page<Proposal>, TokenError> {
        let mut proposing = self.consent.proposing(token, section, None).await?;
        let since = self.clock.now() - PATIENCE;
        let page = store::of_app(&mut proposing, since, after, limit).await?;
        let told: Vec<_> = page.items.iter().map(|proposal| proposal.id).collect();
        proposing.commit(&[], &told).await?;
        Ok(page)
    }

    fn all_checked(
        &self,
        section: Section,
        drafts: &[Draft],
    ) -> Result<Vec<Declared>, ProposeError> {
        let (mut declared, mut flaws) = (Vec::new(), Vec::new());
        for (place, draft) in drafts.iter().enumerate() {
            match self.check(section, draft)? {
                Ok(one) => declared.push(one),
                Err(some) => flaws.extend(some.into_iter().map(|flaw| (place, flaw))),
            }
        }
        if flaws.is_empty() {
            Ok(declared)
        } else {
            Err(ProposeError::Flaws(flaws))
        }
    }

    fn proposed(&self, section: Section, declared: &Declared) -> Result<Proposed, Fault> {
        let written = |_shape| Fault::Corrupt("a proposal".to_owned());
        // Members are written in the order of their declaration: the same says the same bytes.
        let text = serde_json::to_string(declared).map_err(written)?;
        Ok(Proposed {
            id: ProposalId::generate(&self.clock, &self.entropy),
            digest: Digest::of(format!("{section}\n{text}")),
            body: serde_json::from_str(&text).map_err(written)?,
        })
    }

    /// Where each of `proposed` stands, in their order.
    async fn standing(
        &self,
        proposing: &mut Proposing,
        proposed: &[Proposed],
    ) -> Result<Vec<Proposal>, Fault> {
        let digests: Vec<_> = proposed.iter().map(|one| one.digest).collect();
        let standing = store::by_digest(proposing, &digests).await?;
        let find = |digest: &Digest| {
            let found = standing.iter().find(|(known, _)| known == digest);
            found.map(|(_, proposal)| proposal.clone())
        };
        let lost = || Fault::Corrupt("a proposal that was just made".to_owned());
        digests
            .iter()
            .map(|digest| find(digest).ok_or_else(lost))
            .collect()
    }
}
