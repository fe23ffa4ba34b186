//! The other direction of consent: an app proposes, and the worker decides.

use std::collections::BTreeSet;

use journal::{Action, Actor, Line};
use kernel::{Clock, Confinement, Conn, Entropy, Fault, GrantId, LineId, ProposalId, Tx, WorkerId};

use crate::{Consent, ConsentToken, Field, Revocations, Right, Section, TokenError};

/// An app's right to propose entries of one section to one worker, and to follow what became of its
/// own. It reads no entry: PostgreSQL confines its transaction to the proposals of this app.
#[derive(Debug)]
pub struct Proposing {
    tx: Tx,
    token: ConsentToken,
    section: Section,
    revocations: Revocations,
    clock: Clock,
    entropy: Entropy,
}

impl Consent {
    /// Opens `section` of the record behind `token` to proposals that fill `fields`, when the token
    /// gives the right to propose there, and these fields.
    pub async fn proposing(
        &self,
        token: &ConsentToken,
        section: Section,
        fields: Option<&BTreeSet<Field>>,
    ) -> Result<Proposing, TokenError> {
        self.allows(token, section, Right::Propose, fields)?;
        let confinement = Confinement::Proposing {
            worker: token.worker,
            client: token.client_id.to_string(),
            section: section.as_str(),
        };
        Ok(Proposing {
            tx: self.db.begin(confinement).await?,
            token: token.clone(),
            section,
            revocations: self.revocations.clone(),
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
        })
    }
}

impl Proposing {
    /// The confined connection, for the stores.
    pub fn conn(&mut self) -> &mut Conn {
        &mut self.tx
    }

    /// To whom.
    pub const fn worker(&self) -> WorkerId {
        self.token.worker
    }

    /// Which app proposes.
    pub fn client_id(&self) -> &str {
        &self.token.client_id
    }

    /// Under which grant.
    pub const fn grant(&self) -> GrantId {
        self.token.grant
    }

    /// In which section.
    pub const fn section(&self) -> Section {
        self.section
    }

    /// Makes what was `added` durable, and says where it and what is only `told` stand: each with its
    /// line of the journal. Refuses when the grant ended meanwhile.
    pub async fn commit(mut self, added: &[ProposalId], told: &[ProposalId]) -> Result<(), Fault> {
        let acts = [(Action::Propose, added), (Action::Follow, told)];
        // A question that was answered with nothing was a question all the same.
        let done = acts.iter().filter(|(action, ids)| {
            !ids.is_empty() || *action == Action::Follow && added.is_empty()
        });
        let lines: Vec<_> = done.map(|(action, ids)| self.line(*action, ids)).collect();
        journal::append(&mut self.tx, &self.entropy, &lines).await?;
        let overtaken = |_ended| Fault::Unavailable("the grant behind this proposal");
        self.revocations.permit(&self.token).map_err(overtaken)?;
        self.tx.commit().await?;
        // Taken back while this was written: nothing is answered, as to a reading.
        self.revocations.permit(&self.token).map_err(overtaken)
    }

    /// A line names proposals where others name entries.
    fn line(&self, action: Action, proposals: &[ProposalId]) -> Line {
        Line {
            worker: self.token.worker,
            id: LineId::generate(&self.clock, &self.entropy),
            at: self.clock.now(),
            actor: Actor::App(self.token.client_id.to_string()),
            action,
            section: Some(self.section.as_str().into()),
            under: Some(self.token.under()),
            entries: proposals.iter().map(|id| id.uuid().into()).collect(),
        }
    }
}
