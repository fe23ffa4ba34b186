//! The SQL of receipts.

use kernel::{Conn, Fault, WorkerId};
use uuid::Uuid;

pub(super) struct NewReceipt<'a> {
    pub(super) worker: WorkerId,
    pub(super) permission: Uuid,
    pub(super) number: i32,
    pub(super) document: &'a str,
}

/// Keeps a receipt; says whether there was none of this number.
pub(super) async fn insert(conn: &mut Conn, new: &NewReceipt<'_>) -> Result<bool, Fault> {
    let done = sqlx::query!(
        "INSERT INTO receipts (worker_id, permission_id, number, document) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING",
        new.worker.uuid(),
        new.permission,
        new.number,
        new.document,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The latest document of a permission.
pub(super) async fn latest(
    conn: &mut Conn,
    worker: WorkerId,
    permission: Uuid,
) -> Result<Option<String>, Fault> {
    Ok(sqlx::query_scalar!(
        "SELECT document FROM receipts WHERE worker_id = $1 AND permission_id = $2
          ORDER BY number DESC LIMIT 1",
        worker.uuid(),
        permission,
    )
    .fetch_optional(conn)
    .await?)
}

pub(super) struct Kept {
    pub(super) number: i32,
    pub(super) document: String,
    /// The document as it was signed, once it was.
    pub(super) signed: Option<String>,
}

/// The receipt of this number, or the latest, locked until the transaction ends.
pub(super) async fn find(
    conn: &mut Conn,
    worker: WorkerId,
    permission: Uuid,
    number: Option<i32>,
) -> Result<Option<Kept>, Fault> {
    Ok(sqlx::query_as!(
        Kept,
        "SELECT number, document, signed FROM receipts
          WHERE worker_id = $1 AND permission_id = $2 AND ($3::integer IS NULL OR number = $3)
          ORDER BY number DESC LIMIT 1
            FOR UPDATE",
        worker.uuid(),
        permission,
        number,
    )
    .fetch_optional(conn)
    .await?)
}

/// Keeps a document as it was signed.
pub(super) async fn sign(
    conn: &mut Conn,
    worker: WorkerId,
    permission: Uuid,
    number: i32,
    signed: &str,
) -> Result<(), Fault> {
    sqlx::query!(
        "UPDATE receipts SET signed = $4
          WHERE worker_id = $1 AND permission_id = $2 AND number = $3",
        worker.uuid(),
        permission,
        number,
        signed,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Which receipts `worker` has, by permission and number.
pub(super) async fn numbers(conn: &mut Conn, worker: WorkerId) -> Result<Vec<(Uuid, i32)>, Fault> {
    let rows = sqlx::query!(
        "SELECT permission_id, number FROM receipts WHERE worker_id = $1
          ORDER BY permission_id, number",
        worker.uuid(),
    )
    .fetch_all(conn)
    .await?;
    let numbers = rows.into_iter();
    Ok(numbers.map(|row| (row.permission_id, row.number)).collect())
}
