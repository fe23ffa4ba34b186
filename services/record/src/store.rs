//! The SQL of entries.

use consent::{Access, Deposit, Sealed, Section};
use kernel::{EntryId, Fault, Limit, OrganisationId, Page};
use serde::de::DeserializeOwned;
use serde_json::{Value, value::RawValue};
use sqlx::types::Json;
use time::{Date, OffsetDateTime};

use crate::{Attested, Attestor, Declaration, Entry, Excerpt, Provenance};

/// An excerpt of the entries of `section` that `access` opens, in the order they came, after
/// `after`. Sealed until disclosed.
pub async fn entries<B>(
    access: &mut Access,
    section: Section,
    excerpt: &Excerpt,
    after: Option<EntryId>,
    limit: Limit,
) -> Result<Sealed<Page<Entry<B>>>, Fault>
where
    B: DeserializeOwned + Send + Unpin + 'static,
{
    let worker = access.worker();
    let (members, attestor) = match excerpt {
        Excerpt::Whole => (None, true),
        Excerpt::Only { members, attestor } => (Some(members.as_slice()), *attestor),
    };
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT e.entry_id AS "id: EntryId", e.version, e.recorded_at, e.provenance,
                  CASE WHEN $5::text[] IS NULL THEN e.body
                       ELSE (SELECT coalesce(jsonb_object_agg(key, value), '{}')
                               FROM jsonb_each(e.body) WHERE key = ANY ($5))
                   END AS "body!: Json<Box<RawValue>>",
                  o.organisation_id AS "organisation?: OrganisationId", o.name AS "name?",
                  o.siret AS "siret?"
             FROM entries e
                  LEFT JOIN organisations o ON $6 AND o.organisation_id = e.organisation_id
            WHERE e.worker_id = $1 AND e.section = $2 AND ($3::uuid IS NULL OR e.entry_id > $3)
            ORDER BY e.entry_id
            LIMIT $4"#,
        worker.uuid(),
        section.as_str(),
        after.map(EntryId::uuid),
        limit.and_one(),
        members as Option<&[String]>,
        attestor,
    )
    .fetch_all(access.conn())
    .await?;
    page(rows, limit)
}

/// The entries of `section` that `access` opens, all of each, those about the latest days first and
/// those about no day last. Sealed until disclosed.
pub async fn latest<B>(
    access: &mut Access,
    section: Section,
    limit: Limit,
) -> Result<Sealed<Page<Entry<B>>>, Fault>
where
    B: DeserializeOwned + Send + Unpin + 'static,
{
    let worker = access.worker();
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT e.entry_id AS "id: EntryId", e.version, e.recorded_at, e.provenance,
                  e.body AS "body: Json<Box<RawValue>>",
                  o.organisation_id AS "organisation?: OrganisationId", o.name AS "name?",
                  o.siret AS "siret?"
             FROM entries e LEFT JOIN organisations o ON o.organisation_id = e.organisation_id
            WHERE e.worker_id = $1 AND e.section = $2
            ORDER BY e.dated DESC NULLS LAST, e.entry_id DESC
            LIMIT $3"#,
        worker.uuid(),
        section.as_str(),
        limit.and_one(),
    )
    .fetch_all(access.conn())
    .await?;
    page(rows, limit)
}

/// The page out of `rows`, sealed.
fn page<B: DeserializeOwned>(
    rows: Vec<Row>,
    limit: Limit,
) -> Result<Sealed<Page<Entry<B>>>, Fault> {
    let read = rows.into_iter().map(Row::read);
    let page = Page::cut(read.collect::<Result<Vec<_>, Fault>>()?, limit);
    let ids = page.items.iter().map(|entry| entry.id).collect();
    Ok(Sealed::new(page, ids))
}

