//! Mandates: what a worker entrusts to a counsellor, who is a person and not an app.
//!
//! 1. They find each other by a code: the counsellor's invitation, which the worker types
//!    ([`Consent::invite`]), or the worker's own, which she reads out to the counsellor who sits in
//!    front of her ([`Consent::meet`], [`Consent::join`]). Nobody is searched for by name.
//! 2. The worker sees who it is ([`Consent::proposed`]), ticks what the counsellor may do, and for
//!    how long ([`Consent::give_mandate`]). Nothing is open before.
//! 3. The counsellor acts in her name ([`Consent::as_counsellor`] and what stands on it). The
//!    mandate is looked up at each act, in the database, and each act is in her journal.
//! 4. Either ends it at once ([`Consent::end_mandate`], [`Consent::resign`]), or its time does.

mod act;
mod code;
mod end;
mod give;
mod list;
mod model;
mod receipt;
mod store;

use catalogue::Organisation;
use identity::{Agent, AgentSession};
use journal::{Action, Actor, Line, OnBehalf, Under};
use kernel::{Fault, GrantId, MandateId, WorkerId};

use crate::Consent;

pub use act::MandateError;
pub(crate) use act::Standing;
pub use code::{CodeError, Invitation, Meeting};
pub use give::{GiveError, MandateChoice, Offer};
pub use list::{Held, Mandate};
pub use model::{Act, MandateTerms};

/// What a counsellor's acts are for, as the journal names it.
const PURPOSE: &str = "mandate";

/// An agent with an open session whose organisation counsels workers, as was found just now.
#[derive(Debug, Clone)]
pub struct Counsellor {
    agent: Agent,
    organisation: Organisation,
}

/// A counsellor as the worker whom she asks sees her: who she is, and nothing that lets anyone act.
#[derive(Debug, Clone)]
pub struct Proposed {
    agent: Agent,
    organisation: Organisation,
}

impl Counsellor {
    /// Her name.
    pub fn name(&self) -> String {
        self.agent.name()
    }

    /// For whom she works.
    pub const fn organisation(&self) -> &Organisation {
        &self.organisation
    }

    /// The actor of the journal who acts under `mandate`.
    fn under(&self, mandate: MandateId) -> Actor {
        Actor::Agent(OnBehalf {
            organisation: self.organisation.id,
            agent: self.agent.id,
            mandate,
        })
    }
}

impl Proposed {
    /// Her name.
    pub fn name(&self) -> String {
        self.agent.name()
    }

    /// For whom she works.
    pub const fn organisation(&self) -> &Organisation {
        &self.organisation
    }
}

impl Consent {
    /// The counsellor behind `session`; nobody when her organisation counsels nobody, or no longer.
    pub async fn counsellor(&self, session: &AgentSession) -> Result<Option<Counsellor>, Fault> {
        let agent = session.agent().clone();
        let organisation = self.catalogue.counselling(&agent.siret).await?;
        Ok(organisation.map(|organisation| Counsellor {
            agent,
            organisation,
        }))
    }

    /// The line that tells of `action` under `mandate`.
    fn mandate_line(
        &self,
        worker: WorkerId,
        actor: Actor,
        action: Action,
        mandate: MandateId,
    ) -> Line {
        self.line(worker, self.clock.now(), actor, action, under(mandate))
    }
}

/// The permission that `mandate` is, as lines name it.
pub(crate) fn under(mandate: MandateId) -> Under {
    Under {
        grant: GrantId::from(mandate.uuid()),
        version: 1,
        purpose: PURPOSE.into(),
    }
}
