//! The SQL of batches, passages and reports.

use kernel::{BatchId, Conn, Digest, Fault, Limit, OrganisationId, Page};
use sqlx::types::Json;
use time::OffsetDateTime;

use crate::{
    finding::Finding,
    group::Stored,
    matching::DecidedBy,
    model::{Batch, Counts, ReportLine, Status, Verdict},
    process::Ending,
};

/// Opens a batch whose file is about to arrive. Nobody sees it before its transaction commits.
pub(crate) async fn open_batch(
    conn: &mut Conn,
    organisation: OrganisationId,
    batch: BatchId,
    file_name: Option<&str>,
    now: OffsetDateTime,
) -> Result<(), Fault> {
    sqlx::query!(
        "INSERT INTO batches (organisation_id, batch_id, file_name, content_sha256, size_bytes,
                              received_at, status)
         VALUES ($1, $2, $3, '', 0, $4, 'received')",
        organisation.uuid(),
        batch.uuid(),
        file_name,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn add_chunk(
    conn: &mut Conn,
    organisation: OrganisationId,
    batch: BatchId,
    chunk: i32,
    bytes: &[u8],
) -> Result<(), Fault> {
    sqlx::query!(
        "INSERT INTO batch_chunks (organisation_id, batch_id, chunk, bytes)
         VALUES ($1, $2, $3, $4)",
        organisation.uuid(),
        batch.uuid(),
        chunk,
        bytes,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Completes a received batch, and tells the workers of the queue at commit.
pub(crate) async fn queue_batch(
    conn: &mut Conn,
    organisation: OrganisationId,
    batch: BatchId,
    content: Digest,
    size_bytes: u64,
) -> Result<(), Fault> {
    sqlx::query!(
        "UPDATE batches SET content_sha256 = $3, size_bytes = $4
          WHERE organisation_id = $1 AND batch_id = $2",
        organisation.uuid(),
        batch.uuid(),
        content.as_bytes(),
        i64::try_from(size_bytes).unwrap_or(i64::MAX),
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("SELECT pg_notify('cpf_batches', '')")
        .execute(conn)
        .await?;
    Ok(())
}

/// The batches that wait for a worker of the queue, oldest first.
pub(crate) async fn queued(conn: &mut Conn) -> Result<Vec<(OrganisationId, BatchId)>, Fault> {
    let rows = sqlx::query!(
        r#"SELECT organisation_id AS "organisation!: OrganisationId", batch_id AS "batch!: BatchId"
             FROM cpf_queued_batches()"#
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.organisation, row.batch))
        .collect())
}

/// Takes a queued batch for this transaction. One batch of an organisation at a time, so that two
/// of them never decide on the same technical id at once.
pub(crate) async fn take(
    conn: &mut Conn,
    organisation: OrganisationId,
    batch: BatchId,
) -> Result<bool, Fault> {
    let alone = sqlx::query_scalar!(
        r#"SELECT pg_try_advisory_xact_lock(hashtextextended('intake ' || $1, 0)) AS "alone!""#,
        organisation.to_string(),
    )
    .fetch_one(&mut *conn)
    .await?;
    if !alone {
        return Ok(false);
    }
    let row = sqlx::query_scalar!(
        "SELECT batch_id FROM batches
          WHERE organisation_id = $1 AND batch_id = $2 AND status = 'received'
            FOR UPDATE SKIP LOCKED",
        organisation.uuid(),
        batch.uuid(),
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.is_some())
}

pub(crate) async fn chunk(
    conn: &mut Conn,
    organisation: OrganisationId,
    batch: BatchId,
    chunk: i32,
) -> Result<Option<Vec<u8>>, Fault> {
    Ok(sqlx::query_scalar!(
        "SELECT bytes FROM batch_chunks
          WHERE organisation_id = $1 AND batch_id = $2 AND chunk = $3",
        organisation.uuid(),
        batch.uuid(),
        chunk,
    )
    .fetch_optional(conn)
    .await?)
}

/// Which of these technical ids the organisation deposited before, and what they said.
pub(crate) async fn known(
    conn: &mut Conn,
    organisation: OrganisationId,
    technical_ids: &[String],
) -> Result<Vec<(String, Vec<u8>)>, Fault> {
    let rows = sqlx::query!(
        "SELECT technical_id, content_sha256 FROM passages
          WHERE organisation_id = $1 AND technical_id = ANY($2)",
        organisation.uuid(),
        technical_ids,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.technical_id, row.content_sha256))
        .collect())
}

