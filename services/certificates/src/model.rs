//! A certificate, as a certifier attests it: the body of an entry of section `certificates`.
//!
//! Nothing in it says whose it is. The record it lies in does.

use serde::{Deserialize, Serialize};
use time::Date;

time::serde::format_description!(day, Date, "[year]-[month]-[day]");

/// An attested achievement. Each field names the element of the certifiers' flux it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// `certification/code`: `RNCP` or `RS` and 3 to 5 digits.
    pub qualification_code: String,
    /// `idTechnique`: how the issuer numbers this achievement.
    pub technical_id: String,
    /// `dateDebutValidite`: the first day of validity.
    #[serde(with = "day")]
    pub valid_from: Date,
    /// `dateFinValidite`: the last day of validity; none for a certificate that lasts.
    #[serde(with = "day::option", default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Date>,
    /// `obtentionCertification`: how it was obtained.
    pub obtained: Obtained,
    /// `donneeCertifiee`: whether the issuer vouches for what it states.
    pub certified: bool,
    /// `scoring`: the score, as the issuer writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<String>,
    /// `mentionValidee`: the distinction, where the qualification has some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mention: Option<Mention>,
    /// `niveauLangueEuropeen`: the level of the European framework for languages (CEFR).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language_level: Option<LanguageLevel>,
    /// `niveauNumeriqueEuropeen`: the level of the European framework for digital skills.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digital_level: Option<DigitalLevel>,
    /// `libelleOption`: the option or speciality taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub option_label: Option<String>,
    /// The examination, where the issuer says something of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exam: Option<Exam>,
    /// `urlPreuve`: where the evidence can be seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence_url: Option<String>,
}

impl Certificate {
    /// The day it is about, by which a grant may be limited: the first of its validity.
    pub const fn dated(&self) -> Date {
        self.valid_from
    }
}

/// How a certificate was obtained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Obtained {
    /// `PAR_ADMISSION`: a jury decided.
    ByAdmission,
    /// `PAR_SCORING`: a score was reached.
    ByScoring,
}

/// A distinction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mention {
    /// `SANS_MENTION`.
    None,
    /// `MENTION_ASSEZ_BIEN`.
    FairlyGood,
    /// `MENTION_BIEN`.
    Good,
    /// `MENTION_TRES_BIEN`.
    VeryGood,
    /// `MENTION_TRES_BIEN_AVEC_FELICITATIONS_DU_JURY`.
    VeryGoodWithHonours,
}

/// A level of the European framework for languages (CEFR).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LanguageLevel {
    /// Breakthrough.
    A1,
    /// Waystage.
    A2,
    /// Threshold.
    B1,
    /// Vantage.
    B2,
    /// Advanced.
    C1,
    /// Mastery.
    C2,
    /// `INSUFFISANT`: below A1.
    #[serde(rename = "below_a1")]
    BelowA1,
}

/// A level of the European framework for digital skills (`DigComp`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigitalLevel {
    /// `scoreGeneral`: 1 to 1,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<u16>,
    /// `resultats/resultat`, in the issuer's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub results: Vec<DigitalResult>,
}

/// The level reached in one digital skill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigitalResult {
    /// `niveau`: 1 to 8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<u8>,
    /// `domaineCompetenceId`: the domain, as the framework numbers it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// `competenceId`: the skill within its domain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skill: Option<String>,
}

/// What is known of the examination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exam {
    /// `dateDebutExamen`: its first day.
    #[serde(with = "day::option", default, skip_serializing_if = "Option::is_none")]
    pub started_on: Option<Date>,
    /// `dateFinExamen`: its last day.
    #[serde(with = "day::option", default, skip_serializing_if = "Option::is_none")]
    pub ended_on: Option<Date>,
    /// `modalitePassageExamen`: where it was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<ExamMode>,
    /// `codePostalCentreExamen`: the postal code of the centre.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
}

/// Where an examination was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExamMode {
    /// `A_DISTANCE`.
    Remote,
    /// `EN_PRESENTIEL`.
    OnSite,
    /// `MIXTE`.
    Mixed,
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::{Certificate, Exam, ExamMode, LanguageLevel, Obtained};

    #[test]
    fn a_certificate_reads_as_it_was_written_and_leaves_out_what_is_not_known() {
        let certificate = Certificate {
            qualification_code: "RS5875".into(),
            technical_id: "1234".into(),
            valid_from: date!(2024 - 02 - 29),
            valid_until: None,
            obtained: Obtained::ByScoring,
            certified: true,
            score: Some("324".into()),
            mention: None,
            language_level: Some(LanguageLevel::BelowA1),
            digital_level: None,
            option_label: None,
            exam: Some(Exam {
                started_on: Some(date!(2024 - 02 - 28)),
                ended_on: None,
                mode: Some(ExamMode::OnSite),
                postal_code: None,
            }),
            evidence_url: None,
        };
        let json = serde_json::json!({
            "qualification_code": "RS5875", "technical_id": "1234", "valid_from": "2024-02-29",
            "obtained": "by_scoring", "certified": true, "score": "324",
            "language_level": "below_a1",
            "exam": {"started_on": "2024-02-28", "mode": "on_site"},
        });
        assert_eq!(serde_json::to_value(&certificate).unwrap(), json);
        assert_eq!(
            serde_json::from_value::<Certificate>(json).unwrap(),
            certificate
        );
    }
}
