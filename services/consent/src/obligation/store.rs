//! The SQL of obligations.

use kernel::{Conn, Fault, GrantId, WorkerId};
use time::OffsetDateTime;

use super::{Attestation, Attested, Kept, Obligation, Overdue};
use crate::grant::store::GrantRow;

/// Marks the end of a grant as settled; says whether this is the first time.
pub(crate) async fn settle(
    conn: &mut Conn,
    worker: WorkerId,
    grant: GrantId,
    now: OffsetDateTime,
) -> Result<bool, Fault> {
    let done = sqlx::query!(
        "UPDATE grants SET settled_at = $3
          WHERE worker_id = $1 AND grant_id = $2 AND settled_at IS NULL",
        worker.uuid(),
        grant.uuid(),
        now,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn insert(
    conn: &mut Conn,
    worker: WorkerId,
    row: &GrantRow,
    ended_at: OffsetDateTime,
    due_at: OffsetDateTime,
) -> Result<(), Fault> {
    sqlx::query!(
        "INSERT INTO obligations (worker_id, grant_id, client_id, ended_at, due_at)
         VALUES ($1, $2, $3, $4, $5)",
        worker.uuid(),
        row.grant.uuid(),
        row.client_id,
        ended_at,
        due_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps what an app says; says whether it is the first word.
pub(crate) async fn attest(
    conn: &mut Conn,
    worker: WorkerId,
    grant: GrantId,
    attestation: &Attestation,
    now: OffsetDateTime,
) -> Result<bool, Fault> {
    let done = sqlx::query!(
        "UPDATE obligations SET attested_at = $3, erased_at = $4, kept = $5, responsible = $6
          WHERE worker_id = $1 AND grant_id = $2 AND attested_at IS NULL",
        worker.uuid(),
        grant.uuid(),
        now,
        attestation.erased_at,
        attestation.kept.as_str(),
        attestation.responsible,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What an app has said of a grant.
pub(crate) async fn attested(
    conn: &mut Conn,
    worker: WorkerId,
    grant: GrantId,
) -> Result<Option<Attested>, Fault> {
    let row = sqlx::query!(
        r#"SELECT attested_at AS "attested_at!", erased_at AS "erased_at!", kept AS "kept!",
                  responsible AS "responsible!"
             FROM obligations
            WHERE worker_id = $1 AND grant_id = $2 AND attested_at IS NOT NULL"#,
        worker.uuid(),
        grant.uuid(),
    )
    .fetch_optional(conn)
    .await?;
    let attested = row.map(|row| {
        Ok(Attested {
            at: row.attested_at,
            erased_at: row.erased_at,
            kept: kept(&row.kept)?,
            responsible: row.responsible,
        })
    });
    attested.transpose()
}

/// What is owed to `worker`, grant by grant.
pub(crate) async fn of_worker(
    conn: &mut Conn,
    worker: WorkerId,
) -> Result<Vec<(GrantId, Obligation)>, Fault> {
    let rows = sqlx::query!(
        r#"SELECT grant_id AS "grant: GrantId", due_at, attested_at, kept
             FROM obligations WHERE worker_id = $1"#,
        worker.uuid(),
    )
    .fetch_all(conn)
    .await?;
    let owed = rows.into_iter().map(|row| {
        let kept = row.kept.as_deref().map(kept).transpose()?;
        let obligation = Obligation {
            due_at: row.due_at,
            attested: row.attested_at.zip(kept),
        };
        Ok((row.grant, obligation))
    });
    owed.collect()
}

/// Grants whose date has passed and whose end nobody has settled: some of them, the oldest first.
pub(crate) async fn unsettled(
    conn: &mut Conn,
    now: OffsetDateTime,
) -> Result<Vec<(WorkerId, GrantId)>, Fault> {
    let rows = sqlx::query!(
        r#"SELECT worker_id AS "worker!: WorkerId", grant_id AS "grant!: GrantId"
             FROM cpf_unsettled_grants($1)"#,
        now,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.worker, row.grant))
        .collect())
}

pub(crate) async fn overdue(conn: &mut Conn, now: OffsetDateTime) -> Result<Vec<Overdue>, Fault> {
    Ok(sqlx::query_as!(
        Overdue,
        r#"SELECT client_id AS "client_id!", grant_id AS "grant!: GrantId",
                  ended_at AS "ended_at!", due_at AS "due_at!"
             FROM cpf_overdue_obligations($1)"#,
        now,
    )
    .fetch_all(conn)
    .await?)
}

fn kept(name: &str) -> Result<Kept, Fault> {
    Kept::parse(name).ok_or_else(|| Fault::Corrupt("obligations.kept".into()))
}