pub(crate) async fn remember(
    conn: &mut Conn,
    (organisation, batch): (OrganisationId, BatchId),
    stored: &[Stored],
    now: OffsetDateTime,
) -> Result<(), Fault> {
    let technical_ids: Vec<_> = stored.iter().map(|one| one.technical_id.clone()).collect();
    let passages: Vec<_> = stored.iter().map(|one| one.passage.uuid()).collect();
    let contents: Vec<_> = stored
        .iter()
        .map(|one| one.content.as_bytes().to_vec())
        .collect();
    let verdicts: Vec<_> = stored
        .iter()
        .map(|one| one.verdict.as_str().to_owned())
        .collect();
    sqlx::query!(
        "INSERT INTO passages (organisation_id, technical_id, passage_id, batch_id,
                               content_sha256, verdict, received_at)
         SELECT $1, technical_id, passage_id, $2, content_sha256, verdict, $7
           FROM unnest($3::text[], $4::uuid[], $5::bytea[], $6::text[])
             AS stored (technical_id, passage_id, content_sha256, verdict)",
        organisation.uuid(),
        batch.uuid(),
        &technical_ids,
        &passages,
        &contents,
        &verdicts,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn report(
    conn: &mut Conn,
    organisation: OrganisationId,
    batch: BatchId,
    lines: &[ReportLine],
) -> Result<(), Fault> {
    let positions: Vec<_> = lines.iter().map(|line| line.position).collect();
    let numbers: Vec<_> = lines.iter().map(|line| stored_line(line.line)).collect();
    let technical_ids: Vec<_> = lines.iter().map(|line| line.technical_id.clone()).collect();
    let verdicts: Vec<_> = lines
        .iter()
        .map(|line| line.verdict.as_str().to_owned())
        .collect();
    let decided: Vec<_> = lines
        .iter()
        .map(|line| line.decided_by.map(|decided| decided.as_str().to_owned()))
        .collect();
    let errors: Vec<_> = lines.iter().map(|line| Json(&line.errors)).collect();
    sqlx::query!(
        "INSERT INTO batch_reports (organisation_id, batch_id, position, line, technical_id,
                                    verdict, decided_by, errors)
         SELECT $1, $2, position, line, technical_id, verdict, decided_by, errors
           FROM unnest($3::integer[], $4::integer[], $5::text[], $6::text[], $7::text[],
                       $8::jsonb[])
             AS reported (position, line, technical_id, verdict, decided_by, errors)",
        organisation.uuid(),
        batch.uuid(),
        &positions,
        &numbers,
        &technical_ids as &[Option<String>],
        &verdicts,
        &decided as &[Option<String>],
        &errors as &[Json<&Vec<Finding>>],
    )
    .execute(conn)
    .await?;
    Ok(())
}

fn stored_line(line: u32) -> i32 {
    i32::try_from(line).unwrap_or(i32::MAX)
}

