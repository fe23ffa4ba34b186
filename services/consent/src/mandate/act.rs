//! A counsellor acts in a worker's name: each time the mandate is looked up, and the act journalled.

use journal::Action;
use kernel::{Confinement, Fault, GrantId, MandateId};

use super::{Act, Counsellor, Held, store, under};
use crate::{Access, Consent, Given, Part, RevokeError, access::Reason};

/// Why a counsellor may not.
#[derive(Debug, thiserror::Error)]
pub enum MandateError {
    /// This counsellor was given no such mandate.
    #[error("no such mandate")]
    Unknown,
    /// It has ended.
    #[error("the mandate has ended")]
    Ended,
    /// It does not permit this.
    #[error("the mandate does not permit this")]
    NotPermitted,
    /// The worker gave no such authorisation.
    #[error("no such authorisation")]
    NoSuchGrant,
    /// The platform failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// What a counsellor's access stands on.
#[derive(Debug)]
pub(crate) struct Standing {
    consent: Consent,
    counsellor: Counsellor,
    mandate: MandateId,
    act: Act,
}

impl Standing {
    /// Whether it still stands: the mandate may have ended while something was read.
    pub(crate) async fn holds(&self) -> Result<(), Fault> {
        let permitted = self
            .consent
            .permitted(&self.counsellor, self.mandate, self.act);
        match permitted.await {
            Ok(_row) => Ok(()),
            Err(MandateError::Fault(fault)) => Err(fault),
            Err(_overtaken) => Err(Fault::Unavailable("the mandate behind this access")),
        }
    }
}

impl Consent {
    /// The mandate `id` of `counsellor`, in force at this moment.
    pub async fn held_mandate(
        &self,
        counsellor: &Counsellor,
        id: MandateId,
    ) -> Result<Held, MandateError> {
        Ok(self.in_force(counsellor, id).await?.into())
    }

    /// Opens the record of the worker who gave `mandate` to `counsellor`, for `act`, if the mandate
    /// is in force at this moment and permits it.
    pub async fn as_counsellor(
        &self,
        counsellor: &Counsellor,
        mandate: MandateId,
        act: Act,
    ) -> Result<Access, MandateError> {
        let row = self.permitted(counsellor, mandate, act).await?;
        let (action, section) = match act {
            Act::Read(section) => (Action::Read, Some(section)),
            Act::SeeAuthorizations => (Action::ViewGrants, None),
            Act::StopAuthorization => (Action::Revoke, None),
        };
        let standing = Standing {
            consent: self.clone(),
            counsellor: counsellor.clone(),
            mandate,
            act,
        };
        let reason = Reason::Mandate {
            standing: Box::new(standing),
            actor: counsellor.under(mandate),
            action,
            section,
            under: under(mandate),
        };
        let confinement = match act {
            Act::Read(section) => Confinement::Reading {
                worker: row.worker,
                section: section.as_str(),
                items: None,
                period: None,
            },
            Act::SeeAuthorizations | Act::StopAuthorization => Confinement::Worker(row.worker),
        };
        let tx = self.db.begin_read(confinement).await?;
        Ok(self.open(tx, row.worker, Part::WHOLE, reason))
    }

    /// The authorisations of the worker who gave `mandate`, newest first.
    pub async fn given_seen(
        &self,
        counsellor: &Counsellor,
        mandate: MandateId,
    ) -> Result<Vec<Given>, MandateError> {
        let act = Act::SeeAuthorizations;
        let mut access = self.as_counsellor(counsellor, mandate, act).await?;
        let given = self.given_through(&mut access).await?;
        Ok(access.disclose(given).await?)
    }

    /// Stops an authorisation in the name of the worker who gave `mandate`. When this returns no
    /// token of it opens anything here.
    pub async fn stop_for(
        &self,
        counsellor: &Counsellor,
        mandate: MandateId,
        grant: GrantId,
    ) -> Result<(), MandateError> {
        let row = self
            .permitted(counsellor, mandate, Act::StopAuthorization)
            .await?;
        let mut tx = self.db.begin(Confinement::Worker(row.worker)).await?;
        // From here on she cannot end the mandate before the act is done, nor the other way round.
        if !store::hold(&mut tx, row.worker, mandate).await? {
            return Err(MandateError::Ended);
        }
        let actor = counsellor.under(mandate);
        match self.revoke_as(tx, row.worker, grant, actor).await {
            Ok(()) => Ok(()),
            Err(RevokeError::Unknown) => Err(MandateError::NoSuchGrant),
            Err(RevokeError::Fault(fault)) => Err(fault.into()),
        }
    }

    async fn permitted(
        &self,
        counsellor: &Counsellor,
        mandate: MandateId,
        act: Act,
    ) -> Result<store::MandateRow, MandateError> {
        let row = self.in_force(counsellor, mandate).await?;
        if row.terms.allow(act) {
            Ok(row)
        } else {
            Err(MandateError::NotPermitted)
        }
    }

    /// The mandate, as PostgreSQL shows it to the agent to whom it was given and to no other.
    pub(super) async fn in_force(
        &self,
        counsellor: &Counsellor,
        mandate: MandateId,
    ) -> Result<store::MandateRow, MandateError> {
        let agent = counsellor.agent.id;
        let mut tx = self.db.begin_read(Confinement::Agent(agent)).await?;
        let row = store::held_by(&mut tx, agent, mandate).await?;
        tx.commit().await?;
        let row = row.ok_or(MandateError::Unknown)?;
        if row.state(self.clock.now()).is_active() {
            Ok(row)
        } else {
            Err(MandateError::Ended)
        }
    }
}
