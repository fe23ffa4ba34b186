//! The closed vocabularies of a permission: sections, fields, rights, purposes, durations.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! vocabulary {
    ($(#[$doc:meta])+ $name:ident { $($(#[$case_doc:meta])+ $case:ident = $text:literal,)+ }) => {
        $(#[$doc])+
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
        )]
        pub enum $name {
            $($(#[$case_doc])+ #[serde(rename = $text)] $case,)+
        }

        impl $name {
            /// All of them, in the order of the documents and pages.
            pub const ALL: &[Self] = &[$(Self::$case,)+];

            /// The stable name on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$case => $text,)+ }
            }

            /// The one of this name.
            pub fn parse(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|case| case.as_str() == name)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

vocabulary! {
    /// A part of the record that consent can name.
    Section {
        /// Trainings followed.
        Trainings = "trainings",
        /// Certifications obtained.
        Certificates = "certificates",
        /// Diplomas and degrees.
        Diplomas = "diplomas",
        /// Open badges.
        Badges = "badges",
        /// Employment, AFEST, PMSMP, tutoring.
        Experiences = "experiences",
        /// Assessments such as Pix.
        Assessments = "assessments",
        /// Skills.
        Skills = "skills",
        /// Documents that support another entry.
        Evidence = "evidence",
        /// Career projects.
        Projects = "projects",
        /// Identity traits.
        Identity = "identity",
        /// Training rights.
        Rights = "rights",
    }
}

vocabulary! {
    /// A part of an entry that consent can name: a member of the API's reply. Its id, its version
    /// and when it was recorded come with every entry.
    Field {
        /// Who attests it.
        Issuer = "issuer",
        /// What it certifies.
        Qualification = "qualification",
        /// The occupations it leads to.
        Occupations = "occupations",
        /// The first day of validity.
        ValidFrom = "valid_from",
        /// The last day of validity.
        ValidUntil = "valid_until",
        /// How it was obtained.
        Obtained = "obtained",
        /// The score.
        Score = "score",
        /// The distinction.
        Mention = "mention",
        /// The level of the European framework for languages.
        LanguageLevel = "language_level",
        /// The level of the European framework for digital skills.
        DigitalLevel = "digital_level",
        /// The option or speciality taken.
        OptionLabel = "option_label",
        /// Where the evidence can be seen.
        EvidenceUrl = "evidence_url",
        /// What it is called.
        Title = "title",
        /// Where it was: the employer, the school, the training operator.
        Organisation = "organisation",
        /// The occupation, by ROME.
        Occupation = "occupation",
        /// When it began.
        StartedOn = "started_on",
        /// When it ended.
        EndedOn = "ended_on",
        /// When it was obtained.
        ObtainedOn = "obtained_on",
        /// The level in the French framework of qualifications.
        Level = "level",
        /// How well a skill is mastered.
        Mastery = "mastery",
        /// More, in her words.
        Description = "description",
    }
}

impl Section {
    /// Whether its entries are about days, by which a grant of it can be limited.
    pub const fn is_dated(self) -> bool {
        matches!(
            self,
            Self::Trainings | Self::Certificates | Self::Diplomas | Self::Experiences
        )
    }

    /// Whether apps can read it yet.
    pub const fn is_served(self) -> bool {
        !self.fields().is_empty()
    }

    /// The fields of its entries, in the order of the documents and pages; none for a section that
    /// is not served yet.
    pub const fn fields(self) -> &'static [Field] {
        match self {
            Self::Certificates => &[
                Field::Issuer,
                Field::Qualification,
                Field::Occupations,
                Field::ValidFrom,
                Field::ValidUntil,
                Field::Obtained,
                Field::Score,
                Field::Mention,
                Field::LanguageLevel,
                Field::DigitalLevel,
                Field::OptionLabel,
                Field::EvidenceUrl,
            ],
            Self::Trainings => &[
                Field::Title,
                Field::Organisation,
                Field::StartedOn,
                Field::EndedOn,
                Field::Description,
            ],
            Self::Diplomas => &[
                Field::Title,
                Field::Organisation,
                Field::Level,
                Field::ObtainedOn,
            ],
            Self::Experiences => &[
                Field::Title,
                Field::Organisation,
                Field::Occupation,
                Field::StartedOn,
                Field::EndedOn,
                Field::Description,
            ],
            Self::Skills => &[Field::Title, Field::Mastery, Field::Description],
            Self::Projects => &[Field::Title, Field::Occupation, Field::Description],
            Self::Badges | Self::Assessments | Self::Evidence | Self::Identity | Self::Rights => {
                &[]
            }
        }
    }
}

vocabulary! {
    /// What an app may do with a section.
    Right {
        /// Read its entries.
        Read = "read",
        /// Propose entries to the worker, who decides on each.
        Propose = "propose",
    }
}

vocabulary! {
    /// What an app may do with its own grants by itself (Grant Management for OAuth 2.0, draft 03,
    /// §6.1): scopes of the grant type `client_credentials`.
    ManagementScope {
        /// Ask where they stand.
        Query = "grant_management_query",
        /// Give them up.
        Revoke = "grant_management_revoke",
    }
}

vocabulary! {
    /// What a counsellor may do under a mandate.
    MandateAction {
        /// Read the sections that the mandate names.
        ReadRecord = "read_record",
        /// See what the worker allows which apps.
        SeeAuthorizations = "see_authorizations",
        /// Stop one of these authorisations in her name; to see them is part of it.
        StopAuthorizations = "stop_authorizations",
    }
}

vocabulary! {
    /// What the data is for: a closed list, so that no app writes its own reasons on the consent
    /// page. `docs/api-design.md` maps each to the Data Privacy Vocabulary.
    Purpose {
        /// Guidance on a career (*conseil en évolution professionnelle*).
        CareerGuidance = "career_guidance",
        /// Finding a job that fits.
        JobSearch = "job_search",
        /// Deciding on an application for a job.
        Recruitment = "recruitment",
        /// Enrolling in a training and checking its prerequisites.
        TrainingEnrolment = "training_enrolment",
        /// Proving a qualification to someone who must check it.
        QualificationProof = "qualification_proof",
    }
}

vocabulary! {
    /// Whether the app reads once or comes back.
    Frequency {
        /// One access token and no refresh token.
        Once = "once",
        /// Again and again until the grant ends.
        Ongoing = "ongoing",
    }
}

impl Purpose {
    /// The sections that this purpose usually needs. To ask for others is allowed, and the consent page
    /// says that it is unusual. `docs/api-design.md` lists them.
    pub const fn usual_sections(self) -> &'static [Section] {
        use Section::{
            Assessments, Badges, Certificates, Diplomas, Evidence, Experiences, Identity, Projects,
            Rights, Skills, Trainings,
        };
        match self {
            Self::CareerGuidance => &[
                Trainings,
                Certificates,
                Diplomas,
                Badges,
                Experiences,
                Assessments,
                Skills,
                Projects,
            ],
            Self::JobSearch => &[
                Trainings,
                Certificates,
                Diplomas,
                Badges,
                Experiences,
                Skills,
            ],
            Self::Recruitment => &[Certificates, Diplomas, Badges, Experiences, Skills],
            Self::TrainingEnrolment => &[
                Trainings,
                Certificates,
                Diplomas,
                Assessments,
                Identity,
                Rights,
            ],
            Self::QualificationProof => &[Certificates, Diplomas, Badges, Evidence, Identity],
        }
    }
}

/// A whole number of days, written as an ISO 8601 duration: `P90D`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Days(u16);

impl Days {
    /// The longest a grant may last, and data may be kept.
    pub const MAX: Self = Self(365);

    /// 1 to 365 days; nothing outside.
    pub const fn new(days: u16) -> Option<Self> {
        if days >= 1 && days <= Self::MAX.0 {
            Some(Self(days))
        } else {
            None
        }
    }

    /// How many.
    pub const fn count(self) -> u16 {
        self.0
    }

    /// As a span of time.
    pub const fn span(self) -> time::Duration {
        time::Duration::days(self.0 as i64)
    }
}

impl TryFrom<String> for Days {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let digits = text
            .strip_prefix('P')
            .and_then(|rest| rest.strip_suffix('D'));
        let plain = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
        let days = plain
            .and_then(|digits| digits.parse().ok())
            .and_then(Self::new);
        days.ok_or("a duration is P1D to P365D")
    }
}

impl From<Days> for String {
    fn from(days: Days) -> Self {
        format!("P{}D", days.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Days, Section};

    #[test]
    fn durations_are_whole_days_within_a_year() {
        let days = |text: &str| Days::try_from(text.to_owned()).map(Days::count);
        assert_eq!(days("P1D"), Ok(1));
        assert_eq!(days("P365D"), Ok(365));
        for bad in [
            "",
            "P0D",
            "P366D",
            "P-1D",
            "P+1D",
            "P1W",
            "90",
            "P1DT1H",
            "P99999999D",
        ] {
            assert!(days(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn names_on_the_wire_read_back() {
        for section in Section::ALL {
            assert_eq!(Section::parse(section.as_str()), Some(*section));
        }
        assert_eq!(Section::parse("everything"), None);
    }
}
