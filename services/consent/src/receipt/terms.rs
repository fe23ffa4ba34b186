//! Our closed lists in terms of the Data Privacy Vocabulary. `docs/api-design.md` and
//! `docs/receipts.md` say the same in prose.

use crate::{EndReason, Frequency, MandateAction, Purpose, Right, Section};

/// The nearest term of the vocabulary to a purpose, and usually a wider one.
pub(super) const fn purpose(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::CareerGuidance => GUIDANCE,
        Purpose::JobSearch => "dpv:RequestedServiceProvision",
        Purpose::Recruitment => "dpv:PersonnelHiring",
        Purpose::TrainingEnrolment => "dpv:ServiceRegistration",
        Purpose::QualificationProof => "dpv:Verification",
    }
}

/// What counsellors act for, too.
pub(super) const GUIDANCE: &str = "dpv:ProvidePersonalisedRecommendations";

/// What an app does with a section.
pub(super) const fn right(right: Right) -> &'static str {
    match right {
        Right::Read => "dpv:Retrieve",
        Right::Propose => "dpv:Record",
    }
}

/// What a counsellor does.
pub(super) const fn action(action: MandateAction) -> &'static str {
    match action {
        MandateAction::ReadRecord | MandateAction::SeeAuthorizations => "dpv:Consult",
        MandateAction::StopAuthorizations => "dpv:Modify",
    }
}

/// What a section holds.
pub(super) const fn section(section: Section) -> &'static str {
    match section {
        Section::Trainings => "pd:EducationExperience",
        Section::Certificates | Section::Badges => "pd:ProfessionalCertification",
        Section::Diplomas => "pd:EducationQualification",
        Section::Experiences => "pd:EmploymentHistory",
        Section::Assessments => "pd:ProfessionalEvaluation",
        Section::Evidence => "pd:PersonalDocuments",
        Section::Identity => "pd:Identifying",
        Section::Skills | Section::Projects | Section::Rights => "pd:Professional",
    }
}

/// How often an app comes.
pub(super) const fn frequency(frequency: Frequency) -> &'static str {
    match frequency {
        Frequency::Once => "dpv:SingularFrequency",
        Frequency::Ongoing => OFTEN,
    }
}

/// As often as there is reason to.
pub(super) const OFTEN: &str = "dpv:OftenFrequency";

/// What a permission is once it has ended for `reason`, and by whom. By the vocabulary a data subject
/// withdraws, and anybody else revokes.
pub(super) const fn end(reason: EndReason) -> (&'static str, &'static str) {
    match reason {
        EndReason::Revoked | EndReason::Replaced => ("dpv:ConsentWithdrawn", WORKER),
        EndReason::Renounced => ("dpv:ConsentRevoked", HOLDER),
        EndReason::CodeReplayed => ("dpv:ConsentRevoked", PLATFORM),
    }
}

/// The worker, as who indicates something.
pub(super) const WORKER: &str = "dpv:DataSubject";
/// Who holds the permission: the app's publisher, or the counsellor.
pub(super) const HOLDER: &str = "dpv:DataController";
/// The platform.
pub(super) const PLATFORM: &str = "dpv:ServiceProvider";