/// What those of `wanted` say that `section` of the record still holds.
pub async fn bodies<B>(
    access: &mut Access,
    section: Section,
    wanted: &[EntryId],
) -> Result<Sealed<Vec<(EntryId, B)>>, Fault>
where
    B: DeserializeOwned,
{
    let worker = access.worker();
    let wanted: Vec<_> = wanted.iter().map(|entry| entry.uuid()).collect();
    let rows = sqlx::query!(
        r#"SELECT entry_id AS "id: EntryId", body AS "body: Json<Box<serde_json::value::RawValue>>"
             FROM entries
            WHERE worker_id = $1 AND section = $2 AND entry_id = ANY ($3)"#,
        worker.uuid(),
        section.as_str(),
        &wanted,
    )
    .fetch_all(access.conn())
    .await?;
    let ids = rows.iter().map(|row| row.id).collect();
    let bodies = rows.into_iter().map(|row| {
        let body = serde_json::from_str(row.body.get())
            .map_err(|_shape| Fault::Corrupt(format!("body of entry {}", row.id)))?;
        Ok((row.id, body))
    });
    Ok(Sealed::new(bodies.collect::<Result<_, Fault>>()?, ids))
}

/// An entry as stored.
struct Row {
    id: EntryId,
    version: i32,
    recorded_at: OffsetDateTime,
    provenance: String,
    body: Json<Box<RawValue>>,
    organisation: Option<OrganisationId>,
    name: Option<String>,
    siret: Option<String>,
}

impl Row {
    fn read<B: DeserializeOwned>(self) -> Result<Entry<B>, Fault> {
        let attestor = match (self.organisation, self.name, self.siret) {
            (Some(id), Some(name), Some(siret)) => Some(Attestor { id, name, siret }),
            _ => None,
        };
        let corrupt = |part: &str| Fault::Corrupt(format!("{part} of entry {}", self.id));
        let body = serde_json::from_str(self.body.get()).map_err(|_shape| corrupt("body"))?;
        let provenance = Provenance::parse(&self.provenance);
        Ok(Entry {
            id: self.id,
            version: self.version,
            provenance: provenance.ok_or_else(|| corrupt("provenance"))?,
            attestor,
            body,
            recorded_at: self.recorded_at,
        })
    }
}

/// How many entries each section of the record holds; sections without any are absent.
pub async fn counts(access: &mut Access) -> Result<Sealed<Vec<(Section, i64)>>, Fault> {
    let worker = access.worker();
    let rows = sqlx::query!(
        r#"SELECT section, count(*) AS "entries!" FROM entries
            WHERE worker_id = $1 GROUP BY section"#,
        worker.uuid(),
    )
    .fetch_all(access.conn())
    .await?;
    let known = rows
        .into_iter()
        .filter_map(|row| Some((Section::parse(&row.section)?, row.entries)));
    Ok(Sealed::new(known.collect(), Vec::new()))
}

/// Adds what the depositing organisation attests to the workers' records, with the journal lines
/// that say so.
pub async fn attest(
    deposit: &mut Deposit,
    added: &[Attested],
    now: OffsetDateTime,
) -> Result<(), Fault> {
    let workers: Vec<_> = added.iter().map(|entry| entry.worker.uuid()).collect();
    let entries: Vec<_> = added.iter().map(|entry| entry.entry.uuid()).collect();
    let sections: Vec<_> = added
        .iter()
        .map(|entry| entry.section.as_str().to_owned())
        .collect();
    let days: Vec<_> = added.iter().map(|entry| entry.dated).collect();
    let bodies: Vec<_> = added.iter().map(|entry| entry.body.clone()).collect();
    let organisation = deposit.organisation();
    sqlx::query!(
        r#"INSERT INTO entries (worker_id, entry_id, section, provenance, organisation_id, dated,
                                body, recorded_at)
           SELECT worker_id, entry_id, section, 'attested', $6, dated, body, $7
             FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::date[], $5::jsonb[])
               AS added (worker_id, entry_id, section, dated, body)"#,
        &workers,
        &entries,
        &sections,
        &days as &[Option<Date>],
        &bodies as &[Value],
        organisation.uuid(),
        now,
    )
    .execute(deposit.conn())
    .await?;
    for section in Section::ALL {
        let theirs = added.iter().filter(|entry| entry.section == *section);
        let theirs: Vec<_> = theirs.map(|entry| (entry.worker, entry.entry)).collect();
        if !theirs.is_empty() {
            deposit.record(*section, theirs).await?;
        }
    }
    Ok(())
}

