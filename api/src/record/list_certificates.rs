//! `GET /v1/record/certificates`.

use std::sync::Arc;

use axum::extract::State;
use certificates::{DigitalLevel, LanguageLevel, Listed, Mention, Obtained};
use consent::{Access, Section};
use kernel::{EntryId, Fault, Limit};
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    app::App,
    guard::Consented,
    record::fields::AskedFields,
    wire::{Found, PageOf, Paging, Query, Refusal, slug},
};

/// A certificate of the worker, as its issuer attests it, and as far as she granted it. A field is
/// absent when she did not grant it, when it was not asked for, or when there is nothing to tell;
/// `id`, `version` and `recorded_at` are always there.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecordCertificate {
    /// Its id in the record.
    id: Uuid,
    /// Its version, from 1.
    version: i32,
    /// When it was recorded in this version.
    #[serde(with = "time::serde::rfc3339")]
    recorded_at: OffsetDateTime,
    /// Who attests it.
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<Issuer>,
    /// What it certifies.
    #[serde(skip_serializing_if = "Option::is_none")]
    qualification: Option<CertifiedQualification>,
    /// The occupations it leads to (ROME).
    #[serde(skip_serializing_if = "Option::is_none")]
    occupations: Option<Vec<OccupationLedTo>>,
    /// The first day of validity.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, example = "2022-01-03")]
    valid_from: Option<String>,
    /// The last day of validity; absent for a certificate that lasts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    valid_until: Option<String>,
    /// `by_admission`: a jury decided; `by_scoring`: a score was reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "by_scoring")]
    obtained: Option<Obtained>,
    /// The score, as the issuer writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<String>,
    /// The distinction: `none`, `fairly_good`, `good`, `very_good` or `very_good_with_honours`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    mention: Option<Mention>,
    /// The level of the European framework for languages: `A1` to `C2`, or `below_a1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    language_level: Option<LanguageLevel>,
    /// The level of the European framework for digital skills.
    #[serde(skip_serializing_if = "Option::is_none")]
    digital_level: Option<DigitalLevelReached>,
    /// The option or speciality taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    option_label: Option<String>,
    /// Where the evidence can be seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence_url: Option<String>,
}

/// A level of the European framework for digital skills.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DigitalLevelReached {
    /// The overall score, 1 to 1,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<u16>,
    /// The level in each skill.
    results: Vec<DigitalSkill>,
}

/// The level reached in one digital skill.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DigitalSkill {
    /// 1 to 8.
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<u8>,
    /// The domain, as the framework numbers it.
    #[serde(skip_serializing_if = "Option::is_none")]
    domain: Option<String>,
    /// The skill within its domain.
    #[serde(skip_serializing_if = "Option::is_none")]
    skill: Option<String>,
}

/// An organisation that attests.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Issuer {
    /// Its name.
    name: String,
    /// Its SIRET.
    #[schema(example = "73282932000074")]
    siret: String,
}

/// A qualification of the national registers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CertifiedQualification {
    /// Its code: RNCP or RS, and 3 to 5 digits.
    #[schema(example = "RS5875")]
    code: String,
    /// Its title, when the register in force knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    /// Its level in the French framework, 1 to 8, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<i16>,
}

/// An occupation that a qualification leads to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OccupationLedTo {
    /// Its ROME code.
    #[schema(example = "M1805")]
    code: String,
    /// Its label.
    label: String,
}

/// Read the worker's certificates.
///
/// Oldest first, for an app whose token gives `read` on `certificates`: those that the worker
/// granted, and of each the fields that she granted. She sees in her journal which certificates
/// were read, by which app, and when; the line is written before this answers.
#[utoipa::path(get, path = "/v1/record/certificates", tag = "record",
    operation_id = "list_record_certificates", params(AskedFields, Paging),
    security(("consent" = [])))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Consented(token): Consented,
    Query(asked): Query<AskedFields>,
    Query(paging): Query<Paging>,
) -> Result<Found<PageOf<RecordCertificate>>, Refusal<slug::GrantEnded>> {
    let (after, limit) = (paging.after::<Uuid>()?, paging.limit()?);
    let section = Section::Certificates;
    let asked = asked.of(section)?;
    let access = app.consent.access(&token, section, asked.as_ref()).await?;
    let read = read(&app, access, after.map(Into::into), limit).await?;
    Ok(Found(read))
}

/// What is answered of the certificates that `access` opens: to an app here, and to the worker who
/// wants to see it before she decides.
pub(crate) async fn read(
    app: &App,
    access: Access,
    after: Option<EntryId>,
    limit: Limit,
) -> Result<PageOf<RecordCertificate>, Fault> {
    let page = app.certificates.list(access, after, limit).await?;
    let key = |listed: &Listed| listed.entry.id.uuid();
    Ok(PageOf::of(page, key, RecordCertificate::from))
}

impl From<Listed> for RecordCertificate {
    fn from(listed: Listed) -> Self {
        let qualification = listed
            .qualification()
            .map(|(code, known)| CertifiedQualification {
                code: code.to_owned(),
                label: known.map(|known| known.label.clone()),
                level: known.and_then(|known| known.level),
            });
        let occupations = listed.occupations().map(|occupations| {
            let led = occupations.iter().map(|led| OccupationLedTo {
                code: led.code.clone(),
                label: led.label.clone(),
            });
            led.collect()
        });
        let entry = listed.entry;
        let body = entry.body;
        Self {
            id: entry.id.uuid(),
            version: entry.version,
            recorded_at: entry.recorded_at,
            issuer: entry.attestor.map(|by| Issuer {
                name: by.name,
                siret: by.siret,
            }),
            qualification,
            occupations,
            valid_from: body.valid_from.map(|day| day.to_string()),
            valid_until: body.valid_until.map(|day| day.to_string()),
            obtained: body.obtained,
            score: body.score,
            mention: body.mention,
            language_level: body.language_level,
            digital_level: body.digital_level.map(DigitalLevelReached::from),
            option_label: body.option_label,
            evidence_url: body.evidence_url,
        }
    }
}

impl From<DigitalLevel> for DigitalLevelReached {
    fn from(level: DigitalLevel) -> Self {
        let results = level.results.into_iter().map(|result| DigitalSkill {
            level: result.level,
            domain: result.domain,
            skill: result.skill,
        });
        Self {
            score: level.score,
            results: results.collect(),
        }
    }
}
