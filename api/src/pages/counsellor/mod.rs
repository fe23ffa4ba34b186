//! `/counsellor`: what a counsellor sees, and what she does in the names of those who mandated her.

pub(crate) mod authorizations;
pub(crate) mod home;
pub(crate) mod mandate;
pub(crate) mod receipt;
pub(crate) mod record;
pub(crate) mod sign_in;

use ::consent::{Act, Held, MandateError, MandateTerms, Section};
use axum::response::{IntoResponse, Redirect, Response};
use uuid::Uuid;

use super::day;
use crate::{
    html::Page,
    wire::{Problem, Slug},
};

/// In whose name a page acts: what its banner says, and where one may go from there.
#[derive(Debug)]
struct Acting {
    mandate: Uuid,
    worker: String,
    until: String,
    reads: bool,
    sees: bool,
    stops: bool,
}

impl Acting {
    fn of(page: &Page, held: &Held) -> Self {
        let may = |act| MandateTerms::allow(&held.terms, act);
        Self {
            mandate: held.id.uuid(),
            worker: held.worker_name.clone(),
            until: day(page, held.expires_at),
            reads: may(Act::Read(Section::Certificates)),
            sees: may(Act::SeeAuthorizations),
            stops: may(Act::StopAuthorization),
        }
    }
}

/// Why a counsellor is not answered.
#[derive(Debug)]
pub(crate) enum Barred {
    /// The mandate has ended: her own page says so.
    Ended,
    /// It failed.
    Problem(Problem),
}

impl IntoResponse for Barred {
    fn into_response(self) -> Response {
        match self {
            Self::Ended => Redirect::to("/counsellor?ended=1").into_response(),
            Self::Problem(problem) => problem.into_response(),
        }
    }
}

impl From<Problem> for Barred {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<kernel::Fault> for Barred {
    fn from(fault: kernel::Fault) -> Self {
        Self::Problem(fault.into())
    }
}

impl From<MandateError> for Barred {
    fn from(error: MandateError) -> Self {
        Self::Problem(match error {
            MandateError::Ended => return Self::Ended,
            MandateError::Unknown | MandateError::NoSuchGrant => Slug::NotFound.into(),
            MandateError::NotPermitted => Slug::InsufficientRights.into(),
            MandateError::Fault(fault) => fault.into(),
        })
    }
}
