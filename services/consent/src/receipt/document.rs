//! The receipt as it is written: JSON-LD in terms of the Data Privacy Vocabulary, after its guide to
//! ISO/IEC TS 27560:2023 (<https://w3id.org/dpv/guides/consent-27560>).
//!
//! These types are the format: what is signed is written from them, and what is verified is read into
//! them. A member that they do not know is refused.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use serde_json::{Map, Value};
use time::OffsetDateTime;
use uuid::Uuid;

use super::parts::{Notice, Party, Process, Right, Service, Subject};

/// The terms of the document, inlined so that nothing is fetched to read one.
const CONTEXT: &str = include_str!("context.json");

/// A consent receipt: an authoritative copy of the record of one version of one permission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// The terms: always the same.
    #[serde(rename = "@context")]
    pub context: Context,
    /// Who issues it, the platform: `iss` of RFC 7519, and `dct:publisher` by the context.
    pub iss: String,
    /// What names the receipt.
    #[serde(rename = "@id")]
    pub id: String,
    /// What it is.
    #[serde(rename = "@type")]
    pub kind: Kind,
    /// The number among the receipts of its permission, from 1.
    #[serde(rename = "dct:identifier")]
    pub number: String,
    /// The profile it follows.
    #[serde(rename = "dct:conformsTo")]
    pub conforms_to: String,
    /// When what it tells of happened.
    #[serde(rename = "dct:issued", with = "time::serde::rfc3339")]
    pub issued: OffsetDateTime,
    /// What it tells.
    #[serde(rename = "dpv:hasRecordOfActivity")]
    pub record: Record,
}

/// The one value of `@context`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Context;

/// The one type of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// A receipt.
    #[serde(rename = "dpv:ConsentReceipt")]
    Receipt,
}

/// The record of one version of one permission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The permission, as a URN.
    #[serde(rename = "@id")]
    pub id: String,
    /// What it is: `dpv:ConsentRecord`.
    #[serde(rename = "@type")]
    pub kind: String,
    /// The permission: a grant, or a mandate.
    #[serde(rename = "dct:identifier")]
    pub permission: Uuid,
    /// The profile it follows.
    #[serde(rename = "dct:conformsTo")]
    pub conforms_to: String,
    /// Its version.
    #[serde(rename = "schema:version")]
    pub version: i32,
    /// The worker, by a name that means nothing to anybody else than the two.
    #[serde(rename = "dpv:hasDataSubject")]
    pub subject: Subject,
    /// Who decides what happens to the data: who was permitted, and the platform.
    #[serde(rename = "dpv:hasDataController")]
    pub controllers: Vec<Party>,
    /// The app; none for a mandate.
    #[serde(
        rename = "dpv:hasService",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub service: Option<Service>,
    /// The kind of consent.
    #[serde(rename = "dpv:hasLegalBasis")]
    pub legal_basis: String,
    /// Where.
    #[serde(rename = "dpv:hasJurisdiction")]
    pub jurisdiction: String,
    /// Under which law.
    #[serde(rename = "dpv:hasApplicableLaw")]
    pub applicable_law: String,
    /// What was permitted.
    #[serde(rename = "dpv:hasProcess")]
    pub process: Process,
    /// What she was shown.
    #[serde(rename = "dpv:hasNotice")]
    pub notice: Notice,
    /// How she takes it back.
    #[serde(rename = "dpv:hasConsentControl")]
    pub control: Right,
    /// Her rights.
    #[serde(rename = "dpv:hasRight")]
    pub rights: Vec<Right>,
    /// Whom she may complain to.
    #[serde(rename = "dpv:hasAuthority")]
    pub authority: Party,
    /// What happened to it, the oldest first.
    #[serde(rename = "dpv:hasConsentStatus")]
    pub events: Vec<Event>,
}

/// Something that happened to the permission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// The state since then.
    #[serde(rename = "@type")]
    pub kind: Vec<String>,
    /// The version since then.
    #[serde(rename = "schema:version")]
    pub version: i32,
    /// When.
    #[serde(rename = "dpv:isIndicatedAtTime", with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// By whom; by nobody when its time had come.
    #[serde(
        rename = "dpv:isIndicatedBy",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub by: Option<String>,
}

impl Context {
    fn members() -> Map<String, Value> {
        serde_json::from_str(CONTEXT).unwrap_or_default()
    }
}

impl Serialize for Context {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::members().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Context {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = Map::<String, Value>::deserialize(deserializer)?;
        if read == Self::members() {
            Ok(Self)
        } else {
            let foreign = "the terms are not those of a receipt of this platform";
            Err(D::Error::custom(foreign))
        }
    }
}