/// Adds an entry attested by `organisation` to the record of its worker, which `access` opens: one
/// that waited for her.
pub async fn insert(
    access: &mut Access,
    organisation: OrganisationId,
    waited: &Attested,
    now: OffsetDateTime,
) -> Result<(), Fault> {
    sqlx::query!(
        "INSERT INTO entries (worker_id, entry_id, section, provenance, organisation_id, dated,
                              body, recorded_at)
         VALUES ($1, $2, $3, 'attested', $4, $5, $6, $7)",
        waited.worker.uuid(),
        waited.entry.uuid(),
        waited.section.as_str(),
        organisation.uuid(),
        waited.dated,
        waited.body,
        now,
    )
    .execute(access.conn())
    .await?;
    Ok(())
}

/// Adds what the worker declares of herself to `section` of her record.
pub async fn declare(
    access: &mut Access,
    section: Section,
    declared: &Declaration,
    now: OffsetDateTime,
) -> Result<(), Fault> {
    let worker = access.worker();
    sqlx::query!(
        "INSERT INTO entries (worker_id, entry_id, section, provenance, dated, body, recorded_at)
         VALUES ($1, $2, $3, 'declared', $4, $5, $6)",
        worker.uuid(),
        declared.entry.uuid(),
        section.as_str(),
        declared.dated,
        declared.body,
        now,
    )
    .execute(access.conn())
    .await?;
    Ok(())
}

/// An entry that the worker declared, and its section; nothing when there is none of this id.
pub async fn declared<B: DeserializeOwned>(
    access: &mut Access,
    entry: EntryId,
) -> Result<Option<Sealed<(Section, Entry<B>)>>, Fault> {
    let worker = access.worker();
    let found = sqlx::query!(
        r#"SELECT section, version, recorded_at, provenance, body AS "body: Json<Box<RawValue>>"
             FROM entries
            WHERE worker_id = $1 AND entry_id = $2 AND provenance = 'declared'"#,
        worker.uuid(),
        entry.uuid(),
    )
    .fetch_optional(access.conn())
    .await?;
    let Some(found) = found else {
        return Ok(None);
    };
    let section = Section::parse(&found.section)
        .ok_or_else(|| Fault::Corrupt(format!("section of entry {entry}")))?;
    let row = Row {
        id: entry,
        version: found.version,
        recorded_at: found.recorded_at,
        provenance: found.provenance,
        body: found.body,
        organisation: None,
        name: None,
        siret: None,
    };
    Ok(Some(Sealed::new((section, row.read()?), vec![entry])))
}

/// Lets an entry that the worker declared say something else; what it said is kept as a version. Says
/// whether it still was at version `seen`.
pub async fn amend(
    access: &mut Access,
    seen: i32,
    declared: &Declaration,
    now: OffsetDateTime,
) -> Result<bool, Fault> {
    let worker = access.worker();
    let done = sqlx::query!(
        "WITH before AS (
             INSERT INTO entry_versions (worker_id, entry_id, version, body, recorded_at)
             SELECT worker_id, entry_id, version, body, recorded_at FROM entries
              WHERE worker_id = $1 AND entry_id = $2 AND version = $3 AND provenance = 'declared'
                 ON CONFLICT DO NOTHING
         )
         UPDATE entries SET body = $4, dated = $5, recorded_at = $6, version = version + 1
          WHERE worker_id = $1 AND entry_id = $2 AND version = $3 AND provenance = 'declared'",
        worker.uuid(),
        declared.entry.uuid(),
        seen,
        declared.body,
        declared.dated,
        now,
    )
    .execute(access.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Removes an entry that the worker declared, with what it said before; says from which section, if it
/// still was there.
pub async fn remove(access: &mut Access, entry: EntryId) -> Result<Option<Section>, Fault> {
    let worker = access.worker();
    let removed = sqlx::query_scalar!(
        "DELETE FROM entries
          WHERE worker_id = $1 AND entry_id = $2 AND provenance = 'declared' RETURNING section",
        worker.uuid(),
        entry.uuid(),
    )
    .fetch_optional(access.conn())
    .await?;
    Ok(removed.and_then(|section| Section::parse(&section)))
}
