//! The worker decides: who it is, what the counsellor may do, and for how long.

use std::collections::BTreeSet;

use catalogue::Organisation;
use identity::Session;
use journal::{Action, Actor};
use kernel::{Confinement, Fault, MandateId};

use super::{CodeError, MandateTerms, Proposed, code, store};
use crate::{
    Consent, Days, MandateAction, Section, Shown,
    receipt::{Document, Permitted, issue, subject_towards},
};

/// How the worker and the counsellor found each other.
#[derive(Debug, Clone)]
pub enum Offer {
    /// The code of the counsellor's invitation, as the worker typed it.
    Invitation(String),
    /// A meeting in which the counsellor typed the worker's code.
    Meeting(MandateId),
}

/// What the worker entrusts, and what she saw when she did.
#[derive(Debug, Clone)]
pub struct MandateChoice {
    /// What may be done, beside reading.
    pub actions: BTreeSet<MandateAction>,
    /// What may be read.
    pub sections: BTreeSet<Section>,
    /// For how long.
    pub duration: Days,
    /// The page she saw.
    pub shown: Shown,
}

/// Why no mandate was given.
#[derive(Debug, thiserror::Error)]
pub enum GiveError {
    /// The code or the meeting leads to nobody.
    #[error(transparent)]
    Code(#[from] CodeError),
    /// Nothing was chosen, or what no mandate permits, or for too long.
    #[error("the choice is not one that a mandate permits")]
    OutOfBounds,
    /// The platform failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Consent {
    /// Who asks the worker of `session` for a mandate.
    pub async fn proposed(&self, session: &Session, offer: &Offer) -> Result<Proposed, CodeError> {
        match offer {
            Offer::Invitation(typed) => self.invited(session, typed).await,
            Offer::Meeting(id) => {
                let meeting = self.meeting(session).await?;
                // Another meeting than the one on her screen is another counsellor.
                let same = meeting.filter(|meeting| meeting.id == *id);
                same.and_then(|meeting| meeting.met)
                    .ok_or(CodeError::Unknown)
            }
        }
    }

    /// Gives the counsellor of `offer` a mandate of the worker of `session`.
    pub async fn give_mandate(
        &self,
        session: &Session,
        offer: &Offer,
        choice: MandateChoice,
    ) -> Result<(), GiveError> {
        let terms = MandateTerms::new(choice.actions, choice.sections);
        let terms = terms.filter(|_| MandateTerms::may_last(choice.duration));
        let terms = terms.ok_or(GiveError::OutOfBounds)?;
        let proposed = self.proposed(session, offer).await?;
        let worker = session.worker();
        let now = self.clock.now();
        let mut tx = self.db.begin(Confinement::Worker(worker)).await?;
        let mandate = match offer {
            Offer::Invitation(_) => MandateId::generate(&self.clock, &self.entropy),
            Offer::Meeting(id) => {
                // Once only: a form that is sent twice gives one mandate.
                if !code::store::take_meeting(&mut tx, worker, *id, proposed.agent.id).await? {
                    return Err(CodeError::Unknown.into());
                }
                *id
            }
        };
        let traits = identity::traits(&mut tx, worker).await?;
        let traits = traits.ok_or_else(|| Fault::Corrupt(format!("identities of {worker}")))?;
        let new = store::NewMandate {
            worker,
            mandate,
            worker_name: &traits.name(),
            agent: &proposed.agent,
            organisation: proposed.organisation.id,
            terms: &terms,
            shown: &choice.shown,
            given_at: now,
            expires_at: now + choice.duration.span(),
        };
        store::insert(&mut tx, &new).await?;
        let receipt = self.receipt(&new, &proposed.organisation);
        issue::first(&mut tx, worker, &receipt).await?;
        let line = self.mandate_line(worker, Actor::Worker, Action::Mandate, mandate);
        journal::append(&mut tx, &self.entropy, [&line]).await?;
        tx.commit().await?;
        metrics::counter!("cpf_mandates_given_total").increment(1);
        Ok(())
    }

    /// What both sides keep of a new mandate.
    fn receipt(&self, new: &store::NewMandate<'_>, organisation: &Organisation) -> Document {
        let permitted = Permitted {
            issuer: &self.issuer,
            id: new.mandate.uuid(),
            subject: subject_towards(&self.keys, new.worker, new.agent.id),
            organisation,
            shown: new.shown,
            at: new.given_at,
        };
        permitted.mandate(&new.agent.name(), new.terms, new.expires_at)
    }
}
