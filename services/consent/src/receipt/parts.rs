//! The parts of a receipt: who, what, how long, and what she was shown.

use serde::{Deserialize, Serialize};

/// The worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// `dpv:DataSubject`.
    #[serde(rename = "@type")]
    pub kind: String,
    /// The pairwise subject.
    #[serde(rename = "dct:identifier")]
    pub identifier: String,
}

/// A person or a body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// Its role.
    #[serde(rename = "@type")]
    pub kind: String,
    /// Its name.
    #[serde(rename = "dpv:hasName")]
    pub name: String,
    /// What identifies it: a SIRET, or an address.
    #[serde(
        rename = "dct:identifier",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub identifier: Option<String>,
    /// Where to turn to.
    #[serde(
        rename = "schema:url",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub url: Option<String>,
}

/// An app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// `dpv:Service`.
    #[serde(rename = "@type")]
    pub kind: String,
    /// Its client id.
    #[serde(rename = "dct:identifier")]
    pub client_id: String,
    /// Its name, as the worker saw it.
    #[serde(rename = "dct:title")]
    pub name: String,
    /// Its home page.
    #[serde(rename = "schema:url")]
    pub homepage: String,
}

/// What was permitted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Process {
    /// `dpv:Process`.
    #[serde(rename = "@type")]
    pub kind: String,
    /// The purpose, by its name here.
    #[serde(rename = "dct:identifier")]
    pub purpose: String,
    /// The purpose, by the vocabulary.
    #[serde(rename = "dpv:hasPurpose")]
    pub purpose_term: String,
    /// What may be done, by its names here.
    #[serde(rename = "dct:type")]
    pub actions: Vec<String>,
    /// What may be done, by the vocabulary.
    #[serde(rename = "dpv:hasProcessing")]
    pub processing: Vec<String>,
    /// With what.
    #[serde(rename = "dpv:hasPersonalData")]
    pub data: Vec<PersonalData>,
    /// Who else receives it.
    #[serde(
        rename = "dpv:hasRecipient",
        default,
        skip_serializing_if = "Vec::is_empty"
    )]
    pub recipients: Vec<Party>,
    /// How long it is kept, and by when it is erased.
    #[serde(
        rename = "dpv:hasStorageCondition",
        default,
        skip_serializing_if = "Vec::is_empty"
    )]
    pub storage: Vec<Condition>,
    /// Until when, and how often.
    #[serde(rename = "dpv:hasProcessingCondition")]
    pub condition: Condition,
}

/// A section of the record, and what of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonalData {
    /// `dpv:PersonalData`.
    #[serde(rename = "@type")]
    pub kind: String,
    /// The section, by its name here.
    #[serde(rename = "dct:identifier")]
    pub section: String,
    /// What that is in the vocabulary.
    #[serde(rename = "skos:broader")]
    pub broader: String,
    /// Which fields; all when absent.
    #[serde(
        rename = "dct:hasPart",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub fields: Option<Vec<String>>,
    /// Which entries, as URNs; all when absent.
    #[serde(
        rename = "dct:references",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub items: Option<Vec<String>>,
    /// Entries about which days; any when absent.
    #[serde(
        rename = "dct:temporal",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub period: Option<Days>,
}

/// Days from the first to the last, both included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Days {
    /// `dct:PeriodOfTime`.
    #[serde(rename = "@type")]
    pub kind: String,
    /// The first day; open when absent.
    #[serde(
        rename = "dcat:startDate",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub from: Option<String>,
    /// The last day; open when absent.
    #[serde(
        rename = "dcat:endDate",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub until: Option<String>,
}

/// A condition of keeping or using data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Which.
    #[serde(rename = "@type")]
    pub kind: Vec<String>,
    /// How long (ISO 8601), or until when (RFC 3339).
    #[serde(rename = "dpv:hasDuration")]
    pub duration: String,
    /// How often.
    #[serde(
        rename = "dpv:hasFrequency",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub frequency: Option<String>,
}

/// What she was shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// `dpv:ConsentNotice`.
    #[serde(rename = "@type")]
    pub kind: String,
    /// In which language.
    #[serde(rename = "dct:language")]
    pub language: String,
    /// The sum of the texts, with a line feed between each and the next.
    #[serde(rename = "spdx:checksum")]
    pub texts: Checksum,
    /// The template that arranged them.
    #[serde(
        rename = "dct:source",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub template: Option<Source>,
}

/// A template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Its name.
    #[serde(rename = "dct:identifier")]
    pub name: String,
    /// The sum of its source.
    #[serde(rename = "spdx:checksum")]
    pub sum: Checksum,
}

/// A SHA-256.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checksum {
    /// `spdx:Checksum`.
    #[serde(rename = "@type")]
    pub kind: String,
    /// `spdx:checksumAlgorithm_sha256`.
    #[serde(rename = "spdx:algorithm")]
    pub algorithm: String,
    /// 64 lower-case hexadecimal digits.
    #[serde(rename = "spdx:checksumValue")]
    pub value: String,
}

/// A right, and where it is exercised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Right {
    /// Which.
    #[serde(rename = "@type")]
    pub kind: Vec<String>,
    /// Where.
    #[serde(rename = "dpv:isExercisedAt")]
    pub at: String,
}
