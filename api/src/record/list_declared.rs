//! `GET /v1/record/{section}`: what a worker declares.

use std::sync::Arc;

use axum::extract::State;
use consent::{Access, Section};
use declared::{Listed, Mastery};
use kernel::{EntryId, Fault, Limit};
use record::Provenance;
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{declared_section, fields::AskedFields};
use crate::{
    app::App,
    guard::Consented,
    wire::{Found, PageOf, Paging, Path, Query, Refusal, slug},
};

/// An entry that the worker declares. A field is absent when the worker did not grant it, when it was not
/// asked for, or when she says nothing; `id`, `version`, `recorded_at` and `provenance` are always there.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeclaredEntry {
    /// Its id in the record.
    id: Uuid,
    /// Its version, from 1.
    version: i32,
    /// When it was recorded in this version.
    #[serde(with = "time::serde::rfc3339")]
    recorded_at: OffsetDateTime,
    /// `declared`: the worker says it, nobody vouches for it; `attested`: an organisation does.
    #[schema(value_type = String, example = "declared")]
    provenance: Provenance,
    /// What it is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Animation d’ateliers")]
    title: Option<String>,
    /// Where it was: the employer, the school, the training operator. Of trainings, diplomas and
    /// experiences.
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<String>,
    /// The occupation (ROME). Of experiences and projects.
    #[serde(skip_serializing_if = "Option::is_none")]
    occupation: Option<DeclaredOccupation>,
    /// When it began: a year, a month or a day. Of trainings and experiences.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "2021-09")]
    started_on: Option<String>,
    /// When it ended: a year, a month or a day; absent while it lasts. Of trainings and experiences.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_on: Option<String>,
    /// When it was obtained: a year, a month or a day. Of diplomas.
    #[serde(skip_serializing_if = "Option::is_none")]
    obtained_on: Option<String>,
    /// The level in the French framework of qualifications. Of diplomas.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 8)]
    level: Option<u8>,
    /// How well it is mastered, in her own judgement: `beginner`, `intermediate` (with help), `advanced`
    /// (alone) or `expert` (teaches it). Of skills.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "advanced")]
    mastery: Option<Mastery>,
    /// More, in her words, on several lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
}

/// An occupation as she named it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeclaredOccupation {
    /// Its ROME code.
    #[schema(example = "M1805")]
    code: String,
    /// Its label, when the release in force knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
}

/// Read what the worker declares.
///
/// Oldest first, for an app whose token gives `read` on the section: those entries that the worker
/// granted, and of each the fields that she granted. Sections that she declares are `trainings`,
/// `diplomas`, `experiences`, `skills` and `projects`. She sees in her journal which entries were read, by
/// which app, and when; the line is written before this answers.
#[utoipa::path(get, path = "/v1/record/{section}", tag = "record",
    operation_id = "list_record_entries",
    params(("section" = String, Path, description = "The section of the record", example = "skills"),
        AskedFields, Paging),
    security(("consent" = [])))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Consented(token): Consented,
    Path(name): Path<String>,
    Query(asked): Query<AskedFields>,
    Query(paging): Query<Paging>,
) -> Result<Found<PageOf<DeclaredEntry>>, Refusal<(slug::GrantEnded, slug::NotFound)>> {
    let section = declared_section(&name)?;
    let (after, limit) = (paging.after::<Uuid>()?, paging.limit()?);
    let asked = asked.of(section)?;
    let access = app.consent.access(&token, section, asked.as_ref()).await?;
    let read = read(&app, access, section, after.map(Into::into), limit).await?;
    Ok(Found(read))
}

/// What is answered of the entries of `section` that `access` opens: to an app here, and to the worker who
/// wants to see it before she decides.
pub(crate) async fn read(
    app: &App,
    access: Access,
    section: Section,
    after: Option<EntryId>,
    limit: Limit,
) -> Result<PageOf<DeclaredEntry>, Fault> {
    let page = app.declarations.list(access, section, after, limit).await?;
    let key = |listed: &Listed| listed.entry.id.uuid();
    Ok(PageOf::of(page, key, DeclaredEntry::from))
}

impl From<Listed> for DeclaredEntry {
    fn from(Listed { entry, occupation }: Listed) -> Self {
        let label = occupation.map(|known| known.label);
        let body = entry.body;
        let occupation = body
            .occupation
            .map(|code| DeclaredOccupation { code, label });
        let date = |date: Option<kernel::PartialDate>| date.map(|date| date.to_string());
        Self {
            id: entry.id.uuid(),
            version: entry.version,
            recorded_at: entry.recorded_at,
            provenance: entry.provenance,
            title: body.title,
            organisation: body.organisation,
            occupation,
            started_on: date(body.started_on),
            ended_on: date(body.ended_on),
            obtained_on: date(body.obtained_on),
            level: body.level,
            mastery: body.mastery,
            description: body.description,
        }
    }
}