/// Ends a batch, and drops its bytes: they name people, and nothing needs them any more.
pub(crate) async fn end_batch(
    conn: &mut Conn,
    (organisation, batch): (OrganisationId, BatchId),
    ending: &Ending<'_>,
    now: OffsetDateTime,
) -> Result<(), Fault> {
    sqlx::query!(
        "UPDATE batches
            SET status = $3, flux_id = $4, counts = $5, errors = $6, finished_at = $7
          WHERE organisation_id = $1 AND batch_id = $2",
        organisation.uuid(),
        batch.uuid(),
        ending.status.as_str(),
        ending.flux_id,
        Json(ending.counts) as Json<Counts>,
        Json(ending.errors) as Json<&[Finding]>,
        now,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "DELETE FROM batch_chunks WHERE organisation_id = $1 AND batch_id = $2",
        organisation.uuid(),
        batch.uuid(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A row of `batches`.
struct BatchRow {
    id: BatchId,
    file_name: Option<String>,
    content_sha256: Vec<u8>,
    size_bytes: i64,
    received_at: OffsetDateTime,
    status: String,
    finished_at: Option<OffsetDateTime>,
    flux_id: Option<String>,
    counts: Json<Counts>,
    errors: Json<Vec<Finding>>,
}

impl TryFrom<BatchRow> for Batch {
    type Error = Fault;

    fn try_from(row: BatchRow) -> Result<Self, Fault> {
        let corrupt = || Fault::Corrupt(format!("batch {}", row.id));
        let content = row.content_sha256.try_into().map_err(|_length| corrupt())?;
        Ok(Self {
            id: row.id,
            file_name: row.file_name,
            content_sha256: Digest::from_bytes(content),
            size_bytes: u64::try_from(row.size_bytes).unwrap_or_default(),
            received_at: row.received_at,
            status: Status::parse(&row.status).ok_or_else(corrupt)?,
            finished_at: row.finished_at,
            flux_id: row.flux_id,
            counts: row.counts.0,
            errors: row.errors.0,
        })
    }
}

pub(crate) async fn batch(
    conn: &mut Conn,
    organisation: OrganisationId,
    batch: BatchId,
) -> Result<Option<Batch>, Fault> {
    let row = sqlx::query_as!(
        BatchRow,
        r#"SELECT batch_id AS "id: BatchId", file_name, content_sha256, size_bytes, received_at,
                  status, finished_at, flux_id, counts AS "counts: Json<Counts>",
                  errors AS "errors: Json<Vec<Finding>>"
             FROM batches WHERE organisation_id = $1 AND batch_id = $2"#,
        organisation.uuid(),
        batch.uuid(),
    )
    .fetch_optional(conn)
    .await?;
    row.map(Batch::try_from).transpose()
}

/// The organisation's batches, newest first, before `before`.
pub(crate) async fn batches(
    conn: &mut Conn,
    organisation: OrganisationId,
    before: Option<BatchId>,
    limit: Limit,
) -> Result<Page<Batch>, Fault> {
    let rows = sqlx::query_as!(
        BatchRow,
        r#"SELECT batch_id AS "id: BatchId", file_name, content_sha256, size_bytes, received_at,
                  status, finished_at, flux_id, counts AS "counts: Json<Counts>",
                  errors AS "errors: Json<Vec<Finding>>"
             FROM batches
            WHERE organisation_id = $1 AND ($2::uuid IS NULL OR batch_id < $2)
            ORDER BY batch_id DESC
            LIMIT $3"#,
        organisation.uuid(),
        before.map(BatchId::uuid),
        limit.and_one(),
    )
    .fetch_all(conn)
    .await?;
    let batches = rows
        .into_iter()
        .map(Batch::try_from)
        .collect::<Result<_, _>>()?;
    Ok(Page::cut(batches, limit))
}

/// Lines of a report with one of these verdicts, in the file's order, after `after`.
pub(crate) async fn lines(
    conn: &mut Conn,
    (organisation, batch): (OrganisationId, BatchId),
    verdicts: &[Verdict],
    after: i32,
    count: i64,
) -> Result<Vec<ReportLine>, Fault> {
    let verdicts: Vec<_> = verdicts
        .iter()
        .map(|verdict| verdict.as_str().to_owned())
        .collect();
    let rows = sqlx::query!(
        r#"SELECT position, line, technical_id, verdict, decided_by,
                  errors AS "errors: Json<Vec<Finding>>"
             FROM batch_reports
            WHERE organisation_id = $1 AND batch_id = $2 AND verdict = ANY($3) AND position > $4
            ORDER BY position
            LIMIT $5"#,
        organisation.uuid(),
        batch.uuid(),
        &verdicts,
        after,
        count,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let verdict = Verdict::parse(&row.verdict)
                .ok_or_else(|| Fault::Corrupt(format!("report of batch {batch}")))?;
            Ok(ReportLine {
                position: row.position,
                line: u32::try_from(row.line).unwrap_or_default(),
                technical_id: row.technical_id,
                verdict,
                decided_by: row.decided_by.as_deref().and_then(DecidedBy::parse),
                errors: row.errors.0,
            })
        })
        .collect()
}
